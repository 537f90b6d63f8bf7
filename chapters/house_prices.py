"""Predicting house prices (房价预测): section 3.16 of the book.

Model   log y_hat = m + s net(X)              m, s: mean, standard deviation of log y
Loss    l = (net(X) - (log y - m) / s)^2 / 2  squared loss, one value per example
Error   sqrt(mean of (log y_hat - log y)^2)   log-RMSE (对数均方根误差), as on Kaggle

The book trains on the prices, which are so large that it needs Adam: see `book_way`.
Standardised logarithms are of moderate size, so sgd does; and they are what counts.

    python -m chapters.house_prices
    python -m chapters.house_prices --model mlp --impl gluon --out out

The first ends with:
    scratch and Gluon: losses differ by at most 2.4e-07 (relative, float32)
"""
from functools import partial

import numpy as np
import pandas as pd
from mxnet import gluon, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters import linreg, mlp, model_selection

MODELS = {"linear": (), "mlp": (64,)}   # units of the hidden layers

# --- Data

def encode(houses, others):
    """Two tables as numbers: (n, num_inputs), (m, num_inputs)."""
    n, numeric = len(houses), list(houses.select_dtypes("number"))
    mean, std = houses[numeric].mean(), houses[numeric].std()   # of both it would leak
    std = std.where(houses[numeric].nunique() > 1)              # not 0 / 0
    tables = pd.concat([houses, others], ignore_index=True)
    tables[numeric] = ((tables[numeric] - mean) / std).fillna(0)   # a gap: the mean
    X = pd.get_dummies(tables, dummy_na=True).to_numpy("float64")
    X = X[:, X[:n].any(axis=0)]   # an input that is always 0 teaches nothing
    return X[:n], X[n:]


def prepare(train, other):
    """Features and labels of both, pairs (houses, prices or None), and m and s."""
    (houses, prices), (other_houses, other_prices) = train, other
    X, X_other = encode(houses, other_houses)
    m, s = np.log(prices).mean(), np.log(prices).std() or 1
    y = (np.log(prices) - m) / s
    y_other = None if other_prices is None else (np.log(other_prices) - m) / s
    return (X, y), (X_other, y_other), m, s


def log_rmse(prices_hat, prices):
    """The error of predicted prices; as in the book, one below 1 counts as 1."""
    return float(np.sqrt(np.mean(np.log(np.maximum(prices_hat, 1) / prices) ** 2)))


def cross_validate(train_on, houses, prices, num_folds, seed):
    """Hold each fold out once; yields what `train_on(others, held_out)` gives."""
    for parts in model_selection.k_folds(len(prices), num_folds, seed):
        yield train_on(*((houses.iloc[rows], prices[rows]) for rows in parts))


# --- From scratch

def build_scratch(params, lr):
    """Network, loss and step: the MLP, which without a hidden layer is linear."""
    net = partial(mlp.net, params=params, phi=mlp.relu)   # (n, num_inputs) -> (n, 1)
    return net, linreg.squared_loss, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(sizes, lr):
    """Network, loss and step."""
    net, _, step = mlp.build_gluon(sizes, lr)
    return net, gloss.L2Loss(), step


def book_way(train, held_out):
    """The error of the book's way: a linear network, trained by Adam on the prices."""
    (houses, prices), (new_houses, new_prices) = train, held_out
    X, X_new = encode(houses, new_houses)
    net = nn.HybridSequential()
    net.add(nn.Dense(1))
    net.initialize()
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 5, "wd": 0})
    train_iter = d2l.ArrayLoader(X, prices, batch_size=64)
    d2l.train(net, gloss.L2Loss(), trainer.step, train_iter, num_epochs=100)
    return log_rmse(net(nd.array(X_new))[:, 0].asnumpy(), new_prices)


# --- Both

def run(train, other, model="mlp", num_epochs=80, batch_size=128, lr=0.02, **options):
    """Train both, predict other houses: {name: Trained}, {name: prices (m,)}."""
    train_set, (X, y), m, s = prepare(train, other)
    sizes = [X.shape[1], *MODELS[model], 1]
    trained = d2l.train_both(
        partial(mlp.init_params, sizes), build_scratch, partial(build_gluon, sizes),
        train_set, None if y is None else (X, y), num_epochs=num_epochs,
        batch_size=batch_size, lr=lr, measure=partial(errors, s), **options)
    return trained, {k: np.exp(m + s * predict(trained[k], X)) for k in trained}


def errors(s, net, params, record):
    """The log-RMSE of an epoch's record: s sqrt(2 mean of l)."""
    return {key.replace("loss", "log_rmse"): s * (2 * record[key]) ** 0.5
            for key in ("loss", "test_loss") if key in record}


def predict(trained, X):
    """What a trained network gives for X (m, num_inputs): (m,)."""
    W, _ = trained.params[0]
    return trained.net(nd.array(X, dtype=W.dtype, ctx=W.context))[:, 0].asnumpy()


if __name__ == "__main__":
    from chapters.commands.house_prices import main
    raise SystemExit(main())
