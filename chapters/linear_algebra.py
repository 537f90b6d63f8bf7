"""Linear algebra (线性代数): sections 2.2 and A.1 of the book.

Arrays    scalar (标量), vector (向量) x (n,), matrix (矩阵) A (m, n), tensor (张量) T (b, m, n)
Products  x . y = sum_i x_i y_i,  (Ax)_i = sum_j A_ij x_j,  (AB)_ik = sum_j A_ij B_jk
Norms     ||x||_1 = sum_i |x_i|,  ||x||_2 = sqrt(sum_i x_i^2),  ||A||_F = sqrt(sum_ij A_ij^2)

Each result of NDArray is compared with NumPy's in float64. What may differ is rounding: float32 keeps 24 bits, so a
sum of k products is off by at most about k 2^-24 times the same sum of absolute values.

    python -m chapters.linear_algebra
    python -m chapters.linear_algebra --length 1000 --out out

The first ends with: linear_algebra: 24 checks passed
"""
import math

import mxnet as mx
import numpy as np
from mxnet import nd

import d2lmx as d2l
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting

UNIT = 2.0 ** -24  # the most that one operation in float32 rounds off, relative to its result


# --- Arrays

def arrays():
    """Scalars, vectors, matrices and tensors: shape, size, parts, and what is copied and what is not."""
    X = nd.arange(12)                                        # (12,)
    A, T = X.reshape((3, 4)), X.reshape((2, -1, 3))          # (3, 4), (2, 2, 3): -1 is what remains of 12
    grid = np.arange(12.0).reshape(3, 4)
    alias, was = A, A + 0                                    # a second name of the same array, and a new array
    A += 1                                                   # in place
    return [
        reporting.check("shape of a scalar, (1,): NDArray has no shape ()", nd.array([3.5]).shape, [1], 0),
        reporting.check("shape and size of a tensor, reshape((2, -1, 3))", [*T.shape, T.size], [2, 2, 3, 12], 0),
        reporting.check("second row, A[1]", was[1], grid[1], 0),
        reporting.check("rows 2 to 3 of the last column, A[1:3, -1]", was[1:3, -1], grid[1:3, -1], 0),
        reporting.check("transpose, A.T", was.T, grid.T, 0),
        reporting.check("A += 1 changes what other names of A hold", alias, grid + 1, 0),
        reporting.check("A + 0 is an array of its own", was, grid, 0),
    ]


# --- Sums and products

def sums_and_products(length):
    """Each result beside the formula of its entries, in Einstein's notation: what is not to the right is summed."""
    x, y = nd.random.normal(shape=(2, length))                                        # (n,), (n,)
    A, B = nd.random.normal(shape=(3, length)), nd.random.normal(shape=(length, 2))   # (m, n), (n, p)
    T, U = nd.random.normal(shape=(5, 3, length)), nd.random.normal(shape=(5, length, 2))   # (b, m, n), (b, n, p)
    return [
        einstein("sum of all entries, A.sum()", A.sum(), "ij->", A),
        einstein("sum of each column, A.sum(axis=0)", A.sum(axis=0), "ij->j", A),
        einstein("elementwise product, x * y", x * y, "i,i->i", x, y),
        einstein("dot product, nd.dot(x, y)", nd.dot(x, y), "i,i->", x, y),
        einstein("matrix and vector, nd.dot(A, x)", nd.dot(A, x), "ij,j->i", A, x),
        einstein("matrix product, nd.dot(A, B)", nd.dot(A, B), "ij,jk->ik", A, B),
        einstein("matrices in batches, nd.batch_dot(T, U)", nd.batch_dot(T, U), "bij,bjk->bik", T, U),
        einstein("tensor and vector, nd.dot(T, x)", nd.dot(T, x), "bij,j->bi", T, x),
    ]


def einstein(name, value, formula, *operands):
    """Check an NDArray result against the formula of its entries, which NumPy's einsum computes in float64."""
    exact = [a.asnumpy().astype("float64") for a in operands]
    inputs, output = formula.split("->")
    lengths = {index: n for indices, a in zip(inputs.split(","), operands) for index, n in zip(indices, a.shape)}
    terms = math.prod(n for index, n in lengths.items() if index not in output)   # of the sum in each entry
    size = np.einsum(formula, *(np.abs(a) for a in exact)).max()
    expected = np.atleast_1d(np.einsum(formula, *exact))                          # NDArray has no shape ()
    return reporting.check(f"{name}  ({formula})", value, expected, (terms + 1) * UNIT * size)


# --- Norms and eigenvalues

