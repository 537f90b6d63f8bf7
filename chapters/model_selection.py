"""Model selection (模型选择): section 3.11 of the book.

Data    y = 1.2 x - 3.4 x^2 / 2! + 5.6 x^3 / 3! + 5 + noise           |x| up to 2.5
Model   y_hat = w[0] x + w[1] x^2 / 2! + ... + w[d-1] x^d / d! + b    which degree d?
Error   half the mean squared error. On the examples trained on it is the training error
        (训练误差); on new ones it estimates the generalisation error (泛化误差).

A line cannot follow a cubic: both errors stay high (underfitting, 欠拟合). Two examples
do not settle four parameters: the training error vanishes, the test error stays high
(overfitting, 过拟合). K-fold cross-validation (k折交叉验证) chooses the degree. The
divisors i! keep all powers of one size, so that gradient descent needs few epochs.

    python -m chapters.model_selection
    python -m chapters.model_selection --examples 30 --noise 3 --out out

The first ends with:
    scratch and Gluon: losses differ by 1.9e-04, amplified rounding: see --dtype float64
"""
import math
from functools import partial

import numpy as np

import d2lmx as d2l
from chapters import linreg

TRUE_W, TRUE_B = (1.2, -3.4, 5.6), 5


# --- The data

def powers(x, degree):
    """The features x, x^2 / 2!, ..., x^degree / degree!: (n,) -> (n, degree)."""
    return np.stack([x ** i / math.factorial(i) for i in range(1, degree + 1)], axis=1)


def cubic(x):
    """The truth without noise: (n,) -> (n,)."""
    return TRUE_B + powers(x, 3) @ TRUE_W


def cubic_data(n, noise, generator):
    """Examples x, y of the cubic, each (n,); `noise` is a standard deviation."""
    x = generator.uniform(-2.5, 2.5, n)
    return x, cubic(x) + noise * generator.standard_normal(n)


# --- Both: three training runs

def run(train_set, test_set, degree, num_epochs=100, batch_size=10, lr=0.1, **options):
    """Train both on powers of x; the sets are pairs x, y. Returns {name: Trained}."""
    (x, y), (x_test, y_test) = train_set, test_set
    return d2l.train_both(
        partial(linreg.init_params, degree), linreg.build_scratch, linreg.build_gluon,
        (powers(x, degree), y), (powers(x_test, degree), y_test),
        num_epochs=num_epochs, batch_size=batch_size, lr=lr, **options)


def three_runs(train_set, test_set, **options):
    """The right model, one that is too simple, and too few examples: {title: run}."""
    x, y = train_set
    return {
        "right: degree 3": run(train_set, test_set, 3, **options),
        "underfitting: degree 1": run(train_set, test_set, 1, **options),
        "overfitting: 2 examples": run((x[:2], y[:2]), test_set, 3, **options)}


# --- The choice of the degree

def fit(x, y, degree):
    """The polynomial with the least squared error, as a function, exact in one step."""
    return np.polynomial.Chebyshev.fit(x, y, degree)


def error(model, x, y):
    """Half the mean squared error, a float."""
    return float(np.mean((model(x) - y) ** 2) / 2)


def k_folds(n, k, seed):
    """Rows to train on and rows held out, k times; each of n rows is held out once."""
    if not 2 <= k <= n:
        raise ValueError("folds: expected from 2 to the number of examples, "
                         f"{n}, got {k}")
    folds = np.array_split(np.random.default_rng(seed).permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1:]), folds[i]) for i in range(k)]


def cross_validate(x, y, degree, folds):
    """The error on each fold of the polynomial that fits the other folds: (k,)."""
    return np.array([error(fit(x[rows], y[rows], degree), x[held_out], y[held_out])
                     for rows, held_out in folds])


def choose(errors):
    """The degree chosen in three ways; `errors` are those of the folds, {degree: (k,)}.

    Every degree from the true one up can follow the truth, so luck decides which has
    the least error. The third way takes the smallest degree whose error is at most one
    standard error (标准误差) above the least, which chance alone explains.
    """
    mean = {degree: folds.mean() for degree, folds in errors.items()}
    best = min(mean, key=mean.get)
    limit = mean[best] + standard_error(errors[best])
    return {"one split": min(errors, key=lambda d: errors[d][0]),
            "least k-fold error": best,
            "one standard error": min(d for d in mean if mean[d] <= limit)}


def standard_error(values):
    """By how much the mean of so many values typically misses their true mean."""
    return values.std(ddof=1) / len(values) ** 0.5


if __name__ == "__main__":
    from chapters.commands.model_selection import main
    raise SystemExit(main())
