"""Weight decay (权重衰减): section 3.12 of the book.

Model   y_hat = Xw + b                              X (n, num_inputs), w (num_inputs, 1), b (1,), y_hat (n, 1)
Loss    l = (y_hat - y)^2 / 2 + wd / 2 * |w|^2      the penalty (惩罚项) is on w alone, b is free
Update  w <- (1 - lr * wd) w - lr / n * sum of x(xw + b - y): before each step w shrinks, hence the name

Data    y = 0.05 + sum of 0.01 x_i + noise          200 inputs and 20 examples to train on: without decay the model
                                                    fits them perfectly and has learned nothing

    python -m chapters.weight_decay
    python -m chapters.weight_decay --wd 10 --sweep 0,1,10,100 --out out

The first ends with: scratch and Gluon: losses differ by at most 1.1e-05 (relative)
"""
from functools import partial

import mxnet as mx
import numpy as np
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import d2lmx as d2l
from chapters.linreg import linreg, squared_loss
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, finish, set_dense_params
from d2lmx.validation import positive_number

TRUE_W, TRUE_B, NUM_TRAIN, NUM_TEST = 0.01, 0.05, 20, 100


def load_data(num_inputs=200, seed=0):
    """Training and test set, each `(features, labels)`, of shapes (n, num_inputs) and (n,)."""
    features, labels = d2l.synthetic_data([TRUE_W] * num_inputs, TRUE_B, NUM_TRAIN + NUM_TEST, seed=seed)
    return (features[:NUM_TRAIN], labels[:NUM_TRAIN]), (features[NUM_TRAIN:], labels[NUM_TRAIN:])


def init_params(num_inputs, ctx=None):
    """Initial w, standard normal, and b = 0: the start of both versions. So large a w shows what decay does to it."""
    return [nd.random.normal(shape=(num_inputs, 1), ctx=ctx), nd.zeros(1, ctx=ctx)]


# --- From scratch

def l2_penalty(w):
    """Half the squared norm of w: (num_inputs, 1) -> (1,)."""
    return (w ** 2).sum() / 2


