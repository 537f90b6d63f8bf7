import numpy as np
import pandas as pd
import pytest
from mxnet import gluon, nd, np as mx_np
from numpy import array, inf, nan, ones

from d2lmx import ArrayLoader, epoch_order
from d2lmx.data import loader as module


def arrays(n, d=2):
    return nd.arange(n * d).reshape((n, d)), nd.arange(n, dtype="int32")


def values(batches):
    return [(X.asnumpy().tolist(), y.asnumpy().tolist()) for X, y in batches]


def visited(batches):
    """The examples of a pass, by their label."""
    return [label for _, labels in values(batches) for label in labels]


@pytest.mark.parametrize("n, batch_size, sizes", [
    (23, 5, [5, 5, 5, 5, 3]), (10, 5, [5, 5]), (3, 10, [3]), (1, 1, [1])])
def test_each_pass_has_every_example_once_with_its_own_label(n, batch_size, sizes):
    X, y = arrays(n)
    loader = ArrayLoader(X, y, batch_size)
    assert len(loader) == len(sizes)
    for _ in range(3):
        batches = list(loader)
        assert [len(labels) for _, labels in batches] == sizes
        assert sorted(visited(batches)) == list(range(n))
        assert all(features == X.asnumpy()[labels].tolist() for features, labels in values(batches))


@pytest.mark.parametrize("gather_bytes", [1, 8 * 5 * 2, 8 * 5 * 2 + 1, 1 << 30])  # 1, 2, 2 and all batches at once
def test_how_many_rows_are_gathered_at_once_changes_nothing(gather_bytes, monkeypatch):
    expected = values(ArrayLoader(*arrays(23), 5, seed=1))
    monkeypatch.setattr(module, "GATHER_BYTES", gather_bytes)
    assert values(ArrayLoader(*arrays(23), 5, seed=1)) == expected


def test_writing_into_a_batch_changes_neither_the_others_nor_the_data():
    X, y = arrays(20)
    before = X.asnumpy().tolist()
    first, *others = list(ArrayLoader(X, y, 6))
    expected = values(others)
    first[0][:] = -1
    assert (X.asnumpy().tolist(), values(others)) == (before, expected)


def test_order_depends_on_seed_and_epoch_alone():
    one, other = ArrayLoader(*arrays(50), 8, seed=3), ArrayLoader(*arrays(50), 8, seed=3)
    first = visited(one)
    assert first == epoch_order(50, 3, 0).tolist()
    np.random.seed(0)
    nd.random.uniform(shape=(10,))  # neither of the generators others draw from takes part
    assert visited(other) == first
    second = visited(one)
    assert second == visited(other) != first
    assert visited(ArrayLoader(*arrays(50), 8, seed=4)) != first
    one.epoch = 1  # to resume
    assert visited(one) == second


def test_passes_may_interleave():
    loader = ArrayLoader(*arrays(20), 6)
    first, second = zip(*zip(iter(loader), iter(loader)))
    reference = ArrayLoader(*arrays(20), 6)
    assert [visited(first), visited(second)] == [visited(reference), visited(reference)]


def test_without_shuffle_batches_are_those_of_a_gluon_data_loader():
    X, y = arrays(23)
    loader = ArrayLoader(X, y, 5, shuffle=False)
    expected = values(gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=5))
    assert values(loader) == values(loader) == expected


def to_pandas(array):
    return pd.Series(array) if array.ndim == 1 else pd.DataFrame(array)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("X_dtype, y_dtype", [
    ("float64", "float64"), ("float32", "float32"), ("float32", "int64"), ("uint8", "uint8")])
@pytest.mark.parametrize("convert", [np.asarray, lambda a: nd.array(a, dtype=a.dtype), to_pandas],
                         ids=["numpy", "nd", "pandas"])
def test_features_and_values_have_the_dtype_asked_for_and_classes_are_int32(convert, X_dtype, y_dtype, dtype):
    (X, y), = ArrayLoader(convert(ones((4, 3), X_dtype)), convert(ones(4, y_dtype)), 4, dtype=dtype)
    assert (X.dtype, y.dtype) == (np.dtype(dtype), np.dtype(dtype if y_dtype.startswith("float") else "int32"))


def test_float64_is_not_rounded():
    assert values(ArrayLoader(array([[1 / 3]]), array([1e300]), 1, dtype=np.float64)) == [([[1 / 3]], [1e300])]


@pytest.mark.parametrize("dtype", ["float16", "int32", "float", None])
def test_other_dtypes(dtype):
    with pytest.raises(ValueError, match=f"dtype: expected 'float32' or 'float64', got {dtype!r}"):
        ArrayLoader(*arrays(3), 2, dtype=dtype)


@pytest.mark.parametrize("X, y, error, message", [
    (ones((3, 2)), ones(4), ValueError, "got 3 examples and 4 labels"),
    (ones((0, 2)), ones(0), ValueError, "at least one example"),
    (ones(3), ones(3), ValueError, "at least 2 dimensions"),
    (ones((3, 2)), ones((3, 1)), ValueError, r"expected shape \(n,\), got \(3, 1\)"),
    (array([[1], [nan]]), ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (nd.array([[1], [nan]]), ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (array([[1], [1e300]]), ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (ones((2, 1)), array([0, inf]), ValueError, "labels y: expected numbers that float32 holds"),
    (ones((2, 1)), array([0, 2 ** 40]), ValueError, "labels y: expected class indices that int32 holds"),
    (array([["a"], ["b"]]), ones(2), TypeError, "expected numbers"),
    (pd.DataFrame({"x": ["a", "b"]}), ones(2), TypeError, "features X: expected numbers"),
    ([[1], [2]], ones(2), TypeError, "got list"),
])
def test_bad_data(X, y, error, message):
    with pytest.raises(error, match=message):
        ArrayLoader(X, y, batch_size=2)


def test_more_rows_than_are_validated_at_once(monkeypatch):
    monkeypatch.setattr(module, "ROWS", 2)
    with pytest.raises(ValueError, match="labels y: expected numbers"):
        ArrayLoader(ones((5, 1)), array([1, 1, 1, 1, nan]), 1)


@pytest.mark.parametrize("batch_size, error", [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_bad_batch_size(batch_size, error):
    with pytest.raises(error, match="batch_size: expected an integer of at least 1"):
        ArrayLoader(*arrays(3), batch_size)


def test_arrays_of_mx_np_are_taken():
    loader = ArrayLoader(mx_np.arange(6).reshape(3, 2), mx_np.array([0, 1, 2], dtype="int32"), 3, shuffle=False)
    (X, y), = loader
    assert type(X) is type(y) is nd.NDArray
    np.testing.assert_array_equal(X.asnumpy(), [[0, 1], [2, 3], [4, 5]])


def test_sparse_arrays_are_refused():
    with pytest.raises(TypeError, match=r"features X: expected a dense array, got a sparse one \(csr\); use .tostype"):
        ArrayLoader(nd.ones((3, 2)).tostype("csr"), nd.ones(3), 2)


@pytest.mark.parametrize("seed, error", [(-1, ValueError), (2 ** 32, ValueError), (0.5, TypeError), (True, TypeError)])
def test_seed_that_generators_do_not_take(seed, error):
    with pytest.raises(error, match="seed: expected an integer from 0 to 4294967295, got"):
        ArrayLoader(nd.ones((3, 2)), nd.ones(3), 2, seed=seed)
