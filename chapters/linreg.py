"""Linear regression (线性回归): sections 3.1 to 3.3 of the book.

Model   y_hat = Xw + b                      X (n, num_inputs), w (num_inputs, 1), b (1,), y_hat (n, 1)
Loss    l = (y_hat - y)^2 / 2               squared loss (平方损失), one value per example
Update  w <- w - lr / n * sum of x(xw + b - y),  b <- b - lr / n * sum of (xw + b - y)

    python -m chapters.linreg
    python -m chapters.linreg --epochs 5 --lr 0.1 --out out

The first ends with: scratch and Gluon: losses differ by at most 6.6e-07 (relative)
"""
from functools import partial

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import d2lmx as d2l
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, finish, set_dense_params
from d2lmx.validation import positive_number

TRUE_W, TRUE_B = (2, -3.4), 4.2


def init_params(num_inputs, ctx=None):
    """Initial w, normal with standard deviation 0.01, and b = 0: the start of both versions."""
    w = nd.random.normal(scale=0.01, shape=(num_inputs, 1), ctx=ctx)
    b = nd.zeros(1, ctx=ctx)
    return [w, b]


# --- From scratch

def data_iter(batch_size, features, labels, order):
    """Minibatches of features (n, num_inputs) and labels (n,), in the given order of the examples, short end included.

    Written out here once; `d2lmx.ArrayLoader` gives the same batches from then on.
    """
    for start in range(0, len(order), batch_size):
        rows = nd.array(order[start:start + batch_size])   # the last one may be shorter
        yield features.take(rows), labels.take(rows)


def linreg(X, w, b):
    """Predictions of linear regression: (n, num_inputs) -> (n, 1)."""
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    """Half the squared error of each example; y (n,) takes y_hat's shape, for (n, 1) - (n,) would be (n, n)."""
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).reshape((-1,))   # (n,)


def gradient(X, y, w, b):
    """Gradient of the mean loss by the formula of the notes: the mean over the minibatch of x(xw + b - y)."""
    error = linreg(X, w, b) - y.reshape((-1, 1))                    # (n, 1)
    return [nd.dot(X.T, error) / len(X), error.mean(axis=0)]        # (num_inputs, 1), (1,)


def autograd_gradient(X, y, w, b):
    """The same by automatic differentiation, which gives the sum over the minibatch."""
    params = [w.copy(), b.copy()]
    for param in params:
        param.attach_grad()
    with autograd.record():
        batch_loss = squared_loss(linreg(X, *params), y)   # (n,)
    batch_loss.backward()
    return [param.grad / len(X) for param in params]


def train_by_hand(features, labels, params, num_epochs, batch_size, lr, seed):
    """The training loop, written out here once; returns the loss of each epoch. `d2lmx.train` takes its place."""
    losses = []
    for param in params:
        param.attach_grad()
    for epoch in range(num_epochs):
        total = 0
        order = d2l.epoch_order(len(features), seed, epoch)   # each epoch in another order
        for X, y in data_iter(batch_size, features, labels, order):
            with autograd.record():
                batch_loss = squared_loss(linreg(X, *params), y)
            batch_loss.backward()                             # of the sum over the minibatch
            for param in params:
                param[:] = param - lr * param.grad / len(X)   # in place: the gradient stays attached
            total += batch_loss.sum()
        losses.append(total.asscalar() / len(features))
    return losses


