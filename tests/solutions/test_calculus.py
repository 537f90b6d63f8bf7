import numpy as np

from solutions import calculus, exercises


def test_one_condition_for_all_multiplies_all_by_the_same_number():
    found = calculus.vectors_in_control_flow()
    gradient = found["one condition: gradient"]
    assert gradient.shape == (2, 2)
    np.testing.assert_array_equal(gradient, gradient[0, 0])
    np.testing.assert_allclose(gradient, found["one condition: y / x"], rtol=1e-12)


def test_asscalar_refuses_a_matrix():
    assert "not a scalar" in calculus.vectors_in_control_flow()["asscalar"]


def test_where_gives_each_element_the_derivative_that_it_has_alone():
    found = calculus.vectors_in_control_flow()
    np.testing.assert_allclose(found["nd.where: gradient"], found["each alone"], rtol=1e-12)
    assert len(np.unique(found["each alone"])) > 2


def test_autograd_differentiates_the_loop_of_a_root():
    found = calculus.own_control_flow()
    x, by_hand = np.array(found["x"]), np.array(found["by hand"])
    np.testing.assert_allclose(found["root"], np.sign(x) * np.sqrt(np.abs(x)), rtol=1e-9)
    np.testing.assert_allclose(found["central differences"], by_hand, rtol=1e-6)
    np.testing.assert_allclose(np.array(found["autograd"])[x != 1], by_hand[x != 1], rtol=1e-9)


def test_a_loop_without_a_step_has_the_derivative_of_its_start():
    found = calculus.own_control_flow(numbers=(1,))
    assert found["autograd"] == [1]
    assert found["by hand"] == [0.5]


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(calculus))) == ["2.3.1", "2.3.2"]
