"""A matplotlib backend for scripts without a display: what pyplot draws goes to files, whose paths are printed.

`plt.show()` writes the figures that are open, and the end of the program those that were never shown: the cells of a
notebook, which shows its figures by itself, often do without `plt.show()`.
"""
import atexit

import matplotlib
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg

from d2lmx.figures import show as display


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas; it remembers that its figure has been saved, by `plt.savefig` say, and need not be written."""

    saved = False

    def print_figure(self, *args, **kwargs):
        self.saved = True
        return super().print_figure(*args, **kwargs)


def show(*args, **kwargs):
    """Write each open figure that has not been saved, print its path, and close all: what `plt.show()` calls."""
    for figure in map(plt.figure, plt.get_fignums()):
        if not figure.canvas.saved:
            print(f"figure written to {display.show(figure, display.free_name(figure))}")
    plt.close("all")


def use_if_headless():
    """Choose this backend where the present one would show nothing; not in a notebook, nor where figures are open."""
    silent = display.is_silent(matplotlib.get_backend().lower()) and not display.in_notebook()
    if silent and not plt.get_fignums():
        plt.switch_backend(f"module://{__name__}")
        atexit.register(show)
