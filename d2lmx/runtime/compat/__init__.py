"""MXNet 1.9.1 on Python 3.9 to 3.14 and NumPy 1.23 to 2.3.

MXNet's last release reads names that NumPy has since removed, so on its own it stops importing at NumPy 1.24, and when
it runs it takes NumPy and Python to be those of 2022. `install` puts a finder in front of Python's import machinery.
While it imports a module of MXNet, NumPy has the missing names (numpy_names.py); then it mends the module (mends.py).
It does the same for what the book's notebooks import besides (book.py), and touches no other module.

The package needs the standard library alone: `python -m d2lmx hook on` copies it to site-packages, where it makes a
plain ``import mxnet`` work without d2lmx. There this file runs at each start of Python, so it imports the others when
they are needed.
"""
import sys


class MXNetFinder:
    """Finds MXNet, and what the book's notebooks import besides, as the other finders do, and wraps the execution."""

    def __init__(self, importing=None):
        self.importing = importing

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] != "mxnet" and fullname not in ("d2lzh", "IPython.display"):
            return None
        from . import book, loading

        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        spec = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if fullname in book.WRAPPED:
            return book.wrap(fullname, spec)
        return loading.wrap(fullname, spec, self.importing)


def install(importing=None):
    """Make ``import mxnet`` work in this process, if it would not by itself; calling it again changes nothing.

    Parameters
    ----------
    importing : callable, optional
        Gives a context manager, within which the import will run.
    """
    others = [finder for finder in sys.meta_path if type(finder).__name__ != MXNetFinder.__name__]
    sys.meta_path[:] = [MXNetFinder(importing), *others]
    if "IPython.display" in sys.modules:  # in a notebook, where the hook is off
        from .book import complete_display

        complete_display(sys.modules["IPython.display"])
