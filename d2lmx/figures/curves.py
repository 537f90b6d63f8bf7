"""Learning curves, and the fit of a linear regression."""
import itertools

import numpy as np

from d2lmx.figures.style import BLUE, ORANGE, as_numpy, integer_ticks, panels, styled

# Two implementations that agree lie on each other, so the second is drawn thinner, on top.
_ALONE = {"marker": "o"}
_TOGETHER = [{"linewidth": 7, "alpha": 0.35, "marker": "o", "markersize": 13, "solid_capstyle": "butt"},
             {"linestyle": "--", "marker": "s"}]


@styled
def plot_history(histories, title=None):
    """Learning curves of one or more implementations of a model, in one figure.

    Parameters
    ----------
    histories : dict of str to list of dict
        For each implementation, such as "scratch" and "gluon", what `train` returned: one record per epoch with
        "epoch", "loss" and whatever else was measured on the training set (`train_NAME`, or `NAME` alone) and on the
        test set (`test_NAME`).
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure
        A panel with the loss, and one for each NAME that a record has as `train_NAME` or `test_NAME`.

    Raises
    ------
    ValueError
        If there is no history, one is empty, or a record has no "epoch" or "loss".
    """
    if not histories:
        raise ValueError("expected the history of at least one implementation, got none")
    for who, records in histories.items():
        if not records or not all({"epoch", "loss"} <= record.keys() for record in records):
            raise ValueError(f"expected at least one record with 'epoch' and 'loss' for {who!r}, got {records}")
    keys = dict.fromkeys(itertools.chain(*itertools.chain(*histories.values())))   # in the records' order
    names = dict.fromkeys(["loss", *(key.split("_", 1)[1] for key in keys if key.startswith(("train_", "test_")))])
    figure, all_axes = panels([""] * len(names), width=5.5, height=4, title=title, label="learning curves")
    for axes, name in zip(all_axes, names):
        draw_history(axes, histories, name)
    return figure


@styled
def draw_history(axes, histories, name="loss"):
    """Draw one quantity of `plot_history` into axes, on the training and, where it was measured, the test set."""
    parts = {name: ("train", BLUE), f"train_{name}": ("train", BLUE), f"test_{name}": ("test", ORANGE)}
    for key, (part, colour) in parts.items():
        styles = itertools.cycle(_TOGETHER) if len(histories) > 1 else [_ALONE]
        for (who, records), style in zip(histories.items(), styles):
            points = [(record["epoch"], record[key]) for record in records if key in record]
            if points:
                step = -(-len(points) // 10)   # at most ten marks, one of them at the end
                axes.plot(*zip(*points), color=colour, label=f"{part}, {who}",
                          markevery=((len(points) - 1) % step, step), **style)
    axes.set(xlabel="epoch", ylabel="accuracy" if name == "acc" else name.replace("_", " "))
    axes.margins(0.07)
    axes.legend(handlelength=4)
    integer_ticks(axes)
    low, high = axes.dataLim.intervaly
    if name != "acc" and 0 < 30 * low < high:   # as in linear regression, where later epochs would all look like zero
        axes.set_yscale("log")


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
    X, y, w, b = map(as_numpy, (X, y, w, b))
    if X.ndim != 2 or X.size == 0 or y.shape != X.shape[:1] or w.shape not in (X.shape[1:], X.shape[1:] + (1,)) \
            or b.size != 1:
        raise ValueError("expected X (n, d), y (n,), w (d,) or (d, 1) and one b, got "
                         f"X {X.shape}, y {y.shape}, w {w.shape}, b {b.shape}")
    w = w.reshape(-1)
    y_hat = X @ w + b.item()
    if len(w) > 4:
        fits = [(y, y_hat, 1, "predicted = true", "true label", "predicted label")]
    else:
        ylabel = "y \N{MINUS SIGN} b" + " \N{MINUS SIGN} terms of the other inputs" * (len(w) > 1)
        fits = [(x, y - y_hat + slope * x, slope, f"w[{j}] = {slope:#.5g}", f"x[{j}]", ylabel)
                for j, (x, slope) in enumerate(zip(X.T, w))]
    figure, all_axes = panels([""] * len(fits), width=4.5, height=4, label="regression", sharey=True)
    for axes, (x, values, slope, label, xlabel, ylabel) in zip(all_axes, fits):
        ends = np.array([x.min(), x.max()])
        axes.plot(x, values, ".", markersize=11, alpha=0.3, color=BLUE, markeredgewidth=0, label="examples")
        axes.plot(ends, slope * ends, linewidth=1.5, color=ORANGE, label=label)   # thinner than the dots it lies on
        axes.set(xlabel=xlabel, ylabel=ylabel)
        axes.label_outer()
        axes.legend()
    return figure
