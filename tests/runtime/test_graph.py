"""Training as a graph gives what the loop gives, to the last bit, and is done where it can be and nowhere else."""
import importlib

import mxnet as mx
import numpy as np
import pytest
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters import CHAPTERS
from d2lmx.runtime import threads
from d2lmx.runtime.graph import Call, graph_of
from d2lmx.training import loop
from tests.fresh import python

X, y = nd.random.normal(shape=(53, 1, 4, 5)), (nd.arange(53) % 3).astype("int32")  # in 8s: the last batch has 5


def mlp():
    net = nn.HybridSequential()
    net.add(nn.Dense(7, in_units=20, activation="relu"), nn.Dense(3, in_units=7))
    return net


def with_dropout():
    net = nn.HybridSequential()
    net.add(nn.Dense(7, in_units=20, activation="tanh"), nn.Dropout(0.4), nn.Dense(3, in_units=7))
    return net


def with_batch_norm():  # whose running mean and variance are no arguments of the graph, but its auxiliary states
    net = nn.HybridSequential()
    net.add(nn.Dense(7, in_units=20), nn.BatchNorm(in_channels=7), nn.Activation("relu"), nn.Dense(3, in_units=7))
    return net


def prepared(net, optimizer="sgd", **settings):
    """Network, loss and trainer, hybridized; a call with the same arguments gives the same parameters."""
    d2l.seed_all(5)
    net.initialize(init.Normal(sigma=0.5))
    net.hybridize()
    loss = gloss.SoftmaxCrossEntropyLoss()
    return net, loss, gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.1, **settings})


class Batches:
    """The batches of a loader, with which training is the loop, not a graph."""

    def __init__(self, loader):
        self.loader = loader

    def __iter__(self):
        return iter(self.loader)


def trained(wrap, net, loss, trainer, on_epoch=None, shuffle=True, data=(X, y), metric=d2l.correct, num_threads=1,
            dtype="float32"):
    """History without the seconds, and parameters."""
    loader = d2l.ArrayLoader(*data, 8, shuffle=shuffle, dtype=dtype)
    test_iter = d2l.ArrayLoader(*data, 99, shuffle=False, dtype=dtype)
    history = d2l.train(net, loss, trainer.step, wrap(loader), 3, test_iter, metric, on_epoch, num_threads=num_threads)
    for record in history:
        del record["seconds"]
    return history, [param.data().asnumpy() for param in net.collect_params().values()]


def assert_same(make, **options):
    """A graph and the loop give the same, and the graph is one; `make` gives network, loss and trainer."""
    assert graph_of(*step_of(make()), d2l.ArrayLoader(X, y, 8)) is not None
    expected, expected_params = trained(Batches, *make(), **options)
    for num_threads in (1, 2):  # rows gathered for the graph, and in it
        history, params = trained(lambda loader: loader, *make(), **options, num_threads=num_threads)
        assert history == expected
        for one, other in zip(params, expected_params):
            np.testing.assert_array_equal(one, other)
    return history


def step_of(parts):
    net, loss, trainer = parts
    return net, loss, trainer.step


@pytest.mark.parametrize("net", [mlp, with_dropout, with_batch_norm])
@pytest.mark.parametrize("shuffle", [True, False])
def test_networks(net, shuffle):
    history = assert_same(lambda: prepared(net()), shuffle=shuffle)
    assert history[-1]["loss"] < history[0]["loss"]


@pytest.mark.parametrize("settings", [
    {}, {"wd": 0.1}, {"clip_gradient": 0.05}, {"momentum": 0.9}, {"optimizer": "adam"}, {"optimizer": "nag"},
    {"lr_scheduler": (4, 0.7)}], ids=str)
def test_optimizers(settings):
    def make():
        if "lr_scheduler" in settings:  # it keeps a state
            return prepared(mlp(), lr_scheduler=mx.lr_scheduler.FactorScheduler(*settings["lr_scheduler"]))
        return prepared(mlp(), **settings)

    assert_same(make)


def test_parameters_of_their_own_learning_rate_and_frozen_ones():
    def make():
        net = mlp()
        net[0].weight.lr_mult, net[0].bias.grad_req = 0.3, "null"
        return prepared(net)

    assert_same(make)
    net, loss, trainer = make()
    before = net[0].bias.data().asnumpy()
    trained(lambda loader: loader, net, loss, trainer)
    np.testing.assert_array_equal(net[0].bias.data().asnumpy(), before)


