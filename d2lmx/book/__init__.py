"""What the code printed in the book imports from its helper package, under the book's names and signatures.

With `import d2lmx as d2l` in the place of `import d2lzh as d2l` the cells of chapters 2 and 3 run as they are printed.
The functions are thin over the rest of d2lmx, which new code does better to call; `sgd`, `try_gpu` and `try_all_gpus`
are the same in both. Figures appear in the notebook or in a window; a script on a machine that has neither writes them
to files and prints the paths.
"""
import random
import time
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from mxnet import nd
from mxnet.gluon.data import ArrayDataset

from d2lmx.data.fashion_mnist import LABELS
from d2lmx.data.images import load_fashion_mnist
from d2lmx.data.loader import ArrayLoader
from d2lmx.figures import backend as headless
from d2lmx.figures import show as display
from d2lmx.training.loop import correct, evaluate, sgd, train
from d2lmx.validation import positive_integer

headless.use_if_headless()


# --- Linear regression: sections 3.2 and 3.12

def data_iter(batch_size, features, labels):
    """Minibatches (X, y) of one pass over two NDArrays of n examples, in an order that `random.seed` determines.

    The last one may be shorter. `ArrayLoader` can be iterated over again and again.
    """
    batch_size = positive_integer(batch_size, "batch_size")
    if len(features) != len(labels):
        raise ValueError(f"expected as many labels as examples, got {len(features)} examples and {len(labels)} labels")
    order = list(range(len(features)))
    random.shuffle(order)
    for start in range(0, len(order), batch_size):
        rows = nd.array(order[start:start + batch_size], dtype="int32", ctx=features.context)
        yield features.take(rows), labels.take(rows)


def linreg(X, w, b):
    """Predictions of linear regression, Xw + b: X (n, d), w (d, 1), b (1,) -> (n, 1)."""
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    """Half the squared error of each example, in the shape of `y_hat`, which y (n,) takes: (n, 1), (n,) -> (n, 1)."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


# --- Fashion-MNIST and classification: sections 3.5 to 3.7, and on to 3.13

def get_fashion_mnist_labels(labels):
    """The names of class indices, integers or floats from 0 to 9, as a list of str."""
    indices = display.as_numpy(labels).reshape(-1)
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
    """
    if len(images) != len(labels) or len(images) == 0:
        raise ValueError(f"expected images and as many labels, got {len(images)} images and {len(labels)} labels")
    use_svg_display()
    _, axes = plt.subplots(1, len(images), figsize=(1.3 * len(images), 2), squeeze=False)
    for axis, image, label in zip(axes[0], images, labels):
        axis.imshow(display.as_numpy(image).squeeze())
        axis.set_title(label)
        axis.set_axis_off()
    plt.show()


