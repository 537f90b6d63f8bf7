import random
import types
from functools import partial

import mxnet as mx
import numpy as np
import pytest
from mxnet import gluon, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from d2lmx.training import metrics


def regression(n=25, d=3, lr=0.1):
    """Data, net, loss, step and parameters of a small linear regression."""
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(n, d)).astype("float32"), generator.normal(size=n).astype("float32")
    params = [nd.zeros((d, 1)), nd.zeros(1)]
    for param in params:
        param.attach_grad()
    return X, y, lambda X: nd.dot(X, params[0]) + params[1], d2l.squared_loss, partial(d2l.sgd, params, lr), params


def classifier(n=40, d=4, classes=3):
    """Arrays and a Gluon classifier with its loss and step."""
    generator = np.random.default_rng(1)
    X, y = generator.normal(size=(n, d)).astype("float32"), generator.integers(0, classes, n)
    mx.random.seed(0)
    net = nn.Dense(classes, in_units=d)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    return X, y, net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


def test_sgd_is_its_formula():
    param = nd.array([1.0, -2.0])
    param.attach_grad()
    param.grad[:] = nd.array([3.0, 5.0])
    d2l.sgd([param], lr=0.1, batch_size=4)
    np.testing.assert_allclose(param.asnumpy(), [1 - 0.1 * 3 / 4, -2 - 0.1 * 5 / 4], rtol=1e-6)
    assert param.grad is not None  # still attached, so that the next backward writes it


def test_training_follows_numpy_through_a_short_last_batch():
    X, y, net, loss, step, params = regression(n=25)
    history = d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 10, seed=5), num_epochs=3)
    w, b, lr = np.zeros(3), 0.0, 0.1
    for epoch, record in enumerate(history):
        order, losses = d2l.epoch_order(25, 5, epoch), []
        for rows in (order[:10], order[10:20], order[20:]):
            error = X[rows].astype("float64") @ w + b - y[rows]
            losses.extend(error ** 2 / 2)
            w = w - lr * X[rows].T.astype("float64") @ error / len(rows)  # by the actual number of examples
            b = b - lr * error.mean()
        assert record["loss"] == pytest.approx(np.mean(losses), rel=1e-5)  # weighted by examples, not batches
    np.testing.assert_allclose(params[0].asnumpy()[:, 0], w, rtol=1e-4, atol=1e-6)
    assert params[1].asscalar() == pytest.approx(b, rel=1e-4, abs=1e-6)


def test_records():
    X, y, net, loss, step = classifier()
    seen = []
    train_iter, test_iter = d2l.ArrayLoader(X, y, 7), d2l.ArrayLoader(X[:11], y[:11], 4, shuffle=False)
    history = d2l.train(net, loss, step, train_iter, 2, test_iter, d2l.correct, seen.append)
    assert history == seen
    assert [record["epoch"] for record in history] == [1, 2]
    assert set(history[0]) == {"epoch", "loss", "train_acc", "test_acc", "seconds"}
    expected = (net(nd.array(X[:11])).asnumpy().argmax(axis=1) == y[:11]).mean()
    assert history[-1]["test_acc"] == pytest.approx(expected)


def test_without_a_metric_the_test_set_is_evaluated_by_the_loss():
    X, y, net, loss, step, _ = regression()
    history = d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 10), 1, d2l.ArrayLoader(X, y, 10, shuffle=False))
    expected = d2l.squared_loss(net(nd.array(X)), nd.array(y)).mean().asscalar()
    assert history[0]["test_loss"] == pytest.approx(expected, rel=1e-5)
    assert "test_acc" not in history[0]


@pytest.mark.parametrize("batches_per_read", [1, 3, 64])
def test_reading_back_now_and_then_changes_no_number(monkeypatch, batches_per_read):
    monkeypatch.setattr(metrics, "BATCHES_PER_READ", batches_per_read)
    X, y, net, loss, step = classifier()
    record, = d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 7), 1, metric=d2l.correct)
    monkeypatch.undo()
    X, y, net, loss, step = classifier()
    reference, = d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 7), 1, metric=d2l.correct)
    assert record["loss"] == pytest.approx(reference["loss"], rel=1e-12)
    assert record["train_acc"] == reference["train_acc"]


