"""Figures of the mathematics: paths on contours, samples against their distribution, matrices.

Arrays may be MXNet's (``nd`` or ``mx.np``) or NumPy's, or sequences.
"""
import numpy as np

from d2lmx.figures.style import BLUE, CENTRED, ORANGE, as_numpy, panels, styled


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
    if not paths or any(path.shape[1:] != (2,) for path in paths.values()):
        raise ValueError("expected at least one path, each of shape (n, 2), got "
                         f"{ {title: path.shape for title, path in paths.items()} }")
    x1, x2 = np.meshgrid(np.linspace(*xlim, 200), np.linspace(*ylim, 200))
    values = f(x1, x2)
    # Finer towards the bottom, where equal steps would show one large empty contour.
    levels = values.min() + np.ptp(values) * np.linspace(0.05, 1, 12) ** 2
    figure, all_axes = panels(paths, width=4.2, height=4, sharey=True)
    for axes, path in zip(all_axes, paths.values()):
        axes.contour(x1, x2, values, levels=levels, colors=BLUE, linewidths=0.9, alpha=0.6)
        axes.plot(*path.T, "o-", color=ORANGE, linewidth=1.5)
        axes.plot(*path[0], "o", color=ORANGE, markersize=10)
        axes.set(xlabel="$x_1$", xlim=xlim, ylim=ylim)
    all_axes[0].set_ylabel("$x_2$")
    figure.supxlabel("the large dot is the start; each line is a contour of the function", fontsize=10)
    return figure


@styled
def plot_distributions(distributions):
    """Histograms of samples against the mass or the density that theory gives.

    Parameters
    ----------
    distributions : dict of str to (samples, x, expected, discrete)
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
    if not distributions:
        raise ValueError("expected at least one panel, got none")
    figure, all_axes = panels(distributions, 3, 4, 3)
    for axes, (title, (samples, x, expected, discrete)) in zip(all_axes, distributions.items()):
        samples, x, expected = (as_numpy(a).astype("float64") for a in (samples, x, expected))
        if samples.size == 0 or x.ndim != 1 or x.shape != expected.shape:
            raise ValueError(f"{title}: expected samples, and x and expected values of the same shape (m,), got "
                             f"{samples.shape}, {x.shape} and {expected.shape}")
        name, style = ("mass", "o") if discrete else ("density", "-")
        if discrete:
            axes.bar(x, [(samples == value).mean() for value in x], 0.6, color=BLUE, alpha=0.45, label="samples")
            axes.set_xticks(x if len(x) < 8 else x[::2])
        else:   # `density=True` would scale to the samples in view; the share of all is what the density gives
            weights = np.full(samples.shape, 40 / np.ptp(x) / samples.size)
            axes.hist(samples, bins=40, range=(x[0], x[-1]), weights=weights, color=BLUE, alpha=0.45, label="samples")
        axes.plot(x, expected, style, color=ORANGE, label=name)
        axes.set(xlabel="value", ylabel=f"probability {name}")
        axes.margins(y=0.45)   # room for the legend
        axes.legend(loc="upper right")
    return figure


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
    values = list(map(as_numpy, matrices.values()))
    if not values or any(a.ndim != 2 for a in values) or len(signs) != len(values) - 1:
        raise ValueError(f"expected matrices (rows, columns) and a sign between each two, got shapes "
                         f"{[a.shape for a in values]} and signs {list(signs)}")
    rows, cols = max(len(a) for a in values), [a.shape[1] for a in values]
    figure, all_axes = panels(matrices, width=0.75 * np.mean(cols) + 0.8, height=0.75 * rows + 0.9,
                              gridspec_kw={"width_ratios": cols})
    limit = 2 * max(np.abs(a).max() for a in values) or 1   # half the colours: pale, so that numbers show
    for axes, a, sign in zip(all_axes, values, [*signs, ""]):
        axes.imshow(a, cmap="RdBu_r", vmin=-limit, vmax=limit)
        for (i, j), value in np.ndenumerate(a):
            axes.text(j, i, f"{value:g}", **CENTRED)
        axes.text(a.shape[1], (len(a) - 1) / 2, sign, fontsize=20, **CENTRED)
        axes.set_axis_off()
    return figure
