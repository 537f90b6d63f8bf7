"""What the commands of the chapters print, write and return: progress, figures, metrics and parameters."""
import json

from mxnet import nd

import d2lmx as d2l  # for what loads when it is used: matplotlib only where figures are drawn
from d2lmx.commands import options
from d2lmx.commands.runner import warn, writing
from d2lmx.data.images import load_images
from d2lmx.files import atomic_path
from d2lmx.training.implementations import IMPLEMENTATIONS, largest_difference
from d2lmx.training.loop import flatten

ROUNDING = 1e-5  # float32 keeps seven digits: losses that differ by more have been driven apart by training
NAMES = {"loss": "loss", "test_loss": "test loss", "train_acc": "train acc", "test_acc": "test acc"}


def print_epoch(implementation, record):
    """Print a record of the history in one line."""
    values = [f"{name} {number(record[key], key)}" for key, name in NAMES.items() if key in record]
    print(f"{implementation:7}  epoch {record['epoch']}  {'  '.join(values)}  {record['seconds']:.2f} s")


def number(value, key):
    """An accuracy with three decimals, a loss with six or, where these would be zeros, its magnitude."""
    if "acc" in key:
        return f"{value:.3f}"
    return f"{value:.6f}" if value >= 1e-6 or value == 0 else f"{value:.1e}"


def print_some_epochs(num_epochs, implementation, record):
    """Print the record if it is one of some five among `num_epochs`, the last in any case."""
    if (num_epochs - record["epoch"]) % -(-num_epochs // 5) == 0:
        print_epoch(implementation, record)


def agreement(trained, dtype):
    """How far the losses of the implementations, {implementation: Trained}, are apart, in one line."""
    if len(trained) < 2:
        return f"one implementation only: {next(iter(trained))}"
    difference = largest_difference(trained)
    if difference == 0:
        return f"scratch and Gluon: the losses are equal ({dtype})"
    if dtype == "float32" and difference > ROUNDING:
        return f"scratch and Gluon: losses differ by {difference:.1e}, amplified rounding: see --dtype float64"
    return f"scratch and Gluon: losses differ by at most {difference:.1e} (relative, {dtype})"


def joined(runs):
    """One {implementation: Trained} for the `agreement` of several: their histories one after the other."""
    return {name: one._replace(history=[record for run in runs for record in run[name].history])
            for name, one in runs[-1].items()}


def run_images(chapter, args, run, figures, show_predictions=None):
    """The command of a chapter that trains a classifier of images; returns what --json prints.

    `run(data, **options)` gives {implementation: Trained}; `figures(data, trained)` makes the chapter's own figures by
    file name; `show_predictions(data, trained)` prints what else the chapter has to say.
    """
    training = options.training(args)
    data = load_images(args.data, args.data_dir, report=warn)
    num_examples = len(data.train[1])
    print(f"{chapter} on {data.name}: {num_examples} training and {len(data.test[1])} test examples, "
          f"batch size {args.batch_size}, learning rate {args.lr:g}, seed {args.seed}, {training['ctx']}")
    updates = args.epochs * -(-num_examples // args.batch_size)
    if data.name == "digits" and updates < 200:
        print(f"{updates} updates are few to learn from. To see more, type:\n"
              f"    python -m chapters.{chapter} --data digits --epochs 20 --batch-size 32")
    trained = run(data, on_epoch=print_epoch, **training)
    if show_predictions:
        show_predictions(data, trained)
    result = describe(chapter, args, data.name, trained)
    if args.out:
        save(args.out, chapter.replace("_", " "), result, trained,
             lambda: {**_image_figures(data, trained), **figures(data, trained)})
    print(agreement(trained, args.dtype))
    return result


def _image_figures(data, trained):
    one = list(trained.values())[-1]
    X, y = data.test
    first = flatten(one.params)[0]
    y_hat = nd.concat(*(one.net(X[i:i + 1000].astype(first.dtype).as_in_context(first.context)).argmax(axis=1)
                        for i in range(0, len(X), 1000)), dim=0).asnumpy().astype(int)
    return {
        "predictions.png": d2l.plot_images(X[:18], y[:18], y_hat[:18], data.label_names),
        "confusion.png": d2l.plot_confusion_matrix(y, y_hat, data.label_names),
    }


def describe(chapter, args, data_name, trained, **more):
    """What --json prints and metrics.json holds; `more` are further values by name, dicts by implementation."""
    return {"chapter": chapter, "seed": args.seed, "data": data_name, "dtype": args.dtype, "impl": {
        implementation: {"epochs": one.history, **{name: values[implementation] for name, values in more.items()}}
        for implementation, one in trained.items()}}


def save(folder, title, result, trained, figures):
    """Write metrics, parameters, learning curves, and the figures that `figures()` makes by file name, into `folder`.

    Figures come last: they take longest, and can be drawn again from the rest.
    """
    save_metrics(folder, result)
    for name in IMPLEMENTATIONS:
        with writing(folder):
            if name not in trained:
                (folder / f"{name}.params").unlink(missing_ok=True)   # of an earlier run
                continue
            with atomic_path(folder / f"{name}.params") as path:
                nd.save(str(path), flatten(trained[name].params))
    histories = {name: one.history for name, one in trained.items()}
    save_figures(folder, lambda: {"curves.png": d2l.plot_history(histories, title=title), **figures()})


def save_figures(folder, figures):
    """Write each figure of {file name: Figure} that `figures()` makes into `folder`, and print its path."""
    from d2lmx.figures.style import styled  # loads matplotlib

    for name, figure in styled(figures)().items():
        with writing(folder):
            print(f"wrote {d2l.show(figure, folder / name)}")


def save_metrics(folder, result):
    """Write what --json prints to metrics.json in `folder`."""
    with writing(folder), atomic_path(folder / "metrics.json") as path:
        path.write_text(json.dumps(result, indent=1, allow_nan=False) + "\n")