@pytest.mark.parametrize("loader_of", [
    lambda X, y: list(d2l.ArrayLoader(X, y, 7, shuffle=False)),
    lambda X, y: gluon.data.DataLoader(gluon.data.ArrayDataset(nd.array(X), nd.array(y, dtype="int32")), 7),
    lambda X, y: gluon.data.DataLoader(gluon.data.ArrayDataset(X, y.astype("int32")), 7, num_workers=1),
], ids=["list", "DataLoader", "DataLoader with workers"])
def test_other_loaders_train_a_hybridized_network_as_array_loaders_do(loader_of):
    losses = []
    for make in (lambda X, y: d2l.ArrayLoader(X, y, 7, shuffle=False), loader_of):
        X, y, net, loss, step = classifier()
        net.hybridize()
        history = d2l.train(net, loss, step, make(X, y), 2, metric=d2l.correct)
        losses.append([record["loss"] for record in history])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("hybrid", [True, False])   # as a graph, and by the loop
@pytest.mark.parametrize("loss", [gloss.L2Loss(), d2l.squared_loss], ids=["L2Loss", "squared_loss"])
def test_integer_labels_are_values_to_regress_on_where_there_is_one_output(hybrid, loss):
    losses = []
    for dtype in ("int64", "float32"):
        X, _, _, _, _ = classifier()
        y = np.arange(len(X)).astype(dtype)
        mx.random.seed(0)
        net = nn.HybridSequential()
        net.add(nn.Dense(1))
        net.initialize()
        net.hybridize(hybrid)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
        history = d2l.train(net, loss, trainer.step, d2l.ArrayLoader(X, y, 7), 2, [(nd.array(X), nd.array(y))])
        losses.append([(record["loss"], record["test_loss"]) for record in history])
    assert losses[0] == losses[1]


def test_records_have_a_metric_under_its_own_name():
    def top_two(y_hat, y):
        return (y_hat.topk(k=2) == y.reshape((-1, 1)).astype("float32")).sum(axis=1)

    X, y, net, loss, step = classifier()
    loader = d2l.ArrayLoader(X, y, 7)
    record, = d2l.train(net, loss, step, loader, 1, loader, top_two)
    assert set(record) == {"epoch", "loss", "train_top_two", "test_top_two", "seconds"}
    record, = d2l.train(net, loss, step, loader, 1, loader, lambda y_hat, y: top_two(y_hat, y))
    assert {"train_metric", "test_metric"} < set(record)


def test_accuracy_and_evaluate():
    y_hat, y = nd.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]), nd.array([1, 1, 1], dtype="int32")
    assert d2l.correct(y_hat, y).asnumpy().tolist() == [1, 0, 1]
    assert d2l.accuracy(y_hat, y) == pytest.approx(2 / 3)
    batches = [(y_hat[:1], y[:1]), (y_hat[1:], y[1:])]  # of 1 and 2 examples: the mean must be over examples
    assert d2l.evaluate(lambda X: X, batches) == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed, error", [(-1, ValueError), (2 ** 32, ValueError), ("1", TypeError)])
def test_seed_that_not_all_generators_take(seed, error):
    with pytest.raises(error, match="seed: expected an integer from 0 to 4294967295, got"):
        d2l.seed_all(seed)


def test_seed_all_seeds_the_three_generators():
    draws = []
    for _ in range(2):
        d2l.seed_all(7)
        draws.append((random.random(), np.random.rand(), nd.random.uniform(shape=(1,)).asscalar()))
    assert draws[0] == draws[1]


def test_divergence_names_the_epoch():
    X, y, net, loss, _, params = regression()
    with pytest.raises(d2l.Diverged, match=r"the loss is (nan|inf) in epoch \d+: .* smaller learning rate"):
        d2l.train(net, loss, partial(d2l.sgd, params, 1e20), d2l.ArrayLoader(X, y, 5), 10)


@pytest.mark.parametrize("label, dtype", [(-1, "int32"), (3, "int32"), (3, "float32"), (0.5, "float32"),
                                          (np.nan, "float32")])
def test_labels_that_are_no_classes(label, dtype):
    X, y, net, loss, step = classifier()
    wrong = y.astype(dtype)
    wrong[17] = label
    wrong = [(nd.array(X), nd.array(wrong, dtype=dtype))]
    with pytest.raises(ValueError, match="labels: expected class indices from 0 to 2, got"):
        d2l.train(net, loss, step, wrong, 1, metric=d2l.correct)
    with pytest.raises(ValueError, match="labels: expected class indices from 0 to 2, got"):
        d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 7), 1, wrong, d2l.correct)


