"""The style of all figures: colours, grid, font size, and the few helpers that each figure needs.

Figures are made without pyplot, so they need no display and are freed like any other object. Arrays may be MXNet's
(``nd`` or ``mx.np``) or NumPy's.
"""
import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

# Okabe-Ito palette, safe for colour blindness.
COLOURS = BLUE, ORANGE, GREEN, PINK, YELLOW, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#666666"
CENTRED = {"ha": "center", "va": "center"}   # of a text

# Decorates a function that makes a figure: the style holds while it runs, and changes nothing outside.
styled = matplotlib.rc_context({
    "axes.grid": True, "axes.prop_cycle": matplotlib.cycler(color=COLOURS), "axes.spines.right": False,
    "axes.spines.top": False, "axes.titlesize": 12, "errorbar.capsize": 3, "font.size": 11, "grid.alpha": 0.3,
    "legend.frameon": False, "lines.linewidth": 2, "lines.markersize": 5,
})


@styled
def subplots(rows=1, cols=1, width=5, height=3.8, title=None, label="", **kwargs):
    """A figure and its axes, as from `plt.subplots`: each panel is `width` x `height` inches.

    `show` names the file it writes after the title or else the `label`; `kwargs` such as `sharey` are those of
    `Figure.subplots`.
    """
    figure = Figure(figsize=(width * cols, height * rows), layout="constrained", label=title or label)
    figure.suptitle(title or "")
    return figure, figure.subplots(rows, cols, **kwargs)


def panels(titles, cols=None, width=5, height=3.8, **kwargs):
    """A figure and a list of axes, one for each title, in rows of `cols` or else in one row; see `subplots`."""
    cols = min(cols or len(titles), len(titles))
    figure, grid = subplots(-(-len(titles) // cols), cols, width, height, squeeze=False, **kwargs)
    for axes in grid.flat[len(titles):]:
        axes.remove()
    for axes, title in zip(figure.axes, titles):
        axes.set_title(title)
    return figure, figure.axes


def integer_ticks(axes):
    """Ticks of the x axis at whole numbers, such as epochs, none beyond the data: call it when all is drawn."""
    low, high = axes.dataLim.intervalx
    ticks = MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1).tick_values(low, high)
    axes.set_xticks([tick for tick in ticks if low <= tick <= high])


def log_ticks(axis):
    """Ticks of a logarithmic axis written in full, 0.2 or 200,000, and enough of them: call it when all is drawn."""
    low, high = axis.get_view_interval()
    steps = (1, 1.2, 1.5, 2, 3, 4, 6) if high < 10 * low else (1, 2, 5)
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter("{x:,.10g}")


def as_numpy(array):
    """An array of MXNet, or what else NumPy takes, as NumPy array."""
    return array.asnumpy() if hasattr(array, "asnumpy") else np.asarray(array)