def test_learning_rate_that_changes_between_epochs():
    parts = {}

    def make():
        parts["net"], parts["loss"], parts["trainer"] = prepared(mlp())
        return tuple(parts.values())

    assert_same(make, on_epoch=lambda record: parts["trainer"].set_learning_rate(0.1 / (1 + record["epoch"])))


def test_parameters_that_are_loaded_or_initialised_anew_between_epochs(tmp_path):
    parts, path = {}, str(tmp_path / "net.params")

    def make():
        parts["net"], parts["loss"], parts["trainer"] = prepared(mlp())
        parts["net"].save_parameters(path)
        return tuple(parts.values())

    def change(record):
        if record["epoch"] == 1:
            parts["net"].load_parameters(path)
        elif record["epoch"] == 2:
            parts["net"].initialize(init.One(), force_reinit=True)

    assert_same(make, on_epoch=change)


def test_a_parameter_that_is_frozen_between_epochs():
    parts = {}

    def make():
        parts["net"], parts["loss"], parts["trainer"] = prepared(mlp())
        return tuple(parts.values())

    def freeze(_):
        parts["net"][0].weight.grad_req = "null"

    assert_same(make, on_epoch=freeze)


def add_a_layer(net, loss, trainer, loader):
    net.add(nn.Dense(3, in_units=3))
    net[-1].initialize(init.One())


def unfreeze(net, loss, trainer, loader):
    net[0].weight.grad_req = "write" if net[0].weight.grad_req == "null" else "null"


