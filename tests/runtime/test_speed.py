"""What makes an epoch fast, counted by MXNet's own profiler: how often the engine has to stop, and what it executes."""
import json

import pytest

from tests.fresh import python

COUNT = """
import json
import d2lmx as d2l
from mxnet import nd, profiler
from chapters import {chapter} as chapter
from d2lmx.training.implementations import start_gluon, start_scratch
from functools import partial

X, y = nd.random.uniform(shape=(2000, 1, 28, 28)), nd.arange(2000).astype("int32") % 10
train_iter, test_iter = d2l.ArrayLoader(X, y, 10), d2l.ArrayLoader(X, y, 500, shuffle=False)  # 200 and 4 batches
params = chapter.init_params({sizes})
profiler.set_config(profile_all=True, aggregate_stats=True, filename="profile.json")
for start, build, num_threads in (
        (start_scratch, chapter.build_scratch, 1),
        (start_gluon, partial(chapter.build_gluon, {outputs}), 1),
        (start_gluon, partial(chapter.build_gluon, {outputs}), 2)):
    net, loss, step, _ = start(build, params, 0.1)
    d2l.train(net, loss, step, train_iter, 1, test_iter, d2l.correct, num_threads=num_threads)
    profiler.set_state("run")
    d2l.train(net, loss, step, train_iter, 1, test_iter, d2l.correct, num_threads=num_threads)
    profiler.set_state("stop")
    times = json.loads(profiler.dumps(reset=True, format="json"))["Time"]
    print(json.dumps({{name: one["Count"] for group in times.values() for name, one in group.items()}}))
"""

# Losses, hits and labels of the 200 batches are read back 64 batches at a time, hits and labels of the 4 test batches
# at once; nothing else stops the engine but the change of its number of threads and the change back.
READS = 3 * 4 + 2


def operators(count):
    """Number of operators executed for each minibatch, about."""
    return sum(n for name, n in count.items() if not name.startswith(("MX", "Delete", "WaitFor"))) / 200


def assert_nothing_stops_the_engine(count, orders=1):
    assert count["MXNDArraySyncCopyToCPU"] == READS
    assert count.get("MXNDArrayWaitAll", 0) <= 2
    assert count.get("MXNDArrayWaitToRead", 0) <= 3  # for arrays that have long been there
    assert "MXNDArrayWaitToWrite" not in count
    assert count.get("MXNDArraySyncCopyFromCPU", 0) == orders  # the order of the examples
    assert count["argmax"] == 4 + 1  # as often as hits are read
    assert not {"Cast", "_copyto", "stack", "slice"} & count.keys()


def assert_from_scratch(count, most_operators):
    assert_nothing_stops_the_engine(count)
    assert count["take"] == 1 + 2  # the labels, and the images 4 MiB at a time
    assert "_copy" not in count and count.get("CopyCPU2CPU", 0) <= READS
    assert operators(count) < most_operators


def assert_with_gluon(count, num_params, most_operators, gathers):
    """`gathers`: in the graph; else the thread that runs Python gathers, without an operator."""
    assert_nothing_stops_the_engine(count, orders=1 if gathers else 0)
    assert count["MXExecutorForward"] == count["MXExecutorBackwardEx"] == 200
    assert count["MXInvokeCachedOp"] == 4  # the test batches
    assert not {"MXAutogradBackwardEx", "MXAutogradSetIsRecording"} & count.keys()
    assert count.get("take", 0) == (1 + 2 * 200 if gathers else 0)
    copies = 3 if gathers else 4  # rows, or features and labels, to the graph; predictions and losses from it
    assert count["_copy"] == copies * 200
    assert count["sgd_update"] == num_params * 200
    assert count["MXImperativeInvokeEx"] < (num_params + copies + 0.5) * 200
    assert operators(count) < most_operators


@pytest.mark.parametrize("chapter, sizes, outputs, num_params, most_operators", [
    ("softmax_regression", "784, 10", "10", 2, (27, 21)), ("mlp", *2 * ["[784, 32, 10]"], 4, (37, 27))])
def test_counts(chapter, sizes, outputs, num_params, most_operators, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = python(COUNT.format(chapter=chapter, sizes=sizes, outputs=outputs))
    scratch, gluon, gluon_with_two_threads = map(json.loads, shown.splitlines())
    assert_from_scratch(scratch, most_operators[0])
    assert_with_gluon(gluon, num_params, most_operators[1], gathers=False)
    assert_with_gluon(gluon_with_two_threads, num_params, most_operators[1], gathers=True)
