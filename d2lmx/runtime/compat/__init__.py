"""MXNet 1.9.1 on Python 3.9 to 3.13 and NumPy 1.23 to 2.x.

MXNet's last release reads names that NumPy has since removed (``numpy.bool``, ``numpy.PZERO``, ``numpy.msort`` and
some twenty more), so on its own it stops importing at NumPy 1.24. `install` puts a finder in front of Python's import
machinery that acts on ``mxnet`` and its submodules only:

* while one is being imported, NumPy gets the missing names, and loses them again when the import ends, so the rest of
  the process sees NumPy as it is;
* afterwards MXNet's modules keep a private view of NumPy that has them, for functions that look one up at run time,
  such as `mx.np.array(True)` or a comparison of `mx.np` arrays;
* notebooks and scripts print an array of one element as a number, as the book does, without NumPy's warning.

The file needs the standard library alone: `python -m d2lmx hook on` copies it to site-packages, where it makes a plain
``import mxnet`` work without d2lmx. There it runs at each start of Python, so what only some functions need is imported
in them.
"""
import sys

SUPPORTED_PYTHON = ((3, 9), (3, 13))


def missing_names(numpy):
    """Names that MXNet 1.9.1 reads from NumPy and this NumPy does not define, with their values.

    Parameters
    ----------
    numpy : module

    Returns
    -------
    dict of str to object
        Empty where MXNet needs no help. Names that NumPy only serves with a deprecation warning count as missing.
    """
    def renamed(*names):
        return next((vars(numpy)[name] for name in names if name in vars(numpy)), None)

    legacy = {
        "bool": bool, "int": int,
        "NAN": numpy.nan, "NaN": numpy.nan, "INF": numpy.inf, "Inf": numpy.inf, "PINF": numpy.inf,
        "NINF": -numpy.inf, "PZERO": 0.0, "NZERO": -0.0,
        "alltrue": numpy.all, "sometrue": numpy.any, "product": numpy.prod, "in1d": numpy.isin, "round_": numpy.round,
        "trapz": renamed("trapezoid", "trapz"), "msort": lambda a: numpy.sort(a, axis=0),
    }
    # Financial functions: NumPy moved them to a package of their own long ago; MXNet only needs the names.
    legacy.update({name: _removed(name) for name in ("mirr", "npv", "pmt", "ppmt", "pv", "rate")})
    return {name: value for name, value in legacy.items() if name not in vars(numpy)}


def _removed(name):
    def function(*args, **kwargs):
        raise NotImplementedError(f"numpy.{name} was removed in NumPy 1.20: use the package numpy-financial")
    function.__name__ = name
    return function


class MXNetFinder:
    """Finds ``mxnet`` as the other finders do, and wraps its execution."""

    def __init__(self, importing=None):
        self.importing = importing

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] != "mxnet":
            return None
        if fullname == "mxnet" and fullname not in sys.modules:
            _forget_failed_import()
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        spec = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if spec is None and fullname == "mxnet":
            raise ModuleNotFoundError(how_to_install(), name="mxnet")
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self.importing if fullname == "mxnet" else None)
        return spec


class _Loader:
    """A loader with its execution wrapped; the loader itself is left alone, since it may serve other modules too."""

    def __init__(self, loader, importing):
        self.loader, self.importing = loader, importing

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        import contextlib

        # mxnet.model would import scikit-learn, which imports pandas, for the base of a class that is long obsolete.
        hide = module.__name__ == "mxnet.model" and "sklearn" not in sys.modules
        if hide:
            sys.modules["sklearn"] = None  # as if it were not installed, which MXNet takes
        try:
            with self.importing() if self.importing else contextlib.nullcontext():
                _exec_module(self.loader.exec_module, module)
        finally:
            if hide:
                del sys.modules["sklearn"]


def _forget_failed_import():
    # An import of MXNet that failed leaves submodules behind; a second one would take them as they are, without making
    # them attributes of the new package.
    for name in [name for name in sys.modules if name.startswith("mxnet.")]:
        del sys.modules[name]


def _exec_module(exec_module, module):
    import warnings

    numpy = _import_numpy()
    missing = missing_names(numpy)  # nothing in a nested import, so what follows is left to the outermost one
    vars(numpy).update(missing)
    try:
        with warnings.catch_warnings():
            # MXNet's source has invalid escapes and its requirements deprecated calls: nothing a reader can act on.
            for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, SyntaxWarning):
                warnings.simplefilter("ignore", category)
            exec_module(module)
    except ModuleNotFoundError as error:
        if missing and error.name and error.name.partition(".")[0] != "mxnet":
            raise ModuleNotFoundError(how_to_complete(error.name), name=error.name) from error
        raise
    except OSError as error:  # ctypes could not load libmxnet
        raise ImportError(how_to_load(error), name="mxnet") from error
    finally:
        for name in missing:
            vars(numpy).pop(name, None)
    if missing:
        _adapt_modules(numpy, missing)
        # The book prints a loss by `'%f' % loss.asnumpy()`, of which NumPy 1.25 to 2.3 warn, in a notebook in red.
        warnings.filterwarnings("ignore", "Conversion of an array with ndim > 0 to a scalar", DeprecationWarning,
                                "__main__")


