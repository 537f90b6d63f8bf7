"""The command of weight decay: training without decay and with it, and a sweep of decays."""
from functools import partial

import numpy as np

import d2lmx as d2l
from chapters import weight_decay as chapter
from d2lmx.commands import options, results, runner


def main(argv=None):
    """Run the command line."""
    parser = options.training_parser(chapter.__doc__, num_epochs=100, batch_size=1, lr=0.003)
    parser.add_argument("--wd", type=decay, default=3.0, metavar="WD", help="weight decay (default: 3)")
    parser.add_argument("--sweep", type=decays, default=[0.0, 0.3, 1.0, 3.0, 10.0, 30.0], metavar="WD[,WD...]",
                        help="decays to compare it with (default: 0,0.3,1,3,10,30)")
    parser.add_argument("--inputs", type=options.positive_int, default=200, metavar="N", help="default: %(default)s")
    return runner.main(parser, argv, command)


def decay(text):
    """A finite number of at least 0 that float32 holds, as an option's value."""
    return options.number(text, float, lambda value: 0 <= value <= 1e38, "a finite number of at least 0, at most 1e38")


def decays(text):
    """Decays with commas between them, as an option's value."""
    return [decay(number) for number in text.split(",")]


def command(args):
    """Train without decay and with --wd, then with each decay of the sweep."""
    train_set, test_set = chapter.load_data(args.inputs, args.seed)
    print("weight decay: {inputs} inputs, {} training and {} test examples, batch size {batch_size}, learning rate "
          "{lr:g}, seed {seed}, {}".format(chapter.NUM_TRAIN, chapter.NUM_TEST, d2l.parse_device(args.device),
                                           **vars(args)))
    runs = {}
    for wd in dict.fromkeys([0, args.wd]):
        print(f"weight decay {wd:g}")
        runs[wd] = train(args, train_set, test_set, wd, partial(results.print_some_epochs, args.epochs))
    sweep = {wd: runs.get(wd) or train(args, train_set, test_set, wd) for wd in sorted({*args.sweep, args.wd})}
    trained = runs[args.wd]
    rows = {name: [last_record(train_set, wd, sweep[wd][name]) for wd in sweep] for name in trained}
    show_sweep(rows)
    result = results.describe("weight_decay", args, "synthetic", trained, sweep=rows,
                              wd=dict.fromkeys(trained, args.wd))
    if args.out:
        name = next(iter(trained))
        results.save(args.out, f"weight decay {args.wd:g}", result, trained,
                     lambda: figures(runs, sweep, rows[name], name))
    print(results.agreement(trained, args.dtype))
    return result


def train(args, train_set, test_set, wd, on_epoch=None):
    """Train as the options say; where it is the decay that is too large, the error says so."""
    try:
        return chapter.run(train_set, test_set, wd, on_epoch=on_epoch, **options.training(args))
    except d2l.Diverged as error:
        if args.lr * wd <= 2:
            raise
        raise ArithmeticError(f"with --lr {args.lr:g} and weight decay {wd:g} training has diverged: each step "
                              f"multiplies w by 1 - lr * wd = {1 - args.lr * wd:.3g}; use a decay below 2 / lr = "
                              f"{2 / args.lr:.3g}, or a smaller learning rate") from error


def last_record(train_set, wd, trained):
    """Where training with a decay ended, with the norm of w at the exact minimum."""
    exact, _ = chapter.ridge(*train_set, wd)
    return {"wd": wd, **trained.history[-1], "w_norm_exact": np.linalg.norm(exact)}


def show_sweep(rows):
    """Print where each training ended."""
    print("         weight decay       |w|   |w| exact   training loss   test loss")
    for name in rows:
        for row in rows[name]:
            print("{:7}{wd:14g}{w_norm:10.4f}{w_norm_exact:12.4f}{loss:16.2e}{test_loss:12.4f}".format(name, **row))


def figures(runs, sweep, rows, name):
    """Figures by file name, of one implementation."""
    return {"learning.png": plot_learning(runs, name), "decay.png": plot_decay(rows),
            "epochs.png": plot_learning(sweep, name)}


def plot_learning(runs, name):
    """Training and test loss by epoch, a panel for each decay."""
    from d2lmx.figures import style
    from d2lmx.figures.curves import draw_history

    figure, panels = style.panels([f"weight decay {wd:g}" for wd in runs], 3, 4, 3.4, sharey=True)
    for axes, trained in zip(panels, runs.values()):
        draw_history(axes, {name: trained[name].history})
        axes.label_outer()
        if axes is not panels[0]:
            axes.get_legend().remove()
    return figure


def plot_decay(rows):
    """The norm of w and both losses at the end of training, against the decay."""
    from d2lmx.figures import style

    figure, (left, right) = style.panels(["norm of w", "loss"])
    for axes, key, label in ((left, "w_norm", "trained"), (left, "w_norm_exact", "exact minimum"),
                             (right, "loss", "training"), (right, "test_loss", "test")):
        axes.plot([f"{row['wd']:g}" for row in rows], [row[key] for row in rows], marker="o", label=label)
        axes.set(xlabel="weight decay", yscale="log")
        axes.legend()
    return figure
