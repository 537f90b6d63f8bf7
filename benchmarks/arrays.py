"""The data of all contenders, as NumPy arrays: nothing here imports MXNet or PyTorch."""
import numpy as np

from d2lmx.data.fashion_mnist import FASHION_MNIST, read


def fashion_mnist():
    """Fashion-MNIST as `(X, y), (X, y)`, to train and to test: X uint8 of shape (n, 28, 28), y uint8 of shape (n,)."""
    folder = FASHION_MNIST.get()
    return tuple((read(folder / f"{part}-images-idx3-ubyte.gz"), read(folder / f"{part}-labels-idx1-ubyte.gz"))
                 for part in ("train", "t10k"))


def synthetic(num_examples, num_inputs, num_outputs=10):
    """Random examples and classes: X float32 of shape (num_examples, num_inputs), y int32 of shape (num_examples,)."""
    generator = np.random.default_rng(0)
    X = generator.random((num_examples, num_inputs), dtype=np.float32)
    return X, generator.integers(num_outputs, size=num_examples, dtype=np.int32)


def data(num_examples=None, num_inputs=784):
    """What to train and test on, as rows of float32: Fashion-MNIST, or `num_examples` random rows and no test set."""
    if num_examples:
        return synthetic(num_examples, num_inputs), None
    return tuple((np.divide(X.reshape(len(X), -1), 255, dtype=np.float32), y.astype(np.int32))
                 for X, y in fashion_mnist())
