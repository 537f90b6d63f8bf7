import math

import numpy as np
import pytest

from solutions import exercises, house_prices

pytestmark = pytest.mark.slow  # they train


@pytest.fixture(scope="module")
def tuned():
    constant, *errors = house_prices.tuned_by_folds().values()
    assert len(errors) == len(house_prices.TRIED)
    return {"constant": constant, **dict(zip(house_prices.TRIED, errors))}


@pytest.fixture(scope="module")
def scaled():
    return house_prices.without_standardising()


def test_hidden_layer_needs_another_rate_and_then_gains_less_than_chance_explains(tuned):
    linear, slow, later, soon = (tuned[one] for one in house_prices.TRIED[:4])
    assert slow["held out"] > linear["held out"] + 0.01
    for mlp in (later, soon):
        gain = linear["held out"] - mlp["held out"]
        assert 0.0005 < gain < 0.5 * min(linear["standard error"], mlp["standard error"])
    assert abs(later["held out"] - soon["held out"]) < 0.003


def test_large_rate_and_many_epochs_overfit(tuned):
    linear, *_, much = (tuned[one] for one in house_prices.TRIED)
    assert much["training"] < min(tuned[one]["training"] for one in house_prices.TRIED[:-1]) - 0.01
    assert much["held out"] > linear["held out"] + 0.01


def test_all_models_are_better_than_one_prediction_for_all(tuned):
    assert max(tuned[one]["held out"] for one in house_prices.TRIED) < 0.9 * tuned["constant"]


def test_small_features_are_learned_slowly(scaled):
    standardised, small, _, _ = scaled.values()
    assert small["training"] > 1.4 * standardised["training"]
    assert small["held out"] > 1.4 * standardised["held out"]


def test_features_of_all_sizes_diverge_or_are_learned_in_part(scaled):
    standardised, _, all_sizes, slow = scaled.values()
    assert math.isinf(all_sizes["training"])
    assert slow["training"] > 1.1 * standardised["training"]
    assert slow["held out"] > 1.1 * standardised["held out"]


def test_best_weights_predict_the_same_however_features_are_scaled(scaled):
    exact = [found["held out, least squares"] for found in scaled.values()]
    np.testing.assert_allclose(exact, exact[0], rtol=1e-6)
    assert scaled["standardised"]["held out"] < 1.1 * exact[0]


def test_exercises_that_need_no_submission_are_there():
    assert list(exercises(vars(house_prices))) == ["3.16.2", "3.16.3"]
