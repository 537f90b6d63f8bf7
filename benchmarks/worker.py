"""A contender in a process of its own: for each line on stdin it runs one epoch and writes what it took to stdout.

python -m benchmarks.worker MODULE '{"model": "mlp", ...}'

Processes of their own keep the contenders apart: MXNet and PyTorch would share one OpenMP library, whose number of
threads the first one sets for both.
"""
import importlib
import json
import os
import sys
import time


def main(argv=None):
    """Build the contender that the arguments name, then run an epoch per line on stdin until that ends."""
    module, spec = argv or sys.argv[1:]
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the contenders print is not for the driver
    epoch = importlib.import_module(f"benchmarks.{module}").build(**json.loads(spec))
    print("{}", file=out)  # ready
    for _ in sys.stdin:
        started = time.perf_counter()
        result = epoch()
        print(json.dumps({"seconds": time.perf_counter() - started, **result}), file=out)


if __name__ == "__main__":
    main()
