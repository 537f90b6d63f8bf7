import math

import numpy as np

from solutions import exercises, linreg


def test_additions_are_timed():
    found = linreg.vector_addition()
    assert found["sum"] == 20000
    assert found["times as fast"] == found["one by one"] / found["at once"]


def test_labels_without_their_shape_are_broadcast():
    assert linreg.shape_of_labels(7) == {"without": (7, 7), "with": (7, 1)}


def test_loss_falls_faster_with_a_larger_rate_until_it_grows():
    small, book, large, too_large = linreg.learning_rates().values()
    assert small > 10 * book
    assert large < 10 * book
    assert math.isinf(too_large)


def test_last_batch_is_short():
    assert linreg.short_last_batch() == [10, 10, 5]


def test_mean_and_step_of_one_are_sum_and_step_of_n():
    ends = linreg.mean_of_the_losses()
    np.testing.assert_allclose(ends["mean"], ends["sum"], rtol=1e-5)
    np.testing.assert_allclose(ends["mean, step(n)"], ends["sum"] / 10, rtol=1e-5)


def test_gluon_has_these_losses_and_initialisers():
    found = linreg.losses_and_initialisers()
    assert {"L1Loss", "L2Loss", "HuberLoss", "SoftmaxCrossEntropyLoss"} <= set(found["losses"])
    assert {"Normal", "Xavier", "Orthogonal", "Zero"} <= set(found["initialisers"])


def test_gradient_of_the_weight_is_that_of_the_formula():
    found = linreg.gradient_of_the_weight()
    assert found["dense.weight.grad()"].shape == (1, 2)
    np.testing.assert_allclose(found["dense.weight.grad()"][0], found["formula"], rtol=1e-5)


def test_all_exercises_of_the_sections_are_there():
    assert list(exercises(vars(linreg))) == ["3.1.1", "3.2.1", "3.2.2", "3.2.3", "3.3.1", "3.3.2", "3.3.3"]
