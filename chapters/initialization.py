"""Numerical stability (数值稳定性) and initialisation (模型初始化): section 3.15 of the book.

Depth   H_l = phi(H_{l-1} W_l): through L layers a signal is multiplied L times; it vanishes (衰减) or explodes (爆炸)
Theory  without phi, the deviation of H_l is (sigma sqrt(num_hiddens))^l times that of H_0, and backwards the
        gradient's likewise, where sigma is the deviation of the weights
Normal  w ~ N(0, sigma^2), whatever the width
Xavier  w ~ U(-a, a), a = sqrt(6 / (num_inputs + num_outputs)), whose variance lies between 1 / num_inputs, which keeps
        the signal, and 1 / num_outputs, which keeps the gradient

    python -m chapters.initialization
    python -m chapters.initialization --layers 30 --epochs 20 --out out

The first ends with: initialization: 18 checks passed
"""
from functools import partial

import mxnet as mx
import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import nn
from scipy import stats

import d2lmx as d2l
from chapters import mlp
from chapters.softmax_regression import affine
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, largest_difference, train_versions

WIDTH, NUM_EXAMPLES = 256, 256   # of the layers that signals go through
SMALL, LARGE = 0.01, 0.5
# MXNet's own: tanh as written out in chapters.mlp makes 0 of a signal below 1e-7, where 1 - exp(-2x) rounds to 0.
PHI = {"none": lambda X: X, "relu": nd.relu, "sigmoid": nd.sigmoid, "tanh": nd.tanh}


# --- From scratch: how to draw W of shape (num_inputs, num_outputs)

def normal(shape, sigma=SMALL):
    """Normal with mean 0 and standard deviation sigma."""
    return nd.random.normal(scale=sigma, shape=shape[::-1]).T   # drawn as (out, in), as Gluon does


def xavier_bound(shape):
    """The a of Xavier's U(-a, a)."""
    return (6 / sum(shape)) ** 0.5


def xavier(shape):
    """Xavier's initialisation."""
    a = xavier_bound(shape)
    return nd.random.uniform(-a, a, shape=shape[::-1]).T


RANDOM = {f"normal {SMALL}": normal, f"normal {LARGE}": partial(normal, sigma=LARGE), "Xavier": xavier}
ALL = {**RANDOM, "constant": lambda shape: nd.full(shape, SMALL)}


# --- With Gluon

def gluon_draw(initializer, shape):
    """W, (num_inputs, num_outputs), as a Gluon layer with this initializer draws it."""
    layer = nn.Dense(shape[1], in_units=shape[0], weight_initializer=initializer)
    layer.initialize()   # without a weight_initializer: Gluon's default
    return layer.weight.data().T


def check_distributions(seed, shape=(200, 300)):
    """Checks: by hand and by mx.init give the same and, by Kolmogorov and Smirnov's test, what the formula says."""
    a = xavier_bound(shape)
    cases = {"normal 0.01": (normal, mx.init.Normal(SMALL), stats.norm(0, SMALL)),
             "Xavier": (xavier, mx.init.Xavier(), stats.uniform(-a, 2 * a)),
             "Gluon's default": (None, None, stats.uniform(-0.07, 0.14))}
    # A right distribution is farther off than this once in a million draws: P(D > d) = 2 exp(-2 n d^2).
    limit = (np.log(2e6) / (2 * np.prod(shape))) ** 0.5
    checks = []
    for name, (by_hand, initializer, formula) in cases.items():
        d2l.seed_all(seed)
        W = gluon_draw(initializer, shape)
        checks.append(reporting.check(f"{name}: distance from the distribution of the formula",
                                      stats.kstest(W.asnumpy().ravel(), formula.cdf).statistic, 0, limit))
        if by_hand:
            d2l.seed_all(seed)
            checks.append(reporting.check(f"{name}: by hand and by mx.init", by_hand(shape), W, 0))
    return checks


# --- Signals through depth

def signals(draw, phi, num_layers):
    """Deviation of H_0, ..., H_L among the examples, and of the gradient there: two arrays of shape (L + 1,)."""
    # Adding zeros to a layer's output changes nothing, and their gradient is that of the output.
    H, zeros = nd.random.normal(shape=(NUM_EXAMPLES, WIDTH)), nd.zeros((num_layers + 1, NUM_EXAMPLES, WIDTH))
    zeros.attach_grad()
    outputs = []
    with autograd.record():
        for layer in range(num_layers + 1):
            H = (phi(affine(H, draw((WIDTH, WIDTH)), nd.zeros(WIDTH))) if layer else H) + zeros[layer]
            outputs.append(H)
    H.backward(nd.random.normal(shape=H.shape))
    return [np.sqrt(array.asnumpy().astype("float64").var(axis=1).mean(axis=1))
            for array in (nd.stack(*outputs), zeros.grad)]


def check_theory(measured, num_layers):
    """Checks: without activation, deviations grow by sigma sqrt(width) in each layer, forwards and backwards."""
    sigmas = {f"normal {SMALL}": SMALL, f"normal {LARGE}": LARGE, "Xavier": WIDTH ** -0.5}
    # Each layer multiplies the variance by a mean of `width` squares, of relative deviation sqrt(2 / width); five times
    # what that adds up to, in powers of ten of the deviation.
    limit = 5 * (2 * num_layers / WIDTH) ** 0.5 / 2 / np.log(10)
    checks = []
    for name, sigma in sigmas.items():
        outputs, grads = measured["none", name]
        for what, ratio in (("signal", outputs[-1] / outputs[0]), ("gradient", grads[0] / grads[-1])):
            checks.append(reporting.check(f"{name}: {what} after {num_layers} layers, power of ten", np.log10(ratio),
                                          num_layers * np.log10(sigma * WIDTH ** 0.5), limit))
    return checks


