"""How MXNet's engine runs: with how many threads, how they wait, how many operations at a time, on which memory.

This is the one place where that is chosen. What the user has set in the environment stays as it is.
"""
import contextlib
import ctypes
import math
import os
import sys
import time
from pathlib import Path

# Variables by which the user chooses.
THREADS = ("OMP_NUM_THREADS", "MXNET_OMP_MAX_THREADS", "MXNET_CPU_WORKER_NTHREADS")
WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
MALLOC = ("GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_")

# A layer is wide, and more threads pay, from this many multiply-adds in one batch: where Python calls each operation,
# and in a graph, where the operations follow each other faster. What this and the rest gain: benchmarks/NOTES.md.
WIDE = 8_000_000
WIDE_IN_GRAPH = 4_000_000
# Operations handed to the engine at a time, because waking it for each small one takes longer than the operation.
BULK_SIZE = 15
# How often a thread looks whether the one it waits for is ready, before it sleeps: libgomp's own 300,000 times take
# milliseconds, in which it keeps a processor from the thread it waits for.
SPINS = 3000
# The threads sleep as soon as they wait if other processes keep them from this much of a processor. (A busy process
# takes half of one, because it shares it with a thread.) Seconds between two looks, because /proc/stat counts in
# hundredths, and seconds after which the last look says nothing about now.
SHARED = 0.3
LOOK_AFTER = 0.2
FORGET_AFTER = 10


