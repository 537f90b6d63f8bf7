"""Facts about the environment, as plain data: `python -m d2lmx` prints them."""
import importlib.metadata
import importlib.util
import platform

from d2lmx import __version__

PACKAGES = ("mxnet", "numpy", "matplotlib", "scikit-learn")


def versions():
    """Versions of d2lmx, of Python and of the packages that matter.

    Returns
    -------
    dict of str to (str or None)
        None where the package is not installed. None of them is imported.
    """
    return {"d2lmx": __version__, "python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def mxnet_problem():
    """Why MXNet cannot be used here and what to type, or None where it can. It imports MXNet.

    Returns
    -------
    str or None
    """
    try:
        import mxnet
    except ImportError as error:
        return str(error)
    if mxnet.__version__ != "1.9.1":
        return (f"MXNet {mxnet.__version__} is installed and d2lmx needs 1.9.1. Type:\n"
                "    python -m pip install mxnet==1.9.1")
    return None


def device():
    """The device that `try_gpu` chooses, such as "cpu(0)", and the number of GPUs that MXNet sees. It imports MXNet.

    Returns
    -------
    tuple of (str, int)
        A GPU may be seen and not chosen, where this build of MXNet has no code for it.
    """
    import mxnet

    from d2lmx.runtime.devices import try_gpu

    try:
        num_gpus = mxnet.context.num_gpus()
    except mxnet.MXNetError:  # a CUDA build without a driver
        num_gpus = 0
    return str(try_gpu() if num_gpus else mxnet.cpu()), num_gpus


def book_names():
    """What the book's `import d2lzh` gives in this process."""
    spec = importlib.util.find_spec("d2lzh")
    return "d2lmx's names" if spec.origin == "d2lmx" else "the installed package"


def data():
    """Where data are looked for, in order, and which data sets each folder has.

    Returns
    -------
    dict of Path to list of str
    """
    from d2lmx.data.fashion_mnist import FASHION_MNIST
    from d2lmx.data.house_prices import HOUSE_PRICES
    from d2lmx.data.storage import data_folders

    data_sets = {"Fashion-MNIST": FASHION_MNIST, "the house prices": HOUSE_PRICES}
    return {folder: [name for name, files in data_sets.items() if files.find(folder)] for folder in data_folders()}
