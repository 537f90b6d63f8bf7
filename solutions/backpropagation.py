"""Forward and back propagation: section 3.14.

    python -m solutions.backpropagation
"""
import numpy as np
from mxnet import autograd, nd

from chapters.backpropagation import forward
from chapters.softmax_regression import softmax
from solutions import show


def draw(n=6, num_inputs=5, num_hiddens=4, num_outputs=3):
    """Random examples X, y and parameters, with gradients attached, in float64."""
    generator = np.random.RandomState(0)
    shapes = ((n, num_inputs), (num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,))
    X, *params = (nd.array(generator.standard_normal(shape), dtype="float64") for shape in shapes)
    for param in params:
        param.attach_grad()
    return X, nd.array(np.arange(n) % num_outputs), params


def with_biases(lambd=0.1, bias=True):
    """3.14.1 Which gradients are there besides, where hidden layer and output layer have biases?

    With z = X W1 + b1 and o = h W2 + b2 all examples share b2, so dJ/db2 is the sum of dJ/do over them; likewise dJ/db1
    is that of dJ/dz. The penalty has no b, so neither has a term with lambda. The formulas of the other gradients are
    those without biases; only the values of z, h and o in them change. Autograd gives the same numbers.
    """
    X, y, (W1, b1, W2, b2) = draw()
    with autograd.record():
        nodes = forward(X, y, [(W1, b1), (W2, b2)] if bias else [(W1, 0), (W2, 0)], lambd, "relu")
    nodes["J"].backward()
    h, o = nodes["h"], nodes["o"]
    do = (softmax(o) - nd.one_hot(y, o.shape[1], dtype="float64")) / len(X)
    dz = nd.dot(do, W2.T) * (h > 0)
    formulas = {"W1": nd.dot(X.T, dz) + lambd * W1, "W2": nd.dot(h.T, do) + lambd * W2}
    if bias:
        formulas.update(b1=dz.sum(axis=0), b2=do.sum(axis=0))
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return {f"dJ/d{name}": {"formula": formula.asnumpy(), "autograd": params[name].grad.asnumpy()}
            for name, formula in formulas.items()}


if __name__ == "__main__":
    show(globals())
