"""A contender in a process of its own: for each line on stdin it runs one epoch and writes what it took to stdout.

python -m benchmarks.worker MODULE '{"model": "mlp", ...}'

MODULE has a function `build`, which takes these arguments and returns a function that runs epoch after epoch, and after
each calls what it is given, a `Turns`, with a dict of what the epoch gave.

Processes of their own keep the contenders apart: MXNet and PyTorch would share one OpenMP library, whose number of
threads the first one sets for both.
"""
import importlib
import json
import os
import sys
import time


class Turns:
    """The turns of a contender: `turn(result)` says what an epoch gave, and returns when the next one may begin."""

    def __init__(self, out):
        self.out = out

    def wait(self):
        if not sys.stdin.readline():
            raise SystemExit
        self.started = time.perf_counter()

    def __call__(self, result):
        print(json.dumps({"seconds": time.perf_counter() - self.started, **result}), file=self.out)
        self.wait()


def repeat(epoch):
    """What `build` returns where `epoch` runs one epoch and returns what that gave."""
    def run(turn):
        while True:
            turn(epoch())

    return run


def main(argv=None):
    """Build the contender that the arguments name, then run an epoch per line on stdin until that ends."""
    module, spec = argv or sys.argv[1:]
    turn = Turns(os.fdopen(os.dup(1), "w", buffering=1))
    os.dup2(2, 1)  # what the contenders print is not for the driver
    run = importlib.import_module(f"benchmarks.{module}").build(**json.loads(spec))
    print("{}", file=turn.out)  # ready
    turn.wait()
    run(turn)


if __name__ == "__main__":
    main()
