"""The command of dropout: training with and without it, and what it does to ones, to an image and to predictions."""
from functools import partial

from mxnet import autograd, nd

import d2lmx as d2l
from chapters import dropout
from d2lmx.commands import options, results, runner
from d2lmx.validation import is_drop_probability


def main(argv=None):
    """Run the command line."""
    parser = options.image_parser(dropout.__doc__, num_epochs=5, batch_size=256, lr=0.5)
    parser.add_argument("--hidden", type=options.hidden_sizes, default=[256, 256], metavar="N[,N...]",
                        help="hidden layers (default: 256,256)")
    parser.add_argument("--drop", type=probabilities, default=[0.2, 0.5], metavar="P[,P...]",
                        help="probability to drop, for each hidden layer (default: 0.2,0.5)")
    return runner.main(parser, argv, partial(command, parser))


def probabilities(text):
    """Probabilities to drop in each hidden layer, as an option's value: 0.2,0.5."""
    return options.numbers(text, float, is_drop_probability, "numbers from 0 to below 1 such as 0.2,0.5")


def command(parser, args):
    """Train as the options say, and once more without dropout."""
    if len(args.drop) != len(args.hidden):
        parser.error(f"argument --drop: expected a probability for each of the {len(args.hidden)} layers of "
                     f"--hidden, got {len(args.drop)}")
    run = partial(dropout.run, num_hiddens=args.hidden, drop_probs=args.drop)
    histories = {}

    def show_more(data, trained):
        show_means(args.drop)
        show_predictions(data, trained)
        name = list(trained)[-1]  # one is enough: the faster
        none = {"drop_probs": [0] * len(args.drop), "implementations": [name]}
        without = run(data, **{**options.training(args), **none})
        histories.update({"dropout": trained[name].history, "without": without[name].history})
        for title, history in histories.items():
            results.print_epoch(title, history[-1])

    return results.run_images("dropout", args, run, lambda data, trained: figures(data, histories), show_more)


def show_means(drop_probs):
    """Print that the mean of many ones stays 1."""
    for drop_prob in drop_probs:
        kept = dropout.dropout(nd.ones((1000, 1000)), drop_prob)
        chance = 2 * (drop_prob / (1 - drop_prob) / kept.size) ** 0.5  # two standard deviations of the mean
        print(f"dropout of ones, p = {drop_prob:g}: {(kept == 0).mean().asscalar():.4f} dropped, mean "
              f"{kept.mean().asscalar():.4f}, where chance explains +-{chance:.4f}")


def show_predictions(data, trained):
    """Print accuracies three times: predicting they are equal, dropping they are not."""
    for name, one in trained.items():
        W, _ = one.params[0]
        X, y = (nd.array(array[:2000], W.context, W.dtype) for array in data.test)
        for what, mode in ("predicting", autograd.predict_mode()), ("dropping", autograd.train_mode()):
            d2l.seed_all(0)  # the same masks for both implementations
            with mode:
                print(f"{name:7}  accuracy on {len(X)} test images, {what} three times:",
                      *(f"{d2l.accuracy(one.net(X), y):.4f}" for _ in range(3)))


def figures(data, histories):
    """Figures by file name: training with and without dropout, and an image with pixels dropped."""
    return {"comparison.png": d2l.plot_history(histories, "with dropout and without"),
            "expectation.png": plot_expectation(data.test[0][:1, 0])}


def plot_expectation(image):
    """An image (1, height, width), what dropout leaves of it, and how the mean of many draws gives it back."""
    images = {"image": image, **{f"p = {p}": dropout.dropout(image, p) for p in (0.2, 0.5)}}
    for draws in (10, 100, 1000):
        dropped = dropout.dropout(nd.tile(image, (draws, 1, 1)), 0.5)  # (draws, height, width)
        images[f"p = 0.5\nmean of {draws}"] = dropped.mean(axis=0, keepdims=True)
    return d2l.plot_images(nd.concat(*images.values(), dim=0), list(images), own_range=True)
