"""The command of initialisation: signals through deep networks, symmetry, and training from each initialisation."""
import itertools
from functools import partial

import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters import initialization as lesson
from chapters.activations import identity
from d2lmx.commands import claims, options, results, runner

# MXNet's own: tanh as written out in chapters/mlp.py makes 0 of a signal below 1e-16, where 1 - exp(-2x) rounds to 0.
PHI = {"none": identity, "relu": nd.relu, "sigmoid": nd.sigmoid, "tanh": nd.tanh}
RANDOM = {"normal 0.01": lesson.normal, "normal 0.5": partial(lesson.normal, sigma=0.5), "Xavier": lesson.xavier}
GROWTH = {"normal 0.01": 0.16, "normal 0.5": 8, "Xavier": 1}   # sigma sqrt(256), of each layer in theory
ALL = {**RANDOM, "constant": lesson.constant}


def main(argv=None):
    """Run the command line."""
    parser = options.training_parser(lesson.__doc__, num_epochs=10, batch_size=64, lr=0.1)
    parser.add_argument("--layers", type=options.positive_int, default=20, metavar="N",
                        help="that signals go through (default: %(default)s)")
    return runner.main(parser, argv, command)


def command(args):
    """Measure signals, train from each initialisation, and claim what the section says."""
    training, data = options.training(args), d2l.load_digits()
    d2l.seed_all(args.seed)
    measured = {phi: {name: lesson.signals(draw, f, args.layers) for name, draw in RANDOM.items()}
                for phi, f in PHI.items()}
    claimed = [*example_claims(), *signal_claims(measured["none"], args.layers), *gluon_claims(args.seed)]
    show_signals(measured, args.layers)
    print("training relu layers 64-64-64-64-64-64-10 on digits")
    histories = {name: train(name, data, training) for name in ALL}
    if not histories["Xavier"]:
        raise d2l.Diverged("training has diverged even from Xavier's initialisation; use a smaller learning rate")
    return claims.conclude(
        "initialization", args, [*claimed, *symmetry_claims(data, {**training, "num_epochs": 3})],
        lambda: {"signals.png": plot_signals(measured), "training.png": plot_training(histories)},
        data.name, dtype=args.dtype, training=histories,
        impl={implementation: {"epochs": history} for implementation, history in histories["Xavier"].items()})


def train(name, data, training):
    """Train an MLP from this initialisation and print how it ends: {implementation: history}, None if it diverges."""
    try:
        trained = lesson.run(ALL[name], data, **training)
    except d2l.Diverged:
        print(f"{name:12}diverged")
        return None
    histories = {implementation: one.history for implementation, one in trained.items()}
    *_, (*_, last) = histories.values()
    print(f"{name:12}loss {last['loss']:.4f}  test acc {last['test_acc']:.3f}  "
          f"{results.agreement(trained, training['dtype'])}")
    return histories


def print_row(title, cells):
    """Print a line of a table."""
    print(f"{title:<12}" + "".join(f"{cell:>18}" for cell in cells))


def show_signals(measured, num_layers):
    """Print the signal after each fifth layer, and what each activation leaves of the signal and of the gradient."""
    print("without activation, 256 units in each layer: standard deviation of the signal")
    print_row("layer", RANDOM)
    for layer in range(0, num_layers + 1, 5):
        print_row(layer, [f"{outputs[layer]:.1e}" for outputs, _ in measured["none"].values()])
    print("by activation: signal at the end / gradient at the start, both 1 where they enter")
    for phi, by_name in measured.items():
        print_row(phi, [f"{outputs[-1]:.0e} / {gradients[0]:.0e}" for outputs, gradients in by_name.values()])


def example_claims():
    """The book's example: one unit in each of 30 layers, with the same weight."""
    for weight in (0.2, 5):
        output = lesson.forward(nd.ones((1, 1)), [nd.array([[weight]])] * 30, identity)[-1].asnumpy().item()
        print(f"the book's example: 30 layers of one unit with weight {weight} make {output:.0e} of 1")
        yield claims.claim(f"30 layers of one unit multiply by {weight}^30, relative", output / weight ** 30, 1, 1e-5)


def signal_claims(measured, num_layers):
    """Without activation each layer multiplies signal and gradient by what theory says, within 2 %."""
    for name, (outputs, gradients) in measured.items():
        growth = np.power([outputs[-1], gradients[0]], 1 / num_layers)   # both are 1 where they enter
        yield claims.claim(f"{name}: each layer multiplies signal and gradient by {GROWTH[name]}, relative",
                           growth / GROWTH[name], [1, 1], 0.02)


def gluon_claims(seed):
    """By hand and by Gluon, the same seed draws the same weights."""
    for draw, initializer in lesson.INITIALIZERS.items():
        d2l.seed_all(seed)
        W = draw((256, 256))
        d2l.seed_all(seed)
        yield claims.claim(f"{draw.__name__}: by hand and by Gluon", W, lesson.gluon_weight(initializer, W.shape), 0)


def symmetry_claims(data, training):
    """Hidden units that start alike stay alike; a random start makes them differ."""
    for name, expected in (("constant", 0), ("Xavier", 15)):
        trained = lesson.run(ALL[name], data, sizes=[16], **training)
        unlike = [lesson.num_unlike_first(one.params[0][0]) for one in trained.values()]
        yield claims.claim(f"{name}: of 16 hidden units, {expected} are unlike the first after 3 epochs", unlike,
                           [expected] * len(unlike), 0)


def plot_signals(measured):
    """Signal and gradient layer by layer, a column for each activation."""
    from d2lmx.figures import style

    titles = [f"{what}, activation: {phi}" for what in ("signal", "gradient") for phi in measured]
    figure, panels = style.panels(titles, cols=len(measured), width=3.6, height=3.2, sharey=True)
    for panel, (index, by_name) in zip(panels, itertools.product(range(2), measured.values())):
        for name, sizes in by_name.items():
            panel.semilogy(sizes[index], marker=".", label=name)
        panel.set(xlabel="layer", ylabel="standard deviation")
        panel.label_outer()
        style.integer_ticks(panel)
    panels[0].legend()
    figure.supxlabel("sigmoid gives values near 1/2: below 1e-15 the signal is rounded away, and noise is left",
                     fontsize=10)
    return figure


def plot_training(histories):
    """Loss and test accuracy by epoch; the legend says what diverged."""
    from d2lmx.figures import style

    figure, panels = style.panels(["loss", "test accuracy"])
    for panel, key in zip(panels, ("loss", "test_acc")):
        for name, one in histories.items():
            values = [record[key] for record in list(one.values())[-1]] if one else []
            panel.plot(range(1, len(values) + 1), values, "o--" if name == "constant" else "o-",
                       label=name if one else f"{name}: diverged")
        panel.set(xlabel="epoch")
        style.integer_ticks(panel)
    panels[1].legend(handlelength=4)
    return figure
