import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

import d2lmx as d2l

NAMES = ["dress", "coat", "bag"]


def titles(*labels):
    return [axes.get_title() for axes in d2l.plot_images(np.ones((2, 4, 4)), *labels).axes]


@pytest.mark.parametrize("shape", [(3, 1, 2, 2), (3, 2, 2), (3, 4)])
def test_images_of_any_shape(shape, shows):
    figure = d2l.plot_images(mx.np.arange(12).reshape(shape), num_cols=2)
    assert figure.axes[2].get_subplotspec().get_geometry() == (2, 2, 2, 2)   # the first in the second row of two
    shows(figure, """
        '': '' against '', linear
        image 0 11: 0,1 2,3
        '': '' against '', linear
        image 0 11: 4,5 6,7
        '': '' against '', linear
        image 0 11: 8,9 10,11""")


def test_images_at_their_own_range():
    axes = d2l.plot_images(np.arange(8).reshape(2, 2, 2), own_range=True).axes
    assert [one.images[0].get_clim() for one in axes] == [(0, 3), (4, 7)]


@pytest.mark.parametrize("true, predicted", [(nd.array([0, 1]), [0, 2]), (["dress", "coat"], ["dress", "bag"])])
def test_wrong_predictions_are_marked_by_more_than_colour(true, predicted, save):
    figure = d2l.plot_images(np.ones((2, 4, 4)), true, predicted, NAMES)
    right, wrong = figure.axes
    assert (right.get_title(), wrong.get_title()) == ("dress\ndress", "coat\n× bag")
    assert right.title.get_color() != wrong.title.get_color()
    save(figure)


def test_labels_without_predictions_or_names():
    assert titles() == ["", ""]
    assert titles(nd.array([3, 11])) == ["3", "11"] and titles(["a", "b"]) == ["a", "b"]
    assert titles(None, [1, 2], NAMES) == ["coat", "bag"]


@pytest.mark.parametrize("shape", [(2, 3, 4, 4), (2, 8), (4,), (), (0, 4, 4), (0, 4)])
def test_images_of_other_shapes(shape):
    with pytest.raises(ValueError, match=r"\(n, 1, h, w\), \(n, h, w\) or square .* got ") as error:
        d2l.plot_images(np.ones(shape))
    assert str(error.value).endswith(str(shape))


@pytest.mark.parametrize("arguments, message", [
    ([[1]], r"expected 2 labels.*\(1,\)"), ([None, [1, 2, 3]], r"expected 2 predictions.*\(3,\)"),
    ([[0, 3], None, NAMES], "expected labels .* classes 0 to 2"), ([None, None, None, 0], "num_cols")])
def test_images_with_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        titles(*arguments)


def test_weights_are_the_columns_on_one_symmetric_scale(shows):
    shows(d2l.plot_weights(nd.arange(-4, 14).reshape((6, 3)), (2, 3), NAMES), """
        'dress': '' against '', linear
        image -13 13: -4,-1,2 5,8,11
        'coat': '' against '', linear
        image -13 13: -3,0,3 6,9,12
        'bag': '' against '', linear
        image -13 13: -2,1,4 7,10,13
        '': 'weight' against '', linear""")


@pytest.mark.parametrize("shape, image_shape, names", [((6, 3), (2, 2), "abc"), ((6, 3), (2, 3), "ab"),
                                                       (6, (2, 3), "a")])
def test_weights_of_another_shape(shape, image_shape, names):
    with pytest.raises(ValueError, match=r"expected W of shape .* got \(6"):
        d2l.plot_weights(np.ones(shape), image_shape, names)


def test_confusion_matrix_has_true_classes_in_rows(shows):
    """The third class does not occur; the shade is the share of the row."""
    figure = d2l.plot_confusion_matrix(nd.array([0, 0, 0, 0, 1]), nd.array([0, 0, 0, 1, 2]), NAMES)
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == NAMES
    shows(figure, """
        '3 of 5 right (60.0%)': 'true' against 'predicted', linear
        image 0 1: 0.75,0.25,0 0,0,1 0,0,0
        text 0 0: '3'
        text 1 0: '1'
        text 2 0: '0'
        text 0 1: '0'
        text 1 1: '0'
        text 2 1: '1'
        text 0 2: '0'
        text 1 2: '0'
        text 2 2: '0'""")


@pytest.mark.parametrize("y, y_hat, message", [
    ([0, 1], [0], "2 and 1"), ([], [], "at least one"), ([0, 3], [0, 1], "y of shape .* 0 to 2"),
    ([0, 1], [0, -1], "y_hat of shape"), ([[0]], [[0]], r"\(1, 1\)"),
    ([np.nan], [0], "0 to 2")])
def test_confusion_matrix_of_what_are_not_classes(y, y_hat, message):
    with pytest.raises(ValueError, match=message):
        d2l.plot_confusion_matrix(y, y_hat, NAMES)
