"""The command of linear algebra: what NDArray gives beside the formulas."""
import numpy as np

from chapters import linear_algebra
from d2lmx.commands import claims, options, runner


def main(argv=None):
    """Run the command line."""
    parser = options.base_parser(linear_algebra.__doc__)
    parser.add_argument("--length", type=options.positive_int, default=4, metavar="N", help="of vectors; default: 4")
    return runner.main(parser, argv, command)


def command(args):
    """Check every claim."""
    print(f"linear algebra: NDArray in float32 beside the formulas in float64, vectors of length {args.length}")
    rows = [claims.claim(*row, tolerance(row[-1], args.length))
            for row in linear_algebra.claims(args.length, args.seed)]
    return claims.conclude("linear_algebra", args, rows, figures, length=args.length)


def tolerance(expected, length):
    """How far float32 may be off: not at all for whole numbers, else 2^-24 of the result for each operation.

    No claim takes more operations than the sum of a (3, length) matrix, and some 30 for the eigenvalues.
    """
    largest = np.abs(expected).max()
    return (3 * length + 30) * 2.0 ** -24 * float(largest) if largest.dtype.kind == "f" else 0


def figures():
    """Figures by file name: which points have length 1, what a matrix does to them, and broadcasting."""
    from d2lmx.figures import style
    from d2lmx.figures.mathematics import plot_matrices

    angle = np.linspace(0, 2 * np.pi, 401)
    circle = np.stack([np.cos(angle), np.sin(angle)])    # (2, 401)
    geometry, (left, right) = style.subplots(1, 2, width=5.5, height=5, label="geometry", subplot_kw={
        "aspect": "equal", "xlabel": "$x_1$", "ylabel": "$x_2$"})
    draw_norms(left, circle)
    draw_symmetric_matrix(right, circle)
    matrices = {"(3, 1)": [[0], [10], [20]], "(1, 2)": [[1, 2]], "(3, 2)": [[1, 2], [11, 12], [21, 22]]}
    return {"geometry.png": geometry, "broadcasting.png": plot_matrices(matrices, "+=")}


def draw_norms(axes, circle):
    """The points of length 1 in three norms."""
    for order, norm in (1, r"\|x\|_1"), (2, r"\|x\|_2"), (np.inf, r"\max_i |x_i|"):
        axes.plot(*(circle / np.linalg.norm(circle, order, axis=0)), label=f"${norm} = 1$")
    axes.set(title="length 1 in three norms", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.legend(loc="center")


def draw_symmetric_matrix(axes, circle):
    """What a symmetric matrix makes of the circle and of its eigenvectors, which keep their direction."""
    S = np.array([[2, 0.75], [0.75, 1]])
    axes.plot(*circle, label="$x$ of length 1")
    axes.plot(*(S @ circle), label="$Sx$")
    values, vectors = np.linalg.eigh(S)                  # each column u: Su = lambda u
    for value, u in zip(values, vectors.T):
        axes.plot(*np.outer(value * u, [-1, 1]), "--", label=f"$Su = {value:.1f}\\,u$")
    axes.set(title="S = [[2, 0.75], [0.75, 1]]", xlim=(-2.5, 2.5), ylim=(-2.5, 2.5))
    axes.legend(loc="upper left")