EVENTS = {
    "features": lambda net, loss, trainer, loader: setattr(loader, "X", 2 * X),
    "labels": lambda net, loss, trainer, loader: setattr(loader, "y", 2 - y),
    "batch size": lambda net, loss, trainer, loader: setattr(loader, "batch_size", 5),
    "seed": lambda net, loss, trainer, loader: setattr(loader, "seed", 9),
    "layer": add_a_layer,
    "activation": lambda net, loss, trainer, loader: setattr(net[0], "act", nn.Activation("relu")),
    "hook": lambda net, loss, trainer, loader: net.register_forward_hook(lambda *args: nd.random.uniform()),
    "pre-hook": lambda net, loss, trainer, loader: net.register_forward_pre_hook(lambda *args: nd.random.uniform()),
    "other momentum": lambda net, loss, trainer, loader: setattr(
        trainer._optimizer, "momentum", getattr(trainer._optimizer, "momentum", 0) and 0.5),
    "clipping": lambda net, loss, trainer, loader: setattr(trainer._optimizer, "clip_gradient", 0.01),
    "weight decay": lambda net, loss, trainer, loader: setattr(trainer._optimizer, "wd", 0.3),
    "rate": lambda net, loss, trainer, loader: trainer.set_learning_rate(0.01),
    "rate of a parameter": lambda net, loss, trainer, loader: setattr(net[0].weight, "lr_mult", 0.1),
    "hybridize(False)": lambda net, loss, trainer, loader: net.hybridize(False),
    "initialize": lambda net, loss, trainer, loader: net.initialize(init.One(), force_reinit=True),
    "freeze": unfreeze,
    "weight of the loss": lambda net, loss, trainer, loader: setattr(loss, "_weight", 0.1),
    "cast and back": lambda net, loss, trainer, loader: (net.cast("float64"), net.cast("float32")),
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("settings, num_threads", [
    ({}, 1), ({}, 2), ({"momentum": 0.9}, 1), ({"optimizer": "adam"}, 1)], ids=str)
def test_what_changes_between_epochs_changes_the_graph(event, settings, num_threads):
    def run(wrap):
        net = with_dropout()
        net[0].weight.grad_req = "null" if event is unfreeze and settings else "write"
        net, loss, trainer = prepared(net, **settings)
        loader = d2l.ArrayLoader(X, y, 8)

        def on_epoch(record):
            if record["epoch"] == 2:
                event(net, loss, trainer, loader)

        history = d2l.train(net, loss, trainer.step, wrap(loader), 4, metric=d2l.correct, on_epoch=on_epoch,
                            num_threads=num_threads)
        return [(record["loss"], record["train_acc"]) for record in history], [
            param.data().asnumpy() for param in net.collect_params().values()]

    (history, params), (expected, expected_params) = run(lambda loader: loader), run(Batches)
    assert history == expected
    for one, other in zip(params, expected_params):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("wrap", [Batches, lambda loader: loader], ids=["loop", "graph"])
def test_momentum_after_steps_without_it_is_mxnets_error(wrap):
    net, loss, trainer = prepared(mlp())

    def on_epoch(record):
        trainer._optimizer.momentum = 0.9

    with pytest.raises(AssertionError, match="got None"):
        d2l.train(net, loss, trainer.step, wrap(d2l.ArrayLoader(X, y, 8)), 2, on_epoch=on_epoch)


def test_a_network_that_was_trained_as_a_graph_is_exported(tmp_path):
    net, loss, trainer = prepared(mlp())
    d2l.train(net, loss, trainer.step, d2l.ArrayLoader(X, y, 8), 1)
    net.export(str(tmp_path / "net"))
    again = gluon.SymbolBlock.imports(str(tmp_path / "net-symbol.json"), ["data"], str(tmp_path / "net-0000.params"))
    np.testing.assert_array_equal(again(X).asnumpy(), net(X).asnumpy())


class Noise(gluon.HybridBlock):
    """A layer that draws in prediction too."""

    def hybrid_forward(self, F, x):
        return x + 0.1 * F.random.uniform_like(x)


def test_open_shapes_cost_no_draw():
    def make():
        net = nn.HybridSequential()
        net.add(nn.Dense(7, activation="relu"), Noise(), nn.Dense(3))
        return prepared(net)

    assert_same(make)


def test_a_loss_of_the_users_own():
    def make():
        net, loss, trainer = prepared(mlp())
        loss = Loss()
        loss.hybridize()
        return net, loss, trainer

    assert_same(make)


def test_regression():
    def make():
        net = nn.HybridSequential()
        net.add(nn.Dense(1, in_units=20))
        net, _, trainer = prepared(net)
        return net, gloss.L2Loss(), trainer

    assert_same(make, data=(X, X[:, 0, 0, 0]), metric=None)


def test_training_goes_on_in_a_loop_afterwards():
    net, loss, trainer = prepared(mlp(), momentum=0.9)
    once, _ = trained(lambda loader: loader, net, loss, trainer)
    again, params = trained(Batches, net, loss, trainer)
    net, loss, trainer = prepared(mlp(), momentum=0.9)
    for expected in (once, again):
        found, expected_params = trained(Batches, net, loss, trainer)
        assert found == expected
    for one, other in zip(params, expected_params):
        np.testing.assert_array_equal(one, other)


def not_hybridized(net, loss, trainer, loader):
    net.hybridize(False)


class Loss(gluon.HybridBlock):
    """A loss of the user's own."""

    def hybrid_forward(self, F, y_hat, y):
        return -F.pick(F.log_softmax(y_hat), y)


class LossWithNetwork(Loss):
    """A loss with a copy of the network, whose parameters have the same names."""

    def __init__(self, net):
        super().__init__()
        self.copy = nn.Dense(3, in_units=7, prefix=net[1].prefix)
        self.copy.initialize()
        self.hybridize()


def own_call(net):
    """The network with a call of its own."""
    net.__class__ = type("OwnCall", (nn.HybridSequential,), {"__call__": lambda self, X: super(
        nn.HybridSequential, self).__call__(X)})
    return net


def hook(net, loss, trainer, loader):
    net.register_forward_hook(lambda *args: None)


def gradients_that_add_up(net, loss, trainer, loader):
    net[0].weight.grad_req = "add"


def float64(net, loss, trainer, loader):
    net.cast("float64")


class Loader(d2l.ArrayLoader):
    """A loader with batches of its own."""


class Trainer(gluon.Trainer):
    """A trainer with a step of its own."""


@pytest.mark.parametrize("change", [
    not_hybridized, hook, gradients_that_add_up, float64,
    lambda *parts: (parts[0], Loss(), parts[2].step, parts[3]),  # a loss that is not hybridized
    lambda *parts: (*parts[:2], parts[2].update, parts[3]),  # another step
    lambda *parts: (*parts[:2], lambda n: parts[2].step(n), parts[3]),
    lambda *parts: (lambda X: parts[0](X), parts[1], parts[2].step, parts[3]),  # a network that is a function
    lambda *parts: (*parts[:2], parts[2].step, list(parts[3])),  # a list of batches
    lambda *parts: (*parts[:2], parts[2].step, Loader(X, y, 8)),
    lambda *parts: (*parts[:2], Trainer(parts[0].collect_params(), "sgd").step, parts[3]),
    lambda *parts: (parts[0][:1], parts[1], parts[2].step, parts[3]),  # a trainer of more than the network has
    lambda *parts: (own_call(parts[0]), *parts[1:2], parts[2].step, parts[3]),
    lambda *parts: (parts[0], LossWithNetwork(parts[0]), parts[2].step, parts[3]),
])
def test_what_is_no_graph(change):
    net, loss, trainer = prepared(mlp())
    loader = d2l.ArrayLoader(X, y, 8)
    assert graph_of(net, loss, trainer.step, loader) is not None
    changed = change(net, loss, trainer, loader) or (net, loss, trainer.step, loader)
    assert graph_of(*changed) is None


def test_a_network_whose_shapes_are_left_open():
    def make():
        net = nn.HybridSequential()
        net.add(nn.Dense(7, activation="relu"), nn.Dropout(0.4), nn.BatchNorm(), nn.Dense(3))
        return prepared(net)

    assert_same(make)


def test_float64():
    def make():
        net, loss, trainer = prepared(mlp())
        net.cast("float64")
        return net, loss, trainer

    history, _ = trained(lambda loader: loader, *make(), dtype="float64")
    assert history == trained(Batches, *make(), dtype="float64")[0]
    assert graph_of(*step_of(make()), d2l.ArrayLoader(X, y, 8, dtype="float64")) is not None


@pytest.mark.parametrize("chapter", [one for one in CHAPTERS if "--epochs" in one.smoke], ids=lambda one: one.module)
def test_chapters_train_as_graphs(chapter, monkeypatch):
    graphs = []
    monkeypatch.setattr(loop, "graph_of", lambda *args: graphs.append(graph_of(*args)) or graphs[-1])
    main = importlib.import_module(f"chapters.commands.{chapter.module}").main
    assert main([*chapter.smoke, "--impl", "gluon", "--quiet"]) == 0
    assert graphs and None not in graphs


def test_errors_are_those_of_the_loop():
    net, loss, trainer = prepared(mlp())
    with pytest.raises(ValueError, match="labels: expected class indices from 0 to 2, got 1 to 3"):
        trained(lambda loader: loader, net, loss, trainer, data=(X, y + 1))
    net, loss, trainer = prepared(mlp())
    trainer.set_learning_rate(1e30)
    with pytest.raises(d2l.Diverged, match="epoch 1"):
        trained(lambda loader: loader, net, loss, trainer)


@pytest.mark.parametrize("asked, used", [(None, 6), (3, 3)])
def test_threads(asked, used, monkeypatch):
    for name in threads.THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 6)
    monkeypatch.setattr(threads, "WIDE_IN_GRAPH", 8 * 7 * 20)
    tuned, asked_for = threads.tuned, []
    monkeypatch.setattr(loop.threads, "tuned", lambda count: (asked_for.append(count), tuned(1))[1])
    net, loss, trainer = prepared(mlp())
    d2l.train(net, loss, trainer.step, d2l.ArrayLoader(X, y, 8), 1, num_threads=asked)
    assert asked_for == [used]


def test_nothing_is_logged_and_the_environment_is_as_before():
    assert python("""
import os, subprocess, sys
before = dict(os.environ)
os.dup2(1, 2)
import d2lmx as d2l
from mxnet import nd
from chapters import softmax_regression
net, loss, step = softmax_regression.build_gluon(3, 0.1)
d2l.train(net, loss, step, d2l.ArrayLoader(nd.ones((9, 4)), nd.ones(9).astype("int32"), 4), 1)
assert os.environ == before
""") == ""


def test_call():
    one, two, out = nd.array([1, 2]), nd.array([3, 5]), nd.zeros(2)
    Call("elemwise_add", [one, two], out)()
    assert out.asnumpy().tolist() == [4, 7]
    add = Call("elemwise_add", [one, two])
    first, second = add(), add(nd.array([10, 20]))
    assert first.asnumpy().tolist() == [4, 7] and second.asnumpy().tolist() == [13, 25]
    assert Call("_mul_scalar", [one], scalar=2.5)().asnumpy().tolist() == [2.5, 5]
    with pytest.raises(mx.MXNetError):
        Call("elemwise_add", [one, nd.ones(3)])()
