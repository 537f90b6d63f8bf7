import pytest

from solutions import exercises, model_selection

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fits():
    return model_selection.cubic_on_a_line()


@pytest.fixture(scope="module")
def errors():
    return model_selection.training_error_of_zero()


def test_cubic_has_less_training_error_than_the_line_and_more_test_error(fits):
    for n in (10, 1000):
        line, cubic = (fits[f"{n} examples, degree {degree}"] for degree in (1, 3))
        assert cubic["training error"] < line["training error"]
        assert cubic["test error"] > line["test error"]


def test_difference_is_large_with_ten_examples_and_small_with_a_thousand(fits):
    few, many = ([fits[f"{n} examples, degree {degree}"]["test error"] for degree in (1, 3)] for n in (10, 1000))
    assert few[1] > 1.5 * few[0]
    assert many[1] < 1.02 * many[0]


def test_higher_coefficients_of_a_line_are_not_zero_but_vanish_with_more_examples(fits):
    few, many = (fits[f"{n} examples, degree 3"] for n in (10, 1000))
    for name in ("size of x^2", "size of x^3"):
        assert few[name] > 0.05
        assert 0 < many[name] < 0.03
        assert many[name] < few[name] / 5


def test_cubic_does_not_bring_the_training_error_to_zero(errors):
    assert errors["4 parameters"]["training error"] == pytest.approx(0.1 ** 2 / 2 * 0.96, rel=0.05)


def test_as_many_parameters_as_examples_do(errors):
    assert errors["100 parameters"]["training error"] < 1e-20


def test_errors_are_those_of_the_formulas(errors):
    for found in errors.values():
        assert found["training error"] == pytest.approx(found["expected"], rel=0.05, abs=1e-20)
        assert found["error on new labels"] == pytest.approx(found["expected of these"], rel=0.05)


def test_all_parameters_double_the_error_on_new_labels(errors):
    assert errors["100 parameters"]["error on new labels"] == pytest.approx(2 * 0.1 ** 2 / 2, rel=0.05)


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(model_selection))) == ["3.11.1", "3.11.2"]
