"""Calculus (微积分): sections 2.3 and A.2 of the book.

Derivative (导数)             f'(x) = lim (f(x + h) - f(x - h)) / 2h for h -> 0
Partial derivative (偏导数)   df/dx_i: the derivative in x_i alone, the other x_j held
Gradient (梯度)               (df/dx_1, ..., df/dx_d), of shape (d,) as x is
Gradient descent (梯度下降)   x <- x - lr * gradient

Three ways to each derivative, in one table: by hand, by autograd, and by central differences with a small h. All is in
float64: float32 keeps 7 digits, of which a difference quotient would lose four.

    python -m chapters.calculus
    python -m chapters.calculus --lr 0.1 0.39 --steps 50 --out out

The first ends with: calculus: 9 checks passed
"""

import numpy as np
from mxnet import autograd, nd

from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.commands.derivatives import check_table, rows, show_table

# The error of a central difference is about h^2 |f'''| / 6, the limit not taken, plus 2^-53 |f| / h, the rounding of f:
# with h = 1e-5 each is near 1e-11, and below 1e-6 as long as |f| and |f'''| stay below 10000.
H = 1e-5
TOLERANCE = 1e-6
ROUNDING = 1e-12   # for autograd, which only rounds: a few times 2^-53 of values below 1000


# --- Derivative

def derivative(f, x):
    """Derivative of f at each element of x by autograd; the gradient, where f gives one number: x's shape."""
    x = x.copy()
    x.attach_grad()
    with autograd.record():
        y = f(x)
    y.backward()   # of the sum over y
    return x.grad


def central_difference(f, x, h=H):
    """Derivative of f at each element of x by the slope of a short secant: x's shape."""
    return (f(x + h) - f(x - h)) / (2 * h)


# By name: a function, and its derivative by hand, in NumPy.
FUNCTIONS = {
    "x^3 - 3x": (lambda x: x ** 3 - 3 * x, lambda x: 3 * x ** 2 - 3),
    "exp(x) sin(x)": (lambda x: nd.exp(x) * nd.sin(x), lambda x: np.exp(x) * (np.sin(x) + np.cos(x))),   # product rule
    "ln(1 + x^2)": (lambda x: nd.log(1 + x ** 2), lambda x: 2 * x / (1 + x ** 2)),                       # chain rule
    "x / (1 + x^2)": (lambda x: x / (1 + x ** 2), lambda x: (1 - x ** 2) / (1 + x ** 2) ** 2),           # quotient rule
}


# --- Partial derivatives and gradient

def partial_derivatives(f, x):
    """Gradient of f at x (d,) by central differences: each is the derivative in t of f(x + t e_i) at t = 0."""
    t = nd.zeros(1, dtype="float64")
    return nd.concat(*[central_difference(lambda t, e=e: f(x + t * e), t) for e in nd.eye(len(x), dtype="float64")],
                     dim=0)   # (d,)


M = np.array([[1.0, 3.0], [-2.0, 0.5]])

# By name: a function of x (2,), and its gradient by hand, in NumPy.
FIELDS = {
    "3 x1^2 + 5 exp(x2)": (lambda x: 3 * x[0] ** 2 + 5 * nd.exp(x[1]), lambda x: [6 * x[0], 5 * np.exp(x[1])]),
    "sin(x1 x2)": (lambda x: nd.sin(x[0] * x[1]), lambda x: np.cos(x[0] * x[1]) * x[::-1]),
    "x . Mx": (lambda x: nd.dot(x, nd.dot(float64(M), x)), lambda x: (M + M.T) @ x),
    "||x||^2": (lambda x: nd.dot(x, x), lambda x: 2 * x),
}


def float64(values):
    """NDArray of float64, which has to be asked for."""
    return nd.array(values, dtype="float64")


# --- Control flow

def tripled(x):
    """Triple x until it is at least 10 in size, and square what is negative: which steps there are depends on x."""
    y = 3 * x
    while y.abs().asscalar() < 10:
        y = 3 * y
    return y if y.asscalar() > 0 else y ** 2


def tripled_derivative(x):
    """By hand: k triplings make 3^k x, or (3^k x)^2, with the k that the loop took at this x (1,)."""
    k = np.maximum(1, np.ceil(np.log(10 / abs(x)) / np.log(3)))
    return np.where(x > 0, 3 ** k, 2 * 9 ** k * x)


# --- Gradient descent

START, CURVATURE = (-4, 2), (1, 5)


def bowl(x):
    """(x_1^2 + 5 x_2^2) / 2: a valley five times as steep across, in x_2, as along, in x_1."""
    return (CURVATURE[0] * x[0] ** 2 + CURVATURE[1] * x[1] ** 2) / 2


