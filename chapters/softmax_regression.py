"""Softmax regression (softmax回归): sections 3.4 to 3.7 of the book.

Model   o = XW + b                      X (n, num_inputs), W (num_inputs, num_outputs)
        y_hat = softmax(o)              o, y_hat (n, num_outputs): logits, probabilities
Loss    l = -log y_hat[y]               cross-entropy (交叉熵), one value per example
          = logsumexp(o) - o[y]

The network gives the logits o, where the book's section 3.6 gives probabilities. The
loss then needs no logarithm of a probability that may have rounded to 0, which is the
book's own exercise on stability.

    python -m chapters.softmax_regression
    python -m chapters.softmax_regression --data digits --out out

The first ends with:
    scratch and Gluon: losses differ by at most 3.0e-08 (relative, float32)
"""
from functools import partial

from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l

# --- From scratch

def init_params(num_inputs, num_outputs):
    """The start of both: W normal with standard deviation 0.01, b = 0."""
    W = nd.random.normal(scale=0.01, shape=(num_inputs, num_outputs))
    b = nd.zeros(num_outputs)
    return [W, b]


def softmax(o):
    """Probabilities of logits o (n, num_outputs)."""
    exp = (o - o.max(axis=1, keepdims=True)).exp()   # at most 1: no overflow
    return exp / exp.sum(axis=1, keepdims=True)      # each row sums to 1


def log_softmax(o):
    """Logarithm of softmax(o), without the logarithm of a number that rounded to 0."""
    o = o - o.max(axis=1, keepdims=True)
    return o - o.exp().sum(axis=1, keepdims=True).log()   # (n, num_outputs)


def cross_entropy(o, y):
    """Cross-entropy of logits o (n, num_outputs) and classes y (n,): (n,)."""
    return -log_softmax(o).pick(y)


def net(X, params):
    """The model: images (n, 1, height, width) -> logits (n, num_outputs)."""
    W, b = params
    return nd.dot(X.flatten(), W) + b          # (n, num_inputs) -> (n, num_outputs)


def predict(o):
    """The most probable class of each example, and its probability: (n,), (n,)."""
    probabilities = softmax(o)
    return probabilities.argmax(axis=1), probabilities.max(axis=1)


def evaluate_accuracy(data_iter, net):
    """Fraction of the examples classified correctly; from now on `d2l.evaluate`."""
    num_correct, n = 0, 0
    for X, y in data_iter:
        classes, _ = predict(net(X))
        num_correct += (classes == y.astype(classes.dtype)).sum().asscalar()
        n += len(y)
    return num_correct / n


def build_scratch(params, lr):
    """Network, loss and step."""
    model, step = partial(net, params=params), partial(d2l.sgd, params, lr)
    return model, cross_entropy, step


# --- With Gluon

def build_gluon(num_outputs, lr):
    """Network, loss and step."""
    net = nn.HybridSequential()
    net.add(nn.Dense(num_outputs))
    net.initialize(init.Normal(sigma=0.01))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Both

def run(data, num_epochs=5, batch_size=256, lr=0.1, **options):
    """Train both on `data`, an `ImageData`; returns {name: Trained}."""
    return d2l.train_both(
        partial(init_params, data.num_inputs, data.num_outputs), build_scratch,
        partial(build_gluon, data.num_outputs), data.train, data.test,
        num_epochs=num_epochs, batch_size=batch_size, lr=lr, metric=d2l.correct,
        **options)


if __name__ == "__main__":
    from chapters.commands.softmax_regression import main
    raise SystemExit(main())
