"""Multilayer perceptron (多层感知机): sections 3.8 to 3.10 of the book.

Model   H = phi(X W1 + b1)              X (n, num_inputs), H (n, num_hiddens)
        o = H W2 + b2                   o (n, num_outputs); any number of hidden layers
phi     relu(x) = max(x, 0)
        sigmoid(x) = 1 / (1 + exp(-x))
        tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x))
Loss    l = logsumexp(o) - o[y]         cross-entropy, as in softmax regression

    python -m chapters.mlp
    python -m chapters.mlp --hidden 256,128 --activation tanh --out out

The first ends with:
    scratch and Gluon: losses differ by 5.6e-03, amplified rounding: see --dtype float64
"""
from functools import partial

from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters.softmax_regression import cross_entropy

# --- From scratch

def init_params(sizes):
    """A pair (W, b) for each layer: W normal with standard deviation 0.01, b = 0."""
    params = []
    for num_inputs, num_outputs in zip(sizes, sizes[1:]):
        W = nd.random.normal(scale=0.01, shape=(num_inputs, num_outputs))
        b = nd.zeros(num_outputs)
        params.append((W, b))
    return params


def relu(X):
    """max(x, 0) of each element, with derivative 0 at 0, as in the book."""
    zeros = nd.zeros_like(X)
    return nd.where(X > 0, X, zeros)


def sigmoid(X):
    """1 / (1 + exp(-x)) of each element."""
    X = nd.clip(X, -80, 80)                  # exp(89) overflows float32
    return 1 / (1 + nd.exp(-X))


def tanh(X):
    """(1 - exp(-2x)) / (1 + exp(-2x)) of each element."""
    X = nd.clip(X, -40, 40)                  # for the same reason
    exp = nd.exp(-2 * X)
    return (1 - exp) / (1 + exp)


ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def net(X, params, phi):
    """The model: images (n, 1, height, width) -> logits (n, num_outputs)."""
    *hidden, (W_out, b_out) = params
    H = X.flatten()                          # (n, num_inputs)
    for W, b in hidden:
        H = phi(nd.dot(H, W) + b)            # (n, num_inputs) -> (n, num_hiddens)
    return nd.dot(H, W_out) + b_out          # (n, num_hiddens) -> (n, num_outputs)


def build_scratch(params, lr, activation="relu"):
    """Network, loss and step."""
    model = partial(net, params=params, phi=ACTIVATIONS[activation])
    step = partial(d2l.sgd, params, lr)
    return model, cross_entropy, step


# --- With Gluon

def build_gluon(sizes, lr, activation="relu"):
    """Network, loss and step."""
    _, *hidden, num_outputs = sizes
    net = nn.HybridSequential()
    for num_hiddens in hidden:
        net.add(nn.Dense(num_hiddens, activation=activation))
    net.add(nn.Dense(num_outputs))
    net.initialize(init.Normal(sigma=0.01))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Both

def run(data, num_epochs=5, batch_size=256, lr=0.5, num_hiddens=(256,),
        activation="relu", **options):
    """Train both on `data`, an `ImageData`; returns {name: Trained}."""
    sizes = [data.num_inputs, *num_hiddens, data.num_outputs]
    return d2l.train_both(
        partial(init_params, sizes), partial(build_scratch, activation=activation),
        partial(build_gluon, sizes, activation=activation), data.train, data.test,
        num_epochs=num_epochs, batch_size=batch_size, lr=lr, metric=d2l.correct,
        **options)


if __name__ == "__main__":
    from chapters.commands.mlp import main
    raise SystemExit(main())
