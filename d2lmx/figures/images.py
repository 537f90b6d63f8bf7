"""Figures of images and of classes, cell by cell."""
import math

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from d2lmx.figures.show import GREY, ORANGE, as_numpy, styled
from d2lmx.validation import positive_integer


@styled
def plot_images(images, labels=None, predictions=None, label_names=None, num_cols=9):
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
    true, predicted = (None if given is None else _named(given, n, label_names, what)
                       for given, what in ((labels, "labels"), (predictions, "predictions")))
    cols = min(n, positive_integer(num_cols, "num_cols"))
    rows = -(-n // cols)
    figure = Figure(figsize=(1.3 * max(cols, 4), (1.7 if predicted else 1.5) * rows + 0.4), layout="constrained",
                    label="images")
    for i, axes in enumerate(figure.subplots(rows, cols, squeeze=False).flat):
        axes.set_axis_off()
        if i < n:  # one grey scale for all, so that a pale image looks pale
            axes.imshow(images[i], cmap="gray_r", vmin=images.min(), vmax=images.max())
            _write_labels(axes, true and true[i], predicted and predicted[i])
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
    W = as_numpy(W)
    if W.ndim != 2 or W.shape != (np.prod(image_shape), len(label_names)):
        raise ValueError(f"expected W of shape ({np.prod(image_shape)}, {len(label_names)}) for images of shape "
                         f"{tuple(image_shape)} and {len(label_names)} label names, got {W.shape}")
    cols = min(5, len(label_names))
    rows = -(-len(label_names) // cols)
    figure = Figure(figsize=(1.8 * max(cols, 2) + 1, 2 * rows + 0.3), layout="constrained", label="weights")
    grid = figure.subplots(rows, cols, squeeze=False)
    limit = np.abs(W).max() or 1
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, column, name in zip(grid.flat, W.T, label_names):
        image = axes.imshow(column.reshape(image_shape), cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_title(name, fontsize=11)
    figure.colorbar(image, ax=grid, label="weight", shrink=0.8)
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

    figure = Figure(figsize=(2.2 + 0.65 * k, 1.8 + 0.55 * k), layout="constrained", label="confusion matrix")
    axes = figure.subplots()
    # The root of the share, for the mistakes are few and what the figure is for.
    axes.imshow(share, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1), aspect="auto")
    for (i, j), count in np.ndenumerate(counts):
        colour = "white" if share[i, j] > 0.35 else "black" if count else "#bbbbbb"
        axes.text(j, i, str(count), ha="center", va="center", color=colour, fontsize=11)
    axes.set_xticks(range(k), label_names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(k), label_names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title(f"{counts.trace()} of {y.size} right ({counts.trace() / y.size:.1%})", fontsize=12)
    return figure


def _image_stack(images):
    """`images` as NumPy array of shape (n, h, w)."""
    images = as_numpy(images)
    shape = images.shape
    if images.ndim == 4 and shape[1] == 1:
        images = images[:, 0]
    elif images.ndim == 2 and math.isqrt(shape[1]) ** 2 == shape[1]:
        images = images.reshape(-1, math.isqrt(shape[1]), math.isqrt(shape[1]))
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


def _named(labels, n, label_names, what):
    """The labels' names, as list of n str."""
    labels = as_numpy(labels)
    if labels.shape != (n,):
        raise ValueError(f"expected {n} {what}, one for each image, got shape {labels.shape}")
    if labels.dtype.kind in "UO":
        return [str(label) for label in labels]
    if label_names is None:
        return [f"{label:g}" for label in labels]
    return [label_names[label] for label in _classes(labels, len(label_names), what)]


def _write_labels(axes, true, predicted):
    wrong = None not in (true, predicted) and true != predicted
    lines = filter(None, [true, predicted and "× " * wrong + predicted])
    axes.set_title("\n".join(lines), fontsize=10, color=ORANGE if wrong else "black")
