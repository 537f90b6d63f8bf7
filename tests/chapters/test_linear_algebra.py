import numpy as np
import pytest
from mxnet import nd

from chapters import linear_algebra
from chapters.commands.linear_algebra import main, tolerance
from d2lmx.commands.claims import claim


def holds(name, value, expected, length=4):
    return claim(name, value, expected, tolerance(expected, length))["ok"]


@pytest.mark.parametrize("length", [1, 4, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_all_that_is_claimed_holds(length, seed):
    assert [row[0] for row in linear_algebra.claims(length, seed) if not holds(*row, length)] == []


def test_formula_is_that_of_each_entry():
    A, B = nd.array([[1, 2], [3, 4]]), nd.array([[5, 6], [7, 8]])
    for value, ok in ([[19, 22], [43, 50]], True), ([[19, 43], [22, 50]], False), ([[5, 12], [21, 32]], False):
        assert holds(*linear_algebra.by_formula("product", nd.array(value), "ij,jk->ik", A, B)) is ok
    assert holds(*linear_algebra.by_formula("trace", nd.array([5]), "ii->", A))


def test_tolerance_is_rounding_relative_to_the_largest_number():
    assert [tolerance(exact, 1000) for exact in (False, [[1, -20]])] == [0, 0]
    assert tolerance(np.array([0.5, -2]), 10) == 60 * 2.0 ** -24 * 2


@pytest.mark.parametrize("seed", range(5))
def test_tolerance_is_too_narrow_for_half_precision(seed):
    generator = np.random.default_rng(seed)
    A, B = (nd.array(generator.random(shape)) for shape in ((3, 4), (4, 2)))
    rounded = nd.dot(A.astype("float16").astype("float32"), B)
    assert not holds(*linear_algebra.by_formula("product", rounded, "ij,jk->ik", A, B))


@pytest.mark.parametrize("other, fits", [((3, 2), True), ((1, 2), True), ((2,), True), ((2, 3), False), ((3,), False)])
def test_shapes_that_can_be_added(other, fits):
    assert linear_algebra.can_add((3, 2), other) is fits


def test_a_wrong_norm_is_seen(monkeypatch, capsys):
    right = nd.norm
    monkeypatch.setattr(nd, "norm", lambda x, ord=2: right(x, ord=ord) * 1.00001)
    assert main(["--quiet"]) == 1
    err = capsys.readouterr().err
    assert "3 of 24 claims do not hold: ||x||_1, nd.norm(x, ord=1); ||x||_2, nd.norm(x); ||A||_F, nd.norm(A)\n" in err
