import numpy as np
import pytest

from chapters import linreg
from d2lmx import synthetic_data
from solutions import exercises, initialization

pytestmark = pytest.mark.slow  # they train


@pytest.fixture(scope="module")
def start():
    return initialization.equal_start()


def test_hidden_units_may_change_places():
    assert initialization.permuted() < 1e-5


def test_equal_units_stay_equal_and_random_ones_do_not():
    found = initialization.symmetry()
    assert found["constant"]["units unlike the first"] == 0
    assert found["normal"]["units unlike the first"] == initialization.NUM_HIDDENS - 1
    assert found["constant"]["test accuracy"] < 0.5
    assert found["normal"]["test accuracy"] > 0.9


def test_linear_regression_ends_at_least_squares_from_every_start(start):
    w, b = linreg.least_squares(*synthetic_data(linreg.TRUE_W, linreg.TRUE_B))
    for found in start.values():
        np.testing.assert_allclose(found["linear: w"], w, atol=0.005)
        np.testing.assert_allclose(found["linear: b"], b, atol=0.005)


def test_softmax_regression_ends_alike_from_every_start(start):
    zero, one, random = start.values()
    for found in (one, random):
        assert found["softmax: loss"] == pytest.approx(zero["softmax: loss"], rel=0.01)
        assert found["softmax: test accuracy"] == pytest.approx(zero["softmax: test accuracy"], abs=0.01)


def test_outputs_of_softmax_regression_do_not_stay_equal(start):
    assert [found["softmax: outputs unlike the first"] for found in start.values()] == [9, 9, 9]
    assert start["all 0"]["softmax: test accuracy"] > 0.93


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(initialization))) == ["3.15.1", "3.15.2"]
