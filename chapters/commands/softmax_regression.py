"""The command of softmax regression."""
import d2lmx as d2l
from chapters import softmax_regression
from d2lmx.commands import options, results, runner


def main(argv=None):
    """Run the command line."""
    parser = options.image_parser(softmax_regression.__doc__, num_epochs=5, batch_size=256, lr=0.1)
    return runner.main(parser, argv, command)


def command(args):
    """Train as the options say."""
    return results.run_images("softmax_regression", args, softmax_regression.run, figures, show_prediction)


def show_prediction(data, trained):
    """Print what each implementation makes of the first test image: softmax turns logits into probabilities."""
    (X, y), names = data.test, data.label_names
    for name, one in trained.items():
        W, _ = one.params
        y_hat, probability = softmax_regression.predict(one.net(X[:1].astype(W.dtype).as_in_context(W.context)))
        print(f"{name:7}  first test image: {names[int(y[0].asscalar())]}, predicted {names[int(y_hat.asscalar())]} "
              f"with probability {probability.asscalar():.3f}")


def figures(data, trained):
    """Figures by file name: the weights of each class as an image."""
    W, _ = next(iter(trained.values())).params
    return {"weights.png": d2l.plot_weights(W, data.train[0].shape[2:], data.label_names)}
