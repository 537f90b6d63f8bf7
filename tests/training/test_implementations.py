"""Both implementations of a model, from the same values, on the same batches."""
from functools import partial

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters import mlp
from d2lmx.training.implementations import dense_params, largest_difference, set_dense_params, start_gluon
from d2lmx.training.loop import flatten

SIZES = [6, 5, 3]


@pytest.fixture(scope="module")
def data():
    generator = np.random.default_rng(0)
    return generator.normal(size=(40, 6)).astype("float32"), generator.integers(0, 3, 40)


def init_params():
    return mlp.init_params(SIZES)


def train_mlp(data, init_params=init_params, **options):
    options = {"num_epochs": 3, "batch_size": 7, "lr": 0.5, **options}
    return d2l.train_both(init_params, mlp.build_scratch, partial(mlp.build_gluon, SIZES), data, data,
                          metric=d2l.correct, **options)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_numbers_twice(data, seed):
    trained = train_mlp(data, seed=seed, dtype="float64")
    assert largest_difference(trained) < 1e-9
    assert largest_difference(trained, "test_acc") == 0
    for one, other in zip(*(flatten(one.params) for one in trained.values())):
        assert one.dtype == other.dtype == np.float64
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-6)


def test_both_dtypes_start_from_the_same_values(data):
    first = [next(iter(train_mlp(data, dtype=dtype, num_epochs=1, lr=1e-30).values())) for dtype in
             ("float32", "float64")]
    for one, other in zip(*(flatten(one.params) for one in first)):
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=0, atol=1e-28)


def test_parameters_keep_their_form_and_the_initial_values_are_left_alone(data):
    initial = mlp.init_params(SIZES)
    before = [param.asnumpy() for param in flatten(initial)]
    for one in train_mlp(data, lambda: initial).values():
        assert [(W.shape, b.shape) for W, b in one.params] == [((6, 5), (5,)), ((5, 3), (3,))]
        assert (one.params[0][0].asnumpy() != before[0]).any()
    for param, value in zip(flatten(initial), before):
        np.testing.assert_array_equal(param.asnumpy(), value)


def test_seed_decides_initial_values_batches_and_masks(data):
    def losses(seed, **options):
        return [[record["loss"] for record in one.history] for one in train_mlp(data, seed=seed, **options).values()]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)
    initial = mlp.init_params(SIZES)
    assert losses(0, init_params=lambda: initial) != losses(1, init_params=lambda: initial)   # other batches


@pytest.mark.parametrize("implementation", ["scratch", "gluon"])
def test_one_implementation_alone_trains_as_beside_the_other(data, implementation):
    both, alone = train_mlp(data), train_mlp(data, implementations=[implementation])
    assert list(alone) == [implementation]
    assert [record["loss"] for record in alone[implementation].history] == [
        record["loss"] for record in both[implementation].history]
    assert largest_difference(alone) == 0


def test_records_are_reported_and_can_be_measured(data):
    seen = []

    def measure(net, params, record):
        (W, _), _ = params
        return {"loss": -record["loss"], "norm": W.norm().asscalar().item(), "net": net(nd.array(data[0])).shape}

    trained = train_mlp(data, measure=measure, on_epoch=lambda name, record: seen.append((name, record)))
    assert seen == [(name, record) for name, one in trained.items() for record in one.history]
    for one in trained.values():
        last = one.history[-1]
        assert last["loss"] < 0 and last["net"] == (40, 3)
        assert last["norm"] == pytest.approx(one.params[0][0].norm().asscalar())


@pytest.mark.parametrize("implementation", ["scratch", "gluon"])
def test_an_overflow_in_the_very_last_step(data, implementation):
    with pytest.raises(d2l.Diverged, match="the parameters are no longer finite after epoch 1"):
        train_mlp((data[0] * 1e4, data[1]), num_epochs=1, batch_size=40, lr=3e38, implementations=[implementation])


@pytest.mark.parametrize("options, error, message", [
    ({"lr": 0.0}, ValueError, "lr: expected a number above 0"), ({"lr": np.nan}, ValueError, "lr: expected a number"),
    ({"num_epochs": 0}, ValueError, "num_epochs: expected"), ({"batch_size": -3}, ValueError, "batch_size: expected"),
    ({"dtype": "float16"}, ValueError, "dtype: expected"),
])
def test_bad_arguments(data, options, error, message):
    with pytest.raises(error, match=message):
        train_mlp(data, **options)


def test_gluon_starts_on_the_device_of_the_values():
    initial = [param.as_in_context(mx.cpu(1)) for param in (nd.ones((6, 3)), nd.zeros(3))]
    net, *_, params = start_gluon(lambda lr: mlp.build_gluon([6, 3], lr), initial, 0.1)
    assert net(nd.ones((2, 6), ctx=mx.cpu(1))).asnumpy().tolist() == [[6, 6, 6]] * 2
    assert {param.context for param in params()} == {mx.cpu(1)}


def test_values_set_in_a_network_draw_no_random_number():
    net = nn.HybridSequential()
    net.add(nn.Dense(3), nn.Dropout(0.5), nn.Dense(2))
    net.initialize(init.Xavier())
    initial = [(nd.ones((4, 3)), nd.zeros(3)), (nd.ones((3, 2)), nd.zeros(2))]
    set_dense_params(net, initial)
    mx.random.seed(0)
    expected = nd.random.uniform(shape=3).asnumpy()
    mx.random.seed(0)
    net(nd.ones((1, 4)))   # finds the open shapes
    np.testing.assert_array_equal(nd.random.uniform(shape=3).asnumpy(), expected)
    for one, other in zip(flatten(dense_params(net, initial)), flatten(initial)):
        np.testing.assert_array_equal(one.asnumpy(), other.asnumpy())


def test_another_number_of_parameters():
    net = nn.Dense(3)
    net.initialize()
    with pytest.raises(ValueError, match="expected 2 parameters for this network, got 4"):
        set_dense_params(net, mlp.init_params(SIZES))


def test_threads_that_suit_the_network_change_no_loss(data, monkeypatch):
    losses = []
    for wide in (1, 10 ** 12):
        monkeypatch.setattr("d2lmx.runtime.threads.WIDE", wide)
        losses.append([record["loss"] for record in train_mlp(data)["scratch"].history])
    assert losses[0] == losses[1]


def test_a_model_of_ones_own(data):
    """As a reader writes it: the builders are any functions of the documented form."""
    def build_scratch(params, lr):
        W, b = params
        return lambda X: nd.dot(X, W) + b, d2l.squared_loss, partial(d2l.sgd, params, lr)

    def build_gluon(lr):
        net = nn.Dense(1)
        net.initialize()
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
        return net, gloss.L2Loss(), trainer.step

    X = data[0]
    trained = d2l.train_both(lambda: [nd.zeros((6, 1)), nd.zeros(1)], build_scratch, build_gluon, (X, X[:, 0]),
                             num_epochs=20, batch_size=10, lr=0.3, dtype="float64")
    assert largest_difference(trained) < 1e-9
    with autograd.predict_mode():
        for one in trained.values():
            np.testing.assert_allclose(one.params[0].asnumpy()[:, 0], [1, 0, 0, 0, 0, 0], atol=1e-3)
