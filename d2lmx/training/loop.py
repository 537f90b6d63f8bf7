"""The training loop that every chapter shares, and what it is made of."""
import math
import random
import time

import numpy as np
from mxnet import autograd, nd
from mxnet import random as mx_random

from d2lmx.runtime import threads as engine
from d2lmx.runtime.graph import graph_of
from d2lmx.validation import positive_integer, positive_number

# Reading a value back stops the engine until all before it is computed. Doing so for each batch is slow; never doing
# so would let queued work, and the memory it holds, grow with the data.
BATCHES_PER_READ = 64
VALUES_PER_READ = 1 << 22  # of the predictions: 16 MiB


class Diverged(ArithmeticError):
    """The loss is no longer finite."""


def seed_all(seed):
    """Seed the three generators a program with MXNet draws from: `random`, `numpy.random` and `mxnet.random`."""
    random.seed(seed)
    np.random.seed(seed)
    mx_random.seed(seed)


def sgd(params, lr, batch_size):
    """Minibatch stochastic gradient descent (section 3.1 of the book), in place.

    Each parameter becomes `param - lr * param.grad / batch_size`: gradients are sums over the minibatch.

    Parameters
    ----------
    params : iterable of NDArray
        With gradients attached and computed.
    lr : float
        Learning rate.
    batch_size : int
        Number of examples in this minibatch, the short last one included.
    """
    lr, batch_size = positive_number(lr, "lr"), positive_integer(batch_size, "batch_size")
    for param in params:
        nd.sgd_update(param, param.grad, lr=lr, rescale_grad=1 / batch_size, out=param)


def correct(y_hat, y):
    """Which predictions are right.

    Parameters
    ----------
    y_hat : NDArray of shape (n, num_outputs)
        Logits or probabilities: the largest one is the prediction.
    y : NDArray of shape (n,)
        Class indices, of any dtype.

    Returns
    -------
    NDArray of shape (n,), float32
        1 where the prediction is the label, else 0.
    """
    if y_hat.ndim != 2 or 0 in y_hat.shape or y.shape != y_hat.shape[:1]:
        raise ValueError(f"expected predictions (n, num_outputs) and labels (n,), got {y_hat.shape} and {y.shape}")
    return y_hat.argmax(axis=1) == y.astype("float32")


def accuracy(y_hat, y):
    """Fraction of predictions that are right, a float; parameters as in `correct`."""
    return float(correct(y_hat, y).mean().asscalar())


def evaluate(net, data_iter, metric=correct, ctx=None):
    """Mean of `metric(net(X), y)` over all examples of `data_iter`.

    Parameters
    ----------
    net : callable
        From X of shape (n, ...) to predictions.
    data_iter : iterable of (X, y)
        An `ArrayLoader`, a Gluon `DataLoader`, or a list of batches.
    metric : callable
        From predictions and labels to one value per example: NDArray of shape (n,).
    ctx : mxnet.Context, optional
        Device the batches are moved to; by default they stay where they are.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        No batches, features and labels of different length or, where the metric is `correct`, labels that are not
        class indices.
    """
    summary = _Summary(metric)
    for X, y, n in _batches(data_iter, ctx):
        summary.add(n, net(X), y)
    return summary.mean("metric")


