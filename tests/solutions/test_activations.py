import math

import numpy as np
import pytest

from solutions import activations, exercises

X = np.array([-3.0, -1.0, 1.0, 3.0])


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_derivatives_by_hand_are_those_of_autograd_and_of_central_differences(name):
    found = activations.derivatives_by_hand()[name]
    np.testing.assert_allclose(found["by the chain rule"], found["by hand"], rtol=1e-12)
    np.testing.assert_allclose(found["autograd"], found["by hand"], rtol=1e-12)
    np.testing.assert_allclose(found["central differences"], found["by hand"], rtol=1e-6)


@pytest.mark.parametrize("name, formula", [
    ("LeakyReLU", lambda x: np.where(x > 0, x, 0.1 * x)),
    ("ELU", lambda x: np.where(x > 0, x, np.exp(x) - 1)),
    ("SELU", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1))),
    ("SELU by ELU", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1))),
    ("Swish", lambda x: x / (1 + np.exp(-x))),
    ("GELU", lambda x: x * np.array([(1 + math.erf(one / 2 ** 0.5)) / 2 for one in x]))])
def test_activations_are_their_formulas(name, formula):
    np.testing.assert_allclose(activations.other_activations()[name]["values"], formula(X), rtol=1e-5)


@pytest.mark.parametrize("name", ["LeakyReLU", "ELU", "SELU by ELU", "Swish", "GELU"])
def test_autograd_has_the_slopes_of_central_differences(name):
    found = activations.other_activations()[name]
    np.testing.assert_allclose(found["autograd"], found["central differences"], atol=2e-4)


def test_autograd_of_selu_is_wrong_below_zero():
    found = activations.other_activations()["SELU"]
    wrong = abs(found["autograd"] - found["central differences"])
    assert (wrong[X < 0] > 0.03).all()
    assert (wrong[X > 0] < 2e-4).all()


def test_slopes_below_zero_are_not_zero_and_values_at_three_are_near_three():
    for found in activations.other_activations().values():
        assert (abs(found["central differences"]) > 0.005).all()
        assert abs(found["values"][X == 3] - 3) < 0.2


def test_only_swish_and_gelu_come_back_to_zero():
    found = activations.other_activations(numbers=(-20, -3))
    slopes = {name: one["central differences"][1] for name, one in found.items()}
    assert {name for name, slope in slopes.items() if slope < 0} == {"Swish", "GELU"}
    assert all(abs(found[name]["values"][0]) < 1e-6 for name in ("Swish", "GELU"))
    np.testing.assert_allclose(found["ELU"]["values"][0], -1, rtol=1e-6)


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(activations))) == ["3.8.1", "3.8.2"]
