"""What the book's published notebooks need beside MXNet, each only where it is missing.

* ``import d2lzh as d2l`` gives d2lmx's names, where the real `d2lzh` is not installed or does not import;
* ``display.set_matplotlib_formats`` of IPython, which has moved to `matplotlib_inline`;
* ``pandas.read_csv('../data/kaggle_house_pred_train.csv')`` reads d2lmx's copy, where `d2lzh` is in use.
"""
import functools
import importlib.util
import os
import warnings

from .loading import Loader


class BookNames:
    """Loads d2lmx's names as `d2lzh`."""

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        import d2lmx

        module.__doc__ = "The names of the book's helper package, as d2lmx has them."
        module.__all__ = d2lmx.__all__
        module.__getattr__ = lambda name: getattr(d2lmx, name)
        module.__dir__ = lambda: dir(d2lmx)


def d2lzh(loader, module):
    """Execute `d2lzh` by its own loader or, where that fails, by d2lmx's."""
    before = dict(vars(module))
    try:
        loader.exec_module(module)
    except Exception as error:  # whatever today's packages make of code of 2019
        warnings.warn(f"the installed d2lzh does not import ({error}): d2lmx takes its place", stacklevel=2)
        vars(module).clear()
        vars(module).update(before)
        BookNames().exec_module(module)
    _read_house_prices_from_anywhere()


def ipython_display(loader, module):
    """Execute `IPython.display`, and give it back `set_matplotlib_formats`."""
    loader.exec_module(module)
    complete_display(module)


def complete_display(module):
    """Give `IPython.display` back what it has dropped."""
    if not hasattr(module, "set_matplotlib_formats"):
        module.set_matplotlib_formats = _set_matplotlib_formats


WRAPPED = {"d2lzh": d2lzh, "IPython.display": ipython_display}


def wrap(name, spec):
    """The spec of one of the `WRAPPED` modules, with its execution wrapped."""
    if name == "d2lzh" and spec is None and importlib.util.find_spec("d2lmx"):
        spec = importlib.util.spec_from_loader(name, BookNames(), origin="d2lmx")
    if spec is not None:
        spec.loader = Loader(spec.loader, WRAPPED[name])
    return spec


def _set_matplotlib_formats(*formats, **options):
    """Choose the format of figures in notebooks, as `matplotlib_inline.backend_inline.set_matplotlib_formats`."""
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats(*formats, **options)


def _read_house_prices_from_anywhere():
    import pandas

    read_csv = pandas.read_csv

    @functools.wraps(read_csv)
    def read_csv_or_house_prices(filepath_or_buffer, *args, **options):
        return read_csv(_house_prices(filepath_or_buffer), *args, **options)

    pandas.read_csv = read_csv_or_house_prices


def _house_prices(path):
    """`path` or, where it is that of a missing file of the house prices, d2lmx's path of the file."""
    name = os.path.basename(path) if isinstance(path, (str, os.PathLike)) and "://" not in str(path) else ""
    if not (name.startswith("kaggle_house_pred_") and name.endswith(".csv")) or os.path.exists(path):
        return path
    from d2lmx.data.house_prices import HOUSE_PRICES

    return HOUSE_PRICES.get() / name if name in HOUSE_PRICES.files else path
