import math
import os
import sys
from types import SimpleNamespace

import pytest
from mxnet import nd

from chapters import mlp
from d2lmx.runtime import threads
from tests.fresh import python, run

set_idle_threads = threads._set_idle_threads


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch):
    for name in threads.THREADS + threads.WAITING:
        monkeypatch.delenv(name, raising=False)


def test_cores_are_some_of_the_processors():
    assert 1 <= threads.cores() <= threads.processors() <= os.cpu_count()


def test_two_hardware_threads_of_a_core_count_once(monkeypatch):
    siblings = {"cpu0": "0,2", "cpu1": "1,3", "cpu2": "0,2", "cpu3": "1,3"}
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(threads.Path, "read_text", lambda path: siblings[path.parts[-3]])
    assert threads.cores() == 2


def test_cores_where_the_system_does_not_tell(monkeypatch):
    def hidden(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(threads.Path, "read_text", hidden)
    assert threads.cores() == 4


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "MXNET_OMP_MAX_THREADS", "MXNET_CPU_WORKER_NTHREADS"])
def test_what_the_user_has_chosen_stays(name, monkeypatch):
    assert threads.user_setting() is None
    monkeypatch.setenv(name, "97")
    assert threads.user_setting() == f"{name}=97"
    assert threads.usual_threads() is None
    assert threads.threads_for([nd.zeros((784, 256))], 256) is None


def test_wide_layers_get_all_cores(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 6)
    assert threads.threads_for([nd.zeros((784, 256)), nd.zeros(256), nd.zeros((256, 10))], 256) == 6
    assert threads.threads_for([nd.zeros((784, 10)), nd.zeros(10)], 256) == 1


def in_engine():
    """The number of threads the engine computes with at present."""
    before = threads._set_threads(1, 1)
    threads._set_threads(*before)
    return before[0]


def test_threads_within_and_after():
    before = in_engine()
    with threads.tuned(before + 2):
        assert in_engine() == before + 2
        with threads.tuned(before + 1):
            assert in_engine() == before + 1
        with threads.tuned():
            assert in_engine() == before + 2
    assert in_engine() == before
    with pytest.raises(KeyError), threads.tuned(before + 1):
        raise KeyError
    assert in_engine() == before


FORK = """
import os
import d2lmx as d2l
from mxnet import nd
from d2lmx.runtime import threads
def threads_after_a_fork():
    nd.ones(3).asnumpy()
    if not os.fork():
        os._exit(0)
    os.wait()
    before = threads._set_threads(1, 1)
    threads._set_threads(*before)
    print(before[0])
threads_after_a_fork()
with threads.tuned(7):
    threads_after_a_fork()
threads_after_a_fork()
"""


