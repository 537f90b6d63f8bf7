"""d2lmx as readers run it: the builders of the chapters, `ArrayLoader` and `train`."""
import sys

import d2lmx as d2l
from benchmarks import arrays
from chapters import linreg, mlp, softmax_regression
from d2lmx.runtime.threads import threads_for
from d2lmx.training.implementations import TEST_BATCH


def build(version, model, lr, batch_size=256, num_hiddens=256, num_examples=None, num_inputs=784):
    """Epochs of `model`, in `version` "scratch" or "gluon"."""
    if model == "linreg":
        return _linreg(version, lr, batch_size, num_examples)
    if num_examples:
        train, test = arrays.synthetic(num_examples, num_inputs), None
    else:
        data = d2l.load_fashion_mnist()
        train, test = data.train, data.test
    d2l.seed_all(0)
    if model == "softmax":
        chapter, params = softmax_regression, softmax_regression.init_params(num_inputs, 10)
    else:
        chapter, params = mlp, mlp.init_params([num_inputs, num_hiddens, 10])
    train_iter = d2l.ArrayLoader(*train, batch_size)
    test_iter = test and d2l.ArrayLoader(*test, max(batch_size, TEST_BATCH), shuffle=False)
    return _epochs(chapter, version, params, lr, train_iter, test_iter, d2l.correct)


def _linreg(version, lr, batch_size, num_examples):
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, num_examples)
    d2l.seed_all(0)
    params = linreg.init_params(features.shape[1])
    return _epochs(linreg, version, params, lr, d2l.ArrayLoader(features, labels, batch_size), None, None)


def _epochs(chapter, version, params, lr, train_iter, test_iter, metric):
    net, loss, step = getattr(chapter, f"build_{version}")(params, lr)
    num_threads = threads_for(params, train_iter.batch_size) if version == "scratch" else None

    def run(turn):
        d2l.train(net, loss, step, train_iter, sys.maxsize, test_iter, metric, num_threads=num_threads,
                  on_epoch=lambda record: turn({key: record[key] for key in ("loss", "train_acc", "test_acc")
                                                if key in record}))

    return run