def train(net, loss, step, train_iter, num_epochs, test_iter=None, metric=None, on_epoch=None, ctx=None,
          num_threads=None):
    """Train for `num_epochs` passes over `train_iter` (section 3.2 of the book).

    Parameters
    ----------
    net : callable
        From X of shape (n, ...) to predictions; for classifiers logits of shape (n, num_outputs).
    loss : callable
        From predictions and labels to one loss per example: NDArray of shape (n,), not reduced.
    step : callable
        `step(n)` updates the parameters in place from the gradients, which are summed over the n examples of the
        minibatch: `functools.partial(sgd, params, lr)`, or the `step` of a `gluon.Trainer`.
    train_iter, test_iter : iterable of (X, y)
        An `ArrayLoader`, a Gluon `DataLoader`, or a list of batches.
    num_epochs : int
    metric : callable, optional
        `correct` for classifiers: one value per example, and labels are checked to be class indices. Without it, the
        test set is evaluated by the loss, and labels are as the loss takes them.
    on_epoch : callable, optional
        Receives each record when its epoch has ended: to log, draw or save.
    ctx : mxnet.Context, optional
        Device the batches are moved to; by default they stay where they are.
    num_threads : int, optional
        Threads that MXNet computes with on a CPU. By default what the user has set in the environment, else as many as
        suit the network where it is trained as a graph (see `d2lmx.runtime.graph`), else half the processors;
        `d2lmx.runtime.threads.threads_for` tells how many suit a network.

    Returns
    -------
    list of dict
        One record per epoch: `epoch` (from 1), `loss` (mean over the training examples while training), `train_acc`
        (likewise) and `test_acc`, or `test_loss` without a metric, and `seconds`, evaluation included.

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
    graph = graph_of(net, loss, step, train_iter, num_threads)
    history = []
    with engine.tuned(graph.num_threads if graph else num_threads or engine.usual_threads()):
        for epoch in range(1, num_epochs + 1):
            started = time.perf_counter()
            updates = graph.updates() if graph and graph.holds() else _updates(net, loss, step, train_iter, ctx)
            record = {"epoch": epoch, **_train_epoch(updates, metric)}
            if test_iter is not None and np.isfinite(record["loss"]):
                record["test_acc" if metric else "test_loss"] = evaluate(net, test_iter, metric or loss, ctx)
            record["seconds"] = time.perf_counter() - started
            wrong = [f"{name} is {value}" for name, value in record.items() if not np.isfinite(value)]
            if wrong:
                raise Diverged(f"the {wrong[0].replace('_', ' ')} in epoch {epoch}: training has diverged; use a "
                               "smaller learning rate, and see that the features are numbers of moderate size")
            history.append(record)
            if on_epoch:
                on_epoch(record)
    return history


def _updates(net, loss, step, train_iter, ctx):
    """Update the parameters by each minibatch of an epoch; gives n, predictions, labels and losses of each."""
    for X, y, n in _batches(train_iter, ctx):
        with autograd.record():
            y_hat = net(X)
            batch_loss = loss(y_hat, y)
        batch_loss.backward()  # of the sum over the minibatch
        step(n)
        yield n, y_hat, y, batch_loss


def _train_epoch(updates, metric):
    summary = _Summary(metric)
    for n, y_hat, y, batch_loss in updates:
        summary.add(n, y_hat, y, batch_loss)
        if not np.isfinite(summary.sums["loss"]):
            break  # no use in going on
    record = {"loss": summary.mean("loss")}
    return {**record, "train_acc": summary.mean("metric")} if metric else record


class _Summary:
    """Sums over the examples of an epoch, to which many batches are added at a time.

    The metric, too, is computed for many batches at a time: it gives one value per example, so that nothing changes but
    the number of calls.
    """

    def __init__(self, metric):
        self.metric, self.count, self.sums = metric, 0, {"loss": 0.0, "metric": 0.0}
        self._added, self._added_values, self._shape, self._asked = [], 0, None, None

    def add(self, n, y_hat, y, batch_loss=None):
        """Take predictions and labels of a batch of n examples, in training its losses too."""
        if batch_loss is not None:
            _check_one_per_example(batch_loss, n)
        _, *shape = y_hat.shape
        if shape != self._shape:
            self._ask()  # what differs in shape cannot be joined
            self._shape = shape
        self._added.append((y_hat, y, batch_loss))
        self._added_values += n * math.prod(shape)
        self.count += n
        if len(self._added) == BATCHES_PER_READ or self._added_values >= VALUES_PER_READ:
            self._ask()

    def _ask(self):
        # Read what was asked for the last time only now, when the engine has the next to go on with.
        asked, self._asked = self._asked, self._join() if self._added else None
        self._added, self._added_values = [], 0
        if asked:
            self._read(*asked)

    def _join(self):
        y_hat, y, losses = zip(*self._added)
        losses = None if losses[0] is None else nd.concat(*losses, dim=0)
        if not self.metric:
            return losses, None, None, None
        y_hat, y = nd.concat(*y_hat, dim=0), nd.concat(*y, dim=0)
        values = self.metric(y_hat, y)
        _check_one_per_example(values, len(y))
        return losses, values, y, y_hat.shape[1:]

    def _read(self, losses, values, y, shape):
        if losses is not None:
            self.sums["loss"] += _sum(losses)
        if self.metric:
            self.sums["metric"] += _sum(values)
        if self.metric is correct:
            _check_classes(y.asnumpy(), *shape)

    def mean(self, name):
        """Mean of the "loss" or the "metric" over the examples so far, a float."""
        self._ask()  # reads what was asked for before
        self._ask()  # reads the rest
        if not self.count:
            raise ValueError("expected at least one batch, got none: was a generator passed? It is empty after its "
                             "first pass; pass a list, an ArrayLoader or a Gluon DataLoader")
        return self.sums[name] / self.count


def _sum(values):
    return float(values.asnumpy().sum(dtype=np.float64))


def _batches(data_iter, ctx):
    """Each batch of `data_iter`, checked, as X, y and the number of examples n."""
    for batch in data_iter:
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise TypeError(f"expected batches (X, y), got {type(batch).__name__}")
        X, y = batch
        if not (isinstance(X, nd.NDArray) and isinstance(y, nd.NDArray)):
            raise TypeError(f"expected batches of NDArrays, got {type(X).__name__} and {type(y).__name__}; "
                            "an ArrayLoader makes them of NumPy arrays")
        n, num_labels = len(X), len(y)
        if n != num_labels:
            raise ValueError(f"expected as many labels as examples, got {n} examples and {num_labels} labels")
        yield (X, y, n) if ctx is None else (X.as_in_context(ctx), y.as_in_context(ctx), n)


def _check_one_per_example(values, n):
    if values.shape != (n,):
        raise ValueError(f"loss or metric: expected one value per example, shape ({n},), got {values.shape}")


def _check_classes(y, num_outputs):
    # MXNet's pick clips an index that is out of range without a word, so the loss would be that of another class.
    whole = (y == np.floor(y)).all()  # which NaN is not
    if not (whole and y.min() >= 0 and y.max() < num_outputs):
        what = f"{y.min():g} to {y.max():g}" if whole else "numbers that are not whole"
        raise ValueError(f"labels: expected class indices from 0 to {num_outputs - 1}, got {what}")
