"""Figures of a regression by cross-validation: the curves of the folds, predictions, and the spread of the labels."""
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from d2lmx.figures.show import BLUE, GREY, ORANGE, styled


@styled
def plot_folds(histories):
    """Learning curves of each model: thin lines for the folds, a thick one for their mean.

    Parameters
    ----------
    histories : dict of str to list of list of dict
        For each model the history of each fold, records with "log_rmse" while training and, on the examples held out,
        "test_log_rmse".

    Returns
    -------
    matplotlib.figure.Figure
        A panel per model, with the log-RMSE against the epoch.
    """
    figure = Figure(figsize=(5.5 * len(histories), 4), layout="constrained", label="folds")
    all_axes = figure.subplots(1, len(histories), sharey=True, squeeze=False)[0]
    for axes, (model, folds) in zip(all_axes, histories.items()):
        for key, name, colour in (("log_rmse", "while training", BLUE), ("test_log_rmse", "held out", ORANGE)):
            errors = np.array([[record[key] for record in history] for history in folds])   # (folds, epochs)
            epochs = range(1, errors.shape[1] + 1)
            axes.plot(epochs, errors.T, color=colour, linewidth=0.8, alpha=0.45)
            mean = errors.mean(axis=0)
            axes.plot(epochs, mean, color=colour, linewidth=2.5, label=f"{name}, mean: ends at {mean[-1]:.3f}",
                      marker="o" if len(mean) == 1 else None)
        axes.set(title=model, xlabel="epoch", yscale="log")
        for set_formatter in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
            set_formatter(FuncFormatter(lambda value, _: f"{value:g}"))   # 0.2, where the default is 2 x 10^-1
        axes.grid(True, which="both")
        axes.legend()
    all_axes[0].set(ylabel="log-RMSE")
    return figure


@styled
def plot_predicted(predicted, name):
    """Predicted against true values of examples that were held out, a panel per model, both axes logarithmic.

    Parameters
    ----------
    predicted : dict of str to pair of arrays of shape (n,)
        True and predicted values, above 0.
    name : str
        What is predicted.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(5 * len(predicted), 4.6), layout="constrained", label="predicted")
    all_axes = figure.subplots(1, len(predicted), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (model, (true, y_hat)) in zip(all_axes, predicted.items()):
        ends = np.array([min(true.min(), y_hat.min()), max(true.max(), y_hat.max())])
        error = np.sqrt(np.mean(np.log(y_hat / true) ** 2))
        axes.plot(true, y_hat, ".", color=BLUE, alpha=0.35, markeredgewidth=0, markersize=8, label="held out")
        axes.plot(ends, ends, color=ORANGE, label="predicted = true")
        axes.set(title=f"{model}: log-RMSE {error:.3f}, all folds together", xlabel=f"true {name}",
                 xscale="log", yscale="log")
        axes.grid(True)
        axes.legend()
    all_axes[0].set(ylabel=f"predicted {name}")
    return figure


@styled
def plot_spread(values, name):
    """Histograms of positive values and of their logarithms, each with the normal density of its mean and deviation.

    Parameters
    ----------
    values : array of shape (n,)
        Above 0.
    name : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(10, 4), layout="constrained", label="spread")
    for axes, x, label in zip(figure.subplots(1, 2), (values, np.log(values)), (name, f"log {name}")):
        grid = np.linspace(x.min(), x.max(), 300)
        density = np.exp(-((grid - x.mean()) / x.std()) ** 2 / 2) / (x.std() * np.sqrt(2 * np.pi))
        skew = np.mean(((x - x.mean()) / x.std()) ** 3)
        axes.hist(x, bins=40, density=True, color=BLUE, alpha=0.6)
        axes.plot(grid, density, color=ORANGE, linewidth=2, label="normal, same mean and deviation")
        axes.axvline(x.mean(), color=GREY, linestyle="--", label="mean")
        axes.set(title=f"{label}: skewness {skew:.2f}", xlabel=label, yticks=[])
        axes.xaxis.set_major_locator(MaxNLocator(6))
    figure.axes[0].legend()   # beside its hump: the other panel has no room
    return figure
