"""Predicting house prices (房价预测): section 3.16 of the book, Kaggle's houses of Ames, Iowa.

Model   log y_hat = m + s net(X)                linear, or an MLP; m, s mean and deviation of log y while training
Loss    l = (net(X) - (log y - m) / s)^2 / 2    squared loss, one value per example
Error   sqrt(mean of (log y_hat - log y)^2)     log-RMSE (对数均方根误差), by which Kaggle ranks: s sqrt(2 mean of l)

The book fits the prices themselves, which are so large that it needs Adam, and then is judged by their logarithms.
Standardised logarithms are of moderate size, so sgd does; and what is trained for is what counts.

    python -m chapters.house_prices
    python -m chapters.house_prices --model mlp --impl gluon --out out

The first ends with: scratch and Gluon: losses differ by at most 2.4e-09 (relative)
"""
import argparse
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from mxnet import nd
from mxnet.gluon import loss as gloss

import d2lmx as d2l
from chapters import mlp
from chapters.linreg import squared_loss
from chapters.model_selection import k_folds
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.data.house_prices import check_columns, load_table, write_submission
from d2lmx.training.implementations import VERSIONS, Trained, finish
from d2lmx.validation import positive_number

MODELS = {"linear": (), "mlp": (64,)}   # units of the hidden layers


# --- From a table with gaps to numbers

def encode(fitted, *frames):
    """Each of `frames` as numbers, float32 (n, num_inputs), by what the table `fitted` has and nothing else.

    Numbers are standardised, and 0, the mean, where missing. Any other column becomes one indicator per category of
    `fitted`, of which missing is one. What `fitted` lacks leaves them all 0: a column of its own would be 0 throughout
    training, and its weight would stay at its random start. (The book standardises with the test set's help, which is
    a leak: here a house that is held out has no part in how it is described.)
    """
    numeric = fitted.select_dtypes("number")
    scale = numeric.std().where(numeric.max() > numeric.min(), np.inf)   # a constant column becomes 0 and not 0 / 0
    categories = [(column, value) for column in fitted if column not in numeric for value in fitted[column].unique()]

    def numbers(frame):
        check_columns(frame, fitted)
        return np.column_stack([
            ((frame[numeric.columns] - numeric.mean()) / scale).fillna(0),
            *(frame[column].isna() if pd.isna(value) else frame[column] == value for column, value in categories),
        ]).astype("float32")

    return [numbers(frame) for frame in frames]


def log_rmse(prices_hat, prices):
    """Root of the mean squared difference of the logarithms; as in the book, a prediction below 1 counts as 1."""
    return float(np.sqrt(np.mean((np.log(np.maximum(prices_hat, 1)) - np.log(prices)) ** 2)))


# --- From scratch, and with Gluon: the networks of the MLP chapter, which without a hidden layer are linear

def build_scratch(params, lr):
    """Network, loss and optimiser step from scratch; the step updates `params` in place."""
    net, _, step = mlp.build_scratch(params, lr)   # (n, num_inputs) -> (n, 1)
    return net, squared_loss, step


