"""What is mended in which module of MXNet, as soon as the module has been executed.

Each function takes the module; `MENDS` at the end says which are for which module.
"""
import functools
import importlib.util
import os
import sys

from . import arguments, numpy_names
from .numpy_names import view

# Texts to replace in the source of a module, before it is executed.
SOURCES = {"mxnet.recordio": {".tostring()": ".tobytes()"}}  # gone in NumPy 2.3


def arguments_as_text(module):
    """Operators take NumPy's numbers (arguments.py), and their calls get no slower by it."""
    module.str = arguments.as_text
    c_strings = functools.lru_cache(maxsize=1024)(module.c_str_array)  # names of parameters come again and again
    module.c_str_array = lambda strings: c_strings(tuple(strings))


def arguments_as_text_beside_isinstance(module):
    """Symbols take them too, in a module that also asks ``isinstance(value, str)``."""
    module.str = arguments.Text()


def sizes_of_numpy(module):
    """Random functions take NumPy's integers as size: they ask ``size == ()``, which for these is an empty array."""
    import numpy

    def with_python_numbers(function):
        @functools.wraps(function)
        def wrapped(*args, **options):
            args = [one.item() if isinstance(one, numpy.generic) else one for one in args]
            options = {name: one.item() if isinstance(one, numpy.generic) else one for name, one in options.items()}
            return function(*args, **options)
        return wrapped

    for name in module.__all__:
        setattr(module, name, with_python_numbers(getattr(module, name)))


def named_tuples_of_numpy(module):
    """What falls back to NumPy takes its results that are named tuples since 1.25, such as QRResult."""
    convert = module._as_mx_np_array

    def _as_mx_np_array(object, ctx=None):
        make = getattr(type(object), "_make", None)
        return make([convert(item) for item in object]) if make else convert(object, ctx)

    module._as_mx_np_array = _as_mx_np_array


def functions_of_numpy(module):
    """NumPy's functions of MXNet's arrays: division by its present name, and results of the types that NumPy gives."""
    import numpy

    module._NUMPY_ARRAY_UFUNC_DICT["divide"] = module._NUMPY_ARRAY_UFUNC_DICT["true_divide"]  # so since NumPy 1.23
    functions, one = module._NUMPY_ARRAY_FUNCTION_DICT, numpy.eye(1)
    for function, result in (
            (numpy.linalg.eig, numpy.linalg.eig(one)), (numpy.linalg.eigh, numpy.linalg.eigh(one)),
            *((function, function(one, one)) for function in (numpy.meshgrid, numpy.broadcast_arrays, numpy.atleast_1d,
                                                              numpy.atleast_2d, numpy.atleast_3d))):
        functions[function] = _with_result(getattr(type(result), "_make", type(result)), functions[function])
    # Lists of NumPy's functions, without those that this NumPy does not have.
    old = numpy_names.old_names(numpy)
    for names in (module._NUMPY_ARRAY_FUNCTION_LIST, sys.modules["mxnet.numpy.fallback"].__all__):
        names[:] = [name for name in names if name not in old or name in numpy.__all__]


def _with_result(make, function):
    @functools.wraps(function)
    def wrapped(*args, **options):
        result = function(*args, **options)
        return make(result) if isinstance(result, (tuple, list)) else result
    return wrapped


def inverse_of_unique(module):
    """`unique` of an array as a whole gives the inverse in the shape that NumPy gives: since 2.0 that of the array."""
    import numpy

    own = module.unique

    @functools.wraps(own)
    def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None):
        results = own(ar, return_index, return_inverse, return_counts, axis)
        if not return_inverse or axis is not None:
            return results
        changed, inverse = list(results), 1 + bool(return_index)
        like = sys.modules[extension].reshape_like(changed[inverse], module.expand_dims(ar, 0))  # it takes no 0-d array
        changed[inverse] = like.squeeze(axis=0)
        return type(results)(changed)

    extension = module.__name__.rpartition(".")[0] + "_extension"  # mxnet.ndarray.numpy_extension or that of symbols
    if numpy.unique(numpy.eye(1), return_inverse=True)[1].ndim == 2:
        module.unique = unique


def sparse_arrays_of_float16(module):
    """SciPy has no sparse matrices of float16 any more: these become float32."""
    own = module.CSRNDArray.asscipy

    @functools.wraps(own)
    def asscipy(self):
        try:
            return own(self)
        except ValueError:
            return own(self.astype("float32"))

    module.CSRNDArray.asscipy = asscipy


def least_squares(module):
    """`lstsq` takes rcond="warn", which was the default up to NumPy 1 and has the meaning of -1."""
    solve = module.lstsq

    @functools.wraps(solve)
    def lstsq(a, b, rcond="warn"):
        return solve(a, b, rcond=-1 if isinstance(rcond, str) else rcond)

    module.lstsq = lstsq


