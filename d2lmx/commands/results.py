"""What a chapter says, writes and returns: progress, checks, figures, metrics and parameters."""
import json

import numpy as np
from mxnet import nd

import d2lmx as d2l  # for what loads when it is used: matplotlib only where figures are drawn
from d2lmx.commands import options as cli
from d2lmx.data.images import load_images
from d2lmx.files import atomic_path
from d2lmx.runtime.devices import parse_device
from d2lmx.training.implementations import largest_difference


def epoch_line(version, record):
    """A record of the history as a line of text."""
    names = {"loss": "loss", "test_loss": "test loss", "train_acc": "train acc", "test_acc": "test acc"}
    values = [f"{name} {record[key]:.{3 if 'acc' in key else 6}f}" for key, name in names.items() if key in record]
    return f"{version:7}  epoch {record['epoch']}  " + "  ".join(values) + f"  {record['seconds']:.2f} s"


def say_some_epochs(num_epochs, say, version, record):
    """Tell the `record` of a version if it is one of some five among `num_epochs`, the last in any case."""
    if (num_epochs - record["epoch"]) % -(-num_epochs // 5) == 0:
        say(epoch_line(version, record))


def agreement(trained):
    """How far the versions differ, as a line of text."""
    if len(trained) < 2:
        return f"one version only: {next(iter(trained))}"
    difference = largest_difference(trained)
    if difference == 0:
        return "scratch and Gluon: the same losses to the last bit"
    return f"scratch and Gluon: losses differ by at most {difference:.1e} (relative)"


def run_images(chapter, args, say, run, figures, report=None):
    """The command of a chapter that trains a classifier of images.

    Parameters
    ----------
    chapter : str
        Name of its module.
    args, say
        As `main` passes them.
    run : callable
        `run(data, versions, num_epochs, batch_size, lr, seed, ctx, on_epoch)` gives {version: Trained}.
    figures : callable
        `figures(data, trained)` gives the chapter's own figures by file name.
    report : callable, optional
        `report(data, trained, say)` prints what else the chapter has to say.

    Returns
    -------
    dict
        What --json prints.
    """
    ctx = parse_device(args.device)
    data = load_images(args.data, args.data_dir, report=cli.warn)
    say(f"{chapter} on {data.name}: {len(data.train[1])} training and {len(data.test[1])} test examples, "
        f"batch size {args.batch_size}, learning rate {args.lr:g}, seed {args.seed}, {ctx}")
    updates = args.epochs * -(-len(data.train[1]) // args.batch_size)
    if data.name == "digits" and updates < 200:
        say(f"{updates} updates are few to learn from; to see more, type: --epochs 20 --batch-size 32")
    trained = run(data, cli.versions(args), args.epochs, args.batch_size, args.lr, args.seed, ctx,
                  lambda version, record: say(epoch_line(version, record)))
    if report:
        report(data, trained, say)
    result = describe(chapter, args.seed, data.name, trained)
    if args.out:
        save(args.out, chapter, result, trained, {**_image_figures(data, trained), **figures(data, trained)}, say)
    say(agreement(trained))
    return result


def _image_figures(data, trained):
    version = list(trained.values())[-1]
    X, y = data.test
    y_hat = nd.concat(*(version.net(X[i:i + 1000].as_in_context(version.params[0].context)).argmax(axis=1)
                        for i in range(0, len(X), 1000)), dim=0).asnumpy().astype(int)
    return {
        "predictions.png": d2l.plot_images(X[:18], y[:18], y_hat[:18], data.label_names),
        "confusion.png": d2l.plot_confusion_matrix(y, y_hat, data.label_names),
    }


def describe(chapter, seed, data_name, trained, **more):
    """The dict that --json prints and metrics.json holds.

    Parameters
    ----------
    chapter, data_name : str
    seed : int
    trained : dict of str to Trained
    **more
        Further values by name: dicts by version.
    """
    return {"chapter": chapter, "seed": seed, "data": data_name, "impl": {
        version: {"epochs": result.history, **{name: values[version] for name, values in more.items()}}
        for version, result in trained.items()}}


def save(folder, chapter, result, trained, figures, say):
    """Write figures, metrics and parameters of a chapter into `folder`, each whole or not at all.

    Parameters
    ----------
    folder : Path
    chapter : str
        Title of the learning curves.
    result : dict
        Written to metrics.json.
    trained : dict of str to Trained
        The parameters of each version are written with `nd.save`; the learning curves are drawn.
    figures : dict of str to Figure
        Further figures by file name.
    say : callable
        Told the path of each figure.
    """
    curves = d2l.plot_history({version: one.history for version, one in trained.items()}, title=chapter)
    save_figures(folder, {"curves.png": curves, **figures}, say)
    for version, one in trained.items():
        with cli.writing(folder), atomic_path(folder / f"{version}.params") as path:
            nd.save(str(path), one.params)
    save_metrics(folder, result)


def save_figures(folder, figures, say):
    """Write each figure of {file name: Figure} into `folder` and tell `say` its path."""
    for name, figure in figures.items():
        with cli.writing(folder):
            say(f"wrote {d2l.show(figure, folder / name)}")


def save_metrics(folder, result):
    """Write what --json prints to metrics.json in `folder`."""
    with cli.writing(folder), atomic_path(folder / "metrics.json") as path:
        path.write_text(json.dumps(result, indent=1, allow_nan=False) + "\n")


def check(name, value, expected, tolerance):
    """Compare a result with its oracle, as a row of the checks that a chapter claims.

    Parameters
    ----------
    name : str
        What is compared with what.
    value, expected : NDArray, NumPy array or number
        Of the same shape.
    tolerance : float
        Largest absolute difference that passes.

    Returns
    -------
    dict
        `check`, `difference` (largest absolute one), `tolerance` and `ok`.
    """
    value, expected = (a.asnumpy() if hasattr(a, "asnumpy") else np.asarray(a) for a in (value, expected))
    if value.shape != expected.shape:
        raise ValueError(f"{name}: expected shape {expected.shape}, got {value.shape}")
    difference = float(np.abs(value.astype("float64") - expected).max())
    return {"check": name, "difference": difference, "tolerance": tolerance, "ok": bool(difference <= tolerance)}


def conclude(chapter, args, checks, figures, say, data="synthetic", **more):
    """End a chapter that checks rather than trains: print the checks, write what --out asks for.

    Parameters
    ----------
    chapter, data : str
    args, say
        As `cli.main` passes them.
    checks : list of dict
        From `check`.
    figures : callable
        `figures()` gives the figures by file name; called with --out only.
    **more
        Further values for the JSON.

    Returns
    -------
    dict
        What --json prints.

    Raises
    ------
    ArithmeticError
        A check failed.
    """
    for row in checks:
        how_far = f": {row['difference']:.1e}, at most {row['tolerance']:.1e}" if row["tolerance"] else ""
        say(f"{'ok' if row['ok'] else 'FAILED':7}{row['check']}{how_far}")
    failed = [row["check"] for row in checks if not row["ok"]]
    if failed:
        raise ArithmeticError(f"{len(failed)} of {len(checks)} checks failed: {'; '.join(failed)}")
    result = {"chapter": chapter, "seed": args.seed, "data": data, "checks": checks, **more}
    if args.out:
        save_figures(args.out, figures(), say)
        save_metrics(args.out, result)
    say(f"{chapter}: {len(checks)} checks passed")
    return result
