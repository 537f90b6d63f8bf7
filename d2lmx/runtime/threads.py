"""How MXNet's engine runs: with how many threads, how many operations at a time, on which memory.

This is the one place where that is chosen. What the user has set in the environment stays as it is.
"""
import contextlib
import ctypes
import os
import sys
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "MXNET_OMP_MAX_THREADS", "MXNET_CPU_WORKER_NTHREADS")  # variables that choose threads
MALLOC = ("GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_")

# Multiply-adds of a layer in one batch from which more threads pay: where Python calls each operation, and in a graph,
# where it leaves them more time. What this and the rest gain: benchmarks/NOTES.md.
WIDE = 8_000_000
WIDE_IN_GRAPH = 4_000_000
# Operations handed to the engine at a time: small ones take less time than waking it for each.
BULK_SIZE = 15


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
    """Threads for a network of which nothing is known, an int: half the processors, as MXNet has it by itself.

    None where the user has chosen.
    """
    return None if user_setting() else max(1, processors() // 2)


def threads_for(params, batch_size, wide=WIDE):
    """Threads that suit a network.

    Parameters
    ----------
    params : list of NDArray
        Its weights; the largest counts.
    batch_size : int
    wide : int
        Multiply-adds of a layer in one batch from which it is wide.

    Returns
    -------
    int or None
        One per core where a layer is wide, else one, because small operations are over before a second thread has
        started. None where the user has chosen.
    """
    if user_setting():
        return None
    return cores() if batch_size * max(param.size for param in params) >= wide else 1


@contextlib.contextmanager
def environment(**variables):
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

    Those that are MXNet's own, not a library's, never take more than the import has seen in the environment.
    """
    if user_setting():
        yield
        return
    with environment(MXNET_OMP_MAX_THREADS=str(cores())):
        yield
    # As MXNet has it by itself, until training begins.
    if _set_threads(usual_threads(), usual_threads()) and hasattr(os, "register_at_fork"):
        # For a fork, as by a DataLoader with workers, MXNet ends its engine's threads and starts new ones.
        os.register_at_fork(after_in_parent=lambda: _set_in_engine(_in_engine))


@contextlib.contextmanager
def tuned(num_threads=None):
    """Within it MXNet's engine runs as this file has it, on the CPU with `num_threads` threads; None leaves these.

    Parameters
    ----------
    num_threads : int, optional
    """
    from mxnet import engine

    _keep_freed_memory()
    # Each thread has a team of its own. This thread computes next to nothing, so it can do without: with more threads
    # in teams than there are processors, OpenMP puts them to sleep after each operation.
    before = num_threads and _set_threads(num_threads, 1)
    try:
        with engine.bulk(BULK_SIZE):
            yield
    finally:
        if before:
            _set_threads(*before)


def _set_threads(in_engine, here):
    """Set the numbers of threads of MXNet's engine and of the thread that calls; returns what they were.

    None in a build without OpenMP.
    """
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
    def in_engine(_context, _argument):  # for only the thread that computes can set its own number
        before.append(_LIB.omp_get_max_threads())
        _LIB.omp_set_num_threads(count)

    cpu = (ctypes.c_int * 2)(1, 0)  # device type and number: MXNet's struct Context
    check_call(_LIB.MXEnginePushSync(in_engine, None, None, cpu, None, 0, None, 0, None, 0, None, False))
    nd.waitall()
    _in_engine = count
    return before[0]


def _keep_freed_memory():
    # Up to 256 MiB of it, for the next batch: a page that goes back to the system costs a page fault when it is taken
    # again, and some nets then wait for that longer than for the gathering of a batch itself.
    if sys.platform == "linux" and not any(os.environ.get(name) for name in MALLOC):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt:  # glibc's
            mallopt(-1, 256 << 20)  # M_TRIM_THRESHOLD
            mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD, at its largest
