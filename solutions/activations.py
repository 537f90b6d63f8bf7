"""Activation functions: section 3.8.

    python -m solutions.activations
"""
import numpy as np
from mxnet import nd
from mxnet.gluon import nn

from chapters import mlp
from chapters.calculus import central_difference, derivative, float64
from solutions import show


def derivatives_by_hand(numbers=(-4, -1, 0, 0.5, 3)):
    """3.8.1 What are the derivatives of sigmoid and tanh?

    sigmoid(x) = (1 + exp(-x))^-1. By the chain rule its derivative is exp(-x) / (1 + exp(-x))^2. One factor is
    s = sigmoid(x), the other exp(-x) / (1 + exp(-x)) = 1 - s, so it is s (1 - s).

    tanh(x) = 2 sigmoid(2x) - 1. By the chain rule its derivative is 4 s (1 - s), where s = sigmoid(2x) is
    (1 + tanh(x)) / 2 and 1 - s is (1 - tanh(x)) / 2. So it is 1 - tanh(x)^2. Autograd and central differences agree.
    """
    x, found = np.array(numbers, dtype="float64"), {}
    s, s_2 = 1 / (1 + np.exp(-x)), 1 / (1 + np.exp(-2 * x))
    by_hand = {"sigmoid": (np.exp(-x) / (1 + np.exp(-x)) ** 2, s * (1 - s)),
               "tanh": (4 * s_2 * (1 - s_2), 1 - np.tanh(x) ** 2)}
    for name, (first, last) in by_hand.items():
        f = mlp.ACTIVATIONS[name]
        found[name] = {"by the chain rule": first, "by hand": last, "autograd": derivative(f, float64(x)).asnumpy(),
                       "central differences": central_difference(f, float64(x)).asnumpy()}
    return found


def scaled_elu(x):
    """SELU as what it is by definition: ELU, with two constants."""
    return 1.0507009873554805 * nd.LeakyReLU(x, act_type="elu", slope=1.6732632423543772)


def other_activations(numbers=(-3, -1, 1, 3)):
    """3.8.2 Which other activations are there, and how do they behave?

    Gluon has, among others, LeakyReLU, ELU, SELU, Swish and GELU. At 3 all are near 3, and at -1 and -3 their slopes
    are not 0 as that of ReLU is, so a unit can learn there. Below 0, LeakyReLU has a small constant slope, and ELU is
    exp(x) - 1, which nears -1. SELU is ELU with two constants. Swish is x sigmoid(x), and GELU is x times the normal
    distribution function. Both dip below 0 and come back to it, so their slopes at -3 are negative.

    Autograd has the slopes that central differences have, but for SELU below 0: there MXNet 1.9.1 computes a wrong one.
    SELU written with ELU has the right one.
    """
    x, found = float64(numbers), {}
    for name, f in {"LeakyReLU": nn.LeakyReLU(0.1), "ELU": nn.ELU(), "SELU": nn.SELU(), "SELU by ELU": scaled_elu,
                    "Swish": nn.Swish(), "GELU": nn.GELU()}.items():
        # MXNet computes some of them in float32 always, which a smaller h would not stand.
        found[name] = {"values": f(x).asnumpy(), "autograd": derivative(f, x).asnumpy(),
                       "central differences": central_difference(f, x, h=0.01).asnumpy()}
    return found


if __name__ == "__main__":
    show(globals())