def _import_numpy():
    try:
        import numpy
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(how_to_complete("numpy"), name="numpy") from error
    return numpy


def _adapt_modules(numpy, missing):
    """Replace NumPy and `scipy.sparse` in MXNet's modules by views that are as MXNet expects them at run time."""
    import types

    views = {id(numpy): _view(numpy, missing)}
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None:
        # Each `nd.array` asks for `scipy.sparse.csr.csr_matrix`: deprecated, and gone in SciPy 2.
        views[id(sparse)] = _view(sparse, {"csr": types.SimpleNamespace(csr_matrix=sparse.csr_matrix)})
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "mxnet"]:
        for name in [name for name, value in vars(module).items() if id(value) in views]:
            setattr(module, name, views[id(vars(module)[name])])


def _view(module, more):
    view = type(sys)(module.__name__, f"{module.__name__} as MXNet 1.9.1 expects it.")
    vars(view).update(vars(module))
    vars(view).update(more)
    return view


def install(importing=None):
    """Make ``import mxnet`` work in this process, if it would not by itself; calling it again changes nothing.

    Parameters
    ----------
    importing : callable, optional
        Gives a context manager, within which the import will run.
    """
    others = [finder for finder in sys.meta_path if type(finder).__name__ != MXNetFinder.__name__]
    sys.meta_path[:] = [MXNetFinder(importing), *others]


def unsupported_platform():
    """Why MXNet 1.9.1 cannot run on this platform and what to do, or None where it can."""
    import platform

    system, machine = platform.system(), platform.machine().lower()
    if (system, machine) in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")}:
        if system == "Linux" and platform.libc_ver()[0] != "glibc":
            return "MXNet 1.9.1 has no build for Linux without glibc (Alpine): use Debian, such as python:3.11-slim."
        return None
    remedy = {
        "Windows": "use WSL 2 (type: wsl --install), and install there",
        "Darwin": "use a Linux container or virtual machine, or an Intel (Rosetta) build of Python",
    }.get(system, "use Linux on x86_64 or aarch64")
    return f"MXNet 1.9.1 has no build for {system} on {machine}: {remedy}."


def unsupported_python():
    """Why this Python is not supported and what to do, or None where it is."""
    low, high = SUPPORTED_PYTHON
    if low <= sys.version_info[:2] <= high:
        return None
    return "d2lmx supports Python {}.{} to {}.{}, this is {}.{}: install one of those.".format(
        *low, *high, *sys.version_info[:2])


def how_to_install():
    """What to say where MXNet is not installed."""
    problem = unsupported_platform() or unsupported_python()
    if problem:
        return problem
    if sys.version_info >= (3, 13):  # pip cannot override MXNet's numpy<2, and older NumPy has no build for 3.13
        command = 'python -m pip install "numpy>=2.1,<2.4" "requests<3" "graphviz<0.9" setuptools\n' \
                  "    python -m pip install --no-deps mxnet==1.9.1"
    else:
        command = "python -m pip install mxnet==1.9.1" + (" setuptools" if sys.version_info >= (3, 12) else "")
    return f"MXNet is not installed. Type:\n    {command}"


def how_to_complete(module):
    """What to say where MXNet is installed without `module`, which it imports."""
    name = module.partition(".")[0]
    package = {"distutils": "setuptools<85"}.get(name, name)
    return f'MXNet needs {name}, which is not installed. Type:\n    python -m pip install "{package}"'


def how_to_load(error):
    """What to say where MXNet is installed and its library does not load; `error` is the OSError of the loader."""
    if unsupported_platform():
        return unsupported_platform()
    for library, package in (("libquadmath", "libquadmath0"), ("libgomp", "libgomp1")):
        if library in str(error):
            return (f"MXNet needs the system library {package} ({error}). Type:\n"
                    f"    sudo apt-get install libquadmath0 libgomp1\n"
                    f"(on Fedora: sudo dnf install libquadmath libgomp)")
    return (f"MXNet's library does not load ({error}). Reinstall it:\n"
            f"    python -m pip install --force-reinstall --no-deps mxnet==1.9.1")
