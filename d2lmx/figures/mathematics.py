"""Figures of the mathematics: paths on contours, samples against their distribution, matrices.

Arrays may be MXNet's (``nd`` or ``mx.np``) or NumPy's, or sequences.
"""
import itertools

import numpy as np
from matplotlib.figure import Figure

from d2lmx.figures.show import BLUE, GREY, ORANGE, as_numpy, styled


@styled
def plot_paths(f, paths, xlim, ylim):
    """Paths of gradient descent on the contours of a function of two variables, one panel for each path.

    Parameters
    ----------
    f : callable
        From two NumPy arrays of the same shape to the values there.
    paths : dict of str to array of shape (n, 2)
        By the panel's title: the points in turn.
    xlim, ylim : (float, float)
        What part of the plane is shown.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no path, or one has another shape.
    """
    paths = {title: as_numpy(path) for title, path in paths.items()}
    if not paths or any(path.ndim != 2 or path.shape[1] != 2 for path in paths.values()):
        raise ValueError("expected at least one path, each of shape (n, 2), got "
                         f"{ {title: path.shape for title, path in paths.items()} }")
    x1, x2 = np.meshgrid(np.linspace(*xlim, 200), np.linspace(*ylim, 200))
    values = f(x1, x2)
    # Finer towards the bottom, where equal steps would show one large empty contour.
    levels = values.min() + np.ptp(values) * np.linspace(0.05, 1, 12) ** 2
    figure = Figure(figsize=(max(4.2 * len(paths), 6), 4), layout="constrained", label="paths")
    for axes, (title, path) in zip(figure.subplots(1, len(paths), sharey=True, squeeze=False)[0], paths.items()):
        axes.contour(x1, x2, values, levels=levels, colors=BLUE, linewidths=0.9, alpha=0.6)
        axes.plot(*path.T, color=ORANGE, marker="o", markersize=4, linewidth=1.5)
        axes.plot(*path[0], color=ORANGE, marker="o", markersize=10)
        axes.set(title=title, xlabel="$x_1$", xlim=xlim, ylim=ylim)
    figure.axes[0].set_ylabel("$x_2$")
    figure.supxlabel("the large dot is the start; each line is a contour of the function", fontsize=10, color=GREY)
    return figure


@styled
def plot_distributions(panels):
    """Histograms of samples against the mass or the density that theory gives.

    Parameters
    ----------
    panels : dict of str to (samples, x, expected, discrete)
        By the panel's title: samples of shape (n,); the mass or density `expected` at the points `x`, both of shape
        (m,) and x ascending; and whether the values are discrete: `x` are then all values shown, else a grid.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no panel or no sample, or x and the expected values differ in shape.
    """
    if not panels:
        raise ValueError("expected at least one panel, got none")
    cols = min(3, len(panels))
    rows = -(-len(panels) // cols)
    figure = Figure(figsize=(4 * cols, 3 * rows), layout="constrained", label="distributions")
    grid = figure.subplots(rows, cols, squeeze=False)
    for axes, (title, (samples, x, expected, discrete)) in itertools.zip_longest(
            grid.flat, panels.items(), fillvalue=(None, (None,) * 4)):
        if title is None:
            axes.set_axis_off()
            continue
        samples, x, expected = (as_numpy(a).astype("float64") for a in (samples, x, expected))
        if samples.size == 0 or x.ndim != 1 or x.shape != expected.shape:
            raise ValueError(f"{title}: expected samples, and x and expected values of the same shape (m,), got "
                             f"{samples.shape}, {x.shape} and {expected.shape}")
        (_draw_mass if discrete else _draw_density)(axes, samples, x, expected)
        axes.set_title(title)
        axes.set_ylim(0, 1.3 * max(expected.max(), axes.dataLim.ymax / 1.05))
        axes.legend(loc="upper right")
    return figure


def _draw_mass(axes, samples, x, expected):
    share = [(samples == value).mean() for value in x]
    axes.bar(x, share, width=0.6, color=BLUE, alpha=0.45, label="samples")
    axes.plot(x, expected, color=ORANGE, marker="o", markersize=6, linestyle="none", label="mass")
    axes.set_xticks(x if len(x) < 8 else x[::2])


def _draw_density(axes, samples, x, expected):
    # `density=True` would scale to the samples in view; the share of all samples is what the density gives.
    edges = np.linspace(x[0], x[-1], 41)
    counts, _ = np.histogram(samples, edges)
    axes.stairs(counts / samples.size / np.diff(edges), edges, fill=True, color=BLUE, alpha=0.45, label="samples")
    axes.plot(x, expected, color=ORANGE, linewidth=2, label="density")


@styled
def plot_matrices(matrices, signs=()):
    """Matrices side by side as grids of numbers, with a sign such as + or = between them.

    Parameters
    ----------
    matrices : dict of str to array of shape (rows, columns)
        By the title above each.
    signs : sequence of str
        One between each two neighbours.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no matrix, one has another rank, or the signs are not one fewer.
    """
    values = [as_numpy(matrix) for matrix in matrices.values()]
    if not values or any(a.ndim != 2 for a in values) or len(signs) != len(values) - 1:
        raise ValueError(f"expected matrices (rows, columns) and a sign between each two, got shapes "
                         f"{[a.shape for a in values]} and signs {list(signs)}")
    widths, heights = ([a.shape[i] for a in values] for i in (1, 0))
    figure = Figure(figsize=(0.75 * (sum(widths) + len(signs)) + 0.6, 0.75 * max(heights) + 0.9), layout="constrained",
                    label="matrices")
    limit = max(np.abs(a).max() for a in values) or 1
    left = 0
    axes = figure.subplots()
    for title, a, sign in zip(matrices, values, [*signs, ""]):
        top = (max(heights) - a.shape[0]) / 2
        axes.imshow(a, cmap="RdBu_r", vmin=-2 * limit, vmax=2 * limit,  # half the range: pale, so that numbers show
                    extent=(left, left + a.shape[1], top + a.shape[0], top))
        for (i, j), value in np.ndenumerate(a):
            axes.text(left + j + 0.5, top + i + 0.5, f"{value:g}", ha="center", va="center", fontsize=13)
        axes.text(left + a.shape[1] / 2, top - 0.2, title, ha="center", va="bottom", fontsize=11)
        axes.text(left + a.shape[1] + 0.5, max(heights) / 2, sign, ha="center", va="center", fontsize=20)
        left += a.shape[1] + 1
    axes.set(xlim=(-0.1, left - 0.9), ylim=(max(heights) + 0.1, -0.7))
    axes.set_axis_off()
    return figure
