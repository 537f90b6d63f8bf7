"""d2l 1.0.3, the package of the book's later editions, as a second reference: its MXNet module on the same numbers.

d2l computes on `mx.np` arrays in MXNet's NumPy mode, d2lmx on `nd` arrays without it, and the two do not mix. What one
has is handed to the other at the edge: `X.as_np_ndarray()` is the same memory as `mx.np` array, `X.as_nd_ndarray()`
the way back. `npx.set_np()` would switch the mode for the whole process, so d2l's part runs under `numpy_mode` here.
"""
import contextlib

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import mlp, softmax_regression
from d2lmx.training.implementations import dense_params, set_dense_params

reference = pytest.importorskip("d2l.mxnet", reason="d2l 1.0.3 is not installed (it is for Python up to 3.11)")

LR = 0.1


@contextlib.contextmanager
def numpy_mode():
    with mx.util.np_shape(True), mx.util.np_array(True):
        yield


@pytest.fixture(autouse=True)
def mode_is_left_as_it_was():
    yield
    assert not mx.util.is_np_array() and not mx.util.is_np_shape()


def assert_close(one, other, rtol=1e-5, atol=1e-6):
    assert one.shape == other.shape
    np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=rtol, atol=atol)


@pytest.fixture(scope="module")
def digits():
    return d2l.load_digits()


def regression_step(helpers, X, y, w, b):
    """Predictions, losses, gradients and the parameters after a step, by the functions of `helpers`."""
    for param in (w, b):
        param.attach_grad()
    with autograd.record():
        y_hat = helpers.linreg(X, w, b)
        batch_loss = helpers.squared_loss(y_hat, y)
    batch_loss.backward()
    values = [y_hat, batch_loss, w.grad.copy(), b.grad.copy()]
    helpers.sgd([w, b], LR, len(X))
    return [*values, w, b]


def test_linear_regression_is_that_of_d2l():
    X, y = d2l.synthetic_data(num_examples=7)
    arrays = X, y, nd.array([[0.3], [-0.5]]), nd.array([0.1])
    copies = [array.copy().as_np_ndarray() for array in arrays]
    ours = regression_step(d2l, *arrays)
    with numpy_mode():
        theirs = regression_step(reference, *copies)
    for one, other in zip(ours, theirs):
        assert_close(one, other)


def test_accuracy_is_that_of_d2l():
    d2l.seed_all(0)
    y_hat, y = nd.random.normal(shape=(50, 4)), nd.random.randint(0, 4, shape=(50,), dtype="int32")
    ours = d2l.accuracy(y_hat, y)
    with numpy_mode():
        number = reference.accuracy(y_hat.as_np_ndarray(), y.as_np_ndarray())  # of right predictions
        fraction = reference.Classifier().accuracy(y_hat.as_np_ndarray(), y.as_np_ndarray())
    assert number == pytest.approx(50 * ours) and float(fraction) == pytest.approx(ours)
    assert 0 < ours < 1


def test_names_of_labels_are_those_of_d2l():
    assert d2l.get_fashion_mnist_labels(range(10)) == reference.get_fashion_mnist_labels(range(10))


def classifier(num_hiddens):
    """A classifier of d2l's: its softmax regression, or with its base class an MLP, which the package does not have."""
    if not num_hiddens:
        return reference.SoftmaxRegression(10, LR)
    model = reference.Classifier()
    model.lr, model.net = LR, nn.Sequential()
    model.net.add(nn.Dense(num_hiddens, activation="relu"), nn.Dense(10))
    model.net.initialize()
    return model


def d2l_steps(num_hiddens, params, batches):
    """For each batch the logits, the losses and the parameters, [W, b] of each layer, after d2l's step."""
    with numpy_mode():
        model = classifier(num_hiddens)
        batches = [(X.reshape((len(X), -1)).as_np_ndarray(), y.as_np_ndarray()) for X, y in batches]
        model(batches[0][0])  # now the layers know their shapes
        set_dense_params(model, [param.as_np_ndarray() for param in params])
        optimizer = model.configure_optimizers()
        for X, y in batches:
            with autograd.record():
                y_hat = model(X)
                mean_loss = model.loss(y_hat, y)
            mean_loss.backward()
            optimizer.step(1)
            yield y_hat, model.loss(y_hat, y, averaged=False), dense_params(model)


@pytest.mark.parametrize("chapter, num_hiddens", [(softmax_regression, None), (mlp, 32)])
@pytest.mark.parametrize("version", ["scratch", "gluon"])
def test_classifiers_train_as_those_of_d2l(digits, chapter, num_hiddens, version):
    d2l.seed_all(0)
    initial = mlp.init_params([64, num_hiddens, 10] if num_hiddens else [64, 10])
    batches = list(d2l.ArrayLoader(*digits.train, 256))
    assert [len(X) for X, _ in batches[-2:]] == [256, 157]  # a short last batch among them
    theirs = list(d2l_steps(num_hiddens, initial, batches))
    params = [param.copy() for param in initial]
    net, loss, step = getattr(chapter, f"build_{version}")(params, LR)
    for (X, y), (y_hat, batch_loss, their_params) in zip(batches, theirs):
        with autograd.record():
            own_y_hat = net(X)
            own_loss = loss(own_y_hat, y)
        own_loss.backward()
        step(len(X))
        assert_close(own_y_hat, y_hat)
        assert_close(own_loss, batch_loss)
        for param, their_param in zip(params if version == "scratch" else dense_params(net), their_params):
            assert_close(param, their_param)


def test_loaders_feed_the_helpers_of_d2l(digits):
    """An example to copy: `as_np_ndarray()` at the edge is all that d2l's functions need of a loader's batches."""
    loader = d2l.ArrayLoader(*digits.test, 100, shuffle=False)
    W, b = softmax_regression.init_params(64, 10)
    net, loss, _ = softmax_regression.build_scratch([W, b], LR)

    with numpy_mode():
        batches = [(X.reshape((len(X), -1)).as_np_ndarray(), y.as_np_ndarray()) for X, y in loader]
        model = classifier(None)
        model(batches[0][0])
        set_dense_params(model, [W.as_np_ndarray(), b.as_np_ndarray()])
        accuracy = reference.evaluate_accuracy(model, batches)
        mean_loss = reference.evaluate_loss(model, batches, lambda y_hat, y: model.loss(y_hat, y, averaged=False))
    assert accuracy == pytest.approx(d2l.evaluate(net, loader))
    assert mean_loss == pytest.approx(d2l.evaluate(net, loader, loss), rel=1e-5)
