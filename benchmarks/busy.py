"""Time an epoch of the MLP while other processes keep the processors busy.

    python -m benchmarks.busy              about ten minutes on two cores; --runs 2 for a first look

The bar: with one and with two busy processes, d2lmx's median epoch takes at most 1.3 times that of one thread, its
worst at most 3 times. Run it on a machine that is otherwise quiet.
"""
import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys

from benchmarks.race import Contender, Process
from d2lmx.commands.options import positive_int
from d2lmx.runtime import threads

SPEC = {"model": "mlp", "implementation": "gluon", "lr": 0.5}
ONE, OURS, SPINNING = "one thread", "d2lmx", "a thread per core, libgomp's own waiting"
CONTENDERS = [Contender(ONE, "ours", SPEC, {"OMP_NUM_THREADS": "1"}), Contender(OURS, "ours", SPEC),
              Contender(SPINNING, "ours", SPEC, {"GOMP_SPINCOUNT": "300000"})]
# It ends with this process, however that ends.
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"


@contextlib.contextmanager
def busy_processes(count):
    """Within it `count` processes do nothing but compute, at normal priority."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def epochs(contender, count):
    """Seconds of the first `count` epochs of a new process."""
    process = Process(contender)
    try:
        return [process.epoch()["seconds"] for _ in range(count)]
    finally:
        process.process.kill()
        process.stop()


def measure(busy, runs, num_epochs):
    """Seconds of all epochs beside `busy` processes, {name: list}."""
    seconds = {contender.name: [] for contender in CONTENDERS}
    with busy_processes(busy):
        for run in range(runs):
            for contender in CONTENDERS:
                if contender.name != SPINNING or not busy:
                    seconds[contender.name] += epochs(contender, num_epochs)
                elif run == 0:  # a minute and more
                    seconds[contender.name] += epochs(contender, 1)
    return seconds


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.busy", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=positive_int, default=5, help="processes of each (default: %(default)s)")
    parser.add_argument("--epochs", type=positive_int, default=5, help="epochs of each process (default: %(default)s)")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"{threads.processors()} processors; processes that wanted one in the last minute: {os.getloadavg()[0]:.1f}")
    print(f"{'':50} median   worst  of one thread's median: median, worst", flush=True)
    for busy in (0, 1, 2):
        seconds = measure(busy, args.runs, args.epochs)
        one = statistics.median(seconds[ONE])
        for name, values in seconds.items():
            median, worst = statistics.median(values), max(values)
            print(f"{busy} busy, {name:42} {median:7.3f} {worst:7.3f}  {median / one:.2f} {worst / one:.2f}",
                  flush=True)


if __name__ == "__main__":
    main()
