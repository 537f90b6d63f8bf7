"""What makes an epoch fast, counted by MXNet's own profiler: how often the engine has to stop, and what it executes."""
import json

import pytest
from fresh import python

COUNT = """
import json
import d2lmx as d2l
from mxnet import nd, profiler
from chapters import {chapter}

X, y = nd.random.uniform(shape=(2000, 1, 28, 28)), nd.arange(2000).astype("int32") % 10
params = {chapter}.init_params({sizes})
net, loss, step = {chapter}.build_{version}(params, 0.1)
train_iter, test_iter = d2l.ArrayLoader(X, y, 10), d2l.ArrayLoader(X, y, 500, shuffle=False)  # 200 and 4 batches
d2l.train(net, loss, step, train_iter, 1, test_iter, d2l.correct)
profiler.set_config(profile_all=True, aggregate_stats=True, filename="profile.json")
profiler.set_state("run")
d2l.train(net, loss, step, train_iter, 1, test_iter, d2l.correct)
profiler.set_state("stop")
times = json.loads(profiler.dumps(format="json"))["Time"]
print(json.dumps({{name: one["Count"] for group in times.values() for name, one in group.items()}}))
"""

# Losses, hits and labels of the 200 batches are read back 64 batches at a time, hits and labels of the 4 test batches
# at once; nothing else stops the engine but the change of its number of threads and the change back.
READS = 3 * 4 + 2


@pytest.mark.parametrize("chapter, sizes, version, operators", [
    ("softmax_regression", "784, 10", "gluon", 15), ("softmax_regression", "784, 10", "scratch", 17),
    ("mlp", "[784, 32, 10]", "gluon", 21), ("mlp", "[784, 32, 10]", "scratch", 27)])
def test_counts_of_an_epoch(chapter, sizes, version, operators, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    count = json.loads(python(COUNT.format(chapter=chapter, sizes=sizes, version=version)))
    assert count["MXNDArraySyncCopyToCPU"] == READS
    assert count.get("MXNDArrayWaitAll", 0) <= 2
    assert "MXNDArrayWaitToRead" not in count and "MXNDArrayWaitToWrite" not in count
    assert count["MXNDArraySyncCopyFromCPU"] == 1  # the order of the examples
    assert count["take"] == 1 + 2  # the labels, and the images 4 MiB at a time
    assert count["argmax"] == 4 + 1  # as often as hits are read
    assert count.get("CopyCPU2CPU", 0) <= READS
    assert not {"Cast", "_copy", "_copyto", "stack", "slice"} & count.keys()
    calls = [n for name, n in count.items() if not name.startswith(("MX", "Delete", "WaitFor"))]
    assert sum(calls) / 200 < operators
