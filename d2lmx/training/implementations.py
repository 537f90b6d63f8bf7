"""One model, two implementations: from scratch and with Gluon, from the same start and on the same batches."""
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from mxnet import cpu

from d2lmx.data.loader import ArrayLoader
from d2lmx.runtime.threads import threads_for
from d2lmx.training.loop import Diverged, flatten, seed_all, train
from d2lmx.validation import positive_number

IMPLEMENTATIONS = ("scratch", "gluon")
TEST_BATCH = 2048  # at least: without an update in between, few large batches are faster than many small ones


class Trained(NamedTuple):
    """What training one implementation leaves.

    Attributes
    ----------
    net : callable
        From X to predictions.
    params : list of NDArray, or of (W, b) pairs of NDArrays
        As `init_params` gave them: W of shape (num_inputs, num_outputs), with Gluon too.
    history : list of dict
        One record per epoch, as `d2lmx.train` returns them.
    """

    net: Any
    params: list
    history: list


def train_both(init_params, build_scratch, build_gluon, train_set, test_set=None, *, num_epochs, batch_size, lr,
               metric=None, measure=None, implementations=IMPLEMENTATIONS, seed=0, dtype="float32", ctx=None,
               on_epoch=None):
    """Train a model from scratch and with Gluon, from the same values, on the same batches.

    Parameters
    ----------
    init_params : callable
        `init_params()` draws the values that both start from: a list of NDArrays, or of (W, b) pairs, with W of shape
        (num_inputs, num_outputs). They are drawn in float32, so that both dtypes start alike.
    build_scratch : callable
        `build_scratch(params, lr)` gives `net, loss, step` (see `d2lmx.train`), which compute with `params` and update
        them in place. They are copies, with gradients attached.
    build_gluon : callable
        `build_gluon(lr)` gives `net, loss, step` of a network whose only parameters are those of `Dense` layers.
    train_set, test_set : pairs of arrays (features, labels)
        Of shapes (n, ...) and (n,), NDArrays or NumPy arrays.
    num_epochs, batch_size : int
    lr : float
        Learning rate.
    metric : callable, optional
        See `d2lmx.train`.
    measure : callable, optional
        `measure(net, params, record)` gives a dict that each record is updated with.
    implementations : sequence of {"scratch", "gluon"}
    seed : int
        Of the initial values, the order of the batches, and what the networks draw.
    dtype : {"float32", "float64"}
    ctx : mxnet.Context, optional
        By default the CPU.
    on_epoch : callable, optional
        `on_epoch(implementation, record)` after each epoch.

    Returns
    -------
    dict of str to Trained

    Raises
    ------
    Diverged
        A loss or a parameter is no longer finite.
    TypeError, ValueError
        An argument is not what it should be; names the argument.
    """
    lr, ctx = positive_number(lr, "lr"), ctx or cpu()
    train_iter = ArrayLoader(*train_set, batch_size, seed=seed, ctx=ctx, dtype=dtype)
    test_iter = test_set and ArrayLoader(*test_set, max(batch_size, TEST_BATCH), shuffle=False, ctx=ctx, dtype=dtype)
    seed_all(seed)
    initial = map_params(lambda param: param.astype(dtype).as_in_context(ctx), init_params())
    trained = {}
    for implementation in implementations:
        is_scratch = implementation == "scratch"
        net, loss, step, params = start_scratch(build_scratch, initial, lr) if is_scratch else start_gluon(
            build_gluon, initial, lr)
        seed_all(seed)  # Both draw the same numbers, such as the masks of dropout.
        train_iter.epoch = 0  # Both see the same batches.
        history = train(net, loss, step, train_iter, num_epochs, test_iter, metric,
                        partial(_finish_epoch, implementation, net, params, measure, on_epoch),
                        num_threads=threads_for(flatten(initial), batch_size) if is_scratch else None)
        _validate_finite(params(), num_epochs)
        trained[implementation] = Trained(net, params(), history)
    return trained


def _finish_epoch(implementation, net, params, measure, on_epoch, record):
    if measure:
        record.update(measure(net, params(), record))
    if on_epoch:
        on_epoch(implementation, record)


def start_scratch(build_scratch, initial, lr):
    """Network, loss, step, and a function that gives the parameters, on a copy of the initial values."""
    params = map_params(lambda param: param.copy(), initial)
    for param in flatten(params):
        param.attach_grad()
    net, loss, step = build_scratch(params, lr)
    return net, loss, step, lambda: params


def start_gluon(build_gluon, initial, lr):
    """Network, loss, step, and a function that gives the parameters, starting from the initial values."""
    first = flatten(initial)[0]
    with first.context:  # Gluon initialises where this says.
        net, loss, step = build_gluon(lr)
    net.cast(np.dtype(first.dtype).name)
    set_dense_params(net, initial)
    return net, loss, step, partial(dense_params, net, initial)


def map_params(function, params):
    """`function` of each array, in lists and pairs as they were."""
    return [tuple(map(function, layer)) if isinstance(layer, (tuple, list)) else function(layer) for layer in params]


def set_dense_params(net, params):
    """Copy `params`, W as (num_inputs, num_outputs), into the `Dense` layers of a network, which keep its transpose."""
    values, own = flatten(params), list(net.collect_params().values())
    if len(own) != len(values):
        raise ValueError(f"expected {len(own)} parameters for this network, got {len(values)}")
    for parameter, value in zip(own, values):
        parameter.set_data(value.T if value.ndim == 2 else value)


def dense_params(net, like):
    """Copies of the parameters of a network's `Dense` layers, W as (num_inputs, num_outputs), nested as `like`."""
    arrays = iter([param.data() for param in net.collect_params().values()])
    return map_params(lambda _: _transposed(next(arrays)), like)


def _transposed(array):
    return array.T if array.ndim == 2 else array.copy()


def _validate_finite(params, num_epochs):
    # The loss can miss it: it precedes the last update, and relu(NaN) = 0 hides weights that are NaN.
    if not all(np.isfinite(param.asnumpy()).all() for param in flatten(params)):
        raise Diverged(f"the parameters are no longer finite after epoch {num_epochs}: training has diverged; use a "
                       "smaller learning rate")


def largest_difference(trained, key="loss"):
    """Largest relative difference between the implementations' histories in the values called `key`."""
    first, *_, last = [[record[key] for record in one.history] for one in (*trained.values(), *trained.values())]
    return max(abs(a - b) / max(abs(a), abs(b), 1e-30) for a, b in zip(first, last))
