"""What NumPy 2 and later Pythons took away from MXNet, and what it has again. Each of these works on NumPy 1.23."""
import sys

import mxnet as mx
import numpy as np
import pytest
import scipy.sparse
from mxnet import autograd, nd

from tests.fresh import python

A = mx.np.array([[1.0, 2], [3, 4]])


def test_pad():
    np.testing.assert_array_equal(mx.np.pad(A, ((0, 1), (1, 0))).asnumpy(), np.pad(A.asnumpy(), ((0, 1), (1, 0))))


def test_functions_that_give_named_tuples():
    q, r = mx.np.linalg.qr(A)
    np.testing.assert_allclose(mx.np.dot(q, r).asnumpy(), A.asnumpy(), rtol=1e-6)
    u, s, vt = np.linalg.svd(A)
    np.testing.assert_allclose(((u * s) @ vt).asnumpy(), A.asnumpy(), rtol=1e-5)
    sign, log_of_determinant = np.linalg.slogdet(A)
    assert float(sign) * np.exp(float(log_of_determinant)) == pytest.approx(-2)


def test_number_of_numpy_divided_by_an_array():
    x = A.copy()
    x.attach_grad()
    with autograd.record():
        y = np.float64(2) / x
    y.backward()
    np.testing.assert_allclose(y.asnumpy(), 2 / A.asnumpy())
    np.testing.assert_allclose(x.grad.asnumpy(), -2 / A.asnumpy() ** 2)


def test_record_with_several_labels():
    header, content = mx.recordio.unpack(mx.recordio.pack(mx.recordio.IRHeader(0, [1, 2], 3, 0), b"abc"))
    assert (header.label.tolist(), header.id, content) == ([1, 2], 3, b"abc")


@pytest.mark.filterwarnings("ignore:NumPy will stop allowing conversion:DeprecationWarning")
@pytest.mark.parametrize("array", [nd.array, mx.np.array])
def test_integers_out_of_range_wrap_around(array):
    x = array([-1, 300], dtype="uint8")
    np.testing.assert_array_equal(x.asnumpy(), [255, 44])
    x[:] = [256, 5]
    np.testing.assert_array_equal(x.asnumpy(), [0, 5])


def test_metrics_add_up_in_float64():
    metric, total = mx.metric.Loss(), 0.0
    for value in (1e8, 1.0, 1.0):  # float32 has 8 between 1e8 and its neighbour
        metric.update(None, [nd.array([value])])
        total += value
    assert metric.get() == ("loss", total / 3)
    assert str(metric) == f"EvalMetric: {{'loss': {total / 3}}}"


def test_metrics_equal_what_one_computes_in_float32():
    predicted, labels = nd.array([[0.3, 0.7], [0, 1], [0.4, 0.6]]), nd.array([0, 1, 1])
    metric = mx.metric.Accuracy()
    metric.update([labels], [predicted])
    assert metric.get()[1] == (predicted.argmax(axis=1) == labels).sum().asscalar() / labels.size
    assert metric.get_global() == metric.get()
    assert isinstance(metric.get()[1], float) and not isinstance(metric.get()[1], np.generic)


