import json

import numpy as np
import pytest

from chapters import calculus
from chapters.commands import calculus as command
from d2lmx.commands import derivatives
from tests.chapters.claims import failed


def test_derivative_is_that_of_each_element_in_float64_and_leaves_x_alone():
    x = calculus.float64([1, 2, -3])
    result = calculus.derivative(lambda x: x ** 3, x)
    assert result.dtype == np.float64
    assert result.asnumpy().tolist() == [3, 12, 27]
    assert x.grad is None
    assert x.asnumpy().tolist() == [1, 2, -3]


@pytest.mark.parametrize("power, expected", [(2, [2, -4]), (3, [3.25, 12.25])])
def test_central_difference_is_exact_for_parabolas_and_off_by_h_squared_for_cubics(power, expected):
    x = calculus.float64([1, -2])
    result = calculus.central_difference(lambda x: x ** power, x, h=0.5)
    np.testing.assert_allclose(result.asnumpy(), expected, rtol=1e-15)


def test_gradient_by_differences_moves_one_variable_at_a_time():
    result = calculus.gradient_by_differences(lambda x: x[0] * x[1] ** 2 * x[2], calculus.float64([2, 3, 5]))
    assert result.shape == (3,)
    np.testing.assert_allclose(result.asnumpy(), [45, 60, 18], atol=1e-8)


def test_three_ways_agree_within_a_millionth():
    kinds = command.tables()
    assert [len(table) for table in kinds.values()] == [2 * len(calculus.FUNCTIONS), 2 * len(calculus.FIELDS), 4]
    ways = np.array([list(row.values())[2:] for table in kinds.values() for row in table])
    assert np.ptp(ways, axis=1).max() < 1e-6
    assert (ways[:, 1] != ways[:, 2]).sum() > 10   # computed apart, not copied


@pytest.mark.parametrize("x", [-7, -0.01, 0.1, 9.9, 20])
def test_control_flow(x):
    y = 3 * x
    while abs(y) < 10:
        y *= 3
    slope = y / x if y > 0 else 2 * y * y / x
    point = calculus.float64([x])
    results = [calculus.tripled(point).asscalar(), calculus.tripled_derivative(np.array([x])).item(),
               calculus.derivative(calculus.tripled, point).asscalar()]
    np.testing.assert_allclose(results, [y if y > 0 else y * y, slope, slope], rtol=1e-13)


@pytest.mark.parametrize("lr", [0.01, 0.2, 0.399, 0.4, 1.0])
@pytest.mark.parametrize("num_steps", [1, 50])
def test_gradient_descent_takes_the_path_of_theory(lr, num_steps):
    path = command.descend(lr, num_steps)
    assert path.shape == (num_steps + 1, 2)
    np.testing.assert_allclose(path[:2], [[-4, 2], [-4 * (1 - lr), 2 * (1 - 5 * lr)]], atol=1e-14)
    assert command.path_claim(lr, path)["ok"]
    assert not command.path_claim(lr, path * (1 + 1e-11))["ok"]
    assert not command.path_claim(lr * 1.000001, path)["ok"]


def test_descent_that_overflows_says_which_learning_rate(capsys):
    assert command.main(["--lr", "0.1", "1000", "--steps", "200", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert "gradient descent with --lr 1000 left the range of float64 within 200 steps; below 0.4 it converges" in err


@pytest.mark.parametrize("by_hand", [lambda x: 3 * x ** 2 - 3 + 2e-6, lambda x: 3 * x ** 2])
def test_a_wrong_derivative_by_hand_is_seen(by_hand, monkeypatch):
    f, _ = calculus.FUNCTIONS["x^3 - 3x"]
    monkeypatch.setitem(calculus.FUNCTIONS, "x^3 - 3x", (f, by_hand))
    assert failed(derivatives.table_claims(command.tables())) == [
        "derivatives: autograd against by hand", "derivatives: central differences against by hand"]


def test_a_wrong_autograd_is_seen_and_named(monkeypatch, capsys):
    monkeypatch.setattr(calculus, "derivative", lambda f, x, right=calculus.derivative: right(f, x) * 1.0001)
    assert command.main(["--quiet"]) == 1
    assert "gradients: autograd against by hand; control flow: autograd" in capsys.readouterr().err


def test_each_way_has_its_own_tolerance():
    def wrong(by_autograd, by_differences):
        ways = np.array([[1], [1 + by_autograd], [1 + by_differences]])
        return failed(derivatives.table_claims({"f'": derivatives.rows("f", ["x = 1"], *ways)}))

    assert wrong(5e-13, 5e-7) == []
    assert wrong(2e-12, 5e-7) == ["f': autograd against by hand"]
    assert wrong(5e-13, 2e-6) == ["f': central differences against by hand"]


def test_table_is_printed_and_in_the_json(capsys):
    assert command.main(["--json"]) == 0
    out, err = capsys.readouterr()
    table = json.loads(out)["table"]
    assert table[-1].keys() == {"function", "at", "by_hand", "by_autograd", "by_differences"}
    for row, line in zip(table, err.splitlines()[1:]):
        assert line.startswith(row["function"])
        *ways, apart = map(float, line.split()[-4:])
        np.testing.assert_allclose(ways, row["by_hand"], atol=1e-6)
        assert apart < 1e-6
