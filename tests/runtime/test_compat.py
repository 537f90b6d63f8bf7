import sys
import types
from importlib.machinery import ModuleSpec

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, gluon, nd

from d2lmx.runtime import compat
from d2lmx.runtime.compat import loading, messages
from tests.fresh import python, run

# What breaks where a module of MXNet sees today's NumPy, or is missing from its package.
WORKS = """
import warnings
warnings.simplefilter("ignore")  # MXNet's own, in calls
import mxnet as mx
x = mx.np.array([1., 2, 3])
assert mx.np.array(True).asnumpy() == 1
mask = [False, True, True]
assert x[x > 1].tolist() == x[mask].tolist() == x[mx.np.array(mask, dtype="bool")].tolist() == [2, 3]
x[x > 2] = 0
assert x.tolist() == [1, 2, 0]
assert mx.nd.array([[1, 2]]).sum().asscalar() == 3
assert mx.context.num_gpus() >= 0
import mxnet.test_utils
mxnet.test_utils.assert_almost_equal(mx.nd.ones(2), mx.nd.ones(2))
from mxnet.gluon.contrib import estimator
"""


NEEDS_HELP = np.lib.NumpyVersion(np.__version__) >= "1.24.0"


def test_numpy_is_as_before():
    python("""
import numpy, warnings
before, filters = dict(vars(numpy)), list(warnings.filters)
import d2lmx, mxnet
after = dict(vars(numpy))
assert all(after.pop(name) is value for name, value in before.items())
assert all(value is sys.modules.get(f"numpy.{name}") for name, value in after.items()), after  # loaded meanwhile
assert [one for one in warnings.filters if "an array with ndim > 0" not in str(one[1])] == filters
mxnet.nd.array([1, 2])  # asks for scipy.sparse.csr, which SciPy serves with a warning
""" + WORKS, "-W", "error")


@pytest.mark.parametrize("imports", [
    "import scipy.sparse, numpy.ma, d2lmx, mxnet.gluon",
    pytest.param("try:\n    import mxnet\nexcept AttributeError: import d2lmx, mxnet\nelse: raise AssertionError",
                 marks=pytest.mark.skipif(not NEEDS_HELP, reason="this NumPy lets a plain import succeed")),
])
def test_import_in_any_order(imports):
    python(imports + WORKS)


def test_a_failed_import_says_what_to_type_and_can_be_repeated():
    python("""
import ctypes, numpy, d2lmx
before, load = set(vars(numpy)), ctypes.CDLL

def load_without_libquadmath(name, *args, **kwargs):
    if "libmxnet" in str(name) or "libquadmath" in str(name):
        raise OSError("libquadmath.so.0: cannot open shared object file: No such file or directory")
    return load(name, *args, **kwargs)

def failure():
    try:
        import mxnet
    except ImportError as error:
        assert all(f"numpy.{name}" in sys.modules for name in set(vars(numpy)) - before)  # submodules, no more
        return str(error)

ctypes.CDLL = load_without_libquadmath
message = failure()
assert "needs libquadmath.so.0" in message and "sudo apt-get install libquadmath0\\n" in message, message
ctypes.CDLL = load
sys.modules["distutils"] = None
message = failure()
assert "MXNet needs distutils" in message and "python -m d2lmx setup" in message, message
del sys.modules["distutils"]
""" + WORKS)


@pytest.mark.parametrize("machine, missing, expected", [
    ("x86_64", ["libquadmath.so.0", "libgomp.so.1"], "libgomp.so.1 and libquadmath.so.0, which this system lacks"),
    ("x86_64", ["libquadmath.so.0"], "sudo apt-get install libquadmath0\n(on Fedora: sudo dnf install libquadmath)"),
    ("aarch64", ["libquadmath.so.0"], "pip install --force-reinstall --no-deps mxnet==1.9.1"),  # not needed there
    ("x86_64", [], "does not load (libmxnet.so: too short). Reinstall it"),
])
def test_message_for_a_library_that_does_not_load(machine, missing, expected, monkeypatch):
    on(monkeypatch, "Linux", machine)
    monkeypatch.setattr(messages, "_loads", lambda library: library not in missing)
    assert expected in messages.how_to_load(OSError("libmxnet.so: too short"))


