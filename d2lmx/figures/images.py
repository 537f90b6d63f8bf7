"""Figures of images and of classes, cell by cell."""
import math

import numpy as np
from matplotlib.colors import PowerNorm

from d2lmx.figures.style import CENTRED, GREY, ORANGE, as_numpy, panels, styled, subplots
from d2lmx.validation import positive_integer


@styled
def plot_images(images, labels=None, predictions=None, label_names=None, num_cols=9, own_range=False):
    """Grey images in a grid, with the true and below it the predicted label above each.

    Parameters
    ----------
    images : array of shape (n, 1, h, w) or (n, h, w), or (n, h * w) for square ones
    labels, predictions : sequence of n int or str, optional
        A wrong prediction is in another colour and has a cross before it.
    label_names : sequence of str, optional
        The name of class i at place i, where the labels are integers.
    num_cols : int
        Images in a row.
    own_range : bool
        Each image from white at its own minimum to black at its own maximum; by default one grey scale for all, so
        that a pale image looks pale.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shape is none of these, there is no image, or the labels are not n.
    """
    images = _image_stack(images)
    n = len(images)
    true = _names(labels, n, label_names, "labels")
    predicted = _names(predictions, n, label_names, "predictions")
    cols = min(n, positive_integer(num_cols, "num_cols"))
    figure, all_axes = panels([""] * n, cols, max(1.3, 5.2 / cols), 1.8, label="images")
    limits = {} if own_range else {"vmin": images.min(), "vmax": images.max()}
    for i, axes in enumerate(all_axes):
        axes.imshow(images[i], cmap="gray_r", **limits)
        axes.set_axis_off()
        lines = [names[i] for names in (true, predicted) if names]
        wrong = len(set(lines)) == 2
        axes.set_title(("\n× " if wrong else "\n").join(lines), fontsize=10, color=ORANGE if wrong else "black")
    if true and predicted:
        figure.supxlabel("true label above, predicted label below (× and orange: wrong)", fontsize=10, color=GREY)
    return figure


@styled
def plot_weights(W, image_shape, label_names):
    """The weights of a softmax regression, for each class as an image: red speaks for the class, blue against it.

    Parameters
    ----------
    W : array of shape (num_inputs, num_outputs)
    image_shape : (int, int)
        Height and width, whose product is num_inputs.
    label_names : sequence of num_outputs str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    W, expected = as_numpy(W), (math.prod(image_shape), len(label_names))
    if W.shape != expected:
        raise ValueError(f"expected W of shape {expected} for images of shape {tuple(image_shape)} and {expected[1]} "
                         f"label names, got {W.shape}")
    figure, all_axes = panels(label_names, 5, 2, 2.2, label="weights")
    limit = np.abs(W).max() or 1
    for axes, column in zip(all_axes, W.T):
        image = axes.imshow(column.reshape(image_shape), cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_axis_off()
    figure.colorbar(image, ax=all_axes, label="weight")
    return figure


@styled
def plot_confusion_matrix(y, y_hat, label_names):
    """How often each class was taken for each: true classes in rows, predicted ones in columns.

    Parameters
    ----------
    y, y_hat : array of shape (n,)
        True and predicted classes: whole numbers from 0, of any dtype.
    label_names : sequence of str
        The name of class i at place i.

    Returns
    -------
    matplotlib.figure.Figure
        Counts in the cells; the shade is the share of the row, so that rare classes show as well.

    Raises
    ------
    ValueError
        If the lengths differ, or a class is out of range.
    """
    k = len(label_names)
    y, y_hat = _classes(y, k, "y"), _classes(y_hat, k, "y_hat")
    if y.shape != y_hat.shape or y.size == 0:
        raise ValueError(f"expected as many y as y_hat and at least one, got {y.size} and {y_hat.size}")
    counts = np.bincount(y * k + y_hat, minlength=k * k).reshape(k, k)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = subplots(width=2.2 + 0.65 * k, height=1.8 + 0.55 * k, label="confusion matrix")
    # The root of the share, because the mistakes are few and what the figure is for.
    axes.imshow(share, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1), aspect="auto")
    for (i, j), count in np.ndenumerate(counts):
        colour = "white" if share[i, j] > 0.35 else "black" if count else "#bbbbbb"
        axes.text(j, i, count, color=colour, **CENTRED)
    axes.set_xticks(range(k), label_names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(k), label_names)
    axes.grid(False)
    right = counts.trace()
    axes.set(xlabel="predicted", ylabel="true", title=f"{right} of {y.size} right ({right / y.size:.1%})")
    return figure


def _image_stack(images):
    """`images` as NumPy array of shape (n, h, w)."""
    images = as_numpy(images)
    shape = images.shape
    side = math.isqrt(math.prod(shape[1:]))
    if images.ndim == 4 and shape[1] == 1:
        images = images[:, 0]
    elif shape[1:] == (side ** 2,):
        images = images.reshape(-1, side, side)
    if images.ndim != 3 or 0 in shape:
        raise ValueError(f"expected images of shape (n, 1, h, w), (n, h, w) or square (n, h * w), got {shape}")
    return images


def _classes(labels, num_classes, what):
    """`labels` as int64, which the book keeps as float32 too."""
    labels = as_numpy(labels)
    if labels.ndim != 1 or not np.isin(labels, np.arange(num_classes)).all():
        raise ValueError(f"expected {what} of shape (n,) with classes 0 to {num_classes - 1}, got shape "
                         f"{labels.shape} with {np.unique(labels)[:20]}")
    return labels.astype("int64")


def _names(labels, n, label_names, what):
    """The labels' names, as list of n str; None where there are no labels."""
    if labels is None:
        return None
    labels = as_numpy(labels)
    if labels.shape != (n,):
        raise ValueError(f"expected {n} {what}, one for each image, got shape {labels.shape}")
    if labels.dtype.kind in "UO":
        return [str(label) for label in labels]
    if label_names is None:
        return [f"{label:g}" for label in labels]
    return [label_names[label] for label in _classes(labels, len(label_names), what)]
