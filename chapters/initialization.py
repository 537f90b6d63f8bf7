"""Numerical stability (数值稳定性) and initialisation (模型初始化): section 3.15.

Depth     H_l = phi(H_{l-1} W_l): each layer multiplies the signal, so it vanishes
          (衰减) or explodes (爆炸), and the gradient on its way back does likewise
Theory    without phi, each layer multiplies the standard deviation of the signal by
          sigma sqrt(num_hiddens), where sigma is that of the weights
Xavier    w ~ U(-a, a), a = sqrt(6 / (num_inputs + num_outputs)): a variance between
          1 / num_inputs (keeps the signal) and 1 / num_outputs (keeps the gradient)
Symmetry  (对称性) hidden units with equal weights have equal gradients: they stay so

    python -m chapters.initialization
    python -m chapters.initialization --layers 30 --epochs 20 --out out

The first ends with:
    initialization: 10 claims hold
"""
from functools import partial

import numpy as np
from mxnet import init, nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import mlp
from chapters.calculus import derivative

# --- From scratch: one deep network, forwards and backwards

def forward(X, weights, phi):
    """What comes out of each layer: H_0 = X, H_1, ..., H_L, each (n, num_hiddens)."""
    outputs = [X]
    for W in weights:
        outputs.append(phi(nd.dot(outputs[-1], W)))
    return outputs


def backward(G, outputs, weights, phi):
    """The gradients at H_0, H_1, ..., H_L, where G is the last: of the same shapes."""
    gradients = [G]
    for H, W in zip(outputs[-2::-1], weights[::-1]):       # the last layer first
        slopes = derivative(phi, nd.dot(H, W))             # phi' at each unit
        gradients.append(nd.dot(gradients[-1] * slopes, W.T))
    return gradients[::-1]


def size(H):
    """The standard deviation of a unit over the examples, on average over the units."""
    return np.sqrt(H.asnumpy().var(axis=0).mean())


# --- From scratch: how to draw W of shape (num_inputs, num_outputs)

def normal(shape, sigma=0.01):
    """Normal with mean 0 and standard deviation sigma."""
    return nd.random.normal(scale=sigma, shape=shape)


def uniform(shape, a=0.07):
    """Uniform from -a to a; with a = 0.07 it is what Gluon takes by default."""
    return nd.random.uniform(-a, a, shape=shape)


def xavier(shape):
    """Uniform, the narrower the more inputs and outputs there are."""
    return uniform(shape, a=(6 / sum(shape)) ** 0.5)


def constant(shape):
    """All weights equal."""
    return nd.full(shape, 0.01)


def signals(draw, phi, num_layers, width=256, n=256):
    """Random examples and gradients through a network: their sizes at H_0, ..., H_L."""
    weights = [draw((width, width)).astype("float64") for _ in range(num_layers)]
    X, G = nd.random.normal(shape=(2, n, width), dtype="float64")
    outputs = forward(X, weights, phi)
    gradients = backward(G, outputs, weights, phi)
    return [size(H) for H in outputs], [size(G) for G in gradients]


def init_params(draw, sizes):
    """A pair (W, b) for each layer: W from `draw`, b = 0."""
    return [(draw(shape), nd.zeros(shape[1])) for shape in zip(sizes, sizes[1:])]


def num_unlike_first(W):
    """How many hidden units, columns of W, have other weights than the first has."""
    distance = (W - W[:, :1]).abs().max(axis=0)            # (num_hiddens,)
    return (distance > 1e-4).sum().asscalar()


# --- With Gluon

INITIALIZERS = {normal: init.Normal(), uniform: init.Uniform(), xavier: init.Xavier()}


def gluon_weight(initializer, shape):
    """W of a Gluon layer, (num_outputs, num_inputs)."""
    layer = nn.Dense(shape[0])
    layer.initialize(initializer)
    layer(nd.zeros((1, shape[1])))         # now it knows num_inputs, and draws
    return layer.weight.data()


# --- Both

def run(draw, data, num_epochs=10, batch_size=64, lr=0.1, sizes=(64,) * 5, **options):
    """Train an MLP with W from `draw`, both ways; returns {name: Trained}."""
    sizes = [data.num_inputs, *sizes, data.num_outputs]
    return d2l.train_both(
        partial(init_params, draw, sizes), mlp.build_scratch,
        partial(mlp.build_gluon, sizes), data.train, data.test, metric=d2l.correct,
        num_epochs=num_epochs, batch_size=batch_size, lr=lr, **options)


if __name__ == "__main__":
    from chapters.commands.initialization import main
    raise SystemExit(main())