def test_mxnet_absent():
    code = "import d2lmx\ntry:\n    import mxnet\nexcept ModuleNotFoundError as error:\n    print(error.name, error)"
    done = run([sys.executable, "-S", "-c", code])  # -S: without site-packages
    assert done.stdout == "mxnet MXNet is not installed. Type:\n    python -m d2lmx setup\n", done.stderr


def test_numpy_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ModuleNotFoundError, match="MXNet needs numpy.*\n.*python -m d2lmx setup"):
        loading.execute(None, types.ModuleType("mxnet"))


@pytest.mark.parametrize("version, expected", [
    ((3, 8, 18), "supports Python 3.9 to 3.14, this is 3.8"),
    ((3, 9, 0), "python -m d2lmx setup"),
    ((3, 14, 0), "python -m d2lmx setup"),
    ((3, 15, 0), "supports Python 3.9 to 3.14, this is 3.15"),
])
def test_message_by_python(version, expected, monkeypatch):
    on(monkeypatch, "Linux", "x86_64")
    monkeypatch.setattr(messages, "sys", types.SimpleNamespace(version_info=version))
    assert expected in messages.how_to_install()


@pytest.mark.parametrize("system, machine, libc, expected", [
    ("Linux", "x86_64", "glibc", None),
    ("Linux", "aarch64", "glibc", None),
    ("Darwin", "x86_64", "", None),
    ("Linux", "x86_64", "", "without glibc"),
    ("Linux", "riscv64", "glibc", "Linux on riscv64: use Linux on x86_64 or aarch64"),
    ("Windows", "AMD64", "", "Windows on amd64: use WSL 2"),
    ("Darwin", "arm64", "", "Darwin on arm64: use a Linux container"),
])
def test_platforms(system, machine, libc, expected, monkeypatch):
    on(monkeypatch, system, machine, libc)
    problem = messages.unsupported_platform()
    assert problem is None if expected is None else expected in problem
    assert problem is None or messages.how_to_install() == messages.how_to_load(OSError("dll")) == problem


def on(monkeypatch, system, machine, libc="glibc"):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, ""))


def test_install_leaves_one_finder_in_front(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    compat.install()
    compat.install()
    assert type(sys.meta_path[0]) is compat.MXNetFinder
    assert [type(finder).__name__ for finder in sys.meta_path].count("MXNetFinder") == 1


def test_other_imports_are_left_alone():
    assert compat.MXNetFinder().find_spec("json") is None
    assert compat.MXNetFinder().find_spec("mxnet_tools") is None
    with pytest.raises(ModuleNotFoundError, match="No module named 'mxnet.nothing'"):
        import mxnet.nothing  # noqa: F401


def test_loader_that_serves_other_modules_is_left_alone(monkeypatch):
    """Pytest's is such a one, and takes `mxnet.test_utils` for a test."""
    loader = types.SimpleNamespace(create_module=lambda spec: None, exec_module=lambda module: None, get_source=str)
    finder = types.SimpleNamespace(find_spec=lambda name, path, target: ModuleSpec(name, loader))
    before = dict(vars(loader))
    monkeypatch.setattr(sys, "meta_path", [finder])
    spec = compat.MXNetFinder().find_spec("mxnet.part")
    assert vars(loader) == before
    assert spec.loader.get_source is str  # the rest of it is there
    assert spec.loader.exec_module != loader.exec_module


# --- MXNet works


def test_arrays():
    x = nd.array([[1, 2], [3, 4]])
    assert x.dtype == np.float32
    np.testing.assert_array_equal((x * 2 + x.T).asnumpy(), [[3, 7], [8, 12]])
    np.testing.assert_array_equal(nd.dot(x, x).asnumpy(), [[7, 10], [15, 22]])
    np.testing.assert_array_equal(x[:, 1:].asnumpy(), [[2], [4]])
    assert x.sum().asscalar() == 10
    np.testing.assert_array_equal(nd.array(np.arange(3, dtype="int64"), dtype="int32").asnumpy(), [0, 1, 2])


def test_autograd():
    x = nd.array([1, -2, 3])
    x.attach_grad()
    with autograd.record():
        y = (x ** 3).sum()
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), [3, 12, 27])


