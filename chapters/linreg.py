"""Linear regression (线性回归): sections 3.1 to 3.3 of the book.

Model   y_hat = Xw + b              X (n, num_inputs), w (num_inputs, 1), b (1,)
Loss    l = (y_hat - y)^2 / 2       squared loss (平方损失), one value per example
Update  w <- w - lr / n * sum of x (xw + b - y)
        b <- b - lr / n * sum of (xw + b - y)

    python -m chapters.linreg
    python -m chapters.linreg --epochs 5 --lr 0.1 --out out

The first ends with:
    scratch and Gluon: losses differ by at most 6.6e-07 (relative, float32)
"""
from functools import partial

import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l

TRUE_W, TRUE_B = (2, -3.4), 4.2

# --- From scratch

def data_iter(batch_size, features, labels, order):
    """Minibatches of features (n, num_inputs) and labels (n,), taken in this order."""
    for start in range(0, len(order), batch_size):
        rows = nd.array(order[start:start + batch_size])   # the last one may be shorter
        yield features.take(rows), labels.take(rows)


def init_params(num_inputs):
    """The start of both: w normal with standard deviation 0.01, b = 0."""
    return [nd.random.normal(scale=0.01, shape=(num_inputs, 1)), nd.zeros(1)]


def linreg(X, w, b):
    """The model: (n, num_inputs) -> (n, 1)."""
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    """Half the squared error of each example: (n, 1), (n,) -> (n, 1)."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2   # (n, 1) - (n,) would be (n, n)


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent (小批量随机梯度下降)."""
    for param in params:
        param[:] = param - lr * param.grad / batch_size   # in place: the gradient stays


def train_by_hand(features, labels, params, num_epochs, batch_size, lr, seed):
    """The training loop; returns the loss of each epoch. Later on `d2l.train` is it."""
    losses = []
    for epoch in range(num_epochs):
        total = 0
        order = d2l.epoch_order(len(features), seed, epoch)   # a new one
        for X, y in data_iter(batch_size, features, labels, order):
            with autograd.record():
                loss = squared_loss(linreg(X, *params), y)    # (n, 1)
            loss.backward()                                   # of the sum of n losses
            sgd(params, lr, len(X))
            total += loss.sum().asscalar()
        losses.append(total / len(features))
    return losses


def gradient(X, y, w, b):
    """The gradient of the mean loss by the formula above: (num_inputs, 1) and (1,)."""
    error = linreg(X, w, b) - y.reshape((-1, 1))              # (n, 1)
    return [nd.dot(X.T, error) / len(X), error.mean(axis=0)]


def autograd_gradient(X, y, params):
    """The same by automatic differentiation."""
    with autograd.record():
        loss = squared_loss(linreg(X, *params), y)
    loss.backward()
    return [param.grad / len(X) for param in params]


def build_scratch(params, lr):
    """Network, loss and step; `d2l.sgd` is the `sgd` above in one operator."""
    return lambda X: linreg(X, *params), squared_loss, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(lr):
    """Network, loss and step."""
    net = nn.HybridSequential()
    net.add(nn.Dense(1))
    net.initialize(init.Normal(sigma=0.01))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.L2Loss(), trainer.step


# --- Both

def run(features, labels, num_epochs=3, batch_size=10, lr=0.03, **options):
    """Train both on features (n, num_inputs), labels (n,); returns {name: Trained}."""
    return d2l.train_both(
        partial(init_params, features.shape[1]), build_scratch, build_gluon,
        (features, labels), num_epochs=num_epochs, batch_size=batch_size, lr=lr,
        **options)


def least_squares(features, labels):
    """The exact minimum of the loss, w and b, by NumPy in float64."""
    X = np.column_stack([features.asnumpy(), np.ones(len(features))]).astype("float64")
    *w, b = np.linalg.lstsq(X, labels.asnumpy().astype("float64"), rcond=None)[0]
    return w, b


if __name__ == "__main__":
    from chapters.commands.linreg import main
    raise SystemExit(main())
