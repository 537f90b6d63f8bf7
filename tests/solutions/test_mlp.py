import numpy as np
import pytest

from solutions import exercises, mlp

pytestmark = pytest.mark.slow  # they train


def test_more_hidden_units_have_less_loss_and_four_are_too_few():
    found = mlp.hidden_units()
    four, sixteen, sixty_four, many = found.values()
    assert [one["parameters"] for one in found.values()] == [64 * h + h + 10 * h + 10 for h in (4, 16, 64, 256)]
    assert four["loss"] > 2 * sixteen["loss"]
    assert sixteen["loss"] > sixty_four["loss"] > many["loss"]
    assert four["test accuracy"] < sixteen["test accuracy"] - 0.03
    assert abs(many["test accuracy"] - sixty_four["test accuracy"]) < 0.03


def test_second_hidden_layer_starts_slowly_from_small_weights():
    one, two, large_weights = mlp.one_more_hidden_layer().values()
    assert one["spread of the logits"] > 10 * two["spread of the logits"]
    assert large_weights["spread of the logits"] > 100 * two["spread of the logits"]
    assert two["loss in epoch 5"] > 1 > 3 * one["loss in epoch 5"]
    assert large_weights["loss in epoch 5"] < 0.3
    assert max(one["in epoch 20"], two["in epoch 20"], large_weights["in epoch 20"]) < 0.2
    assert min(one["test accuracy"], two["test accuracy"], large_weights["test accuracy"]) > 0.9


def test_both_implementations_give_the_same_numbers_with_several_hidden_layers():
    found = mlp.several_hidden_layers()
    ln_10, *trained = found.values()
    for losses in trained:
        np.testing.assert_allclose(losses["scratch"], losses["gluon"], rtol=1e-9)
    two, three, small_weights = (losses["gluon"] for losses in trained)
    assert max(two[-1], three[-1]) < 0.5
    np.testing.assert_allclose(small_weights, ln_10, atol=0.01)


@pytest.fixture(scope="module")
def activations():
    return mlp.other_activations()


@pytest.mark.parametrize("epoch", ["loss in epoch 5", "in epoch 10"])
def test_relu_tanh_and_softsign_are_ahead_of_softrelu_and_that_of_sigmoid(activations, epoch):
    ahead = [activations[name][epoch] for name in ("relu", "tanh", "softsign")]
    assert max(ahead) < 1.5 * min(ahead)
    assert max(ahead) * 1.2 < activations["softrelu"][epoch] < activations["sigmoid"][epoch] / 1.5


def test_all_activations_learn_with_one_hidden_layer(activations):
    assert all(activations[name]["test accuracy"] > 0.85 for name in (
        "relu", "tanh", "softsign", "softrelu", "sigmoid"))


def test_two_layers_of_sigmoid_are_still_guessing_when_those_of_tanh_have_learned(activations):
    assert abs(activations["sigmoid", "two layers"] - activations["ln 10"]) < 0.05
    assert activations["tanh", "two layers"] < 0.5


def test_all_exercises_of_the_sections_are_there():
    assert list(exercises(vars(mlp))) == ["3.9.1", "3.9.2", "3.10.1", "3.10.2"]