def test_threads_after_a_fork():
    usual = max(1, threads.processors() // 2)
    assert python(FORK).split() == [str(usual), "7", str(usual)]


TRAIN = """
import d2lmx as d2l
from mxnet import gluon, nd
from d2lmx.runtime import threads
net = gluon.nn.Dense(3, in_units=4)
net.initialize()
trainer = gluon.Trainer(net.collect_params(), "sgd")
def show_threads(_):
    before = threads._set_threads(1, 1)
    threads._set_threads(*before)
    print(before[0])
for num_threads in (None, 3):
    d2l.train(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer.step, [(nd.ones((5, 4)), nd.ones(5))], 1,
              on_epoch=show_threads, num_threads=num_threads)
"""


@pytest.mark.parametrize("setting, usual", [(None, max(1, threads.processors() // 2)), ("5", 5)])
def test_threads_of_training(setting, usual):
    shown = python(TRAIN, OMP_NUM_THREADS=setting, MXNET_OMP_MAX_THREADS=None)
    assert list(map(int, shown.split())) == [usual, 3]


def test_variables_set_within_and_after(monkeypatch):
    monkeypatch.setenv("D2LMX_TEST_SET", "by the user")
    monkeypatch.setenv("D2LMX_TEST_EMPTY", "")
    with pytest.raises(KeyError), threads.variables_set(D2LMX_TEST_SET="1", D2LMX_TEST_NEW="2", D2LMX_TEST_EMPTY="3"):
        assert os.environ["D2LMX_TEST_SET"] == "by the user" and os.environ["D2LMX_TEST_NEW"] == "2"
        assert os.environ["D2LMX_TEST_EMPTY"] == "3"
        raise KeyError
    assert os.environ["D2LMX_TEST_EMPTY"] == ""
    assert os.environ["D2LMX_TEST_SET"] == "by the user" and "D2LMX_TEST_NEW" not in os.environ


@pytest.fixture
def machine(monkeypatch):
    """Four processors, `free` of them free; `idle` records the idle threads that libgomp is given."""
    machine = SimpleNamespace(free=4.0, idle=[])
    monkeypatch.setattr(threads, "processors", lambda: 4)
    monkeypatch.setattr(threads, "free_processors", lambda: machine.free)
    monkeypatch.setattr(threads, "_set_idle_threads", machine.idle.append)
    return machine


@pytest.mark.parametrize("num_threads, free, idle", [
    (4, 4.0, []), (4, 3.8, []), (4, 3.5, [1]), (4, 0, [1]), (4, math.inf, []),  # of four threads one is kept waiting
    (2, 2.0, []), (2, 1.5, [3]),  # the others are busy, but there is room for two
    (1, 0, []), (5, 0, [])])  # one waits for nobody; libgomp has too many sleep by itself
def test_threads_sleep_to_wait_where_others_need_their_processors(num_threads, free, idle, machine):
    machine.free = free
    with threads.tuned(num_threads) as watch:
        assert list(watch("abc")) == ["a", "b", "c"]
    assert machine.idle == idle


def test_threads_spin_again_when_the_others_are_done(machine):
    with threads.tuned(4) as watch:
        for machine.free in (4, 2, 2, 4, 4, 1):  # noqa: B007
            list(watch("a"))
    assert machine.idle == [1, 0, 1]


@pytest.mark.parametrize("name", threads.WAITING)
def test_waiting_as_the_user_has_chosen(name, machine, monkeypatch):
    monkeypatch.setenv(name, "1")
    machine.free = 0
    with threads.tuned(4) as watch:
        assert list(watch("ab")) == ["a", "b"]
    assert machine.idle == []


def test_training_watches_and_gives_the_same_numbers(machine, monkeypatch, digits):
    def record(count):
        machine.idle.append(count)
        set_idle_threads(count)

    def losses(others_come_and_go):
        def on_epoch(implementation, record):
            if others_come_and_go:
                machine.free = 4 - machine.free

        one = mlp.run(digits, 3, 64, num_hiddens=(32,), implementations=["gluon"], on_epoch=on_epoch)["gluon"]
        return [record["loss"] for record in one.history]

    monkeypatch.setattr(threads, "cores", lambda: 2)
    monkeypatch.setattr(threads, "WIDE_IN_GRAPH", 1)
    monkeypatch.setattr(threads, "_set_idle_threads", record)
    alone = losses(others_come_and_go=False)
    assert machine.idle == []
    assert losses(others_come_and_go=True) == alone
    assert machine.idle == [3, 0]


STAT = """cpu 900 900 900 900 900 9 9 9
cpu0 500 0 500 {} 100 9 9 9 0 0
cpu1 500 0 500 800 0 9 9 9 0 0
cpu2 500 0 500 777 0 9 9 9 0 0
intr 5
"""


@pytest.fixture
def clock(monkeypatch):
    """A process on the processors 0 and 1 that has not looked yet; `clock.passes` tells what it then finds."""
    clock = SimpleNamespace(now=50.0, own=0.0, idle=1000, stat=None)

    def passes(seconds, own, idle):
        clock.now, clock.own, clock.idle = clock.now + seconds, clock.own + own, clock.idle + round(100 * idle)
        return threads.free_processors()

    clock.passes = passes
    monkeypatch.setattr(threads.time, "perf_counter", lambda: clock.now)
    monkeypatch.setattr(threads.time, "process_time", lambda: clock.own)
    monkeypatch.setattr(threads.os, "sysconf", lambda name: 100)
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)
    monkeypatch.setattr(threads.Path, "read_text", lambda path: STAT.format(clock.idle))
    for name, value in {"_free": 0, "_seen": None, "_seen_at": -math.inf}.items():
        monkeypatch.setattr(threads, name, value)
    return clock


def test_free_processors_are_idle_ones_and_its_own(clock):
    assert clock.passes(0, own=0, idle=0) == 0  # nothing to compare with yet
    assert clock.passes(1, own=1.5, idle=0.5) == pytest.approx(2)  # alone
    assert clock.passes(0.5, own=0.5, idle=0) == pytest.approx(1)  # another process has one
    assert clock.passes(0.1, own=0.2, idle=0) == pytest.approx(1)  # too early to look again
    assert clock.passes(0.3, own=0.2, idle=0) == pytest.approx(1)
    assert clock.passes(3600, own=0, idle=7200) == 0  # too long ago
    assert clock.passes(1, own=0, idle=2) == pytest.approx(2)


@pytest.mark.parametrize("stat", [FileNotFoundError, PermissionError, "", "cpu0 5 0 5 0 0 9\n", "cpu7 5 0 5 99 0 9\n"])
def test_free_processors_where_linux_does_not_tell(stat, clock, monkeypatch):
    def read_text(path):
        if isinstance(stat, str):
            return stat
        raise stat(path)

    monkeypatch.setattr(threads.Path, "read_text", read_text)
    assert clock.passes(0, own=0, idle=0) == clock.passes(1, own=1, idle=1) == math.inf


IDLE = """
import os
import d2lmx
from mxnet import nd
from d2lmx.runtime import threads
nd.waitall()
before = len(os.listdir("/proc/self/task"))
for count in (1, 3, 0, 2, 0):
    threads._set_idle_threads(count)
    print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_idle_threads():
    assert python(IDLE).split() == ["1", "3", "0", "2", "0"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs libgomp")
@pytest.mark.parametrize("setting, expected", [({}, "3000"), *(
    pytest.param(*case, marks=pytest.mark.slow) for case in (
        ({"GOMP_SPINCOUNT": 7}, "7"), ({"OMP_WAIT_POLICY": "passive"}, "0"), ({"OMP_NUM_THREADS": 2}, "300000")))])
def test_how_long_threads_spin(setting, expected):
    clean = dict.fromkeys(threads.THREADS + threads.WAITING)
    shown = run([sys.executable, "-c", "import d2lmx, mxnet"], **{**clean, "OMP_DISPLAY_ENV": "verbose", **setting})
    assert f"GOMP_SPINCOUNT = '{expected}'" in shown.stderr


# How many threads an operation of MXNet's own takes, seen by the time that they have computed meanwhile.
OWN_OPERATIONS = """
import os
from pathlib import Path
before = dict(os.environ)
from d2lmx.runtime import threads
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
with threads.tuned(2):
    print(busy())
print(busy())
"""


@pytest.mark.skipif(threads.cores() < 2, reason="needs two cores")
@pytest.mark.parametrize("setting, expected", [
    (None, [max(1, threads.processors() // 2), 2]), pytest.param("1", [1, 1], marks=pytest.mark.slow)])
def test_threads_of_operations_of_its_own(setting, expected):
    found = python(OWN_OPERATIONS, MXNET_OMP_MAX_THREADS=setting, OMP_NUM_THREADS=None)
    assert list(map(int, found.split())) == [*expected, expected[0]]


@pytest.mark.parametrize("name", [None, *threads.MALLOC])
def test_freed_memory_is_kept_unless_the_user_chose(name, monkeypatch):
    calls = []

    class Library:
        def mallopt(self, *args):
            calls.append(args)

    for variable in threads.MALLOC:
        monkeypatch.delenv(variable, raising=False)
    if name:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(threads.sys, "platform", "linux")
    monkeypatch.setattr(threads.ctypes, "CDLL", lambda path: Library())
    threads._keep_freed_memory()
    assert calls == ([] if name else [(-1, 256 << 20), (-3, 32 << 20)])
