"""Synthetic linear data, Fashion-MNIST and scikit-learn's digits, whole and in memory."""
import math
import numbers
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mxnet import nd

from d2lmx.data.download import DataUnavailable
from d2lmx.data.fashion_mnist import FILES, LABELS, fashion_mnist_folder
from d2lmx.data.idx import read_idx
from d2lmx.data.storage import data_folders
from d2lmx.validation import positive_integer


class ImageData(NamedTuple):
    """Labelled grey images.

    Attributes
    ----------
    name : str
        "fashion-mnist" or "digits".
    train, test : tuple of two NDArrays
        X, float32 of shape (n, 1, height, width) with values in [0, 1], and y, int32 of shape (n,).
    label_names : tuple of str
        What each label means.
    """

    name: str
    train: tuple
    test: tuple
    label_names: tuple

    @property
    def num_inputs(self):
        """Pixels of an image, height * width."""
        return self.train[0].shape[2] * self.train[0].shape[3]

    @property
    def num_outputs(self):
        """Number of classes."""
        return len(self.label_names)


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
        An argument that is no such number.
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


def load_digits():
    """Scikit-learn's handwritten digits, real data that need no network: 1437 images to train, 360 to test, 8 x 8.

    Returns
    -------
    ImageData
        Always the same split.
    """
    from sklearn.datasets import load_digits as sklearn_digits

    digits = sklearn_digits()
    # As in epoch_order, the generator whose stream is the same in all versions of NumPy.
    order = np.random.RandomState(0).permutation(len(digits.target))
    X, y = digits.images[order, np.newaxis] / 16, digits.target[order]
    train, test = ((nd.array(X[part], dtype="float32"), nd.array(y[part], dtype="int32"))
                   for part in (slice(1437), slice(1437, None)))
    return ImageData("digits", train, test, tuple("0123456789"))


def load_fashion_mnist(root=None):
    """Fashion-MNIST (section 3.5 of the book), from its four official files: 60000 images to train, 10000 to test.

    Without `root` the files are those in `$D2LMX_DATA/fashion-mnist`, if that has all four, else those in the user's
    cache. What is missing there is downloaded, from `$D2LMX_MIRROR` where that is set, then from the official hosts.

    Parameters
    ----------
    root : str or Path, optional
        Folder whose `fashion-mnist` has the files, or gets those that are missing.

    Returns
    -------
    ImageData
        X of shape (n, 1, 28, 28), each pixel divided by 255.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        A file is not what it should be, `$D2LMX_DATA/fashion-mnist` lacks some of the four, `root` is not a folder, or
        `$D2LMX_MIRROR` is no URL.
    """
    folder = fashion_mnist_folder(root)
    train, test = ((_read_images(folder / f"{part}-images-idx3-ubyte.gz"),
                    _read_labels(folder / f"{part}-labels-idx1-ubyte.gz")) for part in ("train", "t10k"))
    return ImageData("fashion-mnist", train, test, LABELS)


def load_images(name="auto", root=None, report=print):
    """The images called `name`.

    Parameters
    ----------
    name : {"auto", "fashion-mnist", "digits"}
        "auto" is Fashion-MNIST where that is there or can be downloaded, else the digits.
    root : str or Path, optional
        See `load_fashion_mnist`.
    report : callable
        Gets one line that says why, where "auto" goes on with the digits.

    Returns
    -------
    ImageData

    Raises
    ------
    DataUnavailable
        "fashion-mnist" cannot be had.
    ValueError
        Another name, or as `load_fashion_mnist`.
    """
    if name not in ("auto", "fashion-mnist", "digits"):
        raise ValueError(f"name: expected 'auto', 'fashion-mnist' or 'digits', got {name!r}")
    if name == "digits":
        return load_digits()
    try:
        return load_fashion_mnist(root)
    except DataUnavailable as error:
        if name == "fashion-mnist":
            raise
        folder = (data_folders()[0] if root is None else Path(root).expanduser()) / "fashion-mnist"
        why = "; ".join(dict.fromkeys(error.reasons))
        report(f"Fashion-MNIST is not there and cannot be downloaded ({why}): going on with scikit-learn's digits. "
               f"To have it, put its four .gz files into {folder}, or set D2LMX_DATA or D2LMX_MIRROR.")
    return load_digits()


def _read_images(path):
    shape = n, height, width = FILES[path.name][-1]
    X = nd.empty((n, 1, height, width))
    for start, rows in read_idx(path, shape):
        # Straight into MXNet's memory, piece by piece: a second copy of the data never exists.
        X[start:start + len(rows)][:] = np.divide(rows, 255, dtype="float32")[:, np.newaxis]
    return X


def _read_labels(path):
    y = np.concatenate([labels for _, labels in read_idx(path, FILES[path.name][-1])])
    if y.max() >= len(LABELS):
        raise ValueError(f"{path}: expected labels from 0 to {len(LABELS) - 1}, got {y.max()}; "
                         "put the official file of this name there")
    return nd.array(y, dtype="int32")
