"""Execute a module of MXNet as MXNet expects the world to be, and mend it."""
import contextlib
import sys
import warnings
from functools import partial

from . import messages, numpy_names
from .mends import MENDS, SOURCES


class Loader:
    """A loader whose modules are executed by `execute(loader, module)`.

    The loader itself is left alone, since it may serve other modules too.
    """

    def __init__(self, loader, execute):
        self.loader, self.execute = loader, execute

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        self.execute(self.loader, module)


def wrap(name, spec, importing):
    """The spec of a module of MXNet, with its execution wrapped; that of `mxnet` within `importing()`, if given."""
    if name == "mxnet" and name not in sys.modules:
        _forget_failed_import()
    if spec is None and name == "mxnet":
        raise ModuleNotFoundError(messages.how_to_install(), name="mxnet")
    if spec is not None and spec.loader is not None:
        spec.loader = Loader(spec.loader, partial(_execute, importing if name == "mxnet" else None))
    return spec


def _forget_failed_import():
    # An import of MXNet that failed leaves submodules behind; a second one would take them as they are, without making
    # them attributes of the new package.
    for name in [name for name in sys.modules if name.startswith("mxnet.")]:
        del sys.modules[name]


def _execute(importing, loader, module):
    # mxnet.model would import scikit-learn, which imports pandas, for the base of a class that is long obsolete.
    hide = module.__name__ == "mxnet.model" and "sklearn" not in sys.modules
    if hide:
        sys.modules["sklearn"] = None  # as if it were not installed, which MXNet takes
    try:
        with importing() if importing else contextlib.nullcontext():
            execute(partial(_run_changed, loader) if module.__name__ in SOURCES else loader.exec_module, module)
    finally:
        if hide:
            del sys.modules["sklearn"]
    for mend in MENDS.get(module.__name__, ()):
        mend(module)


def _run_changed(loader, module):
    source = loader.get_source(module.__name__)
    for old, new in SOURCES[module.__name__].items():
        source = source.replace(old, new)
    exec(compile(source, module.__file__, "exec"), vars(module))


def execute(exec_module, module):
    """Execute `module` by `exec_module`, while NumPy has the names that MXNet misses."""
    numpy = _import_numpy()
    missing = numpy_names.missing_names(numpy)  # nothing in a nested import, so what follows is left to the outermost
    vars(numpy).update(missing)
    try:
        with warnings.catch_warnings():
            # MXNet's source has invalid escapes and its requirements deprecated calls: nothing a reader can act on.
            for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, SyntaxWarning):
                warnings.simplefilter("ignore", category)
            exec_module(module)
    except ModuleNotFoundError as error:
        if missing and error.name and error.name.partition(".")[0] != "mxnet":
            raise ModuleNotFoundError(messages.how_to_complete(error.name), name="mxnet") from None
        raise
    except OSError as error:  # ctypes could not load libmxnet
        raise ImportError(messages.how_to_load(error), name="mxnet") from None
    finally:
        for name in missing:
            vars(numpy).pop(name, None)
    if missing:
        numpy_names.adapt_modules(numpy, missing)
        # The book prints a loss by `'%f' % loss.asnumpy()`, of which NumPy 1.25 to 2.3 warn, in a notebook in red.
        warnings.filterwarnings("ignore", "Conversion of an array with ndim > 0 to a scalar", DeprecationWarning,
                                "__main__")


def _import_numpy():
    try:
        import numpy
    except ModuleNotFoundError:
        raise ModuleNotFoundError(messages.how_to_complete("numpy"), name="mxnet") from None
    return numpy
