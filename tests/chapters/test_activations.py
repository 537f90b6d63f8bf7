import numpy as np
import pytest
from mxnet import nd

from chapters import activations as chapter
from chapters import mlp
from chapters.calculus import float64


def test_three_ways_agree_within_a_millionth():
    tables = chapter.tables(np.linspace(-30, 30, 2000))
    assert set(tables) == {"relu", "sigmoid", "tanh"}
    for rows in tables.values():
        ways = np.array([row[2:] for row in rows])
        assert np.ptp(ways, axis=1).max() < 1e-6


@pytest.mark.parametrize("x", [-3.0, -0.5, 0.7, 4.0])
def test_formulas_by_the_definition(x):
    h = 1e-6
    for name, f in (("sigmoid", lambda x: 1 / (1 + np.exp(-x))), ("tanh", np.tanh), ("relu", lambda x: max(x, 0))):
        slope = (f(x + h) - f(x - h)) / (2 * h)
        assert chapter.DERIVATIVES[name](np.array([x])) == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("name", chapter.ACTIVATIONS)
def test_far_out(name):
    assert all(check["ok"] for check in chapter.far_out(name))


def test_bare_formula_fails_far_out(monkeypatch):
    assert np.isnan(chapter.naive_tanh(nd.array([-1000])).asscalar())
    np.testing.assert_allclose(chapter.naive_tanh(nd.array([-2, 0.5])).asnumpy(), np.tanh([-2, 0.5]), rtol=1e-6)
    monkeypatch.setitem(mlp.ACTIVATIONS, "tanh", chapter.naive_tanh)
    assert not any(check["ok"] for check in chapter.far_out("tanh"))


@pytest.mark.parametrize("num_hiddens", [1, 16, 256])
@pytest.mark.parametrize("seed", range(5))
def test_two_affine_layers_are_one(num_hiddens, seed):
    X, params = chapter.run(num_hiddens, num_inputs=3, seed=seed)
    assert X.dtype == np.float64
    assert chapter.check_one_layer(X, params)["ok"]
    assert chapter.distance_from_affine(X, chapter.two_layers(X, params)) < 1e-12


@pytest.mark.parametrize("name", chapter.ACTIVATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_with_an_activation_they_are_not(name, seed, monkeypatch):
    X, params = chapter.run(16, seed=seed)
    right = chapter.two_layers
    assert chapter.distance_from_affine(X, right(X, params, chapter.ACTIVATIONS[name])) > 0.05
    monkeypatch.setattr(chapter, "two_layers", lambda X, params: right(X, params, chapter.ACTIVATIONS[name]))
    assert not chapter.check_one_layer(X, params)["ok"]


def test_one_layer_needs_both_biases():
    X, (W1, b1, W2, b2) = chapter.run(16)
    for params in ([W1, 0 * b1, W2, b2], [W1, b1, W2, 0 * b2]):
        difference = chapter.one_layer(X, params) - chapter.two_layers(X, [W1, b1, W2, b2])
        assert difference.abs().min().asscalar() > 1e-3


def test_two_layers_by_hand():
    params = [float64(values) for values in ([[1, -1]], [0.5, 0], [[2], [3]], [10])]
    X = float64([[1], [-2]])
    assert chapter.two_layers(X, params).asnumpy().tolist() == [[10], [13]]
    assert chapter.two_layers(X, params, mlp.relu).asnumpy().tolist() == [[13], [16]]


def test_distance_from_affine_by_hand():
    x = float64(np.linspace(-1, 1, 101)[:, np.newaxis])
    assert chapter.distance_from_affine(x, 3 * x - 2) < 1e-12
    assert chapter.distance_from_affine(x, 0 * x + 5) == 0
    assert chapter.distance_from_affine(x, x ** 2) == pytest.approx(1)   # symmetric: a slope explains nothing
    assert 0 < chapter.distance_from_affine(x, x ** 3) < 1


def test_absolute_value_is_two_layers_with_relu():
    assert chapter.absolute(float64([[-2], [0], [3]])).asnumpy().tolist() == [[2], [0], [3]]


@pytest.mark.parametrize("name, wrong", [("tanh", lambda x: 1 - np.tanh(x)), ("sigmoid", lambda x: 0.25 + 0 * x),
                                         ("relu", lambda x: (x > -0.5) * 1.0)])
def test_a_wrong_formula_is_seen(name, wrong, monkeypatch, capsys):
    monkeypatch.setitem(chapter.DERIVATIVES, name, wrong)
    assert chapter.main(["--quiet"]) == 1
    assert f"2 of 18 checks failed: {name}': autograd against by hand; {name}'" in capsys.readouterr().err
