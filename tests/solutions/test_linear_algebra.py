import numpy as np

from solutions import exercises, linear_algebra


def test_exactly_one_comparison_of_each_element_is_true():
    found = linear_algebra.comparisons()
    X, Y = np.arange(12).reshape(3, 4), np.array([[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
    for name, expected in {"X == Y": X == Y, "X < Y": X < Y, "X > Y": X > Y, "sum": np.ones((3, 4))}.items():
        np.testing.assert_array_equal(found[name], expected)
        assert found[name].dtype == np.float32


def test_shapes_are_broadcast_as_numpy_does():
    found = linear_algebra.broadcasting()
    shapes = {pair: shape for pair, shape in found.items() if isinstance(pair, tuple)}
    assert shapes.pop(((2, 3, 4), (2, 3))) == "error"
    assert len(shapes) == 4
    for pair, shape in shapes.items():
        assert shape == np.broadcast_shapes(*pair) == (2, 3, 4)


def test_arrays_in_three_dimensions_are_repeated():
    found = linear_algebra.broadcasting()
    np.testing.assert_array_equal(found["a + b"], [found["a_0 + b"], found["a_1 + b"]])
    np.testing.assert_array_equal(found["a_1 + b"], 200 + np.arange(12).reshape(3, 4))


def test_operations_are_listed_and_documented():
    found = linear_algebra.documentation()
    assert found["names in nd"] >= 200
    assert {"uniform", "normal", "shuffle"} <= set(found["names in nd.random"])
    assert found["arguments of uniform"].startswith("(low=0, high=1, shape=")
    assert "half-open interval" in found["help of uniform"]
    smallest, largest = found["smallest, largest of uniform(2, 5)"]
    assert 2 <= smallest < 2.1
    assert 4.9 < largest < 5


def test_all_exercises_of_the_sections_are_there():
    assert list(exercises(vars(linear_algebra))) == ["2.2.1", "2.2.2", "2.4.1"]
