"""Figures. They appear in the notebook or in a window; a script that has neither writes them and prints the paths."""
from matplotlib import pyplot as plt

from d2lmx.figures import backend
from d2lmx.figures.show import in_notebook

backend.use_if_headless()


def use_svg_display():
    """Let a notebook show figures as SVG; elsewhere nothing changes."""
    if in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")


def set_figsize(figsize=(3.5, 2.5)):
    """Set the size of the figures to come, and `use_svg_display`.

    Parameters
    ----------
    figsize : (float, float)
        Width and height in inches.
    """
    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def semilogy(x_vals, y_vals, x_label, y_label, x2_vals=None, y2_vals=None, legend=None, figsize=(3.5, 2.5)):
    """Show one curve on a logarithmic y axis, or two, the second dotted.

    Parameters
    ----------
    x_vals, y_vals, x2_vals, y2_vals : sequences of numbers
    x_label, y_label : str
    legend : list of str, optional
        A name per curve.
    figsize : (float, float)
        Width and height in inches, of the figures to come as well.
    """
    set_figsize(figsize)
    _, axes = plt.subplots()
    axes.semilogy(x_vals, y_vals)
    if x2_vals is not None:
        axes.semilogy(x2_vals, y2_vals, linestyle=":")
    axes.set(xlabel=x_label, ylabel=y_label)
    if legend:
        axes.legend(legend)
    plt.show()
