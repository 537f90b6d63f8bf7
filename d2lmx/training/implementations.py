"""One model in two versions, from scratch and with Gluon: the same start, the same batches, the same numbers."""
from typing import Any, NamedTuple

import numpy as np

from d2lmx.data.loader import ArrayLoader
from d2lmx.runtime.threads import threads_for
from d2lmx.training.loop import Diverged, correct, train
from d2lmx.validation import positive_number

VERSIONS = ("scratch", "gluon")
TEST_BATCH = 2048  # at least: without an update in between, few large batches are faster than many small ones


class Trained(NamedTuple):
    """What training one version leaves.

    Attributes
    ----------
    net : callable
        From X to predictions.
    params : list of NDArray
        `[W, b]` of each layer in turn, W of shape (num_inputs, num_outputs).
    history : list of dict
        One record per epoch, as `d2lmx.train` returns them.
    """

    net: Any
    params: list
    history: list


def set_dense_params(net, params):
    """Copy `[W, b]` of each layer into the `Dense` layers of a Gluon network, which keep W as (out, in).

    Parameters
    ----------
    net : mxnet.gluon.Block
        Initialised, of `Dense` layers whose `in_units` are known.
    params : list of NDArray
        W of shape (num_inputs, num_outputs) and b of shape (num_outputs,) of each layer in turn.
    """
    own = list(net.collect_params().values())
    if len(own) != len(params):
        raise ValueError(f"expected {len(own)} parameters for this network, got {len(params)}")
    for parameter, value in zip(own, params):
        parameter.set_data(value.T if value.ndim == 2 else value)


def dense_params(net):
    """`[W, b]` of each `Dense` layer of a Gluon network in turn, W as (num_inputs, num_outputs): copies."""
    values = [parameter.data() for parameter in net.collect_params().values()]
    return [value.T if value.ndim == 2 else value.copy() for value in values]


def finish(version, net, params, history):
    """The `Trained` of a version that has been trained.

    Parameters
    ----------
    version : {"scratch", "gluon"}
    net, params, history
        As in `Trained`; of Gluon's version the parameters are those of `net`, and `params` is not looked at.

    Returns
    -------
    Trained

    Raises
    ------
    Diverged
        A parameter is no longer finite. The loss need not show it: the last update comes after it was measured, and the
        relu of NaN is 0, behind which weights that are no longer numbers leave it finite.
    """
    params = params if version == "scratch" else dense_params(net)
    if not all(np.isfinite(param.asnumpy()).all() for param in params):
        raise Diverged(f"the parameters are no longer finite after epoch {history[-1]['epoch']}: training has "
                       "diverged; use a smaller learning rate")
    return Trained(net, params, history)


def train_versions(builders, params, data, num_epochs, batch_size, lr, seed=0, ctx=None, on_epoch=None):
    """Train a classifier in each version, from the same initial parameters on the same batches.

    Parameters
    ----------
    builders : dict of str to callable
        By the version's name, "scratch" or "gluon": `build(params, lr)` gives `net, loss, step` (see `d2lmx.train`),
        and the version from scratch updates `params` in place.
    params : list of NDArray
        Initial values, `[W, b]` of each layer; left as they are.
    data : ImageData
    num_epochs, batch_size : int
    lr : float
    seed : int
        Of the order of the batches.
    ctx : mxnet.Context, optional
    on_epoch : callable, optional
        `on_epoch(version, record)` after each epoch.

    Returns
    -------
    dict of str to Trained
    """
    lr = positive_number(lr, "lr")
    train_iter = ArrayLoader(*data.train, batch_size, seed=seed, ctx=ctx)
    test_iter = ArrayLoader(*data.test, max(batch_size, TEST_BATCH), shuffle=False, ctx=ctx)
    trained = {}
    for version, build in builders.items():
        own = [param.copy() for param in params]
        net, loss, step = build(own, lr)
        train_iter.epoch = 0  # the same batches for each version
        log = on_epoch and (lambda record, version=version: on_epoch(version, record))
        num_threads = threads_for(own, batch_size) if version == "scratch" else None  # of a graph, train knows it
        history = train(net, loss, step, train_iter, num_epochs, test_iter, correct, log, num_threads=num_threads)
        trained[version] = finish(version, net, own, history)
    return trained


def largest_difference(trained, key="loss"):
    """Largest relative difference between the versions' histories, a float; 0 where there is one version only.

    Parameters
    ----------
    trained : dict of str to Trained
    key : str
        Which value of the records is compared.
    """
    histories = [[record[key] for record in version.history] for version in trained.values()]
    return max(abs(a - b) / max(abs(a), abs(b), 1e-30) for a, b in zip(histories[0], histories[-1]))
