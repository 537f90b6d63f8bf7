"""Linear algebra (线性代数): sections 2.2 and A.1 of the book.

Arrays    scalar (标量), vector (向量) x (n,), matrix (矩阵) A (m, n),
          tensor (张量) T (b, m, n)
Products  x . y = sum_i x_i y_i,  (Ax)_i = sum_j A_ij x_j,  (AB)_ik = sum_j A_ij B_jk
Norms     ||x||_1 = sum_i |x_i|,  ||x||_2 = sqrt(sum_i x_i^2),
          ||A||_F = sqrt(sum_ij A_ij^2)

Each claim is (name, value, expected): what NDArray gives, and what the formula gives.
NDArray computes in float32, which keeps 24 bits, and NumPy in float64, which keeps 53.

    python -m chapters.linear_algebra
    python -m chapters.linear_algebra --length 1000 --out out

The first ends with:
    linear_algebra: 24 claims hold
"""
import mxnet as mx
import numpy as np
from mxnet import nd

import d2lmx as d2l

# --- Arrays

def arrays():
    """Shape, size and parts; what is copied and what is not."""
    A = nd.arange(12).reshape((3, 4))           # (12,) -> (3, 4)
    T = A.reshape((2, -1, 3))                   # (2, 2, 3): -1 is what remains of 12
    alias = x = nd.array([1, 2, 3])             # (3,): two names of one array
    copy = x + 0                                # (3,): another array
    x += 10                                     # in place
    return [
        ("shape of a scalar: NDArray has no shape ()", nd.array([3.5]).shape, [1]),
        ("shape and size of A.reshape((2, -1, 3))", [*T.shape, T.size], [2, 2, 3, 12]),
        ("second row, A[1]", A[1], [4, 5, 6, 7]),
        ("rows 2 to 3 of the last column, A[1:3, -1]", A[1:3, -1], [7, 11]),
        ("transpose, A.T", A.T, [[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]]),
        ("x += 10 changes what other names of x hold", alias, [11, 12, 13]),
        ("x + 0 is an array of its own", copy, [1, 2, 3])]


# --- Sums and products

def by_formula(name, value, formula, *arrays):
    """A claim: ij,jk->ik is sum_j A_ij B_jk, because j is missing on the right."""
    exact = [array.asnumpy().astype("float64") for array in arrays]
    expected = np.einsum(formula, *exact)
    return f"{name}  ({formula})", value, np.atleast_1d(expected)


def sums_and_products(n):
    """Of positive numbers: where signs differ, digits cancel, and rounding shows."""
    x, y = nd.random.uniform(shape=(2, n))                              # (n,), (n,)
    A, B = nd.random.uniform(shape=(3, n)), nd.random.uniform(shape=(n, 2))
    T, U = nd.random.uniform(shape=(5, 3, n)), nd.random.uniform(shape=(5, n, 2))
    return [
        by_formula("sum of all entries, A.sum()", A.sum(), "ij->", A),
        by_formula("sum of each column, A.sum(axis=0)", A.sum(axis=0), "ij->j", A),
        by_formula("elementwise product, x * y", x * y, "i,i->i", x, y),
        by_formula("dot product, nd.dot(x, y)", nd.dot(x, y), "i,i->", x, y),
        by_formula("matrix and vector, nd.dot(A, x)", nd.dot(A, x), "ij,j->i", A, x),
        by_formula("matrix product, nd.dot(A, B)", nd.dot(A, B), "ij,jk->ik", A, B),
        by_formula("tensor and vector, nd.dot(T, x)", nd.dot(T, x), "bij,j->bi", T, x),
        by_formula("nd.batch_dot(T, U)", nd.batch_dot(T, U), "bij,bjk->bik", T, U),
    ]


# --- Norms and eigenvalues

def norms(n):
    """Lengths, and the eigenvalues of a symmetric matrix."""
    x, A = nd.random.normal(shape=n), nd.random.normal(shape=(3, n))
    S = nd.dot(A, A.T)                          # (3, 3), symmetric
    U, values = nd.linalg.syevd(S)              # each row u of U: Su = lambda u
    x64, A64, S64 = (array.asnumpy().astype("float64") for array in (x, A, S))
    return [
        ("||x||_1, nd.norm(x, ord=1)", nd.norm(x, ord=1), [np.abs(x64).sum()]),
        ("||x||_2, nd.norm(x)", nd.norm(x), [np.sqrt((x64 ** 2).sum())]),
        ("||A||_F, nd.norm(A)", nd.norm(A), [np.sqrt((A64 ** 2).sum())]),
        ("eigenvalues, nd.linalg.syevd(S)", values, np.linalg.eigvalsh(S64)),
        ("Su = lambda u", nd.dot(S, U.T), (U.T * values).asnumpy()),
    ]


# --- Broadcasting

def broadcasting():
    """An axis of length 1 is repeated to the length that the other array has there."""
    column, row = nd.array([[0], [10], [20]]), nd.array([[1, 2]])       # (3, 1), (1, 2)
    A, T = column + row, nd.ones((2, 3, 2))                             # (3, 2)
    return [
        ("broadcast (3, 1) + (1, 2) -> (3, 2)", A, [[1, 2], [11, 12], [21, 22]]),
        ("broadcast (3, 2) + (2,) -> (3, 2)", A + row[0], [[2, 4], [12, 14], [22, 24]]),
        ("broadcast (2, 3, 2) * (3, 1) -> (2, 3, 2)", T * column,
         [[[0, 0], [10, 10], [20, 20]]] * 2),
        ("(3, 2) + (2, 3) is an error", can_add((3, 2), (2, 3)), False),
    ]


def can_add(shape, other):
    """Whether arrays of these shapes can be added."""
    try:
        nd.ones(shape) + nd.ones(other)
    except mx.MXNetError:
        return False
    return True


# --- All

def claims(length=4, seed=0):
    """All claims, for vectors of `length` numbers."""
    d2l.seed_all(seed)
    return [*arrays(), *sums_and_products(length), *norms(length), *broadcasting()]


if __name__ == "__main__":
    from chapters.commands.linear_algebra import main
    raise SystemExit(main())
