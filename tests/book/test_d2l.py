"""d2l 1.0.3, the package of the book's later editions, as a second reference: its MXNet module on the same numbers.

d2l computes on `mx.np` arrays in MXNet's NumPy mode, d2lmx on `nd` arrays without it, and the two do not mix. What one
has is handed to the other at the edge: `X.as_np_ndarray()` is the same memory as `mx.np` array, `X.as_nd_ndarray()`
the way back. `npx.set_np()` would switch the mode for the whole process, so d2l's part runs under `numpy_mode` here.
"""
import contextlib
from functools import partial

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import mlp, softmax_regression
from d2lmx.training.implementations import dense_params, map_params, set_dense_params, start_gluon, start_scratch
from tests.training.equality import first_batches, values_of_step

reference = pytest.importorskip("d2l.mxnet", reason="d2l 1.0.3 is not installed (it is for Python up to 3.11)")

LR = 0.1


@contextlib.contextmanager
def numpy_mode():
    with mx.util.np_shape(True), mx.util.np_array(True):
        yield
    assert not mx.util.is_np_array() and not mx.util.is_np_shape()


def to_np(X, y):
    """A batch as d2l takes it: each example a row."""
    return X.reshape((len(X), -1)).as_np_ndarray(), y.as_np_ndarray()


def assert_close(ours, theirs):
    for one, other in zip(ours, theirs):
        assert one.shape == other.shape
        # In NumPy mode the rounding of log-softmax shifts all logits alike, by 1e-7 in each step.
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=3e-6)


def test_linear_regression_is_that_of_d2l():
    def step(helpers, X, y, w, b):
        for param in (w, b):
            param.attach_grad()
        return values_of_step(partial(helpers.linreg, w=w, b=b), helpers.squared_loss,
                              partial(helpers.sgd, [w, b], LR), lambda: [w, b], X, y, seed=None)

    arrays = *d2l.synthetic_data(num_examples=7), nd.array([[0.3], [-0.5]]), nd.array([0.1])
    copies = [array.copy().as_np_ndarray() for array in arrays]
    ours = step(d2l, *arrays)
    with numpy_mode():
        theirs = step(reference, *copies)
    assert_close(ours, theirs)


def test_accuracy_is_that_of_d2l():
    d2l.seed_all(0)
    y_hat, y = nd.random.normal(shape=(50, 4)), nd.random.randint(0, 4, shape=(50,), dtype="int32")
    ours = d2l.accuracy(y_hat, y)
    with numpy_mode():
        number = reference.accuracy(y_hat.as_np_ndarray(), y.as_np_ndarray())  # of right predictions
    assert number == pytest.approx(50 * ours) and 0 < ours < 1


def test_names_of_labels_are_those_of_d2l():
    assert d2l.get_fashion_mnist_labels(range(10)) == reference.get_fashion_mnist_labels(range(10))


def classifier(params, X):
    """A classifier of d2l's: its softmax regression, or with its base class an MLP, which the package does not have."""
    if len(params) == 1:
        model = reference.SoftmaxRegression(10, LR)
    else:
        model = reference.Classifier()
        model.lr, model.net = LR, nn.Sequential()
        model.net.add(nn.Dense(32, activation="relu"), nn.Dense(10))
        model.net.initialize()
    model(X)  # now the layers know their shapes
    set_dense_params(model, map_params(lambda param: param.as_np_ndarray(), params))
    return model


@pytest.mark.parametrize("chapter, sizes, gluon_argument", [
    (softmax_regression, [64, 10], 10), (mlp, [64, 32, 10], [64, 32, 10])], ids=["softmax", "mlp"])
def test_classifiers_train_as_those_of_d2l(digits, chapter, sizes, gluon_argument):
    d2l.seed_all(0)
    initial = mlp.init_params(sizes)
    batches = first_batches(digits.train, 256)
    with numpy_mode():
        model = classifier(initial, to_np(*batches[0])[0])
        theirs = [values_of_step(model, partial(model.loss, averaged=False), model.configure_optimizers().step,
                                 partial(dense_params, model, initial), *to_np(*batch), seed=None)
                  for batch in batches]
    params = initial if chapter is mlp else initial[0]
    for ours in (start_scratch(chapter.build_scratch, params, LR),
                 start_gluon(partial(chapter.build_gluon, gluon_argument), params, LR)):
        for batch, values in zip(batches, theirs):
            assert_close(values_of_step(*ours, *batch, seed=None), values)


def test_loaders_feed_the_helpers_of_d2l(digits):
    """An example to copy: `as_np_ndarray()` at the edge is all that d2l's functions need of a loader's batches."""
    loader = d2l.ArrayLoader(*digits.test, 100, shuffle=False)
    params = softmax_regression.init_params(64, 10)
    net, loss, _ = softmax_regression.build_scratch(params, LR)

    with numpy_mode():
        batches = [to_np(X, y) for X, y in loader]
        model = classifier([params], batches[0][0])
        accuracy = reference.evaluate_accuracy(model, batches)
        mean_loss = reference.evaluate_loss(model, batches, partial(model.loss, averaged=False))
    assert accuracy == pytest.approx(d2l.evaluate(net, loader))
    assert mean_loss == pytest.approx(d2l.evaluate(net, loader, loss), rel=1e-5)