def descend(f, x, lr, steps):
    """Gradient descent on f from x (d,): the points in turn, NumPy array of shape (steps + 1, d)."""
    x = x.copy()
    path = [x.asnumpy()]
    for _ in range(steps):
        x -= lr * derivative(f, x)
        path.append(x.asnumpy())
    if not np.isfinite(path[-1]).all():
        raise ArithmeticError(f"gradient descent with --lr {lr:g} left the range of float64 within {steps} steps; "
                              f"below {2 / max(CURVATURE):g} it converges")
    return np.stack(path)


def descend_in_theory(lr, steps):
    """The same for the bowl by hand: dx_i = -lr c_i x_i multiplies x_i by 1 - lr c_i in each step."""
    return np.array(START) * (1 - lr * np.array(CURVATURE)) ** np.arange(steps + 1)[:, np.newaxis]


# --- Run

def compare(name, f, by_hand, x, places, by_differences=central_difference):
    """Rows of the table, one for each element of x (d,); `places` says in d str where that is."""
    return rows(name, places, by_hand(x.asnumpy()), derivative(f, x), by_differences(f, x))


def tables():
    """The rows by kind: functions of one variable, of two, and with control flow."""
    x, X = float64([-1.5, 0.5]), float64([1.5, -0.5])
    flow = [float64([value]) for value in (-7, -0.4, 0.1, 20)]
    return {
        "derivatives": [row for name, (f, by_hand) in FUNCTIONS.items()
                        for row in compare(name, f, by_hand, x, ["x = -1.5", "x = 0.5"])],
        "gradients": [row for name, (f, by_hand) in FIELDS.items()
                      for row in compare(name, f, by_hand, X, ["d/dx1", "d/dx2"], partial_derivatives)],
        "control flow": [row for x in flow
                         for row in compare("tripled(x)", tripled, tripled_derivative, x, [f"x = {x.asscalar():g}"])],
    }


def run(learning_rates=(0.05, 0.35, 0.41), steps=20):
    """The table, rows by kind, and the path of gradient descent on the bowl by learning rate."""
    return tables(), {lr: descend(bowl, float64(START), lr, steps) for lr in learning_rates}


def check_path(lr, path):
    """Gradient descent against theory; each step rounds a few times what it adds up, |x_i| + lr c_i |x_i|."""
    steps = len(path) - 1
    tolerance = 8 * 2.0 ** -53 * steps * (1 + lr * max(CURVATURE)) * np.abs(path).max()
    return reporting.check(f"gradient descent, learning rate {lr:g}, against theory", path,
                           descend_in_theory(lr, steps), tolerance)


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.base_parser(__doc__)
    parser.add_argument("--lr", type=cli.positive_float, nargs="+", default=[0.05, 0.35, 0.41],
                        help="learning rates of gradient descent; default: 0.05 0.35 0.41")
    parser.add_argument("--steps", type=cli.positive_int, default=20, metavar="N", help="default: %(default)s")
    return cli.main(parser, argv, command)


def command(args, say):
    """Print the table and how gradient descent ends, and check both."""
    kinds, paths = run(args.lr, args.steps)
    everything = [row for table in kinds.values() for row in table]
    show_table(everything, say)
    say(f"{args.steps} steps of gradient descent on (x1^2 + 5 x2^2) / 2 from {START}")
    for lr, path in paths.items():
        say(f"learning rate {lr:<6g} from {bowl(path[0]):g} to {bowl(path[-1]):<9.3g} each step multiplies x1 by "
            f"{1 - lr * CURVATURE[0]:.2f} and x2 by {1 - lr * CURVATURE[1]:.2f}")
    checks = [check for kind, table in kinds.items() for check in check_table(kind, table, ROUNDING, TOLERANCE)]
    checks += [check_path(lr, path) for lr, path in paths.items()]
    return reporting.conclude("calculus", args, checks, lambda: figures(paths), say,
                              table=[row._asdict() for row in everything])


def figures(paths):
    """Figures by file name: gradient descent on the contours, and the error of central differences against h."""
    from d2lmx.figures.lines import plot_lines  # only where figures are drawn
    from d2lmx.figures.mathematics import plot_paths

    name, x, h = "exp(x) sin(x)", float64([0.5]), np.logspace(-12, 0, 49)
    f, by_hand = FUNCTIONS[name]
    errors = [abs(central_difference(f, x, step).asscalar() - by_hand(0.5)) for step in h]
    lines = {"measured": (h, errors, {"marker": "."}), "$h^2$": (h, h ** 2, {"linestyle": "--"}),
             "$2^{-53} / h$": (h, 2.0 ** -53 / h, {"linestyle": "--"})}
    return {
        "descent.png": plot_paths(lambda x1, x2: bowl((x1, x2)),
                                  {f"learning rate {lr:g}": path for lr, path in paths.items()}, (-5, 5), (-3.5, 3.5)),
        "differences.png": plot_lines({f"central difference of {name} at 0.5": {
            "lines": lines, "xscale": "log", "yscale": "log", "xlabel": "h", "ylabel": "error", "ylim": (1e-14, 10)}}),
    }


if __name__ == "__main__":
    raise SystemExit(main())
