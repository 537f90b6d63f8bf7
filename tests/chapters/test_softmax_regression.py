import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss

import d2lmx as d2l
from chapters import softmax_regression as chapter
from d2lmx.training.implementations import largest_difference
from tests.training.equality import assert_equal_steps, first_batches

ONEDNN = 5e-6  # the logarithm in nd.log_softmax is off by up to 1.5e-6: log_softmax of (1000, -1000) is (1.4e-6, -2000)


@pytest.fixture(scope="module")
def digits():
    return d2l.load_digits()


def test_softmax_gives_probabilities():
    o = nd.array([[1.0, 2.0, 3.0], [1000.0, -1000.0, 1000.0]])
    expected = np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum()
    np.testing.assert_allclose(chapter.softmax(o).asnumpy(), [expected, [0.5, 0, 0.5]], rtol=1e-6)


def test_cross_entropy_is_minus_the_log_of_the_probability():
    o, y = nd.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]), nd.array([0, 2], dtype="int32")
    expected = [-np.log(np.exp(1) / np.exp([1, 2, 3]).sum()), np.log(3)]
    np.testing.assert_allclose(chapter.cross_entropy(o, y).asnumpy(), expected, rtol=ONEDNN)


@pytest.mark.parametrize("loss", [
    lambda o, y: -nd.pick(chapter.log_softmax(o), y), chapter.cross_entropy, gloss.SoftmaxCrossEntropyLoss(),
], ids=["written out", "scratch", "gluon"])
def test_loss_and_gradient_stay_finite_at_large_logits(loss):
    o, y = nd.array([[1000.0, -1000.0], [-1000.0, 1000.0]]), nd.array([0, 0], dtype="int32")
    o.attach_grad()
    with autograd.record():
        batch_loss = loss(o, y)
    batch_loss.backward()
    np.testing.assert_allclose(batch_loss.asnumpy(), [0, 2000], atol=ONEDNN)
    np.testing.assert_allclose(o.grad.asnumpy(), [[0, 0], [-1, 1]], atol=ONEDNN)  # softmax(o) - onehot(y)


def test_operators_compute_what_is_written_out():
    d2l.seed_all(0)
    X, W, b = nd.random.normal(shape=(6, 5)), nd.random.normal(shape=(5, 4)), nd.random.normal(shape=(4,))
    np.testing.assert_allclose(chapter.affine(X, W, b).asnumpy(), (nd.dot(X, W) + b).asnumpy(), rtol=1e-5, atol=1e-6)
    o = 10 * nd.random.normal(shape=(6, 4))
    np.testing.assert_allclose(chapter.log_softmax(o).asnumpy(), nd.log_softmax(o).asnumpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(chapter.log_softmax(o).asnumpy(), chapter.softmax(o).log().asnumpy(), atol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_versions_agree_step_by_step(digits, seed):
    d2l.seed_all(seed)
    params = chapter.init_params(digits.num_inputs, digits.num_outputs)
    batches = first_batches(digits.train, batch_size=256)
    assert_equal_steps(chapter.build_scratch, chapter.build_gluon, params, 0.1, batches)


def test_histories_agree_and_learn(digits):
    trained = chapter.run(digits, num_epochs=10)
    assert set(trained) == {"scratch", "gluon"}
    assert largest_difference(trained) == 0  # the same operators in the same order: to the last bit
    for one in trained.values():
        assert one.history[-1]["test_acc"] > 0.8
        assert one.history[-1]["loss"] < one.history[0]["loss"] < np.log(10)


def test_same_seed_same_history_other_seed_another(digits):
    def history(seed):
        return [[record["loss"] for record in one.history] for one in
                chapter.run(digits, num_epochs=2, seed=seed).values()]

    assert history(0) == history(0)
    assert history(0) != history(1)
