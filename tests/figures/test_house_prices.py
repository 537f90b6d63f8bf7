import numpy as np
import pytest

from d2lmx.figures.house_prices import plot_folds, plot_predicted, plot_spread


def test_folds_and_their_mean(shows):
    folds = [[{"log_rmse": 0.4, "test_log_rmse": first}, {"log_rmse": 0.11, "test_log_rmse": 0.125}]
             for first in (0.2, 0.2, 0.35)]
    figure = plot_folds({"MLP": folds})
    shows(figure, """
        'MLP': 'log-RMSE' against 'epoch', log
        line '': 1,0.4 2,0.11
        line '': 1,0.4 2,0.11
        line '': 1,0.4 2,0.11
        line 'while training, mean: ends at 0.110': 1,0.4 2,0.11
        line '': 1,0.2 2,0.125
        line '': 1,0.2 2,0.125
        line '': 1,0.35 2,0.125
        line 'held out, mean: ends at 0.125': 1,0.25 2,0.125
        legend""")
    axes, = figure.axes
    assert (axes.lines[3].get_marker(), axes.lines[3].get_markevery()) == ("o", [-1])   # an only epoch has no line
    assert axes.get_xticks().tolist() == [1, 2]
    assert {"0.12", "0.2", "0.3", "0.4"} < {label.get_text() for label in axes.get_yticklabels()}


def test_predicted_values_beyond_the_true_ones_are_marked_at_the_edge(shows):
    true = np.array([1000, 2000, 4400])
    figure = plot_predicted({"near": (true, true * 1.05), "far": (true, np.array([1000, 2_000_000, 1]))}, "price")
    shows(figure, """
        'near': 'predicted price' against 'true price', log
        line 'held out, all together: log-RMSE 0.049': 1000,1050 2000,2100 4400,4620
        line 'predicted = true': 909.1,909.1 4840,4840
        legend
        'far': '' against 'true price', log
        line 'held out, all together: log-RMSE 6.274': 1000,1000 2000,2e+06 4400,1
        line '2 outside, predicted as 2,000,000, 1': 2000,4840 4400,909.1
        line 'predicted = true': 909.1,909.1 4840,4840
        legend""")
    axes = figure.axes[1]
    assert axes.get_xscale() == "log" and axes.get_xlim() == axes.get_ylim() == pytest.approx((1000 / 1.1, 4840))
    assert {"1,000", "2,000"} < {label.get_text() for label in axes.get_xticklabels()}


def test_spread_of_values_and_logarithms_beside_the_normal_distribution(shows):
    """The density is scaled to the counts: times 4 values, times the width of a bar."""
    shows(plot_spread(np.exp([-1, 0.02, 0.02, 1]), "price"), """
        'skewness 0.82': 'examples' against 'price', linear
        line 'normal, same mean and\\nstandard deviation': 0.3679,0.06209 0.9653,0.1008 1.563,0.1022 2.16,0.06473
        bar 0.3679 0 0.05876 1
        bar 1.014 0 0.05876 2
        bar 2.66 0 0.05876 1
        legend
        'skewness -0.04': 'examples' against 'log price', linear
        line 'normal, same mean and\\nstandard deviation': -1,0.04069 -0.4916,0.08773 0.01672,0.1128 0.5251,0.08654
        bar -1 0 0.05 1
        bar 0 0 0.05 2
        bar 0.95 0 0.05 1""")
