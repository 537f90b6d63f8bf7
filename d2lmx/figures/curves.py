"""The figures of the chapters: each function makes and returns one matplotlib Figure, and `show` shows or saves it.

The figures are made without pyplot, so they need no display, and are freed like any other object. A style holds while
a figure is made and changes nothing outside. Arrays may be MXNet's (``nd`` or ``mx.np``) or NumPy's.
"""
import itertools

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from d2lmx.figures.images import plot_confusion_matrix, plot_images, plot_weights
from d2lmx.figures.network import plot_network
from d2lmx.figures.show import BLUE, ORANGE, as_numpy, show, styled

__all__ = ["plot_confusion_matrix", "plot_history", "plot_images", "plot_network", "plot_regression", "plot_weights",
           "show"]

# Two versions that agree lie on each other, so each next one is drawn thinner, on top.
_VERSIONS = [{"linewidth": 7, "alpha": 0.35, "marker": "o", "markersize": 13},
             {"linewidth": 2, "linestyle": "--", "marker": "s", "markersize": 5}]
_ONE_VERSION = [{"linewidth": 2, "marker": "o"}]


@styled
def plot_history(histories, title=None):
    """Learning curves of one or more versions of a model, in one figure.

    Parameters
    ----------
    histories : dict of str to list of dict
        For each version, such as "scratch" and "gluon", what `train` returned: one record per epoch with "epoch",
        "loss" and, for a classifier, "train_acc" and "test_acc".
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure
        A panel with the loss and, where there are accuracies, one with these.

    Raises
    ------
    ValueError
        If there is no history, one is empty, or a record has no "epoch" or "loss".
    """
    if not histories:
        raise ValueError("expected the history of at least one version, got none")
    for version, records in histories.items():
        if not records or not all({"epoch", "loss"} <= record.keys() for record in records):
            raise ValueError(f"expected at least one record with 'epoch' and 'loss' for {version!r}, got {records}")
    records = list(itertools.chain(*histories.values()))
    panels = {"loss": {"loss": BLUE}, "accuracy": {"train_acc": BLUE, "test_acc": ORANGE}}
    if not any({"train_acc", "test_acc"} & record.keys() for record in records):
        del panels["accuracy"]

    figure = Figure(figsize=(5.5 * len(panels), 4), layout="constrained", label=title or "learning curves")
    figure.suptitle(title or "")
    for axes, (quantity, colours) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items()):
        for key, colour in colours.items():
            _draw_curves(axes, histories, key, colour)
        axes.set(xlabel="epoch", ylabel=quantity)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.margins(0.07)
        axes.grid(True)
        axes.legend(handlelength=4)
    losses = [record["loss"] for record in records]
    if 0 < 30 * min(losses) < max(losses):  # as in linear regression, where later epochs would all look like zero
        figure.axes[0].set_yscale("log")
    return figure


def _draw_curves(axes, histories, key, colour):
    """The same quantity of each version, where its records have it."""
    part = {"train_acc": "train, ", "test_acc": "test, "}.get(key, "")
    styles = itertools.cycle(_VERSIONS if len(histories) > 1 else _ONE_VERSION)
    for (version, records), style in zip(histories.items(), styles):
        points = [(record["epoch"], record[key]) for record in records if key in record]
        if points:
            axes.plot(*zip(*points), color=colour, label=part + version, markevery=-(-len(points) // 20), **style)


@styled
def plot_regression(X, y, w, b):
    """The fit of a linear regression.

    For each input a panel with what the other inputs leave to explain (the partial residual) and the fitted line; for
    more than four inputs the predicted against the true labels.

    Parameters
    ----------
    X : array of shape (n, d)
    y : array of shape (n,)
    w : array of shape (d,) or (d, 1)
    b : float or array of one element

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    X, y, w, b = (as_numpy(a) for a in (X, y, w, b))
    if X.ndim != 2 or X.size == 0 or y.shape != X.shape[:1] or w.shape not in (X.shape[1:], X.shape[1:] + (1,)) \
            or b.size != 1:
        raise ValueError("expected X (n, d), y (n,), w (d,) or (d, 1) and one b, got "
                         f"X {X.shape}, y {y.shape}, w {w.shape}, b {b.shape}")
    w, b, d = w.reshape(-1), b.item(), X.shape[1]
    dots = {"marker": ".", "markersize": 11, "alpha": 0.3, "linestyle": "none", "color": BLUE, "markeredgewidth": 0}
    line = {"color": ORANGE, "linewidth": 1.5}  # thinner than the dots, which it would hide where the fit is good
    panels = d if d <= 4 else 1
    figure = Figure(figsize=(max(4 * panels, 5), 4), layout="constrained", label="regression")
    all_axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    residual = y - X @ w - b
    if d > 4:
        ends = np.array([y.min(), y.max()])
        all_axes[0].plot(y, X @ w + b, label="examples", **dots)
        all_axes[0].plot(ends, ends, label="predicted = true", **line)
        all_axes[0].set(xlabel="true label", ylabel="predicted label")
    else:
        for j, axes in enumerate(all_axes):
            ends = np.array([X[:, j].min(), X[:, j].max()])
            axes.plot(X[:, j], residual + w[j] * X[:, j], label="examples", **dots)
            axes.plot(ends, w[j] * ends, label=f"$w_{j + 1} = {{{w[j]:#.5g}}}$", **line)
            axes.set(xlabel=f"$x_{j + 1}$")
        all_axes[0].set(ylabel="$y - b$" if d == 1 else r"$y - b - \sum_{k \neq j}\, w_k x_k$")
    for axes in all_axes:
        axes.grid(True)
        axes.legend()
    return figure