def test_gluon_takes_the_step_that_numpy_does():
    X, y = np.array([[1, 2], [3, 4], [5, 6]], "float32"), np.array([1, 0, 2], "float32")
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.Constant(0.5))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    with autograd.record():
        loss = gluon.loss.L2Loss()(net(nd.array(X)), nd.array(y))
    loss.backward()
    trainer.step(3)
    w, b = np.full(2, 0.5), 0.0  # biases start at zero, whatever the initialiser
    residual = X @ w + b - y
    np.testing.assert_allclose(loss.asnumpy(), residual ** 2 / 2, rtol=1e-6)
    np.testing.assert_allclose(net.weight.data().asnumpy()[0], w - 0.1 * X.T @ residual / 3, rtol=1e-6)
    np.testing.assert_allclose(net.bias.data().asnumpy(), [b - 0.1 * residual.mean()], rtol=1e-6)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_data_loader_with_workers():
    X, y = np.arange(20, dtype="float32").reshape(10, 2), np.arange(10)
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=4, num_workers=2)
    for _ in range(2):
        batches = [(X.asnumpy(), y.asnumpy()) for X, y in loader]
        assert [len(y) for _, y in batches] == [4, 4, 2]
        np.testing.assert_array_equal(np.concatenate([X for X, _ in batches]), X)
        np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), y)


def test_save_and_load(tmp_path):
    path = str(tmp_path / "arrays")
    nd.save(path, {"w": nd.array([1, 2]), "b": nd.array([3], dtype="int32")})
    loaded = nd.load(path)
    np.testing.assert_array_equal(loaded["w"].asnumpy(), [1, 2])
    assert loaded["b"].dtype == np.int32
    one, other = gluon.nn.Dense(3, in_units=2), gluon.nn.Dense(3, in_units=2)
    one.initialize()
    one.save_parameters(path)
    other.load_parameters(path)
    np.testing.assert_array_equal(one.weight.data().asnumpy(), other.weight.data().asnumpy())


def test_mx_np():
    a = mx.np.array([[1, 2], [3, 4]])
    assert a.mean().item() == 2.5
    assert mx.np.zeros((2, 3), dtype="bool").dtype == np.bool_
    np.testing.assert_array_equal(mx.np.concatenate([a, a.T], axis=1).asnumpy(), [[1, 2, 1, 3], [3, 4, 2, 4]])
    np.testing.assert_array_equal((a > 2).asnumpy(), [[False, False], [True, True]])
    np.testing.assert_array_equal(np.sum(a, axis=0).asnumpy(), [4, 6])  # NumPy's function, MXNet's array
    np.testing.assert_allclose(mx.np.linalg.norm(a).item(), np.sqrt(30), rtol=1e-6)
    assert mx.np.random.uniform(size=(2, 3)).shape == (2, 3)
    a.attach_grad()
    with autograd.record():
        y = mx.np.exp(a).sum()
    y.backward()
    np.testing.assert_allclose(a.grad.asnumpy(), np.exp(a.asnumpy()), rtol=1e-5)


def test_sklearn_and_pandas_wait_until_they_are_used():
    code = """
import sys
import d2lmx, mxnet
print(sorted({"sklearn", "pandas", "matplotlib"} & sys.modules.keys()))
import sklearn.base
print(mxnet.model.BASE_ESTIMATOR is object, len(d2lmx.load_digits().test[1]))
"""
    assert python(code) == "[]\nTrue 360\n"


def test_sklearn_that_is_there_stays():
    code = """
import sklearn.base
import d2lmx, mxnet
print(mxnet.model.BASE_ESTIMATOR is sklearn.base.BaseEstimator)
"""
    assert python(code) == "True\n"
