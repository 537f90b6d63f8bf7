"""Automatic differentiation: section 2.3.

    python -m solutions.calculus
"""
import numpy as np
from mxnet import nd

from chapters.calculus import central_difference, derivative, float64, tripled
from solutions import show


def doubled_together(x):
    """Double x until its norm is at least 10, and make the sum positive: one number decides for all elements."""
    y = 2 * x
    while y.norm().asscalar() < 10:
        y = 2 * y
    return y if y.sum().asscalar() > 0 else -y


def tripled_each(x):
    """`tripled` of a vector or matrix: `nd.where` lets each element decide for itself."""
    y = 3 * x
    while (y.abs() < 10).sum().asscalar() > 0:     # as long as one of them is small
        y = nd.where(y.abs() < 10, 3 * y, y)
    return nd.where(y > 0, y, y ** 2)


def vectors_in_control_flow():
    """2.3.1 What happens to control flow, and to its gradient, where the input is a vector or a matrix?

    A condition needs one number. Where it is computed from all elements, by norm or sum as in the book, the function
    runs and gives an array: y = a x with one a for all, which is constant near x. `backward` differentiates the sum of
    y, so the gradient is a everywhere, which is y / x. `tripled` of our lesson asks x itself, by asscalar, which is an
    error for more than one number. With `nd.where` each element has the derivative that it has alone.
    """
    x = float64([[0.25, -1], [0.5, -2]])
    try:
        tripled(x)
        error = None
    except ValueError as refusal:
        error = str(refusal)
    alone = [derivative(tripled, number).asscalar() for number in x.reshape((4, 1))]
    return {"one condition: gradient": derivative(doubled_together, x).asnumpy(),
            "one condition: y / x": (doubled_together(x) / x).asnumpy(), "asscalar": error,
            "nd.where: gradient": derivative(tripled_each, x).asnumpy(), "each alone": np.reshape(alone, (2, 2))}


def signed_root(x):
    """The square root of |x| with the sign of x (1,), which is not 0, by Newton's method."""
    if x.asscalar() < 0:
        return -signed_root(-x)
    y = x
    while (y * y / x - 1).abs().asscalar() > 1e-12:    # how often depends on x
        y = (y + x / y) / 2
    return y


def own_control_flow(numbers=(-9, 0.25, 1, 2, 100)):
    """2.3.2 Give an example of your own of a function with control flow, and differentiate it.

    A square root by Newton's method: a loop that ends when y^2 is x, but for rounding, and a condition for the sign of
    x. Autograd differentiates the steps that were taken and knows nothing of roots. Nevertheless it finds
    1 / (2 sqrt(|x|)), as the rule by hand and central differences do. But for x = 1 it gives 1 in the place of 1/2: the
    loop ends before its first step there, and what was computed is y = x.
    """
    xs = [float64([number]) for number in numbers]
    return {"x": list(numbers), "root": [signed_root(x).asscalar() for x in xs],
            "autograd": [derivative(signed_root, x).asscalar() for x in xs],
            "central differences": [central_difference(signed_root, x).asscalar() for x in xs],
            "by hand": [1 / (2 * abs(number) ** 0.5) for number in numbers]}


if __name__ == "__main__":
    show(globals())