def norms(length):
    """Lengths of vectors and of a matrix, and the eigenvalues of a symmetric matrix."""
    x, A = nd.random.normal(shape=length), nd.random.normal(shape=(3, length))
    S = nd.dot(A, A.T)                                                   # (m, m), symmetric
    vectors, values = nd.linalg.syevd(S)                                 # rows u of `vectors`: Su = lambda u
    results = [("||x||_1, nd.norm(x, ord=1)", nd.norm(x, ord=1), x, 1), ("||x||_2, nd.norm(x)", nd.norm(x), x, 2),
               ("||A||_F, nd.norm(A)", nd.norm(A), A.reshape(-1), 2)]
    checks = []
    for name, value, array, order in results:
        expected = np.linalg.norm(array.asnumpy().astype("float64"), order)
        checks.append(reporting.check(name, value, [expected], (array.size + 1) * UNIT * expected))
    exact = S.asnumpy().astype("float64")
    # LAPACK's result is exact for a matrix that differs from S by a few roundings; eigenvalues move no more than that.
    tolerance = 10 * len(S) * UNIT * np.linalg.norm(exact)
    return [*checks,
            reporting.check("eigenvalues, nd.linalg.syevd(S)", values, np.linalg.eigvalsh(exact), tolerance),
            reporting.check("Su = lambda u", nd.dot(S, vectors.T), vectors.T * values, 2 * tolerance)]


# --- Broadcasting

def broadcasting():
    """An axis of length 1 is repeated to the length that the other array has there; other lengths must be equal."""
    column, row = nd.array([[0], [10], [20]]), nd.array([[1, 2, 3, 4]])    # (3, 1), (1, 4)
    A, x, T = column + row, row[0], nd.ones((2, 3, 4))                      # (3, 4), (4,), (2, 3, 4)
    expected = np.array([[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24]])
    return [
        reporting.check("broadcast (3, 1) + (1, 4) -> (3, 4)", A, expected, 0),
        reporting.check("broadcast (3, 4) + (4,) -> (3, 4)", A + x, expected + np.arange(1, 5), 0),
        reporting.check("broadcast (2, 3, 4) * (3, 1) -> (2, 3, 4)", T * column,
                        np.ones((2, 3, 4)) * np.array([[0], [10], [20]]), 0),
        reporting.check("(3, 2) + (2, 3) is an error", adds(nd.ones((3, 2)), nd.ones((2, 3))), False, 0),
    ]


def adds(A, B):
    """Whether A + B has shapes that fit."""
    try:
        (A + B).wait_to_read()
    except mx.MXNetError:
        return False
    return True


# --- Run

def run(length=4, seed=0):
    """The checks of all sections, for vectors of `length` elements: a list of dict."""
    d2l.seed_all(seed)
    return [*arrays(), *sums_and_products(length), *norms(length), *broadcasting()]


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.base_parser(__doc__)
    parser.add_argument("--length", type=cli.positive_int, default=4, metavar="N", help="of vectors; default: 4")
    return cli.main(parser, argv, command)


def command(args, say):
    """Compare every result with NumPy's."""
    say(f"linear algebra: NDArray in float32 beside NumPy in float64, vectors of length {args.length}")
    return reporting.conclude("linear_algebra", args, run(args.length, args.seed), figures, say, length=args.length)


def figures():
    """Figures by file name: what is nearer than 1 in each norm, what a matrix does to a circle, and broadcasting."""
    from d2lmx.figures.lines import plot_lines  # only where figures are drawn
    from d2lmx.figures.mathematics import plot_matrices

    angle = np.linspace(0, 2 * np.pi, 401)
    circle = np.stack([np.cos(angle), np.sin(angle)])                        # (2, 401)
    balls = {label: circle / np.linalg.norm(circle, order, axis=0) for label, order in
             {r"$\|x\|_1 = 1$": 1, r"$\|x\|_2 = 1$": 2, r"$\max_i |x_i| = 1$": np.inf}.items()}
    S = np.array([[2, 0.75], [0.75, 1]])
    values, vectors = np.linalg.eigh(S)                                      # each column u: Su = lambda u
    axes = {f"$Su = {value:.2f}\\,u$": (*np.outer(value * u, [-1, 1]), {"linestyle": "--"})
            for value, u in zip(values, vectors.T)}
    maps = {"x, of length 1": circle, "Sx": S @ circle, **axes}
    column, row = np.array([[0], [10], [20]]), np.array([[1, 2, 3, 4]])
    look = {"aspect": "equal", "xlabel": "$x_1$", "ylabel": "$x_2$"}
    return {
        "geometry.png": plot_lines({"length 1 in three norms": {"lines": balls, **look},
                                    "a symmetric matrix S": {"lines": maps, **look}}),
        "broadcasting.png": plot_matrices({"(3, 1)": column, "(1, 4)": row, "(3, 4)": column + row}, "+="),
    }


if __name__ == "__main__":
    raise SystemExit(main())
