"""Minibatches from arrays in memory."""
import numpy as np
from mxnet import nd

from d2lmx.validation import positive_integer

# Rows are gathered for several batches in one call, as many as a processor's cache holds until their turn comes.
GATHER_BYTES = 1 << 22


class ArrayLoader:
    """Minibatches `(X, y)` of arrays in memory (section 3.2 of the book), shuffled anew in each epoch.

    Usable wherever a list of `(X, y)` batches or a Gluon `DataLoader` is: it can be iterated over and over, and
    `len(loader)` is the number of batches. The last batch is as short as it has to be. The order of an epoch depends
    on `seed` and `epoch` alone, so two loaders with the same seed give the same batches, whatever else draws random
    numbers meanwhile. Code on `mx.np` arrays, d2l's among it, takes `X.as_np_ndarray(), y.as_np_ndarray()`.

    Parameters
    ----------
    X : NDArray or NumPy array of shape (n, ...)
        Features, none of them NaN or infinite; kept as float32, MXNet's default.
    y : NDArray or NumPy array of shape (n,)
        Labels: integers are class indices, kept as int32; anything else is a value to regress on, kept as float32.
    batch_size : int
    shuffle : bool
        False for evaluation: batches are then views of X and y, in order, without copying.
    seed : int
    ctx : mxnet.Context, optional
        Device that holds the arrays and the batches; by default where X and y are.

    Attributes
    ----------
    epoch : int
        Passes begun so far; the next one is shuffled by `epoch_order(n, seed, epoch)`. Set it to resume.

    Raises
    ------
    TypeError
        X or y is not a numeric array.
    ValueError
        No examples, features and labels of different length, a wrong rank, or features that are not finite.
    """

    def __init__(self, X, y, batch_size, shuffle=True, seed=0, ctx=None):
        self.batch_size = positive_integer(batch_size, "batch_size")
        check_examples(X, y)
        is_class = np.dtype(y.dtype).kind in "iu"
        self.X, self.y = _to_ndarray(X, "float32", ctx), _to_ndarray(y, "int32" if is_class else "float32", ctx)
        check_values(self.X, self.y)
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0

    def __len__(self):
        return -(-len(self.X) // self.batch_size)

    def __iter__(self):
        if self.shuffle:
            return self.gathered(nd.array(self.next_order(), dtype="int32", ctx=self.X.context), nd.take)
        self.epoch += 1
        return _slices(self.X, self.y, self.batch_size)

    def next_order(self):
        """Begin a pass without its batches: the order in which it visits the examples, NumPy array of shape (n,)."""
        epoch, self.epoch = self.epoch, self.epoch + 1
        n = len(self.X)
        return epoch_order(n, self.seed, epoch) if self.shuffle else np.arange(n)

    def gathered(self, order, take):
        """The batches of a pass in `order`, of which `take(array, order[start:stop])` gathers the rows."""
        y, num_examples = take(self.y, order), len(order)
        batch_bytes = self.batch_size * self.X[0].size * self.X.dtype().itemsize
        rows = self.batch_size * max(1, GATHER_BYTES // batch_bytes)
        for start in range(0, num_examples, rows):
            stop = start + rows
            yield from _slices(take(self.X, order[start:stop]), y[start:stop], self.batch_size)


def _slices(X, y, batch_size):
    for start in range(0, len(X), batch_size):
        stop = start + batch_size
        yield X[start:stop], y[start:stop]


def epoch_order(n, seed, epoch):
    """The order in which epoch `epoch` (from 0) visits `n` examples.

    Returns
    -------
    NumPy array of shape (n,), int64
        A permutation of 0 to n - 1 that depends on the three arguments alone.
    """
    # NumPy guarantees the stream of RandomState for all versions, that of default_rng it does not.
    return np.random.RandomState((seed, epoch)).permutation(n)


def check_examples(X, y):
    """Raise the TypeError or ValueError that `ArrayLoader` documents, if types or shapes of X and y do not fit."""
    for name, array in (("features X", X), ("labels y", y)):
        if not (hasattr(array, "shape") and hasattr(array, "dtype")):
            raise TypeError(f"{name}: expected an NDArray or NumPy array, got {type(array).__name__}")
        if np.dtype(array.dtype).kind not in "iuf":
            raise TypeError(f"{name}: expected numbers, got dtype {np.dtype(array.dtype)}")
    if len(X.shape) < 2:
        raise ValueError(f"features X: expected shape (n, ...) with at least 2 dimensions, got {tuple(X.shape)}; "
                         "for one feature per example use X.reshape((-1, 1))")
    if len(y.shape) != 1:
        raise ValueError(f"labels y: expected shape (n,), got {tuple(y.shape)}; use y.reshape((-1,))")
    if X.shape[0] != y.shape[0]:
        raise ValueError(f"expected as many labels as examples, got {X.shape[0]} examples and {y.shape[0]} labels")
    if 0 in X.shape:
        raise ValueError(f"expected at least one example, got features of shape {tuple(X.shape)}")
    if np.dtype(y.dtype) in (np.int64, np.uint32, np.uint64) and not -2 ** 31 <= y.min() <= y.max() < 2 ** 31:
        raise ValueError("labels y: expected class indices that int32 holds, got larger ones")


def check_values(X, y):
    """Raise the ValueError that `ArrayLoader` documents, if features X or labels y, as float32, are not finite."""
    for name, array in (("features X", X), ("labels y", y)):
        if np.dtype(array.dtype).kind == "f" and not _is_finite(array):
            raise ValueError(f"{name}: expected numbers that float32 holds, got NaN, infinity or larger ones; clean or "
                             "impute them first")


def _is_finite(array, rows=4096):
    # In pieces: a full-size temporary would double the memory of a large data set.
    pieces = (array[start:start + rows] for start in range(0, array.shape[0], rows))
    return all(np.isfinite(piece.asnumpy()).all() for piece in pieces)


def _to_ndarray(array, dtype, ctx):
    if isinstance(array, nd.NDArray):
        return array.as_in_context(ctx or array.context).astype(dtype, copy=False)
    return nd.array(array, dtype=dtype, ctx=ctx)
