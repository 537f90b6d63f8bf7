import numpy as np
import pytest

from solutions import exercises, weight_decay

pytestmark = pytest.mark.slow  # they train


@pytest.fixture(scope="module")
def meaning():
    return weight_decay.bayesian_meaning()


@pytest.fixture(scope="module")
def by_decay():
    return weight_decay.tuned()


def test_either_cure_helps_and_more_examples_help_most():
    found = weight_decay.other_cures()
    assert found["least squares"] > 1.5 * found["predicting 0"]
    for cure in ("early stopping", "averaging"):
        assert found[cure] < 0.85 * found["predicting 0"]
        assert found["more examples"] < 0.7 * found[cure]


def test_early_stopping_keeps_the_step_that_is_best_on_validation_data():
    (X, y), (X_new, y_new) = ([[1.0]], [2.0]), ([[1.0]], [0.5])
    w = weight_decay.stop_early(*map(np.array, (X, y, X_new, y_new)))
    assert w[0] == pytest.approx(0.542)          # 2 (1 - 0.9^3), the nearest to 0.5 of 0, 0.2, 0.38, 0.542, ...


def test_decay_of_the_prior_gives_the_posterior_mean(meaning):
    assert meaning["wd"] == pytest.approx(1 / (30 * 0.1 ** 2))
    assert meaning["largest difference of MAP and posterior mean"] < 1e-6


def test_decay_of_the_prior_comes_nearest_to_weights_of_the_prior(meaning):
    none, tenth, own, ten_times = meaning["squared distance from w by wd"].values()
    assert own < 0.9 * min(none, tenth, ten_times)


def test_test_loss_is_least_in_between(by_decay):
    none, little, best, more, much = (found["test_loss"] for found in by_decay.values())
    assert list(by_decay)[2] == 3
    assert none > 10 * little > 100 * best
    assert best < 0.9 * more
    assert more < 0.98 * much


def test_training_loss_grows_with_decay_and_the_weights_shrink(by_decay):
    losses, norms = ([found[name] for found in by_decay.values()] for name in ("loss", "w_norm"))
    assert losses == sorted(losses)
    assert losses[0] < 1e-8
    assert losses[-1] > 2 * losses[-2]
    assert norms == sorted(norms, reverse=True)
    assert norms[0] > 0.8 * 200 ** 0.5           # that of the start is about the root of 200
    assert norms[-1] < 0.005


def test_exact_minimum_needs_no_decay(by_decay):
    exact = [found["test_loss of the exact minimum"] for found in by_decay.values()]
    assert exact[0] == min(exact)
    assert max(exact) < 1.1 * min(exact)


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(weight_decay))) == ["3.12.1", "3.12.2", "3.12.3"]
