"""Linear regression: sections 3.2 and 3.12."""
import random

from mxnet import nd

from d2lmx.data.loader import slices
from d2lmx.validation import positive_integer


def data_iter(batch_size, features, labels):
    """Minibatches of one pass, in an order that `random.seed` determines; an `ArrayLoader` gives pass after pass.

    Parameters
    ----------
    batch_size : int
    features : NDArray of shape (n, ...)
    labels : NDArray of shape (n, ...)

    Returns
    -------
    iterator of (X, y)
        The last minibatch may be shorter.

    Raises
    ------
    TypeError, ValueError
        `batch_size` is not an integer of at least 1, or there are not as many labels as examples.
    """
    batch_size = positive_integer(batch_size, "batch_size")
    if len(features) != len(labels):
        raise ValueError(f"expected as many labels as examples, got {len(features)} examples and {len(labels)} labels")
    order = list(range(len(features)))
    random.shuffle(order)
    rows = nd.array(order, dtype="int32", ctx=features.context)
    return slices(features.take(rows), labels.take(rows), batch_size)


def linreg(X, w, b):
    """Predictions of linear regression, Xw + b.

    Parameters
    ----------
    X : NDArray of shape (n, d)
    w : NDArray of shape (d, 1)
    b : NDArray of shape (1,)

    Returns
    -------
    NDArray of shape (n, 1)
    """
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    """Half the squared error of each example, (y_hat - y)^2 / 2.

    Parameters
    ----------
    y_hat : NDArray of shape (n, 1)
    y : NDArray of shape (n,) or (n, 1)
        It takes the shape of `y_hat`: (n, 1) - (n,) would be (n, n).

    Returns
    -------
    NDArray of shape (n, 1)
    """
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2