def build_scratch(params, lr, wd):
    """Network, loss with penalty, and optimiser step from scratch; the step updates `params` in place."""
    w, b = params
    for param in params:
        param.attach_grad()

    def loss(y_hat, y):
        # Each example carries the whole penalty: `step` divides the sum over the minibatch by n, and one is left.
        return squared_loss(y_hat, y) + wd * l2_penalty(w)   # (n,) + (1,) -> (n,)

    return lambda X: linreg(X, w, b), loss, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(params, lr, wd):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`; the step has the penalty."""
    net = nn.HybridSequential()
    net.add(nn.Dense(1, in_units=params[0].shape[0]))
    net.initialize(init.Normal(sigma=1), ctx=params[0].context)
    set_dense_params(net, params)  # in place of Gluon's own draw: both versions start from the same values
    net[0].bias.wd_mult = 0        # the Trainer's wd is for all parameters, the bias too, unless told otherwise
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr, "wd": wd})
    return net, gloss.L2Loss(), trainer.step


# --- Run

def run(train_set, test_set, wd=3.0, versions=VERSIONS, num_epochs=100, batch_size=1, lr=0.003, seed=0, ctx=None,
        on_epoch=None):
    """Train the versions with decay `wd` on sets `(features, labels)`; returns {version: Trained}."""
    lr = positive_number(lr, "lr")
    if not 0 <= wd < np.inf:
        raise ValueError(f"wd: expected a finite number of at least 0, got {wd}")
    d2l.seed_all(seed)
    initial = init_params(train_set[0].shape[1], ctx or mx.cpu())
    trained = {}
    for version in versions:
        params = [param.copy() for param in initial]
        net, loss, step = {"scratch": build_scratch, "gluon": build_gluon}[version](params, lr, wd)
        w = params[0] if version == "scratch" else net[0].weight.data()   # both are updated in place
        train_iter = d2l.ArrayLoader(*train_set, batch_size, seed=seed, ctx=ctx)
        log = partial(measure, net, w, train_set, test_set, on_epoch and partial(on_epoch, version))
        history = d2l.train(net, loss, step, train_iter, num_epochs, on_epoch=log)
        trained[version] = finish(version, net, params, history)
    return trained


def measure(net, w, train_set, test_set, on_epoch, record):
    """Put into an epoch's record the norm of w and, without the penalty, the loss of both sets as it now is."""
    for key, batch in (("loss", train_set), ("test_loss", test_set)):
        record[key] = d2l.evaluate(net, [batch], squared_loss, w.context)
    record["w_norm"] = w.norm().asscalar().item()
    if on_epoch:
        on_epoch(record)


def ridge(features, labels, wd):
    """The exact minimum of mean loss plus penalty in float64, `[w, b]`; of several, as for wd = 0, the smallest w."""
    X, y = (array.asnumpy().astype("float64") for array in (features, labels))
    centred = X - X.mean(axis=0)   # b bears no penalty, so it is what makes the residuals sum to 0
    rows = np.vstack([centred / len(X) ** 0.5, wd ** 0.5 * np.eye(X.shape[1])])   # the penalty as further examples
    w = np.linalg.lstsq(rows, np.pad((y - y.mean()) / len(X) ** 0.5, (0, X.shape[1])), rcond=None)[0]
    return [w, y.mean() - X.mean(axis=0) @ w]


def decay(text):
    """A finite number of at least 0 that float32 holds, as an option's value."""
    return cli.number(text, float, lambda value: 0 <= value <= 1e38, "a finite number of at least 0, at most 1e38")


def decays(text):
    """Decays with commas between them, as an option's value."""
    return [decay(number) for number in text.split(",")]


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.chapter_parser(__doc__, num_epochs=100, batch_size=1, lr=0.003)
    parser.add_argument("--wd", type=decay, default=3.0, metavar="WD", help="weight decay (default: 3)")
    parser.add_argument("--sweep", type=decays, default=[0.0, 0.3, 1.0, 3.0, 10.0, 30.0], metavar="WD[,WD...]",
                        help="decays to compare it with (default: 0,0.3,1,3,10,30)")
    parser.add_argument("--inputs", type=cli.positive_int, default=200, metavar="N", help="default: %(default)s")
    return cli.main(parser, argv, command)


def command(args, say):
    """Train with --wd and with each decay of the sweep, and print what becomes of w and of the losses."""
    ctx = d2l.parse_device(args.device)
    train_set, test_set = load_data(args.inputs, args.seed)
    say(f"weight decay: {args.inputs} inputs, {NUM_TRAIN} training and {NUM_TEST} test examples, batch size "
        f"{args.batch_size}, learning rate {args.lr:g}, seed {args.seed}, {ctx}")
    sweep = {wd: run_decay(args, train_set, test_set, wd, ctx,
                           partial(reporting.say_some_epochs, args.epochs, say) if wd == args.wd else None)
             for wd in sorted({*args.sweep, args.wd})}
    exact_norms = [np.linalg.norm(ridge(*train_set, wd)[0]) for wd in sweep]
    show_sweep(sweep, exact_norms, say)
    trained = sweep[args.wd]
    result = reporting.describe("weight_decay", args.seed, "synthetic", trained, wd=dict.fromkeys(trained, args.wd),
                                sweep={version: last_records(sweep, version) for version in trained})
    if args.out:
        reporting.save(args.out, "weight_decay", result, trained, figures(sweep, exact_norms), say)
    say(reporting.agreement(trained))
    return result


def run_decay(args, train_set, test_set, wd, ctx, on_epoch):
    """`run` with the options; the error of one that diverged says so where it is the decay that is too large."""
    try:
        return run(train_set, test_set, wd, cli.versions(args), args.epochs, args.batch_size, args.lr, args.seed, ctx,
                   on_epoch)
    except d2l.Diverged as error:
        if args.lr * wd <= 2:
            raise
        raise ArithmeticError(f"with --lr {args.lr:g} and weight decay {wd:g} training has diverged: each step "
                              f"multiplies w by 1 - lr * wd = {1 - args.lr * wd:.3g}; use a decay below 2 / lr = "
                              f"{2 / args.lr:.3g}, or a smaller learning rate") from error


def last_records(sweep, version):
    """Where each training of the sweep, {wd: {version: Trained}}, ended: decay, losses and norm of w."""
    return [{"wd": wd, **{key: trained[version].history[-1][key] for key in ("loss", "test_loss", "w_norm")}}
            for wd, trained in sweep.items()]


def show_sweep(sweep, exact_norms, say):
    """Print for each decay and version where training ended, beside the norm of w at the exact minimum."""
    say("weight decay  version       |w|   |w| exact   training loss   test loss")
    for (wd, trained), exact_norm in zip(sweep.items(), exact_norms):
        for version, one in trained.items():
            last = one.history[-1]
            say(f"{wd:12g}  {version:7}{last['w_norm']:10.4f}{exact_norm:12.4f}{last['loss']:16.2e}"
                f"{last['test_loss']:12.4f}")


def figures(sweep, exact_norms):
    """Figures by file name: |w| and both losses against the decay, and the losses of each decay against the epoch."""
    from d2lmx.figures.lines import plot_lines

    version = next(iter(next(iter(sweep.values()))))
    names, last = {"training": "loss", "test": "test_loss"}, last_records(sweep, version)
    places, dots = range(len(sweep)), {"marker": "o"}
    axis = {"xlabel": "weight decay", "xticks": places, "xticklabels": [f"{wd:g}" for wd in sweep], "yscale": "log"}
    against_decay = {
        "norm of w": {"lines": {"trained": (places, [one["w_norm"] for one in last], dots),
                                "exact minimum": (places, exact_norms, {"linestyle": "--", **dots})}, **axis},
        "loss": {"lines": {name: (places, [one[key] for one in last], dots) for name, key in names.items()}, **axis}}
    against_epoch = {f"weight decay {wd:g}": {
        "lines": {name: tuple(zip(*((record["epoch"], record[key]) for record in trained[version].history)))
                  for name, key in names.items()},
        "xlabel": "epoch", "ylabel": "loss", "yscale": "log"} for wd, trained in sweep.items()}
    return {"decay.png": plot_lines(against_decay), "epochs.png": plot_lines(against_epoch, num_cols=3, share_y=True)}


if __name__ == "__main__":
    raise SystemExit(main())
