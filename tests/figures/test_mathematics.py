import numpy as np
import pytest
from mxnet import nd

from d2lmx.figures.mathematics import plot_distributions, plot_matrices, plot_paths


def bowl(x1, x2):
    return x1 ** 2 + 5 * x2 ** 2


def test_paths_are_drawn_on_contours_of_the_function():
    path = np.array([[-4.0, 2.0], [1.0, -1.0], [0.0, 0.5]])
    figure = plot_paths(bowl, {"one": path, "two": nd.array(path[:2])}, (-5, 5), (-3, 3))
    one, two = figure.axes
    assert (one.get_title(), two.get_title()) == ("one", "two")
    np.testing.assert_array_equal(one.lines[0].get_xydata(), path)
    np.testing.assert_array_equal(two.lines[0].get_xydata(), path[:2])
    np.testing.assert_array_equal(one.lines[1].get_xydata(), path[:1])   # the start
    assert (one.get_xlim(), one.get_ylim()) == ((-5, 5), (-3, 3))
    contours = one.collections   # one in new matplotlib, one for each level in old
    points = np.concatenate([path.vertices for contour in contours for path in contour.get_paths()])
    heights = bowl(*points.T)
    assert 8 <= len(np.unique(heights.round(1))) <= 12   # each point lies on a level
    assert heights.max() <= bowl(5, 3)


@pytest.mark.parametrize("paths, message", [({}, "expected at least one path"), ({"a": np.zeros(3)}, r"'a': \(3,\)"),
                                            ({"a": np.zeros((3, 3))}, r"'a': \(3, 3\)")])
def test_paths_of_another_shape(paths, message):
    with pytest.raises(ValueError, match=message):
        plot_paths(bowl, paths, (-1, 1), (-1, 1))


def test_bars_and_steps_have_the_share_of_the_samples():
    coins, numbers = nd.array([0, 0, 0, 1]), np.array([0.0] * 6 + [1.0] * 2 + [99.0] * 2)
    x = np.linspace(0, 2, 50)
    figure = plot_distributions({"coin": (coins, [0, 1], [0.5, 0.5], True), "number": (numbers, x, np.exp(-x), False)})
    coin, number = figure.axes
    assert [bar.get_height() for bar in coin.patches] == [0.75, 0.25]
    np.testing.assert_array_equal(coin.lines[0].get_xydata(), [[0, 0.5], [1, 0.5]])
    heights, edges, _ = number.patches[0].get_data()
    np.testing.assert_allclose((heights * np.diff(edges)).sum(), 0.8)   # of all samples, those out of view too
    np.testing.assert_array_equal(number.lines[0].get_ydata(), np.exp(-x))


def test_distributions_fill_rows_of_three():
    panel = ([0, 1], [0, 1], [0.5, 0.5], True)
    figure = plot_distributions(dict.fromkeys("abcd", panel))
    assert [axes.get_title() for axes in figure.axes if axes.axison] == list("abcd")


@pytest.mark.parametrize("panels, message", [
    ({}, "expected at least one panel"), ({"a": ([], [0, 1], [0.5, 0.5], True)}, "a: expected samples"),
    ({"a": ([1], [0, 1], [0.5], True)}, r"a: .* got \(1,\), \(2,\) and \(1,\)"),
])
def test_distributions_of_another_shape(panels, message):
    with pytest.raises(ValueError, match=message):
        plot_distributions(panels)


def test_matrices_show_each_number_and_sign():
    figure = plot_matrices({"A": nd.array([[1], [2]]), "B": [[3, 4]], "C": [[4, 5], [5, 6.5]]}, "+=")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["1", "2", "A", "+", "3", "4", "B", "=", "4", "5", "5", "6.5", "C", ""]
    extents = [image.get_extent() for image in figure.axes[0].images]
    assert [(right - left, bottom - top) for left, right, bottom, top in extents] == [(1, 2), (2, 1), (2, 2)]


@pytest.mark.parametrize("matrices, signs", [({}, ""), ({"A": [1, 2]}, ""), ({"A": [[1]], "B": [[2]]}, "")])
def test_matrices_of_another_shape(matrices, signs):
    with pytest.raises(ValueError, match="expected matrices"):
        plot_matrices(matrices, signs)
