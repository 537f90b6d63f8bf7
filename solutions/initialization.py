"""Initialisation: section 3.15.

    python -m solutions.initialization
"""
import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters import initialization, linreg, mlp, softmax_regression
from solutions import show

NUM_HIDDENS = 16


def permuted():
    """Largest change of the logits where the hidden units of a network change places."""
    generator = np.random.RandomState(0)
    shapes = (20, 64), (64, NUM_HIDDENS), (NUM_HIDDENS, 10)
    X, W1, W2 = (nd.array(generator.standard_normal(shape)) for shape in shapes)
    order = nd.array(generator.permutation(NUM_HIDDENS))
    before, after = (mlp.net(X, [(A, 0), (B, 0)], mlp.relu)
                     for A, B in ((W1, W2), (W1.take(order, axis=1), W2.take(order, axis=0))))
    return (before - after).abs().max().asscalar() / before.abs().max().asscalar()


def symmetry():
    """3.15.1 Random values are said to break the symmetry. Which one?

    That of the hidden units: where they change places and take their weights along, the network computes the same. So
    units that start with equal weights get equal gradients and stay equal, and all of them can do no more than one.
    With all weights at 0.01 no unit is unlike the first after training, and the accuracy is poor. With random weights
    all the others are unlike the first, and it is good.
    """
    found, data = {"change of the logits by permutation": permuted()}, d2l.load_digits()
    for draw in (initialization.constant, initialization.normal):
        trained = initialization.run(draw, data, lr=0.5, sizes=(NUM_HIDDENS,), implementations=["gluon"])["gluon"]
        found[draw.__name__] = {"units unlike the first": int(initialization.num_unlike_first(trained.params[0][0])),
                                "test accuracy": trained.history[-1]["test_acc"]}
    return found


def train_linear(start, num_outputs=1):
    """Linear regression on its data or, with 10 outputs, softmax regression on the digits; W from `start`."""
    if num_outputs == 1:
        chapter, train_set, test_set = linreg, d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B), None
        options = {"num_epochs": 10, "batch_size": 10, "lr": 0.03}
    else:
        chapter, (_, train_set, test_set, _) = softmax_regression, d2l.load_digits()
        options = {"num_epochs": 30, "batch_size": 64, "lr": 0.5, "metric": d2l.correct}
    shape = train_set[0][0].size, num_outputs
    return d2l.train_both(lambda: [start(shape), nd.zeros(num_outputs)], chapter.build_scratch, None, train_set,
                          test_set, implementations=["scratch"], **options)["scratch"]


def equal_start():
    """3.15.2 May the weights of linear or softmax regression all start with the same value?

    Yes. There are no hidden units that could stay equal: each weight belongs to one input and one output, and gets its
    own gradient. The loss is convex, so gradient descent finds the same minimum from any start. From 0, from 1 and from
    random values linear regression comes to the same weights, and softmax regression to the same loss and accuracy, up
    to little. Nine of its ten outputs then have other weights than the first.
    """
    starts, found = {"all 0": nd.zeros, "all 1": nd.ones, "random": initialization.normal}, {}
    for name, start in starts.items():
        (w, b), soft = train_linear(start).params, train_linear(start, 10)
        last = soft.history[-1]
        found[name] = {"linear: w": w[:, 0].asnumpy(), "linear: b": b.asscalar(),
                       "softmax: loss": last["loss"], "softmax: test accuracy": last["test_acc"],
                       "softmax: outputs unlike the first": int(initialization.num_unlike_first(soft.params[0]))}
    return found


if __name__ == "__main__":
    show(globals())
