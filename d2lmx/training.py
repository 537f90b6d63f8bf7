"""The training loop that every chapter shares, and what it is made of."""
import random
import time

import numpy as np
from mxnet import autograd, nd
from mxnet import random as mx_random

from d2lmx.checks import positive_integer, positive_number

# Reading a value back stops the engine until all before it is computed. Doing so for each batch is slow; never doing
# so would let queued work, and the memory it holds, grow with the data.
BATCHES_PER_READ = 64


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
    values, labels = _Summary(), _Summary()
    for X, y in _batches(data_iter, ctx):
        y_hat = net(X)
        values.add(metric(y_hat, y), len(X))
        if metric is correct:
            labels.add(y, len(X))
    mean = values.mean()
    if metric is correct:
        _check_classes(labels, y_hat.shape[1])
    return mean


def train(net, loss, step, train_iter, num_epochs, test_iter=None, metric=None, on_epoch=None, ctx=None):
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
    history = []
    for epoch in range(1, num_epochs + 1):
        started = time.perf_counter()
        record = {"epoch": epoch, **_train_epoch(net, loss, step, train_iter, metric, ctx)}
        if test_iter is not None and np.isfinite(record["loss"]):
            record["test_acc" if metric else "test_loss"] = evaluate(net, test_iter, metric or loss, ctx)
        record["seconds"] = time.perf_counter() - started
        wrong = [f"{name} is {value}" for name, value in record.items() if not np.isfinite(value)]
        if wrong:
            raise Diverged(f"the {wrong[0].replace('_', ' ')} in epoch {epoch}: training has diverged; use a smaller "
                           "learning rate, and see that the features are numbers of moderate size")
        history.append(record)
        if on_epoch:
            on_epoch(record)
    return history


def _train_epoch(net, loss, step, train_iter, metric, ctx):
    losses, hits, labels = _Summary(), _Summary(), _Summary()
    for X, y in _batches(train_iter, ctx):
        with autograd.record():
            y_hat = net(X)
            batch_loss = loss(y_hat, y)
        batch_loss.backward()  # of the sum over the minibatch
        step(len(X))
        losses.add(batch_loss, len(X))
        if metric:
            hits.add(metric(y_hat, y), len(X))
        if metric is correct:
            labels.add(y, len(X))
        if not np.isfinite(losses.sum):
            break  # no use in going on
    record = {"loss": losses.mean()}
    if metric:
        record["train_acc"] = hits.mean()
    if metric is correct:
        _check_classes(labels, y_hat.shape[1])
    return record


class _Summary:
    """Sum, count and range of one value per example, and whether all are whole; read back now and then."""

    def __init__(self):
        self.sum, self.count, self.least, self.largest, self.whole = 0.0, 0, np.inf, -np.inf, True
        self._unread = []

    def add(self, values, n):
        """Take the NDArray `values` of a batch of `n` examples."""
        if values.shape != (n,):
            raise ValueError(f"loss or metric: expected one value per example, shape ({n},), got {values.shape}")
        self._unread.append(values)
        if len(self._unread) == BATCHES_PER_READ:
            self.read()

    def mean(self):
        """The mean over all examples so far, a float."""
        self.read()
        if not self.count:
            raise ValueError("expected at least one batch, got none: was a generator passed? It is empty after its "
                             "first pass; pass a list, an ArrayLoader or a Gluon DataLoader")
        return self.sum / self.count

    def read(self):
        """Bring everything up to date with what was added."""
        if not self._unread:
            return
        values = nd.concat(*self._unread, dim=0).asnumpy()
        self._unread = []
        self.sum += float(values.sum(dtype=np.float64))
        self.count += len(values)
        self.least, self.largest = min(self.least, values.min()), max(self.largest, values.max())
        self.whole = self.whole and bool((values == np.floor(values)).all())  # which NaN is not


def _batches(data_iter, ctx):
    for batch in data_iter:
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise TypeError(f"expected batches (X, y), got {type(batch).__name__}")
        X, y = batch
        if not (isinstance(X, nd.NDArray) and isinstance(y, nd.NDArray)):
            raise TypeError(f"expected batches of NDArrays, got {type(X).__name__} and {type(y).__name__}; "
                            "an ArrayLoader makes them of NumPy arrays")
        if len(X) != len(y):
            raise ValueError(f"expected as many labels as examples, got {len(X)} examples and {len(y)} labels")
        yield (X, y) if ctx is None else (X.as_in_context(ctx), y.as_in_context(ctx))


def _check_classes(labels, num_outputs):
    # MXNet's pick clips an index that is out of range without a word, so the loss would be that of another class.
    labels.read()
    if not (labels.whole and labels.least >= 0 and labels.largest < num_outputs):
        what = f"{labels.least:g} to {labels.largest:g}" if labels.whole else "numbers that are not whole"
        raise ValueError(f"labels: expected class indices from 0 to {num_outputs - 1}, got {what}")
