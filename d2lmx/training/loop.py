"""The training loop that every chapter shares."""
import random
import time

import numpy as np
from mxnet import autograd, nd, random as mx_random

from d2lmx.runtime import threads
from d2lmx.runtime.graph import graph_of
from d2lmx.training.metrics import RunningMeans, batches, evaluate, labels_for, metric_name
from d2lmx.validation import positive_integer, positive_number, seed_number


class Diverged(ArithmeticError):
    """A loss or a parameter is no longer finite."""


def seed_all(seed):
    """Seed the three generators a program with MXNet draws from: `random`, `numpy.random` and `mxnet.random`.

    Parameters
    ----------
    seed : int
        From 0 to 2^32 - 1.
    """
    seed = seed_number(seed)
    random.seed(seed)
    np.random.seed(seed)
    mx_random.seed(seed)


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent (section 3.1 of the book), in place.

    Each parameter becomes `param - lr * param.grad / batch_size`, because gradients are sums over the minibatch. The
    chapter on linear regression writes this out; here MXNet's operator for it does the same faster.

    Parameters
    ----------
    params : list of NDArray, or of (W, b) pairs of NDArrays
        With gradients attached and computed.
    lr : float
        Learning rate.
    batch_size : int
        Number of examples in this minibatch, the short last one included.
    """
    lr, batch_size = positive_number(lr, "lr"), positive_integer(batch_size, "batch_size")
    for param in flatten(params):
        nd.sgd_update(param, param.grad, lr=lr, rescale_grad=1 / batch_size, out=param)


def flatten(params):
    """The arrays of a list of arrays or of (W, b) pairs, one after the other."""
    return [param for layer in params for param in (layer if isinstance(layer, (tuple, list)) else (layer,))]


def train(net, loss, step, train_iter, num_epochs, test_iter=None, metric=None, on_epoch=None, ctx=None,
          num_threads=None):
    """Train for `num_epochs` passes over `train_iter` (section 3.2 of the book).

    Parameters
    ----------
    net : callable
        From X of shape (n, ...) to predictions; for classifiers logits of shape (n, num_outputs).
    loss : callable
        From predictions and labels to one loss per example: NDArray of shape (n,) or (n, 1), not reduced.
    step : callable
        `step(n)` updates the parameters in place from the gradients, which are summed over the n examples of the
        minibatch: `functools.partial(sgd, params, lr)`, or the `step` of a `gluon.Trainer`.
    train_iter, test_iter : iterable of (X, y)
        An `ArrayLoader`, a Gluon `DataLoader`, or a list of batches. Integer labels of a network with one output are
        values to regress on, and are cast to its dtype.
    num_epochs : int
    metric : callable, optional
        One value per example, of predictions and labels. With `correct`, for classifiers, labels must be class
        indices. Without a metric the test set is evaluated by the loss.
    on_epoch : callable, optional
        Receives each record when its epoch has ended: to log, draw or save.
    ctx : mxnet.Context, optional
        Device to move the batches to; by default they stay where they are.
    num_threads : int, optional
        Threads that MXNet computes with on a CPU. By default what the user has set in the environment, else as many as
        suit the network where it is trained as a graph (see `d2lmx.runtime.graph`), else half the processors;
        `d2lmx.runtime.threads.threads_for` tells how many suit a network.

    Returns
    -------
    list of dict
        One record per epoch: `epoch` (from 1), `loss` (mean over the training examples while training), `seconds`
        (evaluation included) and, on the training set while training and on the test set, the mean of the metric
        under its name: `train_acc` and `test_acc` for `correct`. Without a metric `test_loss`.

    Raises
    ------
    Diverged
        A loss is no longer finite; names the epoch.
    ValueError
        An epoch without batches, features and labels of different length, a loss that is reduced, or labels that are
        not class indices.
    """
    num_epochs = positive_integer(num_epochs, "num_epochs")
    num_threads = None if num_threads is None else positive_integer(num_threads, "num_threads")
    name = metric_name(metric) if metric else "loss"
    graph = graph_of(net, loss, step, train_iter, num_threads)
    history = []
    with threads.tuned(graph.num_threads if graph else num_threads or threads.usual_threads()) as watch:
        for epoch in range(1, num_epochs + 1):
            started = time.perf_counter()
            if graph and not graph.holds():  # `on_epoch` has changed what it was made of
                graph = graph_of(net, loss, step, train_iter, num_threads)
            updates = graph.updates() if graph else _updates(net, loss, step, train_iter, ctx)
            record = {"epoch": epoch, **_train_epoch(watch(updates), metric, name)}
            if test_iter is not None and np.isfinite(record["loss"]):
                record[f"test_{name}"] = evaluate(net, test_iter, metric or loss, ctx)
            record["seconds"] = time.perf_counter() - started
            wrong = [f"{key} is {value}" for key, value in record.items() if not np.isfinite(value)]
            if wrong:
                raise Diverged(f"the {wrong[0].replace('_', ' ')} in epoch {epoch}: training has diverged; use a "
                               "smaller learning rate, and see that the features are numbers of moderate size")
            history.append(record)
            if on_epoch:
                on_epoch(record)
    return history


def _updates(net, loss, step, train_iter, ctx):
    """Update the parameters by each minibatch of an epoch; gives n, predictions, labels and losses of each."""
    for X, y, n in batches(train_iter, ctx):
        with autograd.record():
            y_hat = net(X)
            y = labels_for(y_hat, y)
            batch_loss = loss(y_hat, y)
        batch_loss.backward()  # of the sum over the minibatch
        step(n)
        yield n, y_hat, y, batch_loss


def _train_epoch(updates, metric, name):
    means = RunningMeans(metric)
    for n, y_hat, y, batch_loss in updates:
        means.add(n, y_hat, y, batch_loss)
        if not np.isfinite(means.sums["loss"]):
            break  # no use in going on
    record = {"loss": means.mean("loss")}
    return {**record, f"train_{name}": means.mean("metric")} if metric else record
