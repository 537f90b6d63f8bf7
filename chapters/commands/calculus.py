"""The command of calculus: the table of derivatives, and gradient descent at several learning rates."""
import numpy as np

from chapters import calculus
from chapters.calculus import CURVATURE, FIELDS, FUNCTIONS, float64
from d2lmx.commands import claims, derivatives, options, runner

START = (-4, 2)


def main(argv=None):
    """Run the command line."""
    parser = options.base_parser(calculus.__doc__)
    parser.add_argument("--lr", type=options.positive_float, nargs="+", default=[0.05, 0.35, 0.41],
                        help="learning rates of gradient descent; default: 0.05 0.35 0.41")
    parser.add_argument("--steps", type=options.positive_int, default=20, metavar="N", help="default: %(default)s")
    return runner.main(parser, argv, command)


def command(args):
    """Print the table and how gradient descent ends, and claim that both are right."""
    kinds = tables()
    table = derivatives.show_table(kinds)
    paths = {lr: descend(lr, args.steps) for lr in args.lr}
    show_descent(paths, args.steps)
    claimed = [*derivatives.table_claims(kinds), *(path_claim(lr, path) for lr, path in paths.items())]
    return claims.conclude("calculus", args, claimed, lambda: figures(paths), table=table)


def tables():
    """The rows by kind: functions of one variable, of two, and with control flow."""
    tripled = {"tripled(x)": (calculus.tripled, calculus.tripled_derivative)}
    return {"derivatives": compare(FUNCTIONS, [-1.5, 0.5]),
            "gradients": compare(FIELDS, [1.5, -0.5], calculus.gradient_by_differences, ["d/dx1", "d/dx2"]),
            "control flow": [row for x in (-7, -0.4, 0.1, 20) for row in compare(tripled, [x])]}


def compare(functions, points, by_differences=calculus.central_difference, places=None):
    """The rows of functions, {name: (f, derivative by hand)}, at the points; `places` says where that is."""
    x, places = float64(points), places or [f"x = {point:g}" for point in points]
    return [row for name, (f, by_hand) in functions.items() for row in derivatives.rows(
        name, places, by_hand(x.asnumpy()), calculus.derivative(f, x).asnumpy(), by_differences(f, x).asnumpy())]


def descend(lr, num_steps):
    """The path of gradient descent on the bowl, a NumPy array; an error where it leaves the range of float64."""
    path = calculus.descend(calculus.bowl, float64(START), lr, num_steps).asnumpy()
    if not np.isfinite(path).all():
        raise ArithmeticError(f"gradient descent with --lr {lr:g} left the range of float64 within {num_steps} steps; "
                              f"below {2 / max(CURVATURE):g} it converges")
    return path


def show_descent(paths, num_steps):
    """Print where each path starts and ends, and why."""
    print(f"{num_steps} steps of gradient descent on (x1^2 + 5 x2^2) / 2 from {START}")
    for lr, path in paths.items():
        first, *_, last = map(calculus.bowl, path)
        print(f"learning rate {lr:<6g} from {first:g} to {last:<9.3g} each step multiplies x1 by "
              f"{1 - lr * CURVATURE[0]:.2f} and x2 by {1 - lr * CURVATURE[1]:.2f}")


def path_claim(lr, path):
    """Gradient descent takes the path of theory, but for the rounding of each step."""
    theory = calculus.descend_in_theory(START, lr, len(path) - 1)
    return claims.claim(f"gradient descent, learning rate {lr:g}, against theory", path, theory,
                        1e-14 * len(path) * np.abs(path).max())


def figures(paths):
    """Figures by file name: gradient descent on the contours, and the error of central differences against h."""
    from d2lmx.figures.mathematics import plot_paths

    paths = {f"learning rate {lr:g}": path for lr, path in paths.items()}
    return {"descent.png": plot_paths(lambda x1, x2: calculus.bowl((x1, x2)), paths, (-5, 5), (-3.5, 3.5)),
            "differences.png": plot_errors("exp(x) sin(x)")}


def plot_errors(name):
    """The error of central differences at 0.5 against h: a large h is far from the limit, a small h loses digits."""
    from d2lmx.figures import style

    (f, by_hand), h = FUNCTIONS[name], np.logspace(-12, 0, 49)
    errors = calculus.central_difference(f, float64([0.5]), float64(h)).asnumpy() - by_hand(0.5)
    figure, axes = style.subplots(width=7, height=4.4, title=f"central differences of {name} at x = 0.5")
    axes.loglog(h, np.abs(errors), marker=".", label="measured")
    axes.loglog(h, h ** 2, "--", label="$h^2$: the limit is not taken")
    axes.loglog(h, 2.0 ** -53 / h, "--", label="$2^{-53} / h$: rounding")
    axes.axvline(1e-5, color=style.GREY, linestyle=":", label="the h of this chapter")
    axes.set(xlabel="h", ylabel="absolute error", ylim=(1e-14, 10))
    axes.legend()
    return figure
