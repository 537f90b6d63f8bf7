"""Curves side by side: how errors, norms or signals change with something."""
import itertools

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from d2lmx.figures.show import BLUE, GREY, ORANGE, styled

# Told apart by the colour-blind (Okabe and Ito).
COLOURS = (BLUE, ORANGE, "#009e73", "#cc79a7", "#e69f00", GREY)


@styled
def plot_lines(panels, title=None, num_cols=None, share_y=False):
    """Panels of curves in a grid.

    Parameters
    ----------
    panels : dict of str to dict
        By the panel's title: under "lines" a dict that has for each label `(x, y)` or `(x, y, style)`, where x and y
        are sequences of the same length and `style` is a dict of what `Axes.errorbar` takes, such as "yerr" or
        "linestyle"; all else is what `Axes.set` takes, such as "xlabel" or "yscale".
    title : str, optional
        Of the figure.
    num_cols : int, optional
        Panels in a row; by default all.
    share_y : bool
        The same range for all panels, with ticks at the left alone, and one legend, for lines of the same meaning.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no panel, or one has no lines.
    """
    if not panels or not all(panel.get("lines") for panel in panels.values()):
        raise ValueError(f"expected panels with at least one line each, got {panels}")
    cols = min(num_cols or len(panels), len(panels))
    rows = -(-len(panels) // cols)
    figure = Figure(figsize=(6.5 if cols == 1 else max(12, 3.5 * cols), 3.7 * rows),
                    layout="constrained", label=title or "lines")
    figure.suptitle(title or "")
    grid = figure.subplots(rows, cols, sharey=share_y, squeeze=False).ravel()
    for axes, (name, panel) in zip(grid, panels.items()):
        _draw_panel(axes, name, **panel)
        if len(panel["lines"]) > 1 and not (share_y and axes is not grid[0]):
            axes.legend()
        if share_y:
            axes.label_outer()
    for axes in grid[len(panels):]:
        axes.set_axis_off()
    return figure


def _draw_panel(axes, name, lines, **settings):
    axes.set(title=name, **settings)   # the scales before the lines, so that the range is right for them
    for (label, (x, y, *style)), colour in zip(lines.items(), itertools.cycle(COLOURS)):
        style = {"color": colour, "linewidth": 2, "markersize": 5, "capsize": 3, **dict(*style)}
        axes.errorbar(x, y, label=label, **style)
    if "xticks" not in settings and all(isinstance(value, int) for x, *_ in lines.values() for value in x):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))   # epochs, degrees and layers have no halves
    axes.grid(True)