def build_scratch(params, lr):
    """Network, loss and optimiser step from scratch; the step updates `params` in place."""
    for param in params:
        param.attach_grad()
    return lambda X: linreg(X, *params), squared_loss, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(params, lr):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`."""
    net = nn.HybridSequential()
    net.add(nn.Dense(1, in_units=params[0].shape[0]))
    net.initialize(init.Normal(sigma=0.01), ctx=params[0].context)
    set_dense_params(net, params)  # in place of Gluon's own draw: both versions start from the same values
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.L2Loss(), trainer.step


# --- Run

def run(features, labels, versions=VERSIONS, num_epochs=3, batch_size=10, lr=0.03, seed=0, ctx=None, on_epoch=None):
    """Train the versions on features (n, num_inputs) and labels (n,); returns {version: Trained}."""
    lr = positive_number(lr, "lr")
    train_iter = d2l.ArrayLoader(features, labels.astype("float32"), batch_size, seed=seed, ctx=ctx)
    d2l.seed_all(seed)
    initial = init_params(features.shape[1], ctx or mx.cpu())
    trained = {}
    for version in versions:
        params = [param.copy() for param in initial]
        net, loss, step = {"scratch": build_scratch, "gluon": build_gluon}[version](params, lr)
        train_iter.epoch = 0  # the same batches for each version
        log = on_epoch and partial(on_epoch, version)
        history = d2l.train(net, loss, step, train_iter, num_epochs, on_epoch=log)
        trained[version] = finish(version, net, params, history)
    return trained


def least_squares(features, labels):
    """The exact minimum of the loss, `[w, b]`, by NumPy's least squares in float64."""
    X = np.column_stack([features.asnumpy(), np.ones(len(features))]).astype("float64")
    *w, b = np.linalg.lstsq(X, labels.asnumpy().astype("float64"), rcond=None)[0]
    return w, b


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.chapter_parser(__doc__, num_epochs=3, batch_size=10, lr=0.03)
    parser.add_argument("--examples", type=cli.positive_int, default=1000, metavar="N", help="default: %(default)s")
    return cli.main(parser, argv, command)


def command(args, say):
    """Train as the options say, and print what was learned beside the truth."""
    ctx = d2l.parse_device(args.device)
    features, labels = d2l.synthetic_data(TRUE_W, TRUE_B, args.examples, seed=args.seed)
    say(f"linear regression: {args.examples} examples, batch size {args.batch_size}, learning rate {args.lr:g}, "
        f"seed {args.seed}, {ctx}")
    d2l.seed_all(args.seed)
    params = init_params(features.shape[1])
    show_gradients(features[:args.batch_size], labels[:args.batch_size], *params, say)
    trained = run(features, labels, cli.versions(args), args.epochs, args.batch_size, args.lr, args.seed, ctx,
                  lambda version, record: say(reporting.epoch_line(version, record)))
    by_hand = train_by_hand(features, labels, params, args.epochs, args.batch_size, args.lr, args.seed)
    say(f"the loop written out by hand ends at loss {by_hand[-1]:.6f}")
    learned = {version: (one.params[0].reshape((-1,)).asnumpy().tolist(), one.params[1].asscalar().item())
               for version, one in trained.items()}
    show_params({"true": (TRUE_W, TRUE_B), **learned, "least squares": least_squares(features, labels)}, say)
    result = reporting.describe("linreg", args.seed, "synthetic", trained, w={v: w for v, (w, _) in learned.items()},
                          b={v: b for v, (_, b) in learned.items()})
    if args.out:
        w, b = next(iter(learned.values()))
        figures = {"fit.png": d2l.plot_regression(features, labels, w, b),
                   "network.svg": d2l.plot_network([features.shape[1], 1])}
        reporting.save(args.out, "linreg", result, trained, figures, say)
    say(reporting.agreement(trained))
    return result


def show_gradients(X, y, w, b, say):
    """Print the gradient of the first minibatch by the formula of the notes beside what autograd gives."""
    for name, by_formula, by_autograd in zip(("w", "b"), gradient(X, y, w, b), autograd_gradient(X, y, w, b)):
        for index, pair in enumerate(zip(by_formula.reshape((-1,)).asnumpy(), by_autograd.reshape((-1,)).asnumpy())):
            say("gradient of {}{}: by the formula {:+.6f}, by autograd {:+.6f}".format(
                name, f"[{index}]" if name == "w" else "   ", *pair))


def show_params(columns, say):
    """Print w and b of each column, {title: (w, b)}, side by side."""
    say("parameter" + "".join(f"{title:>15}" for title in columns))
    rows = zip(*([*w, b] for w, b in columns.values()))
    for index, row in enumerate(rows):
        name = f"w[{index}]" if index < len(TRUE_W) else "b"
        say(f"{name:9}" + "".join(f"{value:15.6f}" for value in row))


if __name__ == "__main__":
    raise SystemExit(main())
