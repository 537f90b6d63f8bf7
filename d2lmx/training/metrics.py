"""Metrics, and their means over all the batches of an epoch."""
import math

import numpy as np
from mxnet import cpu, nd

# Reading a value back stops the engine until all before it is computed. Doing so for each batch is slow; never doing
# so would let queued work, and the memory it holds, grow with the data.
BATCHES_PER_READ = 64
VALUES_PER_READ = 1 << 22  # of the predictions: 16 MiB


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
    NDArray of shape (n,), of the dtype of `y_hat`
        1 where the prediction is the label, else 0.
    """
    if y_hat.ndim != 2 or 0 in y_hat.shape or y.shape != y_hat.shape[:1]:
        raise ValueError(f"expected predictions (n, num_outputs) and labels (n,), got {y_hat.shape} and {y.shape}")
    return y_hat.argmax(axis=1) == y.astype(y_hat.dtype, copy=False)


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
        From predictions and labels to one value per example: NDArray of shape (n,) or (n, 1).
    ctx : mxnet.Context, optional
        Device to move the batches to; by default they stay where they are.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        No batches, features and labels of different length or, where the metric is `correct`, labels that are not
        class indices.
    """
    means = RunningMeans(metric)
    for X, y, n in batches(data_iter, ctx):
        y_hat = net(X)
        means.add(n, y_hat, labels_for(y_hat, y))
    return means.mean("metric")


def metric_name(metric):
    """What the records of a history call a metric: "acc" for `correct`, else the function's own name."""
    name = getattr(metric, "__name__", "")
    return "acc" if metric is correct else name if name.isidentifier() else "metric"


def batches(data_iter, ctx=None):
    """Each batch of `data_iter`, validated, as X, y and the number of examples n."""
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
        # The workers of a DataLoader put batches into shared memory, which a hybridized network refuses.
        device = ctx or (cpu() if X.context.device_type == "cpu_shared" else X.context)
        yield X.as_in_context(device), y.as_in_context(device), n


def labels_for(y_hat, y):
    """Integer labels as numbers of y_hat's dtype where it has one output: a value to regress on, not a class."""
    is_regression = y_hat.size == len(y) and y.dtype != y_hat.dtype
    return y.astype(y_hat.dtype) if is_regression else y


class RunningMeans:
    """Means of loss and metric over the examples of an epoch, computed for many batches at a time."""

    def __init__(self, metric):
        self.metric, self.count, self.sums = metric, 0, {"loss": 0.0, "metric": 0.0}
        self._added, self._added_values, self._shape, self._asked = [], 0, None, None

    def add(self, n, y_hat, y, batch_loss=None):
        """Take predictions and labels of a batch of n examples, in training its losses too."""
        if batch_loss is not None:
            _validate_one_per_example(batch_loss, n)
        _, *shape = y_hat.shape
        if shape != self._shape:
            self._ask()  # arrays of different shape cannot be joined
            self._shape = shape
        self._added.append((y_hat, y, batch_loss))
        self._added_values += n * math.prod(shape)
        self.count += n
        if len(self._added) == BATCHES_PER_READ or self._added_values >= VALUES_PER_READ:
            self._ask()

    def _ask(self):
        # Read what was asked for last time only now, when the engine has more work queued to go on with.
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
        _validate_one_per_example(values, len(y))
        return losses, values, y, y_hat.shape[1:]

    def _read(self, losses, values, y, shape):
        for name, array in (("loss", losses), ("metric", values)):
            if array is not None:
                self.sums[name] += float(array.asnumpy().sum(dtype=np.float64))
        if self.metric is correct:
            _validate_classes(y.asnumpy(), *shape)

    def mean(self, name):
        """Mean of the "loss" or the "metric" over the examples so far, a float."""
        self._ask()  # reads what was asked for before
        self._ask()  # reads the rest
        if not self.count:
            raise ValueError("expected at least one batch, got none: was a generator passed? It is empty after its "
                             "first pass; pass a list, an ArrayLoader or a Gluon DataLoader")
        return self.sums[name] / self.count


def _validate_one_per_example(values, n):
    if values.shape not in ((n,), (n, 1)):
        raise ValueError(f"loss or metric: expected one value per example, shape ({n},) or ({n}, 1), got "
                         f"{values.shape}")


def _validate_classes(y, num_outputs):
    # MXNet's pick clips an index that is out of range without a word, so the loss would be that of another class.
    whole = (y == np.floor(y)).all()  # which NaN is not
    if not (whole and y.min() >= 0 and y.max() < num_outputs):
        what = f"{y.min():g} to {y.max():g}" if whole else "numbers that are not whole"
        raise ValueError(f"labels: expected class indices from 0 to {num_outputs - 1}, got {what}")
