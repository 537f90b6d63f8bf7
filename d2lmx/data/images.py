"""Labelled images in memory: scikit-learn's digits, and either data set by its name."""
from typing import NamedTuple

import numpy as np
from mxnet import nd

from d2lmx.data.fashion_mnist import FASHION_MNIST, load_fashion_mnist
from d2lmx.data.storage import load_by_name


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
        return self.train[0][0].size

    @property
    def num_outputs(self):
        """Number of classes."""
        return len(self.label_names)


def load_digits():
    """Scikit-learn's handwritten digits: real data that need no network.

    Returns
    -------
    ImageData
        1437 images to train and 360 to test, 8 x 8, always split in the same way.
    """
    from sklearn.datasets import load_digits as sklearn_digits

    digits = sklearn_digits()
    # As in epoch_order, the generator whose stream is the same in all versions of NumPy.
    order = np.random.RandomState(0).permutation(len(digits.target))
    X, y = digits.images[order, np.newaxis] / 16, digits.target[order]
    train, test = ((nd.array(X[part], dtype="float32"), nd.array(y[part], dtype="int32"))
                   for part in (slice(1437), slice(1437, None)))
    return ImageData("digits", train, test, tuple("0123456789"))


def load_images(name="auto", root=None, report=print):
    """Images by the name of their data set.

    Parameters
    ----------
    name : {"auto", "fashion-mnist", "digits"}
        "auto" is Fashion-MNIST if it can be found or downloaded, else the digits.
    root : str or Path, optional
        See `load_fashion_mnist`.
    report : callable
        Gets one line on why "auto" goes on with the digits, where it does.

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
    loaders = {"fashion-mnist": load_fashion_mnist, "digits": load_digits}
    return load_by_name(name, loaders, FASHION_MNIST, root, report)
