import os

import pytest
from mxnet import nd

from d2lmx.runtime import threads as engine
from tests.fresh import python


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


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "MXNET_OMP_MAX_THREADS", "MXNET_CPU_WORKER_NTHREADS"])
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
    before = engine._set_threads(1, 1)
    engine._set_threads(*before)
    return before[0]


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


FORK = """
import os
import d2lmx as d2l
from mxnet import nd
from d2lmx.runtime import threads as engine
def threads_after_a_fork():
    nd.ones(3).asnumpy()
    if not os.fork():
        os._exit(0)
    os.wait()
    before = engine._set_threads(1, 1)
    engine._set_threads(*before)
    print(before[0])
threads_after_a_fork()
with engine.tuned(7):
    threads_after_a_fork()
threads_after_a_fork()
"""


def test_threads_after_a_fork():
    usual = max(1, engine.processors() // 2)
    assert python(FORK).split() == [str(usual), "7", str(usual)]


TRAIN = """
import d2lmx as d2l
from mxnet import gluon, nd
from d2lmx.runtime import threads as engine
net = gluon.nn.Dense(3, in_units=4)
net.initialize()
trainer = gluon.Trainer(net.collect_params(), "sgd")
def threads(_):
    before = engine._set_threads(1, 1)
    engine._set_threads(*before)
    print(before[0])
d2l.train(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer.step, [(nd.ones((5, 4)), nd.ones(5))], 1, on_epoch=threads,
          num_threads={})
"""


@pytest.mark.parametrize("setting, argument, expected", [
    (None, None, max(1, engine.processors() // 2)), (None, 3, 3), ("5", None, 5), ("5", 3, 3)])
def test_threads_of_training(setting, argument, expected):
    assert python(TRAIN.format(argument), OMP_NUM_THREADS=setting, MXNET_OMP_MAX_THREADS=None) == f"{expected}\n"


def test_environment_within_and_after(monkeypatch):
    monkeypatch.setenv("D2LMX_TEST_SET", "by the user")
    monkeypatch.setenv("D2LMX_TEST_EMPTY", "")
    with pytest.raises(KeyError), engine.environment(D2LMX_TEST_SET="1", D2LMX_TEST_NEW="2", D2LMX_TEST_EMPTY="3"):
        assert os.environ["D2LMX_TEST_SET"] == "by the user" and os.environ["D2LMX_TEST_NEW"] == "2"
        assert os.environ["D2LMX_TEST_EMPTY"] == "3"
        raise KeyError
    assert os.environ["D2LMX_TEST_EMPTY"] == ""
    assert os.environ["D2LMX_TEST_SET"] == "by the user" and "D2LMX_TEST_NEW" not in os.environ


# How many threads an operation of MXNet's own takes, seen by the time that they have computed meanwhile.
OWN_OPERATIONS = """
import os
from pathlib import Path
before = dict(os.environ)
from d2lmx.runtime import threads as engine
from mxnet import nd
assert os.environ == before
def busy():
    def ticks():
        return {task.name: sum(map(int, (task / "stat").read_text().rpartition(")")[2].split()[11:13]))
                for task in Path("/proc/self/task").iterdir()}
    weight, grad = nd.ones((2000, 2000)), nd.ones((2000, 2000))
    nd.waitall()
    earlier = ticks()
    for _ in range(60):
        nd.sgd_update(weight, grad, out=weight, lr=0.1)
    nd.waitall()
    passed = [now - earlier.get(name, 0) for name, now in ticks().items()]
    return sum(ticks > max(passed) / 5 for ticks in passed)
print(busy())
with engine.tuned(2):
    print(busy())
print(busy())
"""


@pytest.mark.skipif(engine.cores() < 2, reason="needs two cores")
@pytest.mark.parametrize("setting, expected", [(None, [max(1, engine.processors() // 2), 2]), ("1", [1, 1])])
def test_threads_of_operations_of_its_own(setting, expected):
    found = python(OWN_OPERATIONS, MXNET_OMP_MAX_THREADS=setting, OMP_NUM_THREADS=None)
    assert list(map(int, found.split())) == [*expected, expected[0]]


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