def build_gluon(params, lr):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`."""
    net, _, step = mlp.build_gluon(params, lr)
    return net, gloss.L2Loss(), step


# --- Run

class Fold(NamedTuple):
    """What training one version leaves: a `Trained`, the predicted prices (m,), and the true ones where known."""

    trained: Trained
    prices_hat: Any
    prices: Any

    @property
    def error(self):
        """The log-RMSE of the predictions."""
        return log_rmse(self.prices_hat, self.prices)


def fit(model, train, other, versions=VERSIONS, num_epochs=80, batch_size=128, lr=0.02, seed=0, ctx=None):
    """Train on `train` and predict for `other`, pairs (features, prices or None); returns {version: Fold}."""
    X, X_other = (nd.array(numbers, ctx=ctx) for numbers in encode(train[0], train[0], other[0]))
    m, s = np.log(train[1]).mean(), np.log(train[1]).std() or 1   # of the training prices alone, again
    train_iter = d2l.ArrayLoader(X, (np.log(train[1]) - m) / s, batch_size, seed=seed, ctx=ctx)
    test_iter = None if other[1] is None else [(X_other, nd.array((np.log(other[1]) - m) / s, ctx=ctx))]
    initial = mlp.init_params([X.shape[1], *MODELS[model], 1], ctx)
    folds = {}
    for version in versions:
        params = [param.copy() for param in initial]
        net, loss, step = {"scratch": build_scratch, "gluon": build_gluon}[version](params, lr)
        train_iter.epoch = 0   # the same batches for each version
        history = d2l.train(net, loss, step, train_iter, num_epochs, test_iter, on_epoch=partial(measure, s))
        y_hat = net(X_other).reshape((-1,)).asnumpy().astype("float64")   # (m,)
        trained = finish(version, net, params, history)
        folds[version] = Fold(trained, np.exp(m + s * y_hat), other[1])
    return folds


def measure(s, record):
    """Put into an epoch's record the log-RMSE that its losses amount to."""
    record.update({key.replace("loss", "log_rmse"): float(s * np.sqrt(2 * record[key]))
                   for key in ("loss", "test_loss") if key in record})


def run(data, models=tuple(MODELS), num_folds=5, lr=0.02, seed=0, on_fold=None, **settings):
    """Cross-validate the models on `data`, a `TableData`, then train the best one on all of it; settings as for `fit`.

    Returns {model: list of {version: Fold}}, the best model, and its {version: Fold} with the test set's predictions.
    """
    settings = {"lr": positive_number(lr, "lr"), "seed": seed, **settings}
    results = {model: [] for model in models}
    for model, folds in results.items():
        d2l.seed_all(seed)
        for rows, held_out in k_folds(len(data.labels), num_folds, seed):   # the same ones for each model
            train, valid = ((data.features.iloc[part], data.labels[part]) for part in (rows, held_out))
            folds.append(fit(model, train, valid, **settings))
            if on_fold:
                on_fold(model, len(folds), folds[-1])
    best = min(models, key=lambda model: np.mean([next(iter(fold.values())).error for fold in results[model]]))
    d2l.seed_all(seed)
    return results, best, fit(best, (data.features, data.labels), (data.test_features, None), **settings)


def num_folds(text):
    """An integer of at least 2, as an option's value."""
    if cli.positive_int(text) < 2:
        raise argparse.ArgumentTypeError(f"expected an integer of at least 2, got {text!r}")
    return int(text)


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.chapter_parser(__doc__, num_epochs=80, batch_size=128, lr=0.02)
    parser.add_argument("--folds", type=num_folds, default=5, metavar="K", help="default: %(default)s")
    parser.add_argument("--model", choices=("both", *MODELS), default="both", help="default: %(default)s")
    parser.add_argument("--data", choices=("auto", "kaggle", "diabetes"), default="auto",
                        help="auto: the house prices if they can be had, else diabetes (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR",
                        help="folder that has or gets kaggle-house/ (default: $D2LMX_DATA, then the user's cache)")
    return cli.main(parser, argv, command)


def command(args, say):
    """Compare the models by cross-validation, train the better one on all examples, predict the test set."""
    ctx = d2l.parse_device(args.device)
    data = load_table(args.data, args.data_dir, report=cli.warn)
    say(f"house_prices on {data.name}: {len(data.labels)} training and {len(data.test_ids)} test examples, "
        f"{data.features.shape[1]} columns encoded as {encode(data.features, data.features)[0].shape[1]} numbers, "
        f"batch size {args.batch_size}, learning rate {args.lr:g}, {args.epochs} epochs, seed {args.seed}, {ctx}")
    results, best, final = run(
        data, tuple(MODELS) if args.model == "both" else (args.model,), args.folds, args.lr, args.seed,
        lambda model, number, fold: say_errors(say, model, f"fold {number}", {v: one.error for v, one in fold.items()}),
        versions=cli.versions(args), num_epochs=args.epochs, batch_size=args.batch_size, ctx=ctx)
    errors = {version: {model: [fold[version].error for fold in folds] for model, folds in results.items()}
              for version in final}
    for model in results:
        say_errors(say, model, "mean", {version: np.mean(by_model[model]) for version, by_model in errors.items()})
    say(f"to compare: {np.log(data.labels).std():.5f} if the prediction is the same for all, their geometric mean")
    return conclude(args, say, data, results, best, final, errors)


def say_errors(say, model, name, by_version):
    """Print an error of each version, {version: log-RMSE}, on one line."""
    say(f"{model:7} {name:7} held-out log-RMSE: " + ", ".join(f"{v} {error:.5f}" for v, error in by_version.items()))


def conclude(args, say, data, results, best, final, errors):
    """Tell of the predictions of the test set, write what --out asks for, and return what --json prints."""
    trained = {version: fold.trained for version, fold in final.items()}
    prices_hat = next(iter(final.values())).prices_hat
    say(f"{best} trained on all {len(data.labels)} examples: {data.target} predicted for {len(prices_hat)} more, from "
        f"{prices_hat.min():.0f} to {prices_hat.max():.0f}, median {np.median(prices_hat):.0f}")
    result = reporting.describe("house_prices", args.seed, data.name, trained, log_rmse=errors,
                                model=dict.fromkeys(trained, best))
    if args.out:
        say(f"wrote {write_submission(args.out / 'submission.csv', data, prices_hat)}")
        reporting.save(args.out, "house_prices", result, trained, figures(data, results), say)
    runs = [fold for folds in results.values() for fold in folds] + [final]
    say(reporting.agreement({version: one._replace(history=[r for run in runs for r in run[version].trained.history])
                             for version, one in trained.items()}))   # of all that was trained
    return result


def figures(data, results):
    """Figures by file name: learning curves of the folds, predicted against true prices, and how these are spread."""
    from d2lmx.figures import house_prices as plotting_prices  # draws: matplotlib is loaded only where it does

    folds = {model: [next(iter(fold.values())) for fold in folds] for model, folds in results.items()}
    histories = {model: [one.trained.history for one in folds[model]] for model in folds}
    pairs = {model: [np.concatenate([getattr(one, name) for one in folds[model]]) for name in ("prices", "prices_hat")]
             for model in folds}
    return {"folds.png": plotting_prices.plot_folds(histories),
            "predicted.png": plotting_prices.plot_predicted(pairs, data.target),
            "prices.png": plotting_prices.plot_spread(data.labels, data.target)}


if __name__ == "__main__":
    raise SystemExit(main())
