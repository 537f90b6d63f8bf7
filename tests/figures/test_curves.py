import numpy as np
import pytest
from mxnet import nd

import d2lmx as d2l
from d2lmx.figures.curves import draw_history
from d2lmx.figures.style import subplots


def history(values, name="loss"):
    return [{"epoch": i + 1, name: value} for i, value in enumerate(values)]


def test_each_quantity_has_a_panel_under_its_name(shows):
    records = [{"epoch": 1, "loss": 9, "test_loss": 8, "train_acc": 0.7, "test_acc": 0.6, "seconds": 5},
               {"epoch": 2, "loss": 4, "train_acc": 0.3, "w_norm": 2, "log_rmse": 1, "test_log_rmse": 0}]
    figure = d2l.plot_history({"scratch": records, "gluon": records[:1]}, title="a title")
    assert figure._suptitle.get_text() == figure.get_label() == "a title"
    assert figure.axes[0].get_xticks().tolist() == [1, 2]
    shows(figure, """
        '': 'loss' against 'epoch', linear
        line 'train, scratch': 1,9 2,4
        line 'train, gluon': 1,9
        line 'test, scratch': 1,8
        line 'test, gluon': 1,8
        legend
        '': 'accuracy' against 'epoch', linear
        line 'train, scratch': 1,0.7 2,0.3
        line 'train, gluon': 1,0.7
        line 'test, scratch': 1,0.6
        line 'test, gluon': 1,0.6
        legend
        '': 'log rmse' against 'epoch', linear
        line 'train, scratch': 2,1
        line 'test, scratch': 2,0
        legend""")


@pytest.mark.parametrize("losses, scale", [("0.04 0.001", "log"), ("0.8 0.5", "linear"), ("0.5 0", "linear")])
def test_loss_alone_is_logarithmic_over_orders_of_magnitude(losses, scale, shows):
    first, second = losses.split()
    shows(d2l.plot_history({"gluon": history(map(float, losses.split()))}), f"""
        '': 'loss' against 'epoch', {scale}
        line 'train, gluon': 1,{first} 2,{second}
        legend""")


def test_accuracy_is_never_logarithmic():
    _, axes = subplots()
    draw_history(axes, {"gluon": history([0.01, 0.9], "acc")}, "acc")
    assert axes.get_yscale() == "linear"


def test_both_of_two_coinciding_implementations_are_seen_to_their_end():
    below, above = d2l.plot_history({"scratch": history([1, 2]), "gluon": history([1, 2])}).axes[0].lines
    assert below.get_linewidth() > 2 * above.get_linewidth() and below.get_markersize() > 2 * above.get_markersize()
    assert below.get_linestyle() != above.get_linestyle() and below.get_marker() != above.get_marker()
    assert below.get_solid_capstyle() == "butt"


@pytest.mark.parametrize("num_epochs", [1, 2, 11, 100])
@pytest.mark.parametrize("implementations", [["gluon"], ["scratch", "gluon"]])
def test_few_marks_one_of_them_at_the_end(num_epochs, implementations):
    for line in d2l.plot_history(dict.fromkeys(implementations, history(range(num_epochs)))).axes[0].lines:
        start, step = line.get_markevery()
        marked = range(start, num_epochs, step)
        assert marked[-1] == num_epochs - 1 and len(marked) <= 10 and line.get_marker() in "os"


@pytest.mark.parametrize("histories, message", [
    ({}, "at least one implementation"), ({"gluon": []}, "'gluon'"), ({"gluon": [{"epoch": 1}]}, "'loss'")])
def test_history_that_is_none(histories, message):
    with pytest.raises(ValueError, match=message):
        d2l.plot_history(histories)


def test_regression_draws_partial_residuals_and_the_fitted_line(shows):
    X, y, w, b = map(nd.array, ([[1, 2], [3, 5], [-1, 0.5]], [1, 2, 3], [[2], [-3]], [0.5]))
    shows(d2l.plot_regression(X, y, w, b), """
        '': 'y − b − terms of the other inputs' against 'x[0]', linear
        line 'examples': 1,6.5 3,16.5 -1,4
        line 'w[0] = 2.0000': -1,-2 3,6
        legend
        '': '' against 'x[1]', linear
        line 'examples': 2,-1.5 5,-4.5 0.5,4.5
        line 'w[1] = -3.0000': 0.5,-1.5 5,-15
        legend""")


def test_regression_on_many_inputs_draws_predicted_against_true(shows):
    shows(d2l.plot_regression(np.arange(10).reshape(2, 5), np.array([9, 40]), np.ones(5), 1), """
        '': 'predicted label' against 'true label', linear
        line 'examples': 9,11 40,36
        line 'predicted = true': 9,9 40,40
        legend""")


@pytest.mark.parametrize("shapes", [
    ((3, 2), (3, 1), 2, 1), ((3, 2), 3, 3, 1), (3, 3, 1, 1), ((3, 2), 3, 2, 2), ((0, 2), 0, 2, 1)])
def test_regression_of_other_shapes(shapes):
    with pytest.raises(ValueError, match=r"expected X \(n, d\), y \(n,\).*got"):
        d2l.plot_regression(*map(np.ones, shapes))
