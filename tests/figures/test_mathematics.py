import numpy as np
import pytest
from mxnet import nd

from d2lmx.figures.mathematics import plot_distributions, plot_matrices, plot_paths


def bowl(x1, x2):
    return x1 ** 2 + 5 * x2 ** 2


def test_paths_are_drawn_on_contours_of_the_function(shows):
    path = [[-4, 2], [1, -1], [0, 0.5]]
    figure = plot_paths(bowl, {"one": path, "two": nd.array(path[:2])}, (-5, 5), (-3, 3))
    axes = figure.axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((-5, 5), (-3, 3))
    contours = axes.collections   # one in new matplotlib, one for each level in old
    heights = bowl(*np.concatenate([path.vertices for contour in contours for path in contour.get_paths()]).T)
    assert 8 <= len(set(heights.round(1))) <= 12 and heights.max() <= bowl(5, 3)   # each point lies on a level
    shows(figure, """
        'one': '$x_2$' against '$x_1$', linear
        line '': -4,2 1,-1 0,0.5
        line '': -4,2
        'two': '' against '$x_1$', linear
        line '': -4,2 1,-1
        line '': -4,2""")


@pytest.mark.parametrize("paths, message", [({}, "expected at least one path"), ({"a": np.zeros(3)}, r"'a': \(3,\)"),
                                            ({"a": np.zeros((3, 3))}, r"'a': \(3, 3\)")])
def test_paths_of_another_shape(paths, message):
    with pytest.raises(ValueError, match=message):
        plot_paths(bowl, paths, (-1, 1), (-1, 1))


def test_bars_have_the_share_of_the_samples_those_out_of_view_included(shows):
    shows(plot_distributions({"coin": (nd.array([0, 0, 0, 1]), [0, 1], [0.5, 0.5], True),
                              "number": (np.array([0, 0, 0, 1, 99]), [0, 2, 4], [0.5, 0.25, 0], False)}), """
        'coin': 'probability mass' against 'value', linear
        line 'mass': 0,0.5 1,0.5
        bar -0.3 0 0.6 0.75
        bar 0.7 0 0.6 0.25
        legend
        'number': 'probability density' against 'value', linear
        line 'density': 0,0.5 2,0.25 4,0
        bar 0 0 0.1 6
        bar 1 0 0.1 2
        legend""")


@pytest.mark.parametrize("distributions, message", [
    ({}, "expected at least one panel"), ({"a": ([], [0, 1], [0.5, 0.5], True)}, "a: expected samples"),
    ({"a": ([1], [0, 1], [0.5], True)}, r"a: .* got \(1,\), \(2,\) and \(1,\)"),
])
def test_distributions_of_another_shape(distributions, message):
    with pytest.raises(ValueError, match=message):
        plot_distributions(distributions)


def test_matrices_show_each_number_and_sign(shows):
    figure = plot_matrices({"A": nd.array([[1], [2]]), "B": [[3, 6.5]]}, "+")
    shows(figure, """
        'A': '' against '', linear
        image -13 13: 1 2
        text 0 0: '1'
        text 0 1: '2'
        text 1 0.5: '+'
        'B': '' against '', linear
        image -13 13: 3,6.5
        text 0 0: '3'
        text 1 0: '6.5'
        text 2 0: ''""")
    cells = [axes.get_window_extent().size / axes.images[0].get_array().shape[::-1] for axes in figure.axes]
    np.testing.assert_allclose(cells, cells[0][0], rtol=0.02)   # square, and of one size


@pytest.mark.parametrize("matrices, signs", [({}, ""), ({"A": [1, 2]}, ""), ({"A": [[1]], "B": [[2]]}, "")])
def test_matrices_of_another_shape(matrices, signs):
    with pytest.raises(ValueError, match="expected matrices"):
        plot_matrices(matrices, signs)
