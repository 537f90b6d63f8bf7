"""Figures of a regression by cross-validation: the curves of the folds, predictions, and the spread of the labels."""
import numpy as np
from scipy.stats import norm, skew

from d2lmx.figures.style import BLUE, GREY, ORANGE, integer_ticks, log_ticks, panels, styled


@styled
def plot_folds(histories):
    """Learning curves {title: [history of each fold]}: thin lines for the folds, a thick one for their mean.

    The records have "log_rmse" while training and, on the examples held out, "test_log_rmse".
    """
    figure, all_axes = panels(histories, width=5.5, height=4, sharey=True)
    for axes, folds in zip(all_axes, histories.values()):
        for key, name, colour in (("log_rmse", "while training", BLUE), ("test_log_rmse", "held out", ORANGE)):
            errors = np.array([[record[key] for record in history] for history in folds])   # (folds, epochs)
            epochs, mean = range(1, errors.shape[1] + 1), errors.mean(axis=0)
            axes.plot(epochs, errors.T, color=colour, linewidth=0.8, alpha=0.45)
            axes.plot(epochs, mean, color=colour, marker="o", markevery=[-1],
                      label=f"{name}, mean: ends at {mean[-1]:.3f}")
        axes.set(xlabel="epoch", yscale="log")
        log_ticks(axes.yaxis)
        integer_ticks(axes)
        axes.legend()
    all_axes[0].set(ylabel="log-RMSE")
    return figure


@styled
def plot_predicted(predicted, name):
    """Predicted against true values of the same examples held out, {title: (true, predicted)}, arrays (n,) above 0.

    The panels show the range of the true values; what is predicted outside is marked at the edge, and its value told.
    """
    figure, all_axes = panels(predicted, width=5.2, height=4.8, sharey=True)
    for axes, (true, y_hat) in zip(all_axes, predicted.values()):
        low, high = true.min() / 1.1, true.max() * 1.1
        error = np.sqrt(np.mean(np.log(y_hat / true) ** 2))
        axes.plot(true, y_hat, ".", color=BLUE, alpha=0.35, markeredgewidth=0, markersize=8,
                  label=f"held out, all together: log-RMSE {error:.3f}")
        inside = y_hat.clip(low, high)
        far = y_hat != inside
        if far.any():
            values = ", ".join(map("{:,.0f}".format, y_hat[far][:3]))
            axes.plot(true[far], inside[far], "D", color=GREY, clip_on=False,
                      label=f"{far.sum()} outside, predicted as {values}")
        axes.plot([low, high], [low, high], color=ORANGE, label="predicted = true")
        axes.set(xlabel=f"true {name}", xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
        log_ticks(axes.xaxis)
        log_ticks(axes.yaxis)
        axes.legend(loc="lower right", fontsize=9)
    all_axes[0].set(ylabel=f"predicted {name}")
    return figure


@styled
def plot_spread(values, name):
    """Histograms of positive values (n,) and of their logarithms, each beside a normal distribution."""
    samples = {name: values, f"log {name}": np.log(values)}
    figure, all_axes = panels([f"skewness {skew(x):.2f}" for x in samples.values()], width=5.5, height=4)
    for axes, (label, x) in zip(all_axes, samples.items()):
        _, edges, _ = axes.hist(x, bins=40, color=BLUE, alpha=0.6)
        grid = np.linspace(x.min(), x.max(), 300)
        axes.plot(grid, len(x) * (edges[1] - edges[0]) * norm.pdf(grid, x.mean(), x.std()), color=ORANGE,
                  label="normal, same mean and\nstandard deviation")
        axes.set(xlabel=label, ylabel="examples")
        axes.locator_params(axis="x", nbins=6)
    all_axes[0].legend()   # beside its hump: the other panel has no room
    return figure
