"""Calculus (微积分): sections 2.3 and A.2 of the book.

Derivative (导数)             f'(x) = lim (f(x + h) - f(x - h)) / 2h for h -> 0
Partial derivative (偏导数)   df/dx_i: the derivative in x_i alone
Gradient (梯度)               (df/dx_1, ..., df/dx_d), of shape (d,) like x
Gradient descent (梯度下降)   x <- x - lr * gradient

There are three ways to each derivative: by hand, by autograd (自动求导), and by central
differences (中心差分) with a small h. All numbers are float64: float32 keeps 7 digits,
and a difference quotient would lose four of them.

    python -m chapters.calculus
    python -m chapters.calculus --lr 0.1 0.39 --steps 50 --out out

The first ends with:
    calculus: 9 claims hold
"""
import numpy as np
from mxnet import autograd, nd


def float64(values):
    """NDArray of float64; without a dtype it would be float32."""
    return nd.array(values, dtype="float64")


# --- Derivative

def derivative(f, x):
    """By autograd: f' at each element of x; the gradient, where f gives one number."""
    x = x.copy()
    x.attach_grad()
    with autograd.record():
        y = f(x)
    y.backward()                               # of the sum over y
    return x.grad                              # the shape of x


def central_difference(f, x, h=1e-5):
    """By the slope of a short secant: f' at each element of x, but for some h^2."""
    return (f(x + h) - f(x - h)) / (2 * h)


# By name: f, and f' by hand, in NumPy.
FUNCTIONS = {
    "x^3 - 3x": (lambda x: x ** 3 - 3 * x, lambda x: 3 * x ** 2 - 3),
    "exp(x) sin(x)": (                                           # product rule
        lambda x: nd.exp(x) * nd.sin(x), lambda x: np.exp(x) * (np.sin(x) + np.cos(x))),
    "ln(1 + x^2)": (                                             # chain rule
        lambda x: nd.log(1 + x ** 2), lambda x: 2 * x / (1 + x ** 2)),
    "x / (1 + x^2)": (                                           # quotient rule
        lambda x: x / (1 + x ** 2), lambda x: (1 - x ** 2) / (1 + x ** 2) ** 2),
}


# --- Gradient

def gradient_by_differences(f, x, h=1e-5):
    """Each partial derivative: move x_i alone, by h to either side. x (d,) -> (d,)."""
    moves = h * nd.eye(len(x), dtype="float64")        # row i moves x_i
    return nd.concat(*[(f(x + move) - f(x - move)) / (2 * h) for move in moves], dim=0)


M = np.array([[1.0, 3.0], [-2.0, 0.5]])

# By name: f of x (2,), and its gradient by hand, in NumPy.
FIELDS = {
    "3 x1^2 + 5 exp(x2)": (lambda x: 3 * x[0] ** 2 + 5 * nd.exp(x[1]),
                           lambda x: np.array([6 * x[0], 5 * np.exp(x[1])])),
    "sin(x1 x2)": (lambda x: nd.sin(x[0] * x[1]),
                   lambda x: np.cos(x[0] * x[1]) * x[::-1]),
    "x . Mx": (lambda x: nd.dot(x, nd.dot(float64(M), x)), lambda x: (M + M.T) @ x),
    "||x||^2": (lambda x: nd.dot(x, x), lambda x: 2 * x),
}


# --- Control flow

def tripled(x):
    """Triple x (1,) until its size is at least 10, and square it if it is negative."""
    y = 3 * x
    while y.abs().asscalar() < 10:             # how often depends on x
        y = 3 * y
    return y if y.asscalar() > 0 else y ** 2


def tripled_derivative(x):
    """By hand: y = a x or (a x)^2, where a is the same for all numbers near x."""
    y = tripled(float64(x)).asnumpy()
    return np.where(x > 0, y / x, 2 * y / x)


# --- Gradient descent

CURVATURE = (1, 5)


def bowl(x):
    """(x_1^2 + 5 x_2^2) / 2: a valley, five times as steep in x_2 as in x_1."""
    return (CURVATURE[0] * x[0] ** 2 + CURVATURE[1] * x[1] ** 2) / 2


def descend(f, x, lr, num_steps):
    """Gradient descent on f from x (d,): the points it visits, (num_steps + 1, d)."""
    path = [x]
    for _ in range(num_steps):
        x = x - lr * derivative(f, x)
        path.append(x)
    return nd.stack(*path)


def descend_in_theory(start, lr, num_steps):
    """The same by hand, on the bowl: a step multiplies x_i by 1 - lr * curvature_i."""
    step = np.arange(num_steps + 1)[:, np.newaxis]               # (num_steps + 1, 1)
    return np.array(start) * (1 - lr * np.array(CURVATURE)) ** step


if __name__ == "__main__":
    from chapters.commands.calculus import main
    raise SystemExit(main())
