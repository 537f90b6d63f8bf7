import json

import numpy as np
import pytest
from mxnet import nd

from chapters import calculus as chapter
from d2lmx.commands import derivatives


def test_derivative_is_that_of_each_element_in_float64_and_leaves_x_alone():
    x = chapter.float64([1, 2, -3])
    result = chapter.derivative(lambda x: x ** 3, x)
    assert result.dtype == np.float64
    assert result.asnumpy().tolist() == [3, 12, 27]
    assert x.grad is None
    assert x.asnumpy().tolist() == [1, 2, -3]


def test_central_difference_is_exact_for_parabolas_and_off_by_h_squared_for_cubics():
    x = chapter.float64([1.0, -2.0])
    np.testing.assert_allclose(chapter.central_difference(lambda x: x ** 2, x, h=0.5).asnumpy(), [2, -4], rtol=1e-15)
    np.testing.assert_allclose(chapter.central_difference(lambda x: x ** 3, x, h=0.5).asnumpy(), [3.25, 12.25])


def test_partial_derivatives_hold_the_other_variables():
    x = chapter.float64([2, 3, 5])
    result = chapter.partial_derivatives(lambda x: x[0] * x[1] ** 2 * x[2], x)
    assert result.shape == (3,)
    np.testing.assert_allclose(result.asnumpy(), [45, 60, 18], atol=1e-8)


def test_three_ways_agree_within_a_millionth():
    tables = chapter.tables()
    assert [len(rows) for rows in tables.values()] == [2 * len(chapter.FUNCTIONS), 2 * len(chapter.FIELDS), 4]
    ways = np.array([row[2:] for rows in tables.values() for row in rows])
    assert np.ptp(ways, axis=1).max() < 1e-6
    assert (ways[:, 1] != ways[:, 2]).sum() > 10   # computed apart, not copied


@pytest.mark.parametrize("x", [-30, -7, -3.3, -0.4, -0.01, 0.02, 0.1, 3.4, 9.9, 20])
def test_control_flow(x):
    y = 3 * x
    while abs(y) < 10:
        y *= 3
    slope = y / x if y > 0 else 2 * y * y / x
    point = chapter.float64([x])
    np.testing.assert_allclose(chapter.tripled(point).asscalar(), y if y > 0 else y * y, rtol=1e-14)
    np.testing.assert_allclose(chapter.tripled_derivative(np.array([x])), slope, rtol=1e-13)
    np.testing.assert_allclose(chapter.derivative(chapter.tripled, point).asnumpy(), slope, rtol=1e-13)


@pytest.mark.parametrize("lr", [0.01, 0.2, 0.399, 0.4, 0.45, 1.0])
@pytest.mark.parametrize("steps", [1, 50])
def test_gradient_descent_takes_the_path_of_theory(lr, steps):
    path = chapter.descend(chapter.bowl, chapter.float64(chapter.START), lr, steps)
    assert path.shape == (steps + 1, 2)
    assert path[0].tolist() == list(chapter.START)
    np.testing.assert_allclose(path[1], [-4 * (1 - lr), 2 * (1 - 5 * lr)], atol=1e-14)
    assert chapter.check_path(lr, path)["ok"]
    assert chapter.bowl(path[-1]) < chapter.bowl(path[0]) or lr >= 0.4


def test_a_path_that_strays_is_seen():
    path = chapter.descend(chapter.bowl, chapter.float64(chapter.START), 0.2, 10)
    assert not chapter.check_path(0.2, path * (1 + 1e-12))["ok"]
    assert not chapter.check_path(0.2000001, path)["ok"]


def test_descent_that_overflows_says_which_learning_rate(capsys):
    assert chapter.main(["--lr", "0.1", "1000", "--steps", "200", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert "gradient descent with --lr 1000 left the range of float64 within 200 steps; below 0.4 it converges" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("by_hand", [lambda x: 3 * x ** 2 - 3 + 2e-6, lambda x: 3 * x ** 2])
def test_a_wrong_derivative_by_hand_is_seen(by_hand, monkeypatch, capsys):
    monkeypatch.setitem(chapter.FUNCTIONS, "x^3 - 3x", (chapter.FUNCTIONS["x^3 - 3x"][0], by_hand))
    assert chapter.main(["--quiet"]) == 1
    assert "2 of 9 checks failed: derivatives: autograd" in capsys.readouterr().err


def test_a_wrong_autograd_is_seen(monkeypatch, capsys):
    monkeypatch.setattr(chapter, "derivative", lambda f, x, right=chapter.derivative: right(f, x) * 1.0001)
    assert chapter.main(["--quiet"]) == 1
    assert "gradients: autograd against by hand; control flow: autograd" in capsys.readouterr().err


def test_table_is_printed_and_in_the_json(capsys):
    assert chapter.main(["--json"]) == 0
    out, err = capsys.readouterr()
    table = json.loads(out)["table"]
    assert len(table) == 20
    assert set(table[0]) == {"function", "at", "by_hand", "by_autograd", "by_differences"}
    printed = err.splitlines()[1:21]
    for row, line in zip(table, printed):
        assert line.startswith(row["function"])
        by_hand, by_autograd, by_differences, apart = map(float, line.split()[-4:])
        np.testing.assert_allclose([by_hand, by_autograd, by_differences], row["by_hand"], atol=1e-6)
        assert apart < 1e-6


def test_rows_need_a_number_for_each_place():
    rows = derivatives.rows("f", ["x = 1", "x = 2"], [1, 2], nd.array([1, 2]), np.array([1.0, 2.5]))
    assert rows[1] == derivatives.Row("f", "x = 2", 2.0, 2.0, 2.5)
    with pytest.raises(ValueError, match=r"f: expected a derivative for each of 2 places, got \[2, 1, 2\]"):
        derivatives.rows("f", ["x = 1", "x = 2"], [1, 2], [1], [1, 2])


def test_check_table_holds_each_way_to_its_own_tolerance():
    rows = derivatives.rows("f", ["x = 1"], [1.0], [1.0 + 1e-9], [1.0 + 1e-8])
    assert [check["ok"] for check in derivatives.check_table("f", rows, 1e-8, 1e-7)] == [True, True]
    assert [check["ok"] for check in derivatives.check_table("f", rows, 1e-10, 1e-7)] == [False, True]
    assert [check["ok"] for check in derivatives.check_table("f", rows, 1e-8, 1e-9)] == [True, False]
