import numpy as np
import pytest
from mxnet import nd

from chapters import linear_algebra as chapter
from d2lmx.commands import results as reporting


@pytest.mark.parametrize("length", [1, 4, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_all_that_is_claimed_holds(length, seed):
    assert [check["check"] for check in chapter.run(length, seed) if not check["ok"]] == []


def test_einstein_computes_the_formula_by_numpy():
    A, B = nd.array([[1, 2], [3, 4]]), nd.array([[5, 6], [7, 8]])
    for value, ok in ([[19, 22], [43, 50]], True), ([[19, 43], [22, 50]], False), ([[5, 12], [21, 32]], False):
        assert chapter.einstein("product", nd.array(value), "ij,jk->ik", A, B)["ok"] is ok
    assert chapter.einstein("trace", nd.array([5]), "ii->", A)["ok"]
    with pytest.raises(ValueError, match=r"expected shape \(2, 2\), got \(4,\)"):
        chapter.einstein("product", nd.dot(A, B).reshape(-1), "ij,jk->ik", A, B)


@pytest.mark.parametrize("formula, shapes, terms", [
    ("i,i->", [(7,), (7,)], 7), ("ij,jk->ik", [(3, 7), (7, 2)], 7), ("ij->", [(3, 7)], 21), ("i,i->i", [(7,), (7,)], 1),
])
def test_tolerance_is_that_of_the_sum_in_each_entry(formula, shapes, terms):
    ones = [nd.ones(shape) for shape in shapes]
    expected = np.atleast_1d(np.einsum(formula, *(np.ones(shape) for shape in shapes)))
    check = chapter.einstein("ones", nd.array(expected), formula, *ones)
    assert check["tolerance"] == (terms + 1) * 2.0 ** -24 * terms


@pytest.mark.parametrize("seed", range(5))
def test_tolerance_is_too_narrow_for_half_precision(seed):
    generator = np.random.default_rng(seed)
    A, B = (nd.array(generator.normal(size=shape)) for shape in ((3, 4), (4, 2)))
    rounded = nd.dot(A.astype("float16").astype("float32"), B)
    assert not chapter.einstein("product", rounded, "ij,jk->ik", A, B)["ok"]


@pytest.mark.parametrize("one, other, fits", [
    ((3, 2), (3, 2), True), ((3, 1), (1, 2), True), ((3, 2), (2,), True), ((3, 2), (2, 3), False), ((4,), (3,), False),
])
def test_adds_says_which_shapes_fit(one, other, fits):
    assert chapter.adds(nd.ones(one), nd.ones(other)) is fits


def test_a_wrong_norm_is_seen(monkeypatch):
    right = nd.norm
    monkeypatch.setattr(nd, "norm", lambda x, ord=2: right(x, ord=ord) * 1.00001)
    failed = [check["check"] for check in chapter.run() if not check["ok"]]
    assert [name.split(",")[0] for name in failed] == ["||x||_1", "||x||_2", "||A||_F"]


def test_check_wants_the_same_shape():
    with pytest.raises(ValueError, match=r"sum: expected shape \(2,\), got \(1,\)"):
        reporting.check("sum", nd.ones(1), [1, 1], 1)
