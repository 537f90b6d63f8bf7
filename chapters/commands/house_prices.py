"""The command of the house prices: the models compared by cross-validation, and the prices of the test set."""
from functools import partial
from pathlib import Path

import numpy as np

import d2lmx as d2l
from chapters import house_prices as chapter
from chapters.model_selection import k_folds
from d2lmx.commands import options, results, runner
from d2lmx.data.tables import write_submission


def main(argv=None):
    """Run the command line."""
    parser = options.training_parser(chapter.__doc__, num_epochs=80, batch_size=128, lr=0.02)
    add = parser.add_argument
    add("--folds", type=num_folds, default=5, metavar="K", help="default: %(default)s")
    add("--model", choices=("both", *chapter.MODELS), default="both", help="default: %(default)s")
    add("--data", choices=("auto", "kaggle", "diabetes"), default="auto",
        help="auto: the house prices if they can be had, else diabetes (default: %(default)s)")
    add("--data-dir", type=Path, metavar="DIR",
        help="folder that has or gets kaggle-house/ (default: $D2LMX_DATA, then the user's cache)")
    return runner.main(parser, argv, command)


def num_folds(text):
    """An integer of at least 2, as an option's value."""
    return options.number(text, int, lambda value: value >= 2, "an integer of at least 2")


def command(args):
    """Compare the models by cross-validation, train the better one on all examples, predict the test set."""
    training = options.training(args)
    data = d2l.load_table(args.data, args.data_dir, report=runner.warn)
    num_inputs = chapter.encode(data.features, data.features)[0].shape[1]
    print(f"house_prices on {data.name}: {len(data.labels)} training and {len(data.test_ids)} test examples, "
          f"{data.features.shape[1]} columns encoded as {num_inputs} numbers, batch size {args.batch_size}, "
          f"learning rate {args.lr:g}, {args.epochs} epochs, seed {args.seed}, {training['ctx']}")
    models = chapter.MODELS if args.model == "both" else (args.model,)
    folds = {model: cross_validate(data, model, args.folds, training) for model in models}
    for model in models:
        print_errors(model, "mean", folds[model])
    errors = {name: {model: held_out_errors(folds[model], name) for model in models}
              for name in training["implementations"]}
    of_book = book_errors(data, args) if "gluon" in errors else []
    print(f"to compare: {np.log(data.labels).std():.5f} if the prediction is the same for all, their geometric mean")
    first = next(iter(errors))
    best = min(models, key=lambda model: np.mean(errors[first][model]))
    trained, predicted = chapter.run((data.features, data.labels), (data.test_features, None), best, **training)
    prices = predicted[first]
    print(f"{best} trained on all {len(data.labels)} examples: {data.target} predicted for {len(prices)} more, from "
          f"{prices.min():.0f} to {prices.max():.0f}, median {np.median(prices):.0f}")
    result = results.describe("house_prices", args, data.name, trained, log_rmse=errors,
                              model=dict.fromkeys(trained, best))
    result["book_log_rmse"] = of_book
    if args.out:
        print(f"wrote {write_submission(args.out / 'submission.csv', data, prices)}")
        results.save(args.out, f"house prices: {best}", result, trained, lambda: figures(data, args, folds, first))
    runs = [fold for model in models for fold, _ in folds[model]]
    print(results.agreement(results.joined([*runs, trained]), args.dtype))
    return result


def cross_validate(data, model, num_folds, training):
    """A list of what `chapter.run` gives for each fold; prints the errors of each."""
    folds, run = [], partial(chapter.run, model=model, **training)
    for fold in chapter.cross_validate(run, data.features, data.labels, num_folds, training["seed"]):
        folds.append(fold)
        print_errors(model, f"fold {len(folds)}", [fold])
    return folds


def print_errors(model, part, folds):
    """Print the error of each implementation, the mean of these folds, on one line."""
    means = [f"{name} {np.mean(held_out_errors(folds, name)):.5f}" for name in folds[0][0]]
    print(f"{model:7} {part:7} held-out log-RMSE: {', '.join(means)}")


def held_out_errors(folds, name):
    """The log-RMSE of an implementation in each fold, after the last epoch."""
    return [trained[name].history[-1]["test_log_rmse"] for trained, _ in folds]


def book_errors(data, args):
    """The held-out log-RMSE of the book's way on each fold; prints their mean."""
    d2l.seed_all(args.seed)
    with d2l.parse_device(args.device):
        errors = list(chapter.cross_validate(chapter.book_way, data.features, data.labels, args.folds, args.seed))
    print(f"the book's way, Adam on the prices themselves: mean held-out log-RMSE {np.mean(errors):.5f}")
    return errors


def figures(data, args, folds, name):
    """Figures by file name, of one implementation: learning curves, predictions, and how the prices are spread."""
    from d2lmx.figures.house_prices import plot_folds, plot_predicted, plot_spread

    prices = np.concatenate([data.labels[rows] for _, rows in k_folds(len(data.labels), args.folds, args.seed)])
    histories = {model: [trained[name].history for trained, _ in folds[model]] for model in folds}
    predicted = {model: (prices, np.concatenate([predicted[name] for _, predicted in folds[model]])) for model in folds}
    return {"folds.png": plot_folds(histories), "predicted.png": plot_predicted(predicted, data.target),
            "prices.png": plot_spread(data.labels, data.target)}
