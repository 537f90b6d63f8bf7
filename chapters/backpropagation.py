"""Forward and back propagation (正向传播与反向传播): section 3.14 of the book.

Forward   z = X W1 + b1              X (n, num_inputs), z and h (n, num_hiddens)
          h = phi(z)
          o = h W2 + b2              o (n, num_outputs): logits
          L = mean of l(o, y)        l: cross-entropy of each example
          s = lambd / 2 (|W1|^2 + |W2|^2)            the penalty (正则化项)
          J = L + s                  the objective (目标函数)
Backward  dJ/do  = (softmax(o) - one_hot(y)) / n
          dJ/dW2 = h^T dJ/do + lambd W2              dJ/db2 = dJ/do, summed over n
          dJ/dh  = dJ/do W2^T
          dJ/dz  = dJ/dh * phi'(z)                   element by element
          dJ/dW1 = X^T dJ/dz + lambd W1              dJ/db1 = dJ/dz, summed over n

Forward goes through the computational graph (计算图) from the inputs to J. Backward
goes from J to the parameters by the chain rule (链式法则), with what forward has kept.

    python -m chapters.backpropagation
    python -m chapters.backpropagation --activation tanh --wd 0.1 --no-bias

The first ends with:
    backpropagation: 13 claims hold
"""
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss, nn

from chapters.mlp import ACTIVATIONS
from chapters.softmax_regression import cross_entropy, softmax
from d2lmx.training.implementations import set_dense_params

# --- From scratch

SLOPES = {"relu": lambda h: h > 0,                       # phi'(z), of h = phi(z)
          "sigmoid": lambda h: h * (1 - h),
          "tanh": lambda h: 1 - h ** 2}


def forward(X, y, params, lambd, activation):
    """The nodes of the graph by name, from the inputs to the objective J."""
    (W1, b1), (W2, b2) = params
    z = nd.dot(X, W1) + b1                               # (n, num_hiddens)
    h = ACTIVATIONS[activation](z)
    o = nd.dot(h, W2) + b2                               # (n, num_outputs)
    L = cross_entropy(o, y).mean()
    s = lambd / 2 * ((W1 ** 2).sum() + (W2 ** 2).sum())
    return {"z": z, "h": h, "o": o, "L": L, "s": s, "J": L + s}


def backward(X, y, params, lambd, activation, nodes):
    """dJ/d each of these by name, from J back to the inputs; `nodes` are forward's."""
    (W1, _), (W2, _) = params
    h, o = nodes["h"], nodes["o"]
    do = (softmax(o) - nd.one_hot(y, o.shape[1], dtype=o.dtype)) / len(X)
    dW2, db2 = nd.dot(h.T, do) + lambd * W2, do.sum(axis=0)
    dh = nd.dot(do, W2.T)                                # (n, num_hiddens)
    dz = dh * SLOPES[activation](h)
    dW1, db1 = nd.dot(X.T, dz) + lambd * W1, dz.sum(axis=0)
    return {"o": do, "W2": dW2, "b2": db2, "h": dh, "z": dz, "W1": dW1, "b1": db1}


def descend(X, y, params, lambd, activation, bias, lr, num_steps):
    """Gradient descent on J, in place; the value of J before each step."""
    objectives = []
    (W1, b1), (W2, b2) = params
    for _ in range(num_steps):
        nodes = forward(X, y, params, lambd, activation)
        grads = backward(X, y, params, lambd, activation, nodes)
        W1 -= lr * grads["W1"]
        W2 -= lr * grads["W2"]
        if bias:
            b1 -= lr * grads["b1"]
            b2 -= lr * grads["b2"]
        objectives.append(nodes["J"].asscalar())
    return objectives


# --- With Gluon

def build_gluon(num_hiddens, num_outputs, activation, bias):
    """The network."""
    net = nn.HybridSequential()
    net.add(nn.Dense(num_hiddens, activation=activation, use_bias=bias),
            nn.Dense(num_outputs, use_bias=bias))
    net.initialize(init.Normal(sigma=0.01))
    return net


def descend_gluon(X, y, net, lambd, lr, num_steps):
    """The same, where autograd goes backward."""
    loss, objectives = gloss.SoftmaxCrossEntropyLoss(), []
    weights = net.collect_params(".*weight").values()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    for _ in range(num_steps):
        with autograd.record():
            L = loss(net(X), y).mean()
            J = L + lambd / 2 * nd.add_n(*[(W.data() ** 2).sum() for W in weights])
        J.backward()
        trainer.step(1)                                  # J is a mean already
        objectives.append(J.asscalar())
    return objectives


# --- Both

def run(X, y, params, lambd=0.1, activation="relu", bias=True, lr=0.5, num_steps=50):
    """By hand, in place, and with Gluon from the same values: J by step, the net."""
    lr = np.float32(lr).item()                      # the Trainer computes with that
    (W1, _), (W2, _) = params
    net = build_gluon(W1.shape[1], W2.shape[1], activation, bias)
    net.cast(X.dtype)
    set_dense_params(net, params if bias else [W1, W2])
    by_gluon = descend_gluon(X, y, net, lambd, lr, num_steps)
    by_hand = descend(X, y, params, lambd, activation, bias, lr, num_steps)
    return by_hand, by_gluon, net


if __name__ == "__main__":
    from chapters.commands.backpropagation import main
    raise SystemExit(main())
