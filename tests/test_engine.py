import os

import numpy as np
import pytest
from fresh import python
from mxnet import autograd, gluon, nd
from mxnet.optimizer import optimizer

import d2lmx as d2l
from d2lmx import engine


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch):
    for name in engine.THREADS:
        monkeypatch.delenv(name, raising=False)


def test_cores_are_some_of_the_processors():
    assert 1 <= engine.cores() <= engine.processors() <= os.cpu_count()


def test_two_hardware_threads_of_a_core_count_once(monkeypatch):
    siblings = {"cpu0": "0,2", "cpu1": "1,3", "cpu2": "0,2", "cpu3": "1,3"}
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(engine.Path, "read_text", lambda path: siblings[path.parts[-3]])
    assert engine.cores() == 2


def test_cores_where_the_system_does_not_tell(monkeypatch):
    def hidden(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(engine.Path, "read_text", hidden)
    assert engine.cores() == 4


@pytest.mark.parametrize("name", engine.THREADS)
def test_what_the_user_has_chosen_stays(name, monkeypatch):
    assert engine.user_setting() is None
    monkeypatch.setenv(name, "97")
    assert engine.user_setting() == f"{name}=97"
    assert engine.usual_threads() is None
    assert engine.threads_for([nd.zeros((784, 256))], 256) is None


def test_wide_layers_get_all_cores(monkeypatch):
    monkeypatch.setattr(engine, "cores", lambda: 6)
    assert engine.threads_for([nd.zeros((784, 256)), nd.zeros(256), nd.zeros((256, 10))], 256) == 6
    assert engine.threads_for([nd.zeros((784, 10)), nd.zeros(10)], 256) == 1


def threads():
    """The number of threads the engine computes with at present."""
    count = engine._set_threads(1)
    engine._set_threads(count)
    return count


def test_threads_within_and_after():
    before = threads()
    with engine.tuned(before + 2):
        assert threads() == before + 2
        with engine.tuned(before + 1):
            assert threads() == before + 1
        with engine.tuned():
            assert threads() == before + 2
    assert threads() == before
    with pytest.raises(KeyError), engine.tuned(before + 1):
        raise KeyError
    assert threads() == before


TRAIN = """
import d2lmx as d2l
from mxnet import gluon, nd
from d2lmx import engine
net = gluon.nn.Dense(3, in_units=4)
net.initialize()
trainer = gluon.Trainer(net.collect_params(), "sgd")
def threads(_):
    count = engine._set_threads(1)
    engine._set_threads(count)
    print(count)
d2l.train(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer.step, [(nd.ones((5, 4)), nd.ones(5))], 1, on_epoch=threads,
          num_threads={})
"""


@pytest.mark.parametrize("setting, argument, expected", [
    (None, None, max(1, engine.processors() // 2)), (None, 3, 3), ("5", None, 5), ("5", 3, 3)])
def test_threads_of_training(setting, argument, expected):
    assert python(TRAIN.format(argument), OMP_NUM_THREADS=setting, MXNET_OMP_MAX_THREADS=None) == f"{expected}\n"


def updated(num_units, **settings):
    """Parameters after three steps of a Trainer."""
    d2l.seed_all(0)
    net = gluon.nn.Dense(num_units, in_units=100)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, **settings})
    X = nd.random.uniform(shape=(7, 100))
    for _ in range(3):
        with autograd.record():
            loss = (net(X) ** 2).sum(axis=1)
        loss.backward()
        trainer.step(7)
    return [param.data().asnumpy() for param in net.collect_params().values()]


@pytest.mark.parametrize("settings", [{}, {"wd": 0.3}, {"clip_gradient": 0.01}, {"momentum": 0.9}])
@pytest.mark.parametrize("num_units", [3, 300])
def test_updates_are_the_same_to_the_last_bit(num_units, settings):
    usual = updated(num_units, **settings)
    with engine.tuned():
        tuned = updated(num_units, **settings)
    for one, other in zip(usual, tuned):
        np.testing.assert_array_equal(one, other)


def test_large_parameters_are_updated_alone(monkeypatch):
    alone, sgd_update, together = [], nd.sgd_update, optimizer.multi_sgd_update
    monkeypatch.setattr(nd, "sgd_update", lambda weight, *args, **kwargs: (
        alone.append(weight.shape), sgd_update(weight, *args, **kwargs)))
    with engine.tuned():
        updated(3)
        assert not alone
        updated(300)
    assert sorted(alone) == 3 * [(300,)] + 3 * [(300, 100)]
    assert optimizer.multi_sgd_update is together


@pytest.mark.parametrize("name", [None, *engine.MALLOC])
def test_freed_memory_is_kept_unless_the_user_chose(name, monkeypatch):
    calls = []

    class Library:
        def mallopt(self, *args):
            calls.append(args)

    for variable in engine.MALLOC:
        monkeypatch.delenv(variable, raising=False)
    if name:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(engine.sys, "platform", "linux")
    monkeypatch.setattr(engine.ctypes, "CDLL", lambda path: Library())
    engine._keep_freed_memory()
    assert calls == ([] if name else [(-1, 256 << 20), (-3, 32 << 20)])