@pytest.mark.parametrize("y_hat, y", [((3, 3), (3, 1)), ((3,), (3,)), ((3, 2), (2,)), ((0, 2), (0,))])
def test_predictions_and_labels_that_do_not_fit(y_hat, y):
    with pytest.raises(ValueError, match=r"expected predictions \(n, num_outputs\) and labels \(n,\), got"):
        d2l.accuracy(types.SimpleNamespace(ndim=len(y_hat), shape=y_hat), types.SimpleNamespace(shape=y))


def test_values_are_read_back_now_and_then(monkeypatch):
    """Each read stops the engine: with one per batch training is slow, with none per epoch queued work piles up."""
    X, y, net, loss, step = classifier(n=400)
    reads, asnumpy = [], nd.NDArray.asnumpy
    monkeypatch.setattr(nd.NDArray, "asnumpy", lambda array: reads.append(array.shape) or asnumpy(array))
    train_iter = list(d2l.ArrayLoader(X, y, 2))  # 200 batches
    reads.clear()
    d2l.train(net, loss, step, train_iter, 1, metric=d2l.correct)
    columns = 3  # losses, hits and labels
    assert len(reads) == columns * -(-200 // metrics.BATCHES_PER_READ) < 200 / 10
    assert max(reads) == (2 * metrics.BATCHES_PER_READ,)


def test_large_predictions_are_read_back_sooner(monkeypatch):
    X, y, net, loss, step = classifier(n=400)
    monkeypatch.setattr(metrics, "VALUES_PER_READ", 60)  # 20 examples of 3 logits: 10 batches
    joined, correct = [], metrics.correct
    d2l.train(net, loss, step, list(d2l.ArrayLoader(X, y, 2)), 1,
              metric=lambda y_hat, y: joined.append(y_hat.shape) or correct(y_hat, y))
    assert joined == 20 * [(20, 3)]


def test_predictions_of_other_shapes_between_batches():
    """As of sentences of other lengths: they cannot be joined, and need not be."""
    batches = [(nd.ones((n, length)), nd.ones(n)) for n, length in ((2, 3), (3, 3), (4, 5), (1, 3))]
    assert d2l.evaluate(lambda X: X, batches, lambda y_hat, y: y_hat.sum(axis=1)) == (5 * 3 + 4 * 5 + 3) / 10


@pytest.mark.parametrize("lr, batch_size, error", [
    (0.0, 1, ValueError), (np.nan, 1, ValueError), (1e300, 1, ValueError), ("fast", 1, TypeError), (0.1, 0, ValueError),
])
def test_sgd_refuses_bad_numbers(lr, batch_size, error):
    with pytest.raises(error, match="lr: expected|batch_size: expected"):
        d2l.sgd([], lr, batch_size)


def test_divergence_on_the_test_set():
    X, y, net, loss, step, params = regression()
    with pytest.raises(d2l.Diverged, match="the test loss is inf in epoch 1"):
        d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 10), 1, [(nd.array(X) * 1e30, nd.array(y))])


def test_exhausted_generator_is_an_error():
    X, y, net, loss, step = classifier()
    generator = (batch for batch in d2l.ArrayLoader(X, y, 7))
    with pytest.raises(ValueError, match="expected at least one batch, got none: was a generator passed"):
        d2l.train(net, loss, step, generator, 2)


def test_reduced_loss_is_an_error():
    X, y, net, loss, step = classifier()
    with pytest.raises(ValueError, match=r"expected one value per example, shape \(7,\) or \(7, 1\), got \(1,\)"):
        d2l.train(net, lambda y_hat, y: loss(y_hat, y).mean(), step, d2l.ArrayLoader(X, y, 7), 1)


def test_batches_that_are_not_pairs_or_do_not_fit():
    _, _, net, loss, step = classifier()
    with pytest.raises(TypeError, match=r"expected batches \(X, y\), got NDArray"):
        d2l.train(net, loss, step, [nd.ones((2, 4))], 1)
    with pytest.raises(TypeError, match="expected batches of NDArrays, got ndarray and ndarray"):
        d2l.train(net, loss, step, [(np.ones((2, 4)), np.ones(2))], 1)
    with pytest.raises(ValueError, match="got 2 examples and 3 labels"):
        d2l.train(net, loss, step, [(nd.ones((2, 4)), nd.ones(3))], 1)


@pytest.mark.parametrize("num_epochs, error", [(0, ValueError), (1.5, TypeError)])
def test_bad_number_of_epochs(num_epochs, error):
    X, y, net, loss, step = classifier()
    with pytest.raises(error, match="num_epochs: expected an integer of at least 1"):
        d2l.train(net, loss, step, d2l.ArrayLoader(X, y, 7), num_epochs)