def FashionMNIST(train=True, root=None):
    """Fashion-MNIST as `mxnet.gluon.data.vision.FashionMNIST` gives it, from where d2lmx finds it.

    That class, which section 3.5 uses, takes nothing but MXNet's own copies of the files, from MXNet's own host. Where
    these cannot be had, write `d2l.FashionMNIST` in the place of `gdata.vision.FashionMNIST`.

    Parameters
    ----------
    train : bool
        The training set, or else the test set.
    root : str or Path, optional
        See `load_data_fashion_mnist`.

    Returns
    -------
    mxnet.gluon.data.ArrayDataset
        Of images, NDArrays of shape (28, 28, 1), uint8, and labels, int32.
    """
    data = load_fashion_mnist(_data_folder(root))
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
        The folder `fashion-mnist` with the files, as in the book, or the one it lies in; without it they are looked
        for, and downloaded, as `d2lmx.load_fashion_mnist` says. MXNet's own copies of the files do as well.

    Returns
    -------
    train_iter, test_iter : iterables of (X, y)
        X of shape (batch_size, 1, 28, 28), float32 from 0 to 1, and y of shape (batch_size,), int32; both can be
        iterated over again and again. The training set comes in another order in each pass, and from call to call
        unless NumPy's generator is seeded, as with Gluon's `DataLoader`.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    """
    batch_size = positive_integer(batch_size, "batch_size")  # before a download that it would make useless
    if resize is not None:
        resize = positive_integer(resize, "resize")
    data = load_fashion_mnist(_data_folder(root))
    train_iter = ArrayLoader(*data.train, batch_size, seed=np.random.randint(2 ** 31))
    test_iter = ArrayLoader(*data.test, batch_size, shuffle=False)
    return (train_iter, test_iter) if resize is None else (_Resized(train_iter, resize), _Resized(test_iter, resize))


class _Resized:
    """The batches of a loader with images of another size, made when their turn comes: all at once take gigabytes."""

    def __init__(self, loader, size):
        self.loader, self.size = loader, size

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        for X, y in self.loader:
            # MXNet resizes images whose last axis is the channel.
            resized = nd.image.resize(X.transpose((0, 2, 3, 1)), size=(self.size, self.size))
            yield resized.transpose((0, 3, 1, 2)), y


def _data_folder(root):
    # The book's `root` is the folder of the files, that of d2lmx holds it.
    folder = root and Path(root).expanduser()
    return folder.parent if folder and folder.name == "fashion-mnist" else folder


def evaluate_accuracy(data_iter, net):
    """Fraction of the examples of `data_iter` that `net` classifies correctly, a float: `evaluate(net, data_iter)`."""
    return evaluate(net, data_iter)


def train_ch3(net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None):
    """Train a classifier and print loss and accuracies of each epoch; `d2lmx.train` returns them.

    Each step divides the summed gradient by `batch_size`, as the book does, on the short last batch too, whose weight
    in the update is then less: this is what the argument is for, and what the printed results were made with. In
    `d2lmx.train` the divisor is the number of examples in the minibatch.

    Parameters
    ----------
    net : callable
        From X to logits or probabilities of shape (n, num_outputs), whichever `loss` takes.
    train_iter, test_iter : iterable of (X, y)
    loss : callable
        From predictions and labels to one loss per example, of shape (n,) or (n, 1).
    num_epochs, batch_size : int
    params : list of NDArray, optional
        Updated by `sgd` with learning rate `lr`, where there is no `trainer`.
    lr : float, optional
    trainer : mxnet.gluon.Trainer, optional

    Raises
    ------
    TypeError
        Neither `params` and `lr` nor a `trainer`.
    Diverged, ValueError
        See `d2lmx.train`.
    """
    if trainer is None and (params is None or lr is None):
        raise TypeError("expected params and lr, or a trainer: pass what is missing")
    batch_size = positive_integer(batch_size, "batch_size")
    step = partial(sgd, params, lr) if trainer is None else trainer.step
    train(net, lambda y_hat, y: loss(y_hat, y).reshape((-1,)), lambda n: step(batch_size), train_iter, num_epochs,
          test_iter, correct, on_epoch=_print_epoch)


def _print_epoch(record):
    line = "epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}"
    print(line.format(**record), flush=True)


# --- Figures

def use_svg_display():
    """Let a notebook show figures as SVG; elsewhere nothing changes."""
    if display.in_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")


def set_figsize(figsize=(3.5, 2.5)):
    """Set the size of the figures to come, width and height in inches, and `use_svg_display`."""
    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def semilogy(x_vals, y_vals, x_label, y_label, x2_vals=None, y2_vals=None, legend=None, figsize=(3.5, 2.5)):
    """Show one curve, or two of which the second is dotted, on a logarithmic y axis.

    Parameters
    ----------
    x_vals, y_vals, x2_vals, y2_vals : sequences of numbers
    x_label, y_label : str
    legend : list of str, optional
        A name per curve.
    figsize : (float, float)
        Width and height in inches, of the figures to come as well.
    """
    set_figsize(figsize)
    _, axes = plt.subplots()
    axes.semilogy(x_vals, y_vals)
    if x2_vals is not None and y2_vals is not None:
        axes.semilogy(x2_vals, y2_vals, linestyle=":")
    axes.set(xlabel=x_label, ylabel=y_label)
    if legend:
        axes.legend(legend)
    plt.show()


# --- Beside the lessons

class Benchmark:
    """Print the seconds that a `with` block takes, after `prefix`; it does not wait for work MXNet has queued."""

    def __init__(self, prefix=None):
        self.prefix = f"{prefix} " if prefix else ""

    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, *error):
        print(f"{self.prefix}time: {time.perf_counter() - self.start:.4f} sec")


def mkdir_if_not_exist(path):
    """Make the folder `path`, a path or a list of its parts, and those it lies in, where they are missing."""
    parts = path if isinstance(path, (list, tuple)) else [path]
    Path(*parts).mkdir(parents=True, exist_ok=True)