# --- Training from each initialisation

def train_from(draw, data, num_hiddens, num_epochs, seed, versions=VERSIONS, batch_size=64, lr=0.1, ctx=None):
    """Train an MLP with weights from `draw` and b = 0; {version: Trained}, or None if it diverged."""
    d2l.seed_all(seed)
    sizes = [data.num_inputs, *num_hiddens, data.num_outputs]
    params = [param for shape in zip(sizes, sizes[1:]) for param in (draw(shape), nd.zeros(shape[1]))]
    params = [param.as_in_context(ctx or mx.cpu()) for param in params]
    builders = {"scratch": mlp.build_scratch, "gluon": mlp.build_gluon}
    try:
        return train_versions({version: builders[version] for version in versions}, params, data, num_epochs,
                              batch_size, lr, seed, ctx)
    except d2l.Diverged:
        return None


def check_symmetry(data, seed, num_hiddens=16, **options):
    """Checks: hidden units that start the same stay the same; a random start makes each another."""
    checks = []
    for name, expected in (("constant", 1), ("Xavier", num_hiddens)):
        for version, one in train_from(ALL[name], data, [num_hiddens], 3, seed, **options).items():
            units = np.unique(one.params[0].asnumpy().round(5), axis=1).shape[1]   # columns of W, but for rounding
            checks.append(reporting.check(f"{name}, {version}: different units among {num_hiddens} after 3 epochs",
                                          units, expected, 0))
    return checks


# --- Run

def main(argv=None):
    """The command line of this chapter."""
    parser = cli.chapter_parser(__doc__, num_epochs=10, batch_size=64, lr=0.1)
    parser.add_argument("--layers", type=cli.positive_int, default=20, metavar="N",
                        help="that signals go through (default: %(default)s)")
    return cli.main(parser, argv, command)


def command(args, say):
    """Measure signals, train from each initialisation, and check what the section claims."""
    where = {"versions": cli.versions(args), "ctx": d2l.parse_device(args.device)}
    d2l.seed_all(args.seed)
    measured = {(phi, name): signals(draw, PHI[phi], args.layers) for phi in PHI for name, draw in RANDOM.items()}
    show_signals(measured, args.layers, say)
    data = d2l.load_digits()
    trained = {name: train_from(draw, data, [64] * 5, args.epochs, args.seed, batch_size=args.batch_size, lr=args.lr,
                                **where) for name, draw in ALL.items()}
    if not trained["Xavier"]:
        raise d2l.Diverged("training has diverged even from Xavier's initialisation; use a smaller learning rate")
    checks = [*check_theory(measured, args.layers), *check_distributions(args.seed),
              *check_symmetry(data, args.seed, **where), *show_training(trained, say)]
    described = reporting.describe("initialization", args.seed, data.name, trained["Xavier"])
    return reporting.conclude("initialization", args, checks, partial(figures, measured, trained), say, data.name,
                              impl=described["impl"],
                              training={name: one and {version: result.history for version, result in one.items()}
                                        for name, one in trained.items()})


def show_signals(measured, num_layers, say):
    """Print what is left of the signal at the end and of the gradient at the beginning."""
    say(f"signal at the end / gradient at the start of {num_layers} layers of {WIDTH} units, both 1 where they enter")
    say("activation" + "".join(f"{name:>22}" for name in RANDOM))
    for phi in PHI:
        ends = [(outputs[-1], grads[0]) for outputs, grads in (measured[phi, name] for name in RANDOM)]
        say(f"{phi:10}" + "".join(f"{f'{signal:.0e} / {grad:.0e}':>22}" for signal, grad in ends))


def show_training(trained, say):
    """Print what became of an MLP from each initialisation; returns the checks that the versions agree."""
    say("training relu layers 64-64-64-64-64-64-10 on digits")
    checks = []
    for name, one in trained.items():
        last = one and list(one.values())[-1].history[-1]
        say(f"{name:12}" + (f"loss {last['loss']:.4f}  test acc {last['test_acc']:.3f}" if one else "diverged"))
        if one and len(one) > 1:
            checks.append(reporting.check(f"{name}: losses, from scratch and Gluon", largest_difference(one), 0, 1e-6))
    return checks


def figures(measured, trained):
    """Figures by file name: deviations layer by layer, and the learning curves from each initialisation."""
    from d2lmx.figures.lines import COLOURS, plot_lines

    panels = {f"{what}, activation: {phi}": {"xlabel": "layer", "ylabel": "deviation", "yscale": "log", "lines": {
        name: (range(len(values)), np.where(values > 0, values, np.nan), {"marker": "."})
        for name in RANDOM for values in [measured[phi, name][i]]}}
        for i, what in enumerate(("signal", "gradient")) for phi in PHI}
    styles = {name: {"color": colour, "marker": "o", "linestyle": "--" if name == "constant" else "-"}
              for name, colour in zip(ALL, COLOURS)}
    training = {title: {"xlabel": "epoch", "lines": {
        name: (*zip(*((record["epoch"], record[key]) for record in list(one.values())[-1].history)), styles[name])
        for name, one in trained.items() if one}} for title, key in (("loss", "loss"), ("test accuracy", "test_acc"))}
    return {"signals.png": plot_lines(panels, num_cols=4, share_y=True), "training.png": plot_lines(training)}


if __name__ == "__main__":
    raise SystemExit(main())
