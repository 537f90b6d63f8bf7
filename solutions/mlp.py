"""Multilayer perceptron: sections 3.9 and 3.10.

    python -m solutions.mlp
"""
import math
from functools import partial

import d2lmx as d2l
from chapters import mlp
from solutions import show


def run(num_hiddens, scale=1, num_epochs=10, activation="relu", **options):
    """Train on the digits as `mlp.run` does, from weights `scale` times as large; returns {name: Trained}."""
    data = d2l.load_digits()
    sizes = [data.num_inputs, *num_hiddens, data.num_outputs]
    options = {"batch_size": 32, "lr": 0.5, "implementations": ["gluon"], **options}
    return d2l.train_both(
        partial(init_params, sizes, scale), partial(mlp.build_scratch, activation=activation),
        partial(mlp.build_gluon, sizes, activation=activation), data.train, data.test, num_epochs=num_epochs,
        metric=d2l.correct, **options)


def init_params(sizes, scale):
    """The first values of the lesson, but weights `scale` times as large."""
    return [(W * scale, b) for W, b in mlp.init_params(sizes)]


def hidden_units(numbers=(4, 16, 64, 256)):
    """3.9.1 What do more hidden units do, or fewer?

    With more of them the training loss is lower after the same number of epochs. Four are too few: they have to tell
    ten classes apart, and the accuracy on the test set stays well below that of the others. From 64 to 256 there is
    little left to gain, for four times as many parameters.
    """
    found = {}
    for number in numbers:
        trained = run([number])["gluon"]
        found[number] = {"parameters": sum(W.size + b.size for W, b in trained.params),
                         "loss": trained.history[-1]["loss"], "test accuracy": trained.history[-1]["test_acc"]}
    return found


def spread_of_the_logits(num_hiddens, scale):
    """The standard deviation of the logits of the digits before training."""
    d2l.seed_all(0)
    X, _ = d2l.load_digits().train
    return mlp.net(X, init_params([64, *num_hiddens, 10], scale), mlp.relu).asnumpy().std()


def one_more_hidden_layer():
    """3.9.2 What does one more hidden layer do?

    It makes the start slower. With weights as small as those of the book each layer shrinks what goes through it: the
    logits then differ even less from image to image, and the gradients are as small. After five epochs the network with
    one layer is far ahead, after twenty that with two has caught up. With weights ten times as large there is no slow
    start.
    """
    found = {}
    for num_hiddens, scale in (((64,), 1), ((64, 64), 1), ((64, 64), 10)):
        history = run(num_hiddens, scale, num_epochs=20)["gluon"].history
        found[num_hiddens, scale] = {"spread of the logits": spread_of_the_logits(num_hiddens, scale),
                                     "loss in epoch 5": history[4]["loss"], "in epoch 20": history[19]["loss"],
                                     "test accuracy": history[19]["test_acc"]}
    return found


def several_hidden_layers(num_epochs=5):
    """3.10.1 How does one add several hidden layers, and do both implementations still give the same numbers?

    From scratch the loop over the pairs (W, b) takes as many as there are, with Gluon one adds a Dense layer for each:
    `python -m chapters.mlp --data digits --hidden 64,64,64`. In float64 the losses of both agree to nine digits and
    more. But with weights as small as the book's, three hidden layers learn nothing in these epochs: the loss stays
    at ln 10, which is that of guessing. With weights ten times as large they learn.
    """
    found = {"ln 10": math.log(10)}
    for num_hiddens, scale in (((64, 32), 10), ((64, 64, 64), 10), ((64, 64, 64), 1)):
        trained = run(num_hiddens, scale, num_epochs, dtype="float64", lr=0.2, implementations=["scratch", "gluon"])
        found[num_hiddens, scale] = {name: [record["loss"] for record in one.history] for name, one in trained.items()}
    return found


def other_activations(names=("relu", "tanh", "softsign", "softrelu", "sigmoid")):
    """3.10.2 What do other activations do?

    ReLU, tanh and softsign, which is x / (1 + |x|), learn about equally fast here. The smooth ReLU, ln(1 + exp(x)), is
    behind them, and sigmoid far behind: its slope is at most 1/4, so it passes on less of the gradient. With a second
    hidden layer sigmoid is at ln 10, the loss of guessing, after ten epochs still, where tanh has learned.
    """
    found = {"ln 10": math.log(10)}
    for name in names:
        history = run([64], activation=name)["gluon"].history
        found[name] = {"loss in epoch 5": history[4]["loss"], "in epoch 10": history[9]["loss"],
                       "test accuracy": history[9]["test_acc"]}
    for name in ("tanh", "sigmoid"):
        found[name, "two layers"] = run([64, 64], activation=name)["gluon"].history[-1]["loss"]
    return found


if __name__ == "__main__":
    show(globals())
