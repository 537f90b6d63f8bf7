"""Activation functions (激活函数): section 3.8 of the book.

relu(x) = max(x, 0)                            relu'(x) = 1 for x > 0, 0 for x < 0
sigmoid(x) = 1 / (1 + exp(-x))                 sigmoid'(x) = sigmoid(x) (1 - sigmoid(x))
tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x))      tanh'(x) = 1 - tanh(x)^2

The functions themselves are in chapters/mlp.py. Why a network needs one of them: two
affine layers (仿射变换) with nothing between them are one affine layer,
(X W1 + b1) W2 + b2 = X (W1 W2) + (b1 W2 + b2).

    python -m chapters.activations
    python -m chapters.activations --hidden 8 --out out

The first ends with:
    activations: 15 claims hold
"""
import numpy as np
from mxnet import nd

from chapters.calculus import float64
from chapters.mlp import net, relu

# --- Derivatives by hand, in NumPy

def relu_derivative(x):
    """1 where x is above 0, and 0 where it is below; at 0 there is none."""
    return (x > 0).astype("float64")


def sigmoid_derivative(x):
    """At most 1/4, at 0: ten layers of sigmoid shrink a gradient 4^10 times or more."""
    y = 1 / (1 + np.exp(-x))
    return y * (1 - y)


def tanh_derivative(x):
    """At most 1, at 0."""
    return 1 - np.tanh(x) ** 2


DERIVATIVES = {
    "relu": relu_derivative, "sigmoid": sigmoid_derivative, "tanh": tanh_derivative}


# --- Far out: at -1000 and 1000

FAR_OUT = {"relu": [0, 1000], "sigmoid": [0, 1], "tanh": [-1, 1]}
DERIVATIVES_FAR_OUT = {"relu": [0, 1], "sigmoid": [0, 0], "tanh": [0, 0]}


def naive_tanh(x):
    """The formula as it stands: far to the left exp overflows, and it is -inf / inf."""
    return (1 - nd.exp(-2 * x)) / (1 + nd.exp(-2 * x))


# --- Two layers

def init_params(num_inputs, num_hiddens):
    """Two layers with one output, all normal: [(W1, b1), (W2, b2)], for `mlp.net`."""
    sizes = [num_inputs, num_hiddens, 1]
    return [(nd.random.normal(shape=shape, dtype="float64"),
             nd.random.normal(shape=shape[1], dtype="float64"))
            for shape in zip(sizes, sizes[1:])]


def identity(X):
    """No activation."""
    return X


def merge(params):
    """The one layer that two layers without activation are: [(W1 W2, b1 W2 + b2)]."""
    (W1, b1), (W2, b2) = params
    return [(nd.dot(W1, W2), nd.dot(b1, W2) + b2)]


def distance_from_affine(f, X):
    """Mean distance of f((a + b) / 2) from (f(a) + f(b)) / 2: 0 where f is affine."""
    A, B = X[1:], X[:-1]                              # neighbours in X (n, num_inputs)
    return (f((A + B) / 2) - (f(A) + f(B)) / 2).abs().mean().asscalar()


def absolute(x):
    """|x| = relu(x) + relu(-x), x (n, 1): two layers with ReLU do what one cannot."""
    hidden = float64([[1, -1]]), float64([0, 0])      # x -> x, -x
    output = float64([[1], [1]]), float64([0])        # their sum
    return net(x, [hidden, output], relu)


if __name__ == "__main__":
    from chapters.commands.activations import main
    raise SystemExit(main())
