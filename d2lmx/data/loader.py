"""Minibatches from arrays in memory."""
import numpy as np
from mxnet import nd, np as mx_np

from d2lmx.validation import float_type, positive_integer, seed_number

# One call gathers the rows of several batches: as many as stay in a processor's cache until their turn comes.
GATHER_BYTES = 1 << 22
ROWS = 4096  # in one piece, where numbers are validated


class ArrayLoader:
    """Minibatches `(X, y)` of arrays in memory (section 3.2 of the book), shuffled again in each epoch.

    It takes the place of a list of `(X, y)` batches or of a Gluon `DataLoader`: it can be iterated over again and
    again, and `len(loader)` is the number of batches. The last batch may be shorter. The order of an epoch depends on
    `seed` and `epoch` alone, so two loaders with the same seed give the same batches, whatever else draws random
    numbers. Code on `mx.np` arrays, such as d2l's, takes `X.as_np_ndarray(), y.as_np_ndarray()`.

    Parameters
    ----------
    X : NDArray, NumPy array or pandas DataFrame of shape (n, ...)
        Features, none of them NaN or infinite; kept as `dtype`.
    y : NDArray, NumPy array or pandas Series of shape (n,)
        Labels: integers are class indices, kept as int32; other numbers are values to regress on, kept as `dtype`.
    batch_size : int
    shuffle : bool
        False for evaluation: batches are then views of X and y, in order, without copying.
    seed : int
    ctx : mxnet.Context, optional
        Device that holds the arrays and the batches; by default where X and y are.
    dtype : {"float32", "float64"}
        Type of the features and of values to regress on.

    Attributes
    ----------
    epoch : int
        Number of passes begun. The next one has the order `epoch_order(n, seed, epoch)`. Set it to resume.

    Raises
    ------
    TypeError
        X or y is not a numeric array.
    ValueError
        `batch_size` or `seed` out of range, no examples, features and labels of different length, a wrong number of
        dimensions, numbers that are not finite, or another `dtype`.
    """

    def __init__(self, X, y, batch_size, shuffle=True, seed=0, ctx=None, dtype="float32"):
        self.batch_size, seed = positive_integer(batch_size, "batch_size"), seed_number(seed)
        dtype = float_type(dtype)
        X, y = (array.to_numpy() if hasattr(array, "to_numpy") else array for array in (X, y))  # of pandas
        _validate(X, y)
        is_class = np.dtype(y.dtype).kind in "iu"
        self.X = _to_ndarray(X, "features X", dtype, ctx)
        self.y = _to_ndarray(y, "labels y", "int32" if is_class else dtype, ctx)
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0

    def __len__(self):
        return -(-len(self.X) // self.batch_size)

    def __iter__(self):
        order = self.next_order()
        if self.shuffle:
            return self.gathered(nd.array(order, dtype="int32", ctx=self.X.context), nd.take, self.y)
        return slices(self.X, self.y, self.batch_size)

    def next_order(self):
        """Begin a pass without its batches: gives the order of its examples, NumPy array of shape (n,)."""
        epoch, self.epoch = self.epoch, self.epoch + 1
        n = len(self.X)
        return epoch_order(n, self.seed, epoch) if self.shuffle else np.arange(n)

    def gathered(self, order, take, y):
        """The batches of a pass in `order`, of which `take(array, order[start:stop])` gathers the rows of X and `y`."""
        y, num_examples = take(y, order), len(order)
        batch_bytes = self.batch_size * self.X[0].size * self.X.dtype().itemsize
        rows = self.batch_size * max(1, GATHER_BYTES // batch_bytes)
        for start in range(0, num_examples, rows):
            stop = start + rows
            yield from slices(take(self.X, order[start:stop]), y[start:stop], self.batch_size)


def slices(X, y, batch_size):
    """The minibatches of X and y in their order, as views."""
    for start in range(0, len(X), batch_size):
        stop = start + batch_size
        yield X[start:stop], y[start:stop]


def epoch_order(n, seed, epoch):
    """The order in which an `ArrayLoader` visits its examples in an epoch.

    Parameters
    ----------
    n : int
        Number of examples.
    seed : int
    epoch : int
        From 0.

    Returns
    -------
    NumPy array of shape (n,), int64
        A permutation of 0 to n - 1, which depends on the three arguments alone.
    """
    # NumPy guarantees the stream of RandomState for all versions, that of default_rng it does not.
    return np.random.RandomState((seed, epoch)).permutation(n)


def _validate(X, y):
    """Raise the TypeError or ValueError that `ArrayLoader` documents where types or shapes of X and y do not fit."""
    for name, array in (("features X", X), ("labels y", y)):
        if getattr(array, "stype", "default") != "default":
            raise TypeError(f"{name}: expected a dense array, got a sparse one ({array.stype}); "
                            "use .tostype('default')")
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


def _to_ndarray(array, name, dtype, ctx):
    """`array` as an NDArray; a ValueError where `dtype` does not hold all of its numbers."""
    if isinstance(array, mx_np.ndarray):
        array = array.as_nd_ndarray()
    if isinstance(array, nd.NDArray):
        array = array.as_in_context(ctx or array.context).astype(dtype, copy=False)
    else:
        array = nd.array(array, dtype=dtype, ctx=ctx)
    # In pieces: a full-size temporary would double the memory of a large data set.
    pieces = (array[start:start + ROWS] for start in range(0, len(array), ROWS))
    if not all(np.isfinite(piece.asnumpy()).all() for piece in pieces):
        raise ValueError(f"{name}: expected numbers that {dtype} holds, got NaN, infinity or larger ones; clean or "
                         "impute them first")
    return array
