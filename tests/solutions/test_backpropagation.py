import numpy as np
import pytest

from chapters import backpropagation as chapter
from solutions import backpropagation, exercises


def test_gradients_of_the_formulas_are_those_of_autograd():
    found = backpropagation.with_biases()
    assert sorted(found) == ["dJ/dW1", "dJ/dW2", "dJ/db1", "dJ/db2"]
    for gradient in found.values():
        assert np.abs(gradient["formula"]).max() > 0.01
        np.testing.assert_allclose(gradient["formula"], gradient["autograd"], rtol=1e-10, atol=1e-12)


def test_gradients_of_the_formulas_are_those_of_the_chapter():
    found = backpropagation.with_biases(lambd=0.3)
    X, y, (W1, b1, W2, b2) = backpropagation.draw()
    arguments = X, y, [(W1, b1), (W2, b2)], 0.3, "relu"
    gradients = chapter.backward(*arguments, chapter.forward(*arguments))
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient["formula"], gradients[name[4:]].asnumpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["b1", "b2"])
def test_gradient_of_a_bias_has_no_penalty(name):
    penalised, free = (backpropagation.with_biases(lambd)[f"dJ/d{name}"]["autograd"] for lambd in (10, 0))
    np.testing.assert_allclose(penalised, free, rtol=1e-10)


@pytest.mark.parametrize("name", ["W1", "W2"])
def test_gradient_of_a_weight_has_lambda_times_the_weight(name):
    penalised, free = (backpropagation.with_biases(lambd)[f"dJ/d{name}"]["autograd"] for lambd in (10, 0))
    _, _, (W1, _, W2, _) = backpropagation.draw()
    np.testing.assert_allclose(penalised - free, 10 * {"W1": W1, "W2": W2}[name].asnumpy(), rtol=1e-8)


def test_formulas_of_the_weights_hold_without_biases_and_give_other_values():
    found, with_biases = backpropagation.with_biases(bias=False), backpropagation.with_biases()
    assert sorted(found) == ["dJ/dW1", "dJ/dW2"]
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient["formula"], gradient["autograd"], rtol=1e-10, atol=1e-12)
        assert np.abs(gradient["formula"] - with_biases[name]["formula"]).max() > 0.01


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(backpropagation))) == ["3.14.1"]
