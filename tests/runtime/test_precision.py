import numpy as np
import pytest
from mxnet import autograd, nd, sym
from mxnet.gluon import loss as gloss

from d2lmx.runtime.precision import mend_log_softmax

ROUNDING = 5e-7   # a few times 2^-24 of numbers near 2


@pytest.fixture
def logits():
    return np.random.RandomState(0).normal(scale=0.1, size=(256, 10)).astype("float32")


def test_log_softmax_only_rounds(logits):
    o = logits.astype("float64")
    expected = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    executor = sym.log_softmax(sym.var("o")).bind(nd.array(logits).context, {"o": nd.array(logits)})
    for values in (nd.log_softmax(nd.array(logits)), executor.forward()[0]):
        np.testing.assert_allclose(values.asnumpy(), expected, rtol=0, atol=ROUNDING)
    assert nd.log_softmax(nd.array([[1000.0, -1000.0]])).asnumpy().tolist() == [[0, -2000]]


def test_gradient_of_gluons_loss_sums_to_0(logits):
    o, y = nd.array(logits), nd.arange(256) % 10
    o.attach_grad()
    with autograd.record():
        loss = gloss.SoftmaxCrossEntropyLoss()(o, y)
    loss.backward()
    assert np.abs(o.grad.asnumpy().sum(axis=1)).max() < ROUNDING


def test_other_arguments_mean_what_they_did(logits):
    o = nd.array(logits)
    hot = nd.log_softmax(o, -1, 2.0)
    np.testing.assert_allclose(hot.asnumpy(), nd.log_softmax(o / 2).asnumpy(), rtol=1e-6)
    np.testing.assert_allclose(nd.log_softmax(o, axis=0).asnumpy(), nd.log_softmax(o.T).T.asnumpy(), rtol=1e-6)
    assert nd.log_softmax(o, dtype="float64").dtype == np.float64


def test_mending_twice_changes_nothing():
    before = nd.log_softmax
    mend_log_softmax()
    assert nd.log_softmax is before
