"""What is paid once: importing, and loading Fashion-MNIST, each in fresh processes that take turns."""
import json
import subprocess
import sys

from benchmarks.race import ROOT, summary

BARS = {"import d2lmx after mxnet, s": 0.15, "load Fashion-MNIST, s": 0.6, "memory of loading / arrays": 1.3}
# d2lmx with the names of the training loop, for it loads each name when that is used.
IMPORT = """
import sys, time
started = time.perf_counter()
import mxnet
between = time.perf_counter()
import d2lmx
d2lmx.ArrayLoader, d2lmx.train, d2lmx.load_fashion_mnist, d2lmx.sgd
result = {"mxnet": between - started, "d2lmx": time.perf_counter() - between}
assert "matplotlib" not in sys.modules
"""
LOAD = """
import resource, time
from d2lmx import ImageData, load_fashion_mnist  # the first of them imports MXNet
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before, started = peak(), time.perf_counter()
data = load_fashion_mnist()
seconds, more = time.perf_counter() - started, peak() - before
size = sum(array.size * 4 for part in (data.train, data.test) for array in part)
result = {"seconds": seconds, "memory": more / size}
"""


def measure(rounds):
    """Seconds of importing and of loading, and the memory that loading takes, as a multiple of the arrays' size."""
    imports, loads = [], []
    for _ in range(rounds):
        imports.append(_run(IMPORT))
        loads.append(_run(LOAD))
    return {"import mxnet, s": summary([one["mxnet"] for one in imports]),
            "import d2lmx after mxnet, s": summary([one["d2lmx"] for one in imports]),
            "load Fashion-MNIST, s": summary([one["seconds"] for one in loads]),
            "memory of loading / arrays": summary([one["memory"] for one in loads])}


def _run(code):
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport json; print(json.dumps(result))"], cwd=ROOT,
                          check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)
