import hashlib

import numpy as np


def test_digits_are_scikit_learns_each_once(digits):
    from sklearn.datasets import load_digits as reference

    assert (digits.name, digits.label_names) == ("digits", tuple("0123456789"))
    assert (digits.num_inputs, digits.num_outputs) == (64, 10)
    assert (digits.train[0].shape, digits.test[0].shape) == ((1437, 1, 8, 8), (360, 1, 8, 8))
    rows = []
    for X, y in (digits.train, digits.test):
        assert (X.dtype, y.dtype) == (np.float32, np.int32)
        rows += [(*x.ravel() * 16, label) for x, label in zip(X.asnumpy(), y.asnumpy())]
    assert sorted(rows) == sorted((*x, label) for x, label in zip(reference().data, reference().target))


def test_digits_have_the_same_split_everywhere(digits):
    digest = hashlib.sha256(b"".join(y.asnumpy().tobytes() for _, y in (digits.train, digits.test)))
    assert digest.hexdigest().startswith("145cd6a20c97931d")
