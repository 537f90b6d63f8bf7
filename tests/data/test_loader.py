import numpy as np
import pytest
from mxnet import gluon, nd

from d2lmx import ArrayLoader, epoch_order
from d2lmx.data import loader as loader_file


def arrays(n, d=2):
    return nd.arange(n * d).reshape((n, d)), nd.arange(n, dtype="int32")


def rows(loader):
    """The examples of one pass, by their label."""
    return np.concatenate([y.asnumpy() for _, y in loader])


def test_each_pass_has_every_example_once_with_its_own_label():
    X, y = arrays(23)
    loader = ArrayLoader(X, y, batch_size=5)
    for _ in range(3):
        batches = list(loader)
        assert [len(labels) for _, labels in batches] == [5, 5, 5, 5, 3]
        labels = np.concatenate([labels.asnumpy() for _, labels in batches])
        features = np.concatenate([features.asnumpy() for features, _ in batches])
        np.testing.assert_array_equal(np.sort(labels), np.arange(23))
        np.testing.assert_array_equal(features, X.asnumpy()[labels])


@pytest.mark.parametrize("gather_bytes", [1, 8 * 5 * 2, 8 * 5 * 2 + 1, 1 << 30])  # 1, 2, 2 and all batches at once
def test_how_many_rows_are_gathered_at_once_changes_nothing(gather_bytes, monkeypatch):
    expected = [(X.asnumpy(), y.asnumpy()) for X, y in ArrayLoader(*arrays(23), 5, seed=1)]
    monkeypatch.setattr(loader_file, "GATHER_BYTES", gather_bytes)
    found = list(ArrayLoader(*arrays(23), 5, seed=1))
    assert len(found) == len(expected) == 5
    for (X, y), (X_expected, y_expected) in zip(found, expected):
        np.testing.assert_array_equal(X.asnumpy(), X_expected)
        np.testing.assert_array_equal(y.asnumpy(), y_expected)


def test_writing_into_a_batch_changes_neither_the_others_nor_the_data():
    X, y = arrays(20)
    before = X.asnumpy()
    batches = list(ArrayLoader(X, y, 6))
    others = [batch.asnumpy() for batch, _ in batches[1:]]
    batches[0][0][:] = -1
    np.testing.assert_array_equal(X.asnumpy(), before)
    for (batch, _), other in zip(batches[1:], others):
        np.testing.assert_array_equal(batch.asnumpy(), other)


@pytest.mark.parametrize("n, batch_size, expected", [(10, 5, 2), (11, 5, 3), (3, 10, 1), (1, 1, 1)])
def test_len_is_the_number_of_batches(n, batch_size, expected):
    loader = ArrayLoader(*arrays(n), batch_size)
    assert len(loader) == expected == len(list(loader))


def test_order_depends_on_seed_and_epoch_alone():
    one, other = ArrayLoader(*arrays(50), 8, seed=3), ArrayLoader(*arrays(50), 8, seed=3)
    first = rows(one)
    np.random.seed(0)
    nd.random.uniform(shape=(10,))  # neither of the generators others draw from takes part
    np.testing.assert_array_equal(rows(other), first)
    second = rows(one)
    assert (second != first).any()
    np.testing.assert_array_equal(rows(other), second)
    assert (rows(ArrayLoader(*arrays(50), 8, seed=4)) != first).any()
    np.testing.assert_array_equal(first, epoch_order(50, 3, 0))


def test_epoch_can_be_set_to_resume():
    loader = ArrayLoader(*arrays(50), 8)
    passes = [rows(loader) for _ in range(3)]
    resumed = ArrayLoader(*arrays(50), 8)
    resumed.epoch = 2
    np.testing.assert_array_equal(rows(resumed), passes[2])


def test_passes_may_interleave():
    loader, reference = ArrayLoader(*arrays(20), 6), ArrayLoader(*arrays(20), 6)
    first, second = iter(loader), iter(loader)
    mixed = list(zip(first, second))
    np.testing.assert_array_equal(np.concatenate([batch[1].asnumpy() for batch, _ in mixed]), rows(reference))
    np.testing.assert_array_equal(np.concatenate([batch[1].asnumpy() for _, batch in mixed]), rows(reference))


def test_without_shuffle_batches_are_in_order():
    loader = ArrayLoader(*arrays(12), 5, shuffle=False)
    for _ in range(2):
        np.testing.assert_array_equal(rows(loader), np.arange(12))


def test_same_batches_as_a_gluon_data_loader():
    X, y = arrays(23)
    gluon_loader = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=5)
    for ours, theirs in zip(ArrayLoader(X, y, 5, shuffle=False), gluon_loader):
        for a, b in zip(ours, theirs):
            np.testing.assert_array_equal(a.asnumpy(), b.asnumpy())


@pytest.mark.parametrize("X_dtype, y_dtype, expected", [
    ("float64", "float64", ("float32", "float32")), ("float32", "int64", ("float32", "int32")),
    ("uint8", "uint8", ("float32", "int32")),
])
@pytest.mark.parametrize("convert", [np.asarray, lambda a: nd.array(a, dtype=a.dtype)], ids=["numpy", "nd"])
def test_dtypes(X_dtype, y_dtype, expected, convert):
    loader = ArrayLoader(convert(np.ones((4, 3), X_dtype)), convert(np.ones(4, y_dtype)), 2)
    X, y = next(iter(loader))
    assert (np.dtype(X.dtype), np.dtype(y.dtype)) == expected


@pytest.mark.parametrize("X, y, error, message", [
    (np.ones((3, 2)), np.ones(4), ValueError, "got 3 examples and 4 labels"),
    (np.ones((0, 2)), np.ones(0), ValueError, "at least one example"),
    (np.ones(3), np.ones(3), ValueError, "at least 2 dimensions"),
    (np.ones((3, 2)), np.ones((3, 1)), ValueError, r"expected shape \(n,\), got \(3, 1\)"),
    (np.array([[1.0], [np.nan]]), np.ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (np.array([[1.0], [2.0]]), np.array([0, np.inf]), ValueError, "labels y: expected numbers that float32 holds"),
    (nd.array([[1.0], [np.nan]]), nd.ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (np.array([["a"], ["b"]]), np.ones(2), TypeError, "expected numbers"),
    ([[1.0], [2.0]], np.ones(2), TypeError, "got list"),
    (np.array([[1.0], [1e300]]), np.ones(2), ValueError, "features X: expected numbers that float32 holds"),
    (np.ones((2, 1)), np.array([0, 2 ** 40]), ValueError, "labels y: expected class indices that int32 holds"),
])
def test_bad_data(X, y, error, message):
    with pytest.raises(error, match=message):
        ArrayLoader(X, y, batch_size=2)


@pytest.mark.parametrize("batch_size, error", [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_bad_batch_size(batch_size, error):
    with pytest.raises(error, match="batch_size: expected an integer of at least 1"):
        ArrayLoader(*arrays(3), batch_size)
