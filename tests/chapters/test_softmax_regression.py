from functools import partial

import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss

import d2lmx as d2l
from chapters import softmax_regression as chapter
from d2lmx.training.implementations import largest_difference
from tests.training.equality import assert_equal_steps, first_batches

LOSSES = pytest.mark.parametrize("loss", [chapter.cross_entropy, gloss.SoftmaxCrossEntropyLoss()],
                                 ids=["scratch", "gluon"])


def test_softmax_gives_probabilities():
    o = nd.array([[1.0, 2.0, 3.0], [1000.0, -1000.0, 1000.0]])
    expected = [np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), [0.5, 0, 0.5]]
    np.testing.assert_allclose(chapter.softmax(o).asnumpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(chapter.log_softmax(o).asnumpy()[0], np.log(expected[0]), rtol=1e-6)


def test_log_softmax_is_that_of_mxnet():
    o = 10 * nd.random.normal(shape=(6, 4), dtype="float64")
    np.testing.assert_allclose(chapter.log_softmax(o).asnumpy(), nd.log_softmax(o).asnumpy(), rtol=1e-12)


@LOSSES
def test_cross_entropy_is_minus_the_log_of_the_probability(loss):
    o, y = nd.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]), nd.array([0, 2], dtype="int32")
    expected = [-np.log(np.exp(1) / np.exp([1, 2, 3]).sum()), np.log(3)]
    np.testing.assert_allclose(loss(o, y).asnumpy(), expected, rtol=5e-6)


@LOSSES
def test_loss_and_gradient_stay_finite_at_large_logits(loss):
    o, y = nd.array([[1000.0, -1000.0], [-1000.0, 1000.0]]), nd.array([0, 0], dtype="int32")
    o.attach_grad()
    with autograd.record():
        batch_loss = loss(o, y)
    batch_loss.backward()
    # The logarithm of MXNet's own operator is off by up to 1.5e-6.
    np.testing.assert_allclose(batch_loss.asnumpy(), [0, 2000], atol=5e-6)
    np.testing.assert_allclose(o.grad.asnumpy(), [[0, 0], [-1, 1]], atol=5e-6)  # softmax(o) - onehot(y)


@pytest.mark.parametrize("seed", range(5))
def test_implementations_agree_step_by_step(digits, seed):
    d2l.seed_all(seed)
    initial = chapter.init_params(digits.num_inputs, digits.num_outputs)
    assert_equal_steps(chapter.build_scratch, partial(chapter.build_gluon, 10), initial, 0.1,
                       first_batches(digits.train, batch_size=256))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("dtype, bar", [("float32", 1e-5), ("float64", 1e-9)])
def test_histories_agree_and_learn(digits, seed, dtype, bar):
    trained = chapter.run(digits, num_epochs=10, seed=seed, dtype=dtype)
    assert list(trained) == ["scratch", "gluon"]
    assert largest_difference(trained) < bar
    for one in trained.values():
        assert one.history[-1]["test_acc"] > 0.8
        assert one.history[-1]["loss"] < one.history[0]["loss"] < np.log(10)


def test_accuracy_written_out_is_that_of_the_helper(digits):
    def net(X):
        return X.flatten()[:, 10:20]   # as good as chance

    loader = d2l.ArrayLoader(*digits.test, batch_size=100, shuffle=False)
    assert chapter.evaluate_accuracy(loader, net) == pytest.approx(d2l.evaluate(net, loader))
