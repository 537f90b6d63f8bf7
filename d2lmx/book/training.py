"""Classifiers: sections 3.6 and 3.7, and on to 3.13."""
from functools import partial

from d2lmx import correct, evaluate, sgd, train
from d2lmx.validation import positive_integer


def evaluate_accuracy(data_iter, net):
    """Fraction of examples that a network classifies correctly: `evaluate(net, data_iter)`.

    Parameters
    ----------
    data_iter : iterable of (X, y)
    net : callable
        From X to logits or probabilities of shape (n, num_outputs).

    Returns
    -------
    float
    """
    return evaluate(net, data_iter)


def train_ch3(net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None):
    """Train a classifier and print the loss and accuracies of each epoch, which `d2lmx.train` returns.

    As in the book, each step divides the summed gradient by `batch_size`, also where the last batch is shorter.
    `d2lmx.train` divides by the number of examples in the minibatch.

    Parameters
    ----------
    net : callable
        From X to logits or probabilities of shape (n, num_outputs), whichever `loss` takes.
    train_iter, test_iter : iterable of (X, y)
    loss : callable
        From predictions and labels to one loss per example, of shape (n,) or (n, 1).
    num_epochs, batch_size : int
    params : list of NDArray, optional
        Without a `trainer`, `sgd` updates them.
    lr : float, optional
        Learning rate of `sgd`.
    trainer : mxnet.gluon.Trainer, optional

    Raises
    ------
    TypeError
        Neither `params` and `lr` nor a `trainer`.
    Diverged, ValueError
        As `d2lmx.train`.
    """
    if trainer is None and (params is None or lr is None):
        raise TypeError("expected params and lr, or a trainer: pass what is missing")
    batch_size = positive_integer(batch_size, "batch_size")
    step = partial(sgd, params, lr) if trainer is None else trainer.step
    train(net, loss, lambda n: step(batch_size), train_iter, num_epochs, test_iter, correct, on_epoch=_print_epoch)


def _print_epoch(record):
    line = "epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"
    print(line.format(**record), flush=True)
