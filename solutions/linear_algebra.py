"""NDArray: sections 2.2 and 2.4.

    python -m solutions.linear_algebra
"""
import inspect

from mxnet import nd

import d2lmx as d2l
from chapters.linear_algebra import can_add
from solutions import show


def comparisons():
    """2.2.1 What do `X < Y` and `X > Y` give, where section 2.2 has `X == Y`?

    Arrays of the same shape, with 1 where the comparison is true and 0 where it is not. They hold float32 like X and Y.
    For each element exactly one of the three is true, so their sum is 1 everywhere.
    """
    X, Y = nd.arange(12).reshape((3, 4)), nd.array([[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
    found = {"X == Y": X == Y, "X < Y": X < Y, "X > Y": X > Y, "sum": (X == Y) + (X < Y) + (X > Y)}
    return {name: array.asnumpy() for name, array in found.items()}


def broadcasting():
    """2.2.2 What is broadcast where the arrays have other shapes, such as three dimensions?

    MXNet compares the shapes from the right, and puts axes of length 1 on the left of the one with fewer axes. Where
    two lengths differ, an axis of length 1 is repeated; where neither is 1, it is an error. So a (2, 1, 1) and
    b (1, 3, 4) are both repeated to (2, 3, 4), and element (i, j, k) of their sum is a_i + b_jk.
    """
    pairs = [((2, 3, 4), (4,)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (3, 1)), ((2, 1, 1), (1, 3, 4)), ((2, 3, 4), (2, 3))]
    shapes = {pair: (nd.ones(pair[0]) + nd.ones(pair[1])).shape if can_add(*pair) else "error" for pair in pairs}
    a, b = nd.array([100, 200]), nd.arange(12).reshape((3, 4))
    total = a.reshape((2, 1, 1)) + b.reshape((1, 3, 4))
    return {**shapes, "a + b": total.asnumpy(), "a_0 + b": (a[0] + b).asnumpy(), "a_1 + b": (a[1] + b).asnumpy()}


def documentation():
    """2.4.1 How does one find other operations of NDArray, and what they do?

    `dir(nd)` lists the names, hundreds of them, and `dir(nd.random)` those that draw numbers. `help(nd.random.uniform)`
    shows the arguments and what each means, in Jupyter `nd.random.uniform?` does. It says that the numbers are from
    low up to but without high, 0 and 1 unless told otherwise.
    """
    d2l.seed_all(0)
    sample = nd.random.uniform(2, 5, shape=1000)
    return {"names in nd": sum(not name.startswith("_") for name in dir(nd)),
            "names in nd.random": [name for name in dir(nd.random) if not name.startswith("_")],
            "arguments of uniform": str(inspect.signature(nd.random.uniform)),
            "help of uniform": inspect.getdoc(nd.random.uniform).splitlines()[2],
            "smallest, largest of uniform(2, 5)": (sample.min().asscalar(), sample.max().asscalar())}


if __name__ == "__main__":
    show(globals())
