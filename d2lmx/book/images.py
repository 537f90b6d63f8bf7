"""Fashion-MNIST: section 3.5."""
from functools import partial

import numpy as np
from mxnet import nd
from mxnet.gluon.data import ArrayDataset

from d2lmx.book.figures import plt, use_svg_display
from d2lmx.data.fashion_mnist import LABELS, load_fashion_mnist
from d2lmx.data.loader import ArrayLoader
from d2lmx.figures.style import as_numpy
from d2lmx.validation import positive_integer


def get_fashion_mnist_labels(labels):
    """The names of the classes of Fashion-MNIST.

    Parameters
    ----------
    labels : NDArray, NumPy array or sequence of shape (n,)
        Class indices from 0 to 9, integers or floats.

    Returns
    -------
    list of n str

    Raises
    ------
    ValueError
        A label is not a class index.
    """
    indices = as_numpy(labels).reshape(-1)
    wrong = [index for index in indices if index not in range(len(LABELS))]
    if wrong:
        raise ValueError(f"labels: expected class indices from 0 to {len(LABELS) - 1}, got {wrong[0]}")
    return [LABELS[int(index)] for index in indices]


def show_fashion_mnist(images, labels):
    """Show images side by side, each with its label above.

    Parameters
    ----------
    images : NDArray, or list of NDArrays, of shape (n, height, width, 1), (n, 1, height, width) or (n, height, width)
    labels : list of n str

    Raises
    ------
    ValueError
        No images, or not as many labels.
    """
    if len(images) != len(labels) or len(images) == 0:
        raise ValueError(f"expected images and as many labels, got {len(images)} images and {len(labels)} labels")
    use_svg_display()
    _, axes = plt.subplots(1, len(images), figsize=(1.3 * len(images), 2), squeeze=False)
    for axis, image, label in zip(axes[0], images, labels):
        axis.imshow(as_numpy(image).squeeze())
        axis.set_title(label)
        axis.set_axis_off()
    plt.show()


def FashionMNIST(train=True, root=None):
    """Fashion-MNIST as `mxnet.gluon.data.vision.FashionMNIST` gives it, from where d2lmx finds it.

    Section 3.5 uses that class, which takes only MXNet's own copies of the files, from MXNet's own host. Where these
    cannot be had, write `d2l.FashionMNIST` in the place of `gdata.vision.FashionMNIST`.

    Parameters
    ----------
    train : bool
        The training set, else the test set.
    root : str or Path, optional
        See `load_data_fashion_mnist`.

    Returns
    -------
    mxnet.gluon.data.ArrayDataset
        Images, NDArrays of shape (28, 28, 1), uint8, and labels, int32.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    """
    data = load_fashion_mnist(root)
    X, y = data.train if train else data.test
    return ArrayDataset((X * 255).astype("uint8").reshape((-1, 28, 28, 1)), y)  # exact: the pixels were divided by 255


def load_data_fashion_mnist(batch_size, resize=None, root=None):
    """Fashion-MNIST in minibatches; other data never take its place.

    Parameters
    ----------
    batch_size : int
    resize : int, optional
        Height and width to give the images, by MXNet's bilinear resize, a minibatch at a time.
    root : str or Path, optional
        The folder `fashion-mnist` with the files, as in the book, or the one it lies in. Without it
        `d2lmx.load_fashion_mnist` says where they are. MXNet's own copies of the files do as well.

    Returns
    -------
    train_iter, test_iter : iterables of (X, y)
        X of shape (batch_size, 1, 28, 28), float32 from 0 to 1, and y of shape (batch_size,), int32. Each pass over
        the training set has another order. As with Gluon's `DataLoader`, NumPy's generator decides which.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    TypeError, ValueError
        `batch_size` or `resize` is not an integer of at least 1, or as `d2lmx.load_fashion_mnist`.
    """
    batch_size = positive_integer(batch_size, "batch_size")  # before a download that it would make useless
    loader = ArrayLoader if resize is None else partial(_Resized, positive_integer(resize, "resize"))
    data = load_fashion_mnist(root)
    return (loader(*data.train, batch_size, seed=np.random.randint(2 ** 31)),
            loader(*data.test, batch_size, shuffle=False))


class _Resized(ArrayLoader):
    """Batches of images that are resized when their turn comes: all at once take gigabytes."""

    def __init__(self, size, *data, **options):
        super().__init__(*data, **options)
        self.size = size

    def __iter__(self):
        for X, y in super().__iter__():
            # MXNet resizes images whose last axis is the channel.
            resized = nd.image.resize(X.transpose((0, 2, 3, 1)), size=(self.size, self.size))
            yield resized.transpose((0, 3, 1, 2)), y
