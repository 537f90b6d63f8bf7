"""Where a figure goes: into the notebook, a window or a file."""
import io
import re
import sys
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from d2lmx.files import atomic_path

# A figure 8 inches wide fills most of a projector's 1920 pixels.
_SAVING = {"dpi": 200, "bbox_inches": "tight", "pad_inches": 0.12}

_FILE_BACKENDS = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template", "module://d2lmx.figures.backend"}


def show(figure, path=None):
    """Show a figure where there is something to show it on, or write it to a file.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : str or Path, optional
        Write it there, in the format of the suffix (.png, .svg, .pdf and what else matplotlib knows), and print
        nothing. Without it the figure appears in the notebook or in a window; on a machine that has neither it is
        written as PNG to the current folder, under a name that was free, which is printed.

    Returns
    -------
    Path or None
        The file, if one was written.

    Raises
    ------
    ValueError
        If matplotlib does not know the suffix.
    TypeError
        If `figure` is something else.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"expected a Figure, as the plot functions return, got {type(figure).__name__}")
    if path is not None:
        return _save(figure, Path(path))
    if not is_silent(matplotlib.get_backend().lower()):
        return _open_window(figure)
    if in_notebook():
        return _display(figure)
    path = _save(figure, free_name(figure))
    print(f"figure written to {path}")
    return path


def is_silent(backend):
    """Whether matplotlib's backend of that name shows nothing by itself outside a notebook."""
    # The inline backend shows pictures only inside a notebook, but a notebook's `!python ...` inherits its name.
    return backend in _FILE_BACKENDS or "inline" in backend


def in_notebook():
    """Whether an IPython shell runs this that displays pictures, as all do but the one in a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython
    from IPython.terminal.interactiveshell import TerminalInteractiveShell

    return get_ipython() is not None and not isinstance(get_ipython(), TerminalInteractiveShell)


def _display(figure):
    # As a picture and not as a Figure, which IPython knows only once pyplot has set its backend up.
    from IPython.display import Image, display

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", **_SAVING)
    display(Image(buffer.getvalue(), format="png", retina=True))
    _close(figure)


def _open_window(figure):
    from matplotlib import pyplot as plt

    manager = figure.canvas.manager
    if manager is None or not plt.fignum_exists(manager.num):
        plt.figure(FigureClass=lambda **_: figure)  # the only way that all versions have to give pyplot a finished one
    plt.show()  # returns when the reader has closed the window, or at once if pyplot is interactive


def _save(figure, path):
    formats = figure.canvas.get_supported_filetypes()
    suffix = path.suffix[1:].lower()
    if suffix not in formats:
        raise ValueError(f"expected a file name that ends in .{', .'.join(sorted(formats))}, got {str(path)!r}")
    # A fixed salt for its ids, and no date: the same figure gives the same SVG.
    with matplotlib.rc_context({"svg.hashsalt": "d2lmx"}), atomic_path(path) as temporary:
        figure.savefig(temporary, format=suffix, metadata={"Date": None} if suffix == "svg" else None, **_SAVING)
    _close(figure)
    return path


def _close(figure):
    """Let pyplot forget the figure, if a reader made it with pyplot."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


def free_name(figure):
    """A path in the current folder that is free, named after the figure's label."""
    stem = re.sub(r"\W+", "-", figure.get_label().lower()).strip("-") or "figure"
    path, number = Path(f"{stem}.png"), 1
    while path.exists():
        number += 1
        path = Path(f"{stem}-{number}.png")
    return path
