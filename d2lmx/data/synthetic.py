"""Synthetic data of a linear model."""
import math
import numbers

import numpy as np
from mxnet import nd

from d2lmx.validation import positive_integer


def synthetic_data(true_w=(2, -3.4), true_b=4.2, num_examples=1000, noise=0.01, seed=0):
    """Examples of a linear model, y = Xw + b + noise (section 3.2 of the book).

    Parameters
    ----------
    true_w : sequence of float, or NDArray, of shape (d,)
    true_b : float
    num_examples : int
    noise : float
        Standard deviation of the normal noise on the labels, at least 0.
    seed : int
        The data depend on it alone; no global generator is read or changed.

    Returns
    -------
    features : NDArray of shape (num_examples, d), float32
        Standard normal.
    labels : NDArray of shape (num_examples,), float32

    Raises
    ------
    TypeError, ValueError
        An argument is not such a number.
    """
    w = _weights(true_w)
    for value, name in ((true_b, "true_b"), (noise, "noise")):
        if not isinstance(value, numbers.Real):
            raise TypeError(f"{name}: expected a number, got {value!r}")
        if not math.isfinite(value):
            raise ValueError(f"{name}: expected a finite number, got {value}")
    if noise < 0:
        raise ValueError(f"noise: expected a standard deviation of at least 0, got {noise}")
    num_examples = positive_integer(num_examples, "num_examples")
    generator = np.random.RandomState(seed)  # its stream is the same in all versions of NumPy
    features = generator.standard_normal((num_examples, len(w))).astype("float32")
    labels = features @ w + true_b + noise * generator.standard_normal(num_examples)
    return nd.array(features), nd.array(labels, dtype="float32")


def _weights(true_w):
    try:
        w = np.asarray(true_w.asnumpy() if isinstance(true_w, nd.NDArray) else true_w, dtype="float64")
    except (TypeError, ValueError):
        raise ValueError(f"true_w: expected numbers, got {true_w!r}") from None
    if w.ndim != 1 or w.size == 0 or not np.isfinite(w).all():
        raise ValueError(f"true_w: expected one finite number per input, such as (2, -3.4), got {true_w!r}")
    return w