@pytest.mark.parametrize("array", [np.eye(2), np.ones((2, 0)), np.array(5.0), np.arange(3.0)])
@pytest.mark.parametrize("index", [False, True])
def test_inverse_of_unique_has_the_shape_that_numpys_has(array, index):
    class Unique(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return F.np.unique(x, return_index=index, return_inverse=True, return_counts=True)

    with mx.util.np_shape(True), mx.util.np_array(True):
        symbolic = Unique()
        symbolic.hybridize()
        expected = np.unique(array, return_index=index, return_inverse=True, return_counts=True)
        for results in (Unique()(mx.np.array(array)), symbolic(mx.np.array(array))):
            assert len(results) == len(expected)
            for one, numpys in zip(results, expected):
                np.testing.assert_array_equal(one.asnumpy(), numpys)
                assert one.shape == numpys.shape


def test_sizes_of_numpy():
    assert mx.np.random.uniform(size=np.int64(3)).shape == mx.np.random.normal(0, 1, np.int64(3)).shape == (3,)
    assert mx.np.random.uniform(np.float32(2), np.float64(3)).item() >= 2


def test_default_of_least_squares():
    solution, *_ = mx.np.linalg.lstsq(A, A, rcond="warn")
    np.testing.assert_allclose(solution.asnumpy(), np.eye(2), atol=1e-5)


@pytest.mark.filterwarnings("ignore:`in1d` is deprecated:DeprecationWarning")
def test_membership_is_flat():
    np.testing.assert_array_equal(mx.np.in1d(A, mx.np.array([1.0, 4])).asnumpy(), [True, False, False, True])


def test_generators_are_tested():
    import mxnet.test_utils

    p, observed, _ = mxnet.test_utils.chi_square_check(
        lambda n: np.random.RandomState(0).normal(size=n), [(-9, 0), (0, 9)], [0.5, 0.5], nsamples=1001)
    assert (observed.sum(), 0.01 < p <= 1) == (1001, True)
    p, *_ = mxnet.test_utils.chi_square_check(
        lambda n: np.random.RandomState(0).normal(1, size=n), [(-9, 0), (0, 9)], [0.5, 0.5], nsamples=1001)
    assert p < 1e-6


def test_sparse_arrays():
    dense = np.eye(3, dtype="float32")
    np.testing.assert_array_equal(nd.sparse.array(scipy.sparse.csr_matrix(dense)).asnumpy(), dense)
    np.testing.assert_array_equal(nd.sparse.csr_matrix(dense).asscipy().toarray(), dense)
    rows = nd.sparse.row_sparse_array((np.ones((1, 2)), [1]), shape=(3, 2))
    np.testing.assert_array_equal(rows.asnumpy(), [[0, 0], [1, 1], [0, 0]])


def test_sparse_arrays_of_scipys_other_kinds():
    import mxnet.test_utils

    np.testing.assert_array_equal(nd.sparse.array(scipy.sparse.csr_array(np.eye(2))).asnumpy(), np.eye(2))
    half = mxnet.test_utils.rand_ndarray((4, 3), "csr", density=0.5, dtype="float16")
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half.asscipy().astype("float32").toarray(), half.asnumpy())


@pytest.mark.parametrize("function, arguments", [
    (np.linalg.eig, 1), (np.linalg.eigh, 1), (np.linalg.svd, 1), (np.linalg.qr, 1), (np.meshgrid, 2),
    (np.atleast_1d, 2), (np.broadcast_arrays, 2)])
def test_functions_of_numpy_give_results_of_the_types_that_numpy_has(function, arguments):
    symmetric = mx.np.array([[2.0, 1], [1, 2]])
    found, expected = function(*arguments * [symmetric]), function(*arguments * [symmetric.asnumpy()])
    assert type(found) is type(expected)
    assert [type(one) for one in found] == len(expected) * [mx.np.ndarray]
    assert [one.shape for one in found] == [one.shape for one in expected]


def test_lists_of_numpys_functions_have_what_this_numpy_has():
    names = [*mx.numpy_dispatch_protocol._NUMPY_ARRAY_FUNCTION_LIST, *mx.np.fallback.__all__]
    assert [name for name in names if "." not in name and not hasattr(np, name)] == []
    assert {"concatenate", "around", "interp"} <= set(names)


@pytest.mark.filterwarnings("error")
def test_axes_move():
    assert nd.moveaxis(nd.zeros((3, 4, 5)), 0, -1).shape == (4, 5, 3)


def test_second_derivatives_of_a_dense_layer():
    x, layer = nd.ones((2, 3)), mx.gluon.nn.Dense(np.int64(2), in_units=3)
    layer.initialize(mx.init.One())
    x.attach_grad()
    with autograd.record():
        first, = autograd.grad(layer(x), [x], create_graph=True, retain_graph=True)  # each row: the sums of W's columns
        y = (first * first).sum()
    y.backward()
    np.testing.assert_array_equal(layer.weight.grad().asnumpy(), np.full((2, 3), 2 * 2 * 2))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are not forked")
def test_workers_of_a_loader_are_forked_unless_the_program_spawns():
    code = """
import multiprocessing
import d2lmx
from mxnet.gluon.data import dataloader
used = dataloader.multiprocessing
print(used.get_context().get_start_method())
multiprocessing.set_start_method("spawn", force=True)
print(used.get_context().get_start_method())
"""
    assert python(code) == "fork\nspawn\n"
