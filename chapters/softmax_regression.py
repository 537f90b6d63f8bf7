"""Softmax regression (softmax回归): sections 3.4 to 3.7 of the book.

Model   o = XW + b,  y_hat = softmax(o)             X (n, num_inputs), W (num_inputs, num_outputs), b (num_outputs,)
Loss    l = -log y_hat[y] = logsumexp(o) - o[y]     cross-entropy (交叉熵), one value per example

The network gives the logits o, where the book's section 3.6 gives probabilities: the loss then needs no logarithm of
a probability that may have rounded to 0 (the book's own exercise on stability).

    python -m chapters.softmax_regression
    python -m chapters.softmax_regression --data digits --out out

The first ends with: scratch and Gluon: the same losses to the last bit
"""
from functools import partial

import mxnet as mx
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import d2lmx as d2l
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, set_dense_params, train_versions


def init_params(num_inputs, num_outputs, ctx=None):
    """Initial W, normal with standard deviation 0.01, and b = 0: the start of both versions."""
    W = nd.random.normal(scale=0.01, shape=(num_inputs, num_outputs), ctx=ctx)
    b = nd.zeros(num_outputs, ctx=ctx)
    return [W, b]


# --- From scratch

def softmax(o):
    """Probabilities of logits o (n, num_outputs); subtracting the row's largest keeps exp from overflowing."""
    exp = (o - o.max(axis=1, keepdims=True)).exp()   # (n, num_outputs)
    return exp / exp.sum(axis=1, keepdims=True)      # each row sums to 1


def log_softmax(o):
    """Logarithm of softmax(o): o - logsumexp(o), which needs no logarithm of a probability that rounded to 0."""
    shifted = o - o.max(axis=1, keepdims=True)
    return shifted - shifted.exp().sum(axis=1, keepdims=True).log()   # (n, num_outputs)


# From here on MXNet's own operators take the place of nd.dot(X, W) + b and of the log_softmax written out above. They
# are those that Gluon's Dense and SoftmaxCrossEntropyLoss call, so both versions round alike. That matters: training
# an MLP at learning rate 0.5 turns a difference in the seventh digit into one in the second within 40 steps.

def affine(X, W, b):
    """XW + b: (n, num_inputs) -> (n, num_outputs)."""
    return nd.FullyConnected(X, W.T, b, num_hidden=W.shape[1])


def cross_entropy(o, y):
    """Cross-entropy of logits o (n, num_outputs) and labels y (n,): -log softmax(o)[y], one value per example."""
    return -nd.pick(nd.log_softmax(o), y)   # (n,)


def build_scratch(params, lr):
    """Network, loss and optimiser step from scratch; the step updates `params` in place."""
    W, b = params
    for param in params:
        param.attach_grad()

    def net(X):
        return affine(X.reshape((X.shape[0], -1)), W, b)   # (n, 1, height, width) -> (n, num_outputs)

    return net, cross_entropy, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(params, lr):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`."""
    num_inputs, num_outputs = params[0].shape
    net = nn.HybridSequential()
    net.add(nn.Dense(num_outputs, in_units=num_inputs))
    net.initialize(init.Normal(sigma=0.01), ctx=params[0].context)
    set_dense_params(net, params)  # in place of Gluon's own draw: both versions start from the same values
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Run

def run(data, versions=VERSIONS, num_epochs=5, batch_size=256, lr=0.1, seed=0, ctx=None, on_epoch=None):
    """Train the versions on `data`, an `ImageData`; returns {version: Trained}, as `train_versions` does."""
    d2l.seed_all(seed)
    params = init_params(data.num_inputs, data.num_outputs, ctx or mx.cpu())
    builders = {"scratch": build_scratch, "gluon": build_gluon}
    return train_versions({version: builders[version] for version in versions}, params, data,
                          num_epochs, batch_size, lr, seed, ctx, on_epoch)


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.image_parser(__doc__, num_epochs=5, batch_size=256, lr=0.1)

    def command(args, say):
        return reporting.run_images("softmax_regression", args, say, run, figures, report)

    return cli.main(parser, argv, command)


def report(data, trained, say):
    """Print what each version makes of the first test image: softmax turns logits into probabilities."""
    X, y = data.test
    for version, one in trained.items():
        probabilities = softmax(one.net(X[:1].as_in_context(one.params[0].context)))[0].asnumpy()   # (num_outputs,)
        say(f"{version:7}  first test image: {data.label_names[int(y[0].asscalar())]}, predicted "
            f"{data.label_names[probabilities.argmax()]} with probability {probabilities.max():.3f}")


def figures(data, trained):
    """Figures by file name: the weights of each class as an image."""
    W, _ = next(iter(trained.values())).params
    return {"weights.png": d2l.plot_weights(W, data.train[0].shape[2:], data.label_names)}


if __name__ == "__main__":
    raise SystemExit(main())