def sums_of_metrics(module):
    """Metrics add up in float64, as they did before a Python float plus a float32 was a float32 in NumPy 2."""
    import numpy

    def double(name):
        def get(self):
            try:
                return vars(self)[name]
            except KeyError:
                raise AttributeError(name) from None

        def set(self, value):
            vars(self)[name] = numpy.float64(value) if isinstance(value, (float, numpy.floating)) else value

        return property(get, set)

    for name in ("sum_metric", "global_sum_metric", "num_inst", "global_num_inst"):
        setattr(module.EvalMetric, name, double(name))

    def plain(get):
        """`get` with a Python float for a value, which equals a float32 with the same digits, and prints as it does."""
        @functools.wraps(get)
        def wrapped(self):
            name, value = get(self)
            return name, float(value) if isinstance(value, numpy.floating) else value
        return wrapped

    for kind, name in ((module.EvalMetric, "get"), (module.EvalMetric, "get_global"),
                       (module.PearsonCorrelation, "get")):
        setattr(kind, name, plain(getattr(kind, name)))


def chi_square(module):
    """MXNet's test of generators: SciPy's `chisquare` has come to refuse frequencies whose sums differ by rounding."""
    stats = module.ss

    def chisquare(f_obs, f_exp):
        statistic = ((f_obs - f_exp) ** 2 / f_exp).sum()
        return statistic, stats.chi2.sf(statistic, len(f_obs) - 1)

    if stats:  # None where SciPy is not installed
        module.ss = view(stats, chisquare=chisquare)


def random_sparse_arrays(module):
    """MXNet's random sparse arrays of float16, of which SciPy makes none any more, are made in float32."""
    own = module._get_uniform_dataset_csr

    @functools.wraps(own)
    def uniform(num_rows, num_cols, density=0.1, dtype=None, **options):
        if module.np.dtype(dtype) != "float16":
            return own(num_rows, num_cols, density, dtype, **options)
        return own(num_rows, num_cols, density, "float32", **options).astype("float16")

    module._get_uniform_dataset_csr = uniform


def workers_that_are_forked(module):
    """The workers of a `DataLoader` are forked, as before Python 3.14, unless the program has chosen to spawn them."""
    import multiprocessing

    def context(method=None):
        chosen = multiprocessing.get_start_method(allow_none=True)
        return multiprocessing.get_context(method or ("spawn" if chosen == "spawn" else "fork"))

    if sys.version_info >= (3, 14) and sys.platform == "linux":
        module.multiprocessing = view(
            multiprocessing, get_context=context, Pool=lambda *args, **options: context().Pool(*args, **options),
            Process=lambda *args, **options: context().Process(*args, **options))


def fashion_mnist_of_the_official_files(module):
    """Let Gluon's `FashionMNIST` take the official files; the ones it knows are compressed anew, on MXNet's host."""
    own = module.FashionMNIST._get_data

    def _get_data(self):
        parts = (self._train_data, self._train_label) if self._train else (self._test_data, self._test_label)
        paths = [(os.path.join(self._root, name), sha1) for name, sha1 in parts]
        if all(os.path.exists(path) and module.check_sha1(path, sha1) for path, sha1 in paths):
            own(self)
            return
        from d2lmx.data.fashion_mnist import FASHION_MNIST, read

        folder = FASHION_MNIST.find(self._root) or FASHION_MNIST.get()
        images, labels = (read(folder / name) for name, _ in parts)
        array = module._mx_np.array if module.is_np_array() else module.nd.array
        self._data = array(images[..., None], dtype=images.dtype)       # (n, 28, 28, 1)
        labels = labels.astype("int32")
        self._label = array(labels, dtype=labels.dtype) if module.is_np_array() else labels

    if importlib.util.find_spec("d2lmx"):
        module.FashionMNIST._get_data = _get_data


MENDS = {
    "mxnet._ctypes.ndarray": [arguments_as_text],
    "mxnet._ctypes.symbol": [arguments_as_text],
    "mxnet.symbol.symbol": [arguments_as_text_beside_isinstance],
    "mxnet.io.io": [arguments_as_text_beside_isinstance],
    "mxnet.kvstore.base": [arguments_as_text_beside_isinstance],
    "mxnet.ndarray.numpy.random": [sizes_of_numpy],
    "mxnet.symbol.numpy.random": [sizes_of_numpy],
    "mxnet.ndarray.numpy_extension.random": [sizes_of_numpy],
    "mxnet.symbol.numpy_extension.random": [sizes_of_numpy],
    "mxnet.ndarray.numpy._op": [inverse_of_unique],
    "mxnet.symbol.numpy._symbol": [inverse_of_unique],
    "mxnet.numpy.multiarray": [named_tuples_of_numpy],
    "mxnet.numpy.fallback_linalg": [least_squares],
    "mxnet.numpy_dispatch_protocol": [functions_of_numpy],
    "mxnet.ndarray.sparse": [sparse_arrays_of_float16],
    "mxnet.metric": [sums_of_metrics],
    "mxnet.test_utils": [chi_square, random_sparse_arrays],
    "mxnet.gluon.data.dataloader": [workers_that_are_forked],
    "mxnet.gluon.data.vision.datasets": [fashion_mnist_of_the_official_files],
}