def processors():
    """Number of processors that this process may use, an int."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container or `taskset` may have taken some away
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def cores():
    """Number of processor cores that this process may use, an int: two hardware threads of one core count once."""
    if not hasattr(os, "sched_getaffinity"):
        return max(1, processors() // 2)
    siblings = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    try:
        return len({Path(siblings.format(cpu)).read_text() for cpu in os.sched_getaffinity(0)})
    except OSError:  # a container may hide it
        return max(1, processors() // 2)


def user_setting():
    """The environment variable, such as "OMP_NUM_THREADS=2", by which the user chose the threads, or None."""
    return next((f"{name}={os.environ[name]}" for name in THREADS if os.environ.get(name)), None)


def usual_threads():
    """Threads for an unknown network: half the processors, MXNet's own choice; None where the user has chosen."""
    return None if user_setting() else max(1, processors() // 2)


def threads_for(params, batch_size, wide=WIDE):
    """Threads for a network with these weights: one per core if a layer is wide, else one; None as above.

    Small operations are over before a second thread has started.
    """
    if user_setting():
        return None
    return cores() if batch_size * max(param.size for param in params) >= wide else 1


@contextlib.contextmanager
def variables_set(**variables):
    """Within it the environment has `variables`, {name: text}, where the user has not set them."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: value for name, value in variables.items() if not before[name]})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def importing():
    """Within it MXNet is imported, so that `tuned` decides how many threads all of its operations have.

    MXNet's own operations never take more than the import has seen in the environment, and libgomp reads there how
    long to spin.
    """
    if user_setting():
        yield
        return
    spins = {} if _waiting_is_set() else {"GOMP_SPINCOUNT": str(SPINS)}
    with variables_set(MXNET_OMP_MAX_THREADS=str(cores()), **spins):
        yield
    # Until training begins, as many as MXNet takes by itself.
    if _set_threads(usual_threads(), usual_threads()) and hasattr(os, "register_at_fork"):
        # For a fork, as by a DataLoader with workers, MXNet ends its engine's threads and starts new ones.
        os.register_at_fork(after_in_parent=lambda: _set_in_engine(_in_engine))


def _waiting_is_set():
    return any(os.environ.get(name) for name in WAITING)


def _may_sleep(num_threads):
    return 1 < num_threads <= processors() and not _waiting_is_set()


@contextlib.contextmanager
def tuned(num_threads=None):
    """Within it MXNet's engine computes with `num_threads` threads; None leaves their number as it is.

    Gives a function that passes on the updates of an epoch and meanwhile watches what other processes do; see `Team`.
    """
    from mxnet import engine

    _keep_freed_memory()
    # Each thread has a team of its own. This thread computes next to nothing, so it can do without: with more threads
    # in teams than there are processors, libgomp puts them to sleep after each operation.
    before = num_threads and _set_threads(num_threads, 1)
    try:
        with engine.bulk(BULK_SIZE):
            yield Team(num_threads).watch if before and _may_sleep(num_threads) else iter
    finally:
        if before:
            _set_threads(*before)


class Team:
    """The engine's threads: they spin while they wait for each other, or sleep where others need the processors.

    A thread that spins may keep the processor from the thread it waits for. The number of threads stays the same,
    because the last digits of results depend on it.
    """

    def __init__(self, num_threads):
        self._num_threads, self._sleeps = num_threads, False
        self._adapt()

    def watch(self, updates):
        """Pass on `updates` and, meanwhile, have the threads spin or sleep."""
        for update in updates:
            self._adapt()
            yield update

    def _adapt(self):
        sleeps = self._num_threads > free_processors() + SHARED
        if sleeps != self._sleeps:
            self._sleeps = sleeps
            _set_idle_threads(processors() + 1 - self._num_threads if sleeps else 0)


_free, _seen, _seen_at = 0, None, -math.inf  # what `free_processors` found last, from what, and when


def free_processors():
    """Processors that were idle or this process's own of late, a float; 0 if not known yet, inf if Linux hides it."""
    global _free, _seen, _seen_at
    now = time.perf_counter()
    if now - _seen_at > LOOK_AFTER:
        before, _seen = _seen, _free_seconds()
        passed, _seen_at = now - _seen_at, now
        _free = math.inf if _seen is None else (_seen - before) / passed if before and passed < FORGET_AFTER else 0
    return _free


def _free_seconds():
    """Seconds in which this process's processors have been idle or its own, so far; None if Linux does not tell."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return None
    mine = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    # A line has the processor's name, then its time for user, nice, system, idle, waiting for disks, and others.
    idle = sum(int(fields[4]) + int(fields[5]) for fields in map(str.split, lines) if fields[0] in mine)
    return idle / os.sysconf("SC_CLK_TCK") + time.process_time() if idle else None


free_processors()  # what the first training compares with


def _set_idle_threads(count):
    """Give the calling thread a team of idle threads: with more threads than processors, libgomp has all of them sleep.

    It has no other switch for that once it is loaded.
    """
    from mxnet.base import _LIB

    if hasattr(_LIB, "GOMP_parallel") and hasattr(_LIB, "omp_pause_resource_all"):
        _LIB.omp_pause_resource_all(1)  # dissolves the team that this thread has had so far
        if count:
            nothing = ctypes.cast(_LIB.omp_in_parallel, ctypes.c_void_p)  # a function that is over at once
            _LIB.GOMP_parallel(nothing, None, count + 1, 0)


def _set_threads(in_engine, here):
    """Set the threads of MXNet's engine and of the calling thread; returns both from before, None without OpenMP."""
    from mxnet.base import _LIB

    if not hasattr(_LIB, "omp_set_num_threads"):
        return None
    before = _LIB.omp_get_max_threads()
    _LIB.omp_set_num_threads(here)
    if hasattr(_LIB, "omp_pause_resource_all"):
        _LIB.omp_pause_resource_all(1)  # dissolves the team that this thread has had so far
    return _set_in_engine(in_engine), before


_in_engine = None  # as it was last set


def _set_in_engine(count):
    global _in_engine
    from mxnet import nd
    from mxnet.base import _LIB, check_call

    before = []

    @ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    def in_engine(_context, _argument):  # because a thread can only set its own number
        before.append(_LIB.omp_get_max_threads())
        _LIB.omp_set_num_threads(count)

    cpu = (ctypes.c_int * 2)(1, 0)  # device type and number: MXNet's struct Context
    check_call(_LIB.MXEnginePushSync(in_engine, None, None, cpu, None, 0, None, 0, None, 0, None, False))
    nd.waitall()
    _in_engine = count
    return before[0]


def _keep_freed_memory():
    # Keep up to 256 MiB for the next batch. A page given back to the system costs a page fault when it is taken again,
    # and in some nets those take longer than gathering the batch.
    if sys.platform == "linux" and not any(os.environ.get(name) for name in MALLOC):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt:  # glibc's
            mallopt(-1, 256 << 20)  # M_TRIM_THRESHOLD
            mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD, at its largest
