"""d2lmx as readers run it: the builders of the chapters, `ArrayLoader` and `train`."""
import sys
from functools import partial

import d2lmx as d2l
from benchmarks import arrays
from chapters import linreg, mlp, softmax_regression
from d2lmx.runtime.threads import threads_for
from d2lmx.training.implementations import TEST_BATCH, start_gluon, start_scratch
from d2lmx.training.loop import flatten


def build(implementation, model, lr, batch_size=256, num_hiddens=256, num_examples=None, num_inputs=784):
    """Epochs of `model`, in `implementation` "scratch" or "gluon"."""
    if model == "linreg":
        return _linreg(implementation, lr, batch_size, num_examples)
    if num_examples:
        train, test = arrays.synthetic(num_examples, num_inputs), None
    else:
        data = d2l.load_fashion_mnist()
        train, test = data.train, data.test
    d2l.seed_all(0)
    if model == "softmax":
        chapter, initial, output = softmax_regression, softmax_regression.init_params(num_inputs, 10), 10
    else:
        output = [num_inputs, num_hiddens, 10]
        chapter, initial = mlp, mlp.init_params(output)
    train_iter = d2l.ArrayLoader(*train, batch_size)
    test_iter = test and d2l.ArrayLoader(*test, max(batch_size, TEST_BATCH), shuffle=False)
    builders = chapter.build_scratch, partial(chapter.build_gluon, output)
    return _epochs(implementation, builders, initial, lr, train_iter, test_iter, d2l.correct)


def _linreg(implementation, lr, batch_size, num_examples):
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, num_examples)
    d2l.seed_all(0)
    builders = linreg.build_scratch, linreg.build_gluon
    return _epochs(implementation, builders, linreg.init_params(2), lr, d2l.ArrayLoader(features, labels, batch_size))


def _epochs(implementation, builders, initial, lr, train_iter, test_iter=None, metric=None):
    build_scratch, build_gluon = builders
    if implementation == "scratch":
        net, loss, step, _ = start_scratch(build_scratch, initial, lr)
        num_threads = threads_for(flatten(initial), train_iter.batch_size)
    else:
        net, loss, step, _ = start_gluon(build_gluon, initial, lr)
        num_threads = None

    def run(turn):
        d2l.train(net, loss, step, train_iter, sys.maxsize, test_iter, metric, num_threads=num_threads,
                  on_epoch=lambda record: turn({key: record[key] for key in ("loss", "train_acc", "test_acc")
                                                if key in record}))

    return run
