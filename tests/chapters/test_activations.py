from functools import partial

import numpy as np
import pytest
from mxnet import nd

import d2lmx as d2l
from chapters import activations, mlp
from chapters.calculus import central_difference, derivative, float64
from chapters.commands import activations as command
from tests.chapters.claims import failed

NAMES = pytest.mark.parametrize("name", mlp.ACTIVATIONS)


def draw(num_hiddens, seed=0):
    """Inputs (200, 3), and two layers."""
    d2l.seed_all(seed)
    return nd.random.normal(shape=(200, 3), dtype="float64"), activations.init_params(3, num_hiddens)


@NAMES
def test_three_ways_agree_within_a_millionth_and_the_function_is_mxnets(name):
    f, x = mlp.ACTIVATIONS[name], float64(np.linspace(-30, 30, 2000))
    by_hand = activations.DERIVATIVES[name](x.asnumpy())
    np.testing.assert_allclose(derivative(f, x).asnumpy(), by_hand, atol=1e-12)
    np.testing.assert_allclose(central_difference(f, x).asnumpy(), by_hand, atol=1e-6)
    np.testing.assert_allclose(f(x).asnumpy(), getattr(nd, name)(x).asnumpy(), atol=1e-12)


def test_bare_formula_fails_far_out(monkeypatch):
    assert failed(command.limit_claims()) == []
    assert np.isnan(activations.naive_tanh(nd.array([-1000])).asscalar())
    np.testing.assert_allclose(activations.naive_tanh(nd.array([-2, 0.5])).asnumpy(), np.tanh([-2, 0.5]), rtol=1e-6)
    monkeypatch.setitem(mlp.ACTIVATIONS, "tanh", activations.naive_tanh)
    assert failed(command.limit_claims()) == ["tanh at -1000 and 1000", "tanh' at -1000 and 1000"]


@pytest.mark.parametrize("num_hiddens", [1, 16, 256])
@pytest.mark.parametrize("seed", range(5))
def test_two_affine_layers_are_one(num_hiddens, seed):
    X, params = draw(num_hiddens, seed)
    distance = activations.distance_from_affine(partial(mlp.net, params=params, phi=activations.identity), X)
    assert failed(command.layer_claims(X, params, distance)) == []


@NAMES
@pytest.mark.parametrize("seed", range(5))
def test_with_an_activation_they_are_not(name, seed, monkeypatch):
    X, params = draw(16, seed)
    phi = mlp.ACTIVATIONS[name]
    distance = activations.distance_from_affine(partial(mlp.net, params=params, phi=phi), X)
    assert distance > 0.02
    monkeypatch.setattr(activations, "identity", phi)
    assert failed(command.layer_claims(X, params, distance)) == [
        "two affine layers are one, X (W1 W2) + (b1 W2 + b2)", "distance from affine without activation"]


def test_merged_layer_by_hand():
    params = [(float64([[1, -1]]), float64([0.5, 0])), (float64([[2], [3]]), float64([10]))]
    (W, b), = activations.merge(params)
    assert (W.asnumpy().tolist(), b.asnumpy().tolist()) == ([[-1]], [11])


def test_distance_from_affine_by_hand():
    X = float64([[0], [2], [-2]])   # with x^2: ((a - b) / 2)^2, that is 1 and 4
    assert activations.distance_from_affine(lambda x: x ** 2, X) == 2.5
    assert activations.distance_from_affine(lambda x: 3 * x - 2, X) == 0


def test_absolute_value_is_two_layers_with_relu():
    assert activations.absolute(float64([[-2], [0], [3]])).asnumpy().tolist() == [[2], [0], [3]]


@pytest.mark.parametrize("name, wrong", [("tanh", lambda x: 1 - np.tanh(x)), ("relu", lambda x: (x > -0.5) * 1.0)])
def test_a_wrong_formula_is_seen(name, wrong, monkeypatch, capsys):
    monkeypatch.setitem(activations.DERIVATIVES, name, wrong)
    assert command.main(["--quiet"]) == 1
    assert f"2 of 15 claims do not hold: {name}': autograd against by hand; {name}'" in capsys.readouterr().err
