"""Names that MXNet reads from NumPy and that NumPy has dropped: ``numpy.bool``, ``numpy.PZERO``, ``numpy.msort`` ...

While MXNet is imported, NumPy has them, and loses them again when the import ends, so that the rest of the process sees
NumPy as it is. Afterwards MXNet's modules keep a private view of NumPy that has them, for functions that look one up
when they run, such as `mx.np.array(True)`.
"""
import sys
import types


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
    return {name: value for name, value in old_names(numpy).items() if name not in vars(numpy)}


def old_names(numpy):
    """Names that MXNet 1.9.1 reads from NumPy and some later NumPy has dropped, with their values."""
    def renamed(*names):
        return next((vars(numpy)[name] for name in names if name in vars(numpy)), None)

    def in1d(*args, **options):
        return numpy.isin(*args, **options).reshape(-1)

    return {
        "bool": bool, "int": int,
        "NAN": numpy.nan, "NaN": numpy.nan, "INF": numpy.inf, "Inf": numpy.inf, "PINF": numpy.inf,
        "NINF": -numpy.inf, "PZERO": 0.0, "NZERO": -0.0,
        "alltrue": numpy.all, "sometrue": numpy.any, "product": numpy.prod, "in1d": in1d, "round_": numpy.round,
        "trapz": renamed("trapezoid", "trapz"), "msort": lambda a: numpy.sort(a, axis=0),
        # Financial functions: NumPy moved them to a package of their own long ago; MXNet only needs the names.
        **{name: _removed(name) for name in ("mirr", "npv", "pmt", "ppmt", "pv", "rate")},
    }


def _removed(name):
    def function(*args, **kwargs):
        raise NotImplementedError(f"numpy.{name} was removed in NumPy 1.20: use the package numpy-financial")
    function.__name__ = name
    return function


def adapt_modules(numpy, missing):
    """Replace NumPy and `scipy.sparse` in MXNet's modules by views that are as MXNet expects them at run time."""
    views = {id(numpy): view(numpy, **missing, **_behaviour(numpy))}
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None:
        # Each `nd.array` asks for `scipy.sparse.csr.csr_matrix`: deprecated, and gone in SciPy 2. Since 1.11 a sparse
        # array is no matrix any more.
        csr = types.SimpleNamespace(csr_matrix=(sparse.csr_matrix, sparse.csr_array))
        views[id(sparse)] = view(sparse, csr=csr)
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "mxnet"]:
        for name in [name for name, value in vars(module).items() if id(value) in views]:
            setattr(module, name, views[id(vars(module)[name])])


def _behaviour(numpy):
    """What NumPy 2 has elsewhere or with another behaviour, as it was."""
    if hasattr(numpy, "compat"):
        return {}

    def array(object, dtype=None, **options):
        try:
            return numpy.array(object, dtype, **options)
        except OverflowError:  # such as -1 for uint8, which became 255
            return numpy.array(object, **options).astype(dtype)

    numeric = types.SimpleNamespace(normalize_axis_tuple=numpy.lib.array_utils.normalize_axis_tuple)
    return {"array": array, "compat": types.SimpleNamespace(basestring=str),
            "core": types.SimpleNamespace(numeric=numeric)}


def view(module, **more):
    """A module with everything that `module` has, and more."""
    view = types.ModuleType(module.__name__, f"{module.__name__} as MXNet 1.9.1 expects it.")
    vars(view).update(vars(module))
    vars(view).update(more)
    return view
