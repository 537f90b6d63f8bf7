"""Weight decay (权重衰减): section 3.12 of the book.

Model   y_hat = Xw + b                  X (n, num_inputs), w (num_inputs, 1), b (1,)
Loss    l = (y_hat - y)^2 / 2 + wd / 2 * |w|^2
                                        the penalty (惩罚项) is on w alone, b is free
Update  w <- (1 - lr * wd) w - lr / n * sum of x (xw + b - y)
                                        each step first shrinks w, hence the name
Data    y = 0.05 + sum of 0.01 x_i + noise
                                        200 inputs, but only 20 training examples:
                                        without decay the model fits them perfectly
                                        and has learned nothing

    python -m chapters.weight_decay
    python -m chapters.weight_decay --wd 10 --sweep 0,1,10,100 --out out

The first ends with:
    scratch and Gluon: losses differ by 1.1e-05, amplified rounding: see --dtype float64
"""
from functools import partial

import numpy as np
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters.linreg import linreg, squared_loss

TRUE_W, TRUE_B, NUM_TRAIN, NUM_TEST = 0.01, 0.05, 20, 100


# --- From scratch

def load_data(num_inputs=200, seed=0):
    """Training and test set: pairs of features (n, num_inputs) and labels (n,)."""
    true_w = [TRUE_W] * num_inputs
    X, y = d2l.synthetic_data(true_w, TRUE_B, NUM_TRAIN + NUM_TEST, seed=seed)
    return (X[:NUM_TRAIN], y[:NUM_TRAIN]), (X[NUM_TRAIN:], y[NUM_TRAIN:])


def init_params(num_inputs):
    """The start of both: w standard normal, so large that decay shows; b = 0."""
    return [nd.random.normal(shape=(num_inputs, 1)), nd.zeros(1)]


def l2_penalty(w):
    """Half the squared norm of w: (num_inputs, 1) -> (1,)."""
    return (w ** 2).sum() / 2


def build_scratch(params, lr, wd):
    """Network, loss with penalty, and step."""
    w, b = params

    def loss(y_hat, y):
        # Added to every example; summed and divided by n, one penalty remains.
        return squared_loss(y_hat, y) + wd * l2_penalty(w)   # (n, 1) + (1,)

    return lambda X: linreg(X, w, b), loss, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(lr, wd):
    """Network, loss, and step with penalty."""
    net = nn.HybridSequential()
    net.add(nn.Dense(1))
    net.initialize(init.Normal(sigma=1))
    net[0].bias.wd_mult = 0                # else the Trainer's wd is on b too
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd",
                            {"learning_rate": lr, "wd": wd})
    return net, gloss.L2Loss(), trainer.step


# --- Both

def run(train_set, test_set, wd=3.0, num_epochs=100, batch_size=1, lr=0.003,
        **options):
    """Train both on pairs (features, labels); returns {name: Trained}."""
    if not 0 <= wd < np.inf:
        raise ValueError(f"wd: expected a finite number of at least 0, got {wd}")
    wd = np.float32(wd).item()             # the Trainer computes with that
    return d2l.train_both(
        partial(init_params, train_set[0].shape[1]), partial(build_scratch, wd=wd),
        partial(build_gluon, wd=wd), train_set, num_epochs=num_epochs,
        batch_size=batch_size, lr=lr, measure=partial(measure, train_set, test_set),
        **options)


def measure(train_set, test_set, net, params, record):
    """Both losses, without the penalty, and the norm of w, at the end of an epoch."""
    w, _ = params
    values = {"w_norm": w.norm().asscalar().item()}
    for key, examples in (("loss", train_set), ("test_loss", test_set)):
        X, y = (nd.array(array, w.context, w.dtype) for array in examples)
        values[key] = squared_loss(net(X), y).mean().asscalar().item()
    return values


def ridge(features, labels, wd):
    """The exact minimum, w and b, by NumPy in float64; of many, that of smallest w."""
    X, y = (array.asnumpy().astype("float64") for array in (features, labels))
    # Where the gradient is 0, w solves (cov(X) + wd I) w = cov(X, y).
    C = np.cov(X, y, rowvar=False, bias=True)
    A = C[:-1, :-1] + wd * np.eye(X.shape[1])
    w = np.linalg.lstsq(A, C[:-1, -1], rcond=1e-12)[0]
    return w, y.mean() - X.mean(axis=0) @ w


if __name__ == "__main__":
    from chapters.commands.weight_decay import main
    raise SystemExit(main())
