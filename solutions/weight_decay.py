"""Weight decay: section 3.12.

    python -m solutions.weight_decay
"""
import numpy as np

import d2lmx as d2l
from chapters import weight_decay
from solutions import show


def fit(X, y):
    """The weights of least squared error."""
    return np.linalg.lstsq(X, y, rcond=None)[0]


def stop_early(X, y, X_validation, y_validation, num_steps=100, lr=0.1):
    """The weights on the way of gradient descent from 0 that do best on validation data."""
    path = [np.zeros(X.shape[1])]
    for _ in range(num_steps):
        path.append(path[-1] - lr / len(X) * X.T @ (X @ path[-1] - y))
    return min(path, key=lambda w: np.mean((X_validation @ w - y_validation) ** 2))


def average(X, y, num_models=30):
    """The mean of the weights of many models, each fitted to another half of the inputs."""
    generator, w = np.random.RandomState(0), np.zeros(X.shape[1])
    for _ in range(num_models):
        half = generator.permutation(len(w))[:len(w) // 2]
        w[half] += fit(X[:, half], y) / num_models
    return w


def other_cures(num_inputs=40, n=50, num_sets=10):
    """3.12.1 What else helps against overfitting, besides weight decay, more examples and a model of the right size?

    Early stopping: gradient descent that starts at 0 fits the noise last, so one keeps the weights that do best on
    validation data. Averaging: many models, each of other inputs, make different errors, which partly cancel in the
    mean; dropout, of the next section, does something like it. Here least squares is worse than predicting 0. With
    either cure it is better than that, and ten times the examples help more than both.
    """
    errors = []
    for seed in range(num_sets):
        data = d2l.synthetic_data([0.2] * num_inputs, 0, 1000 + 10 * n, noise=1, seed=seed)
        X, y = (array.asnumpy().astype("float64") for array in data)
        (few, new, _), (more, test) = (np.split(np.arange(len(y)), ends) for ends in ((n, 2 * n), (10 * n,)))
        weights = {"least squares": fit(X[few], y[few]), "early stopping": stop_early(X[few], y[few], X[new], y[new]),
                   "averaging": average(X[few], y[few]), "more examples": fit(X[more], y[more]),
                   "predicting 0": np.zeros(num_inputs)}
        errors.append([np.mean((X[test] @ w - y[test]) ** 2) / 2 for w in weights.values()])
    return dict(zip(weights, np.mean(errors, axis=0).tolist()))


def bayesian_meaning(tau=0.1, sigma=1.0, n=30, num_inputs=20, num_sets=100):
    """3.12.2 To what does weight decay correspond in Bayesian statistics?

    To a prior: before one sees data, each weight is normal with mean 0 and standard deviation tau. With noise of
    standard deviation sigma, minus the logarithm of the posterior is n / sigma^2 times the loss with the penalty, where
    wd = sigma^2 / (n tau^2). So the minimum is the most probable w (MAP), which for a normal posterior is its mean too.
    Where the weights are drawn from the prior, this decay comes nearer to them on average than a tenth of it or ten
    times as much.
    """
    wd, generator = sigma ** 2 / (n * tau ** 2), np.random.RandomState(0)
    distances, difference = {name: [] for name in (0, wd / 10, wd, 10 * wd)}, 0
    for seed in range(num_sets):
        w = tau * generator.standard_normal(num_inputs)
        features, labels = d2l.synthetic_data(w, 0, n, noise=sigma, seed=seed)
        for decay, found in distances.items():
            found.append(np.sum((weight_decay.ridge(features, labels, decay)[0] - w) ** 2))
        X, y = (array - array.mean(axis=0) for array in (features.asnumpy().astype("float64"), labels.asnumpy()))
        posterior = tau ** 2 * X.T @ np.linalg.solve(tau ** 2 * X @ X.T + sigma ** 2 * np.eye(n), y)   # E[w | y]
        difference = max(difference, np.abs(posterior - weight_decay.ridge(features, labels, wd)[0]).max())
    return {"wd": wd, "largest difference of MAP and posterior mean": difference,
            "squared distance from w by wd": {decay: np.mean(found).item() for decay, found in distances.items()}}


def tuned(decays=(0, 0.3, 3, 10, 100)):
    """3.12.3 What does the test error do as the decay grows?

    It falls and then rises again; of these decays 3 is best. Without decay the training loss is 0 and the test loss
    huge: 20 examples do not settle 200 weights, and what they leave open stays as large as the random start. In 100
    epochs 0.3 does not shrink that enough. With a decay of 100 w is almost 0, and the training loss rises too. The
    exact minimum knows no start: its test loss hardly changes, and is least without decay. So here decay mostly undoes
    the start.
    """
    train_set, (X, y) = weight_decay.load_data()
    found = {}
    for wd in decays:
        last = weight_decay.run(train_set, (X, y), wd=wd, implementations=["gluon"])["gluon"].history[-1]
        w, b = weight_decay.ridge(*train_set, wd)
        found[wd] = {name: last[name] for name in ("loss", "test_loss", "w_norm")}
        found[wd]["test_loss of the exact minimum"] = float(np.mean((X.asnumpy() @ w + b - y.asnumpy()) ** 2) / 2)
    return found


if __name__ == "__main__":
    show(globals())
