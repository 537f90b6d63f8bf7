"""The two implementations of a model followed step by step."""
import numpy as np
import pytest
from mxnet import autograd, random as mx_random

import d2lmx as d2l
from d2lmx.training.implementations import start_gluon, start_scratch
from d2lmx.training.loop import flatten

# Three seeds, of which the quick tests take the first.
SEEDS = pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])


def assert_equal_steps(build_scratch, build_gluon, initial, lr, batches, rtol=1e-5, atol=1e-6, seed=None):
    """Outputs, losses, gradients (means over the minibatch) and parameters agree in each step of `batches`.

    With a seed, MXNet's generator starts anew at each step of either: both draw the same masks.
    """
    started = [start_scratch(build_scratch, initial, lr), start_gluon(build_gluon, initial, lr)]
    for i, (X, y) in enumerate(batches):
        for one, other in zip(*(values_of_step(*parts, X, y, seed and seed + i) for parts in started)):
            assert one.shape == other.shape
            np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


def values_of_step(net, loss, step, params, X, y, seed):
    """Outputs, losses, gradients and, after the step, parameters, as NumPy arrays."""
    if seed is not None:
        mx_random.seed(seed)
    with autograd.record():
        y_hat = net(X)
        batch_loss = loss(y_hat, y)
    batch_loss.backward()
    if hasattr(net, "collect_params"):  # Gluon keeps W, and so its gradient, as (out, in)
        grads = [param.grad().T if len(param.shape) == 2 else param.grad() for param in net.collect_params().values()]
    else:
        grads = [param.grad for param in flatten(params())]
    grads = [grad / len(X) for grad in grads]
    step(len(X))
    shaped = [y_hat.reshape((len(X), -1)), batch_loss.reshape((-1,))]
    return [array.asnumpy() for array in (*shaped, *grads, *flatten(params()))]


def first_batches(data, batch_size, steps=10, dtype="float32"):
    """`steps` batches of `data`, a pair (X, y), with a short last batch of an epoch among them."""
    loader = d2l.ArrayLoader(*data, batch_size, dtype=dtype)
    batches = []
    while len(batches) < steps:
        batches.extend(loader)
    sizes = {len(X) for X, _ in batches[:steps]}
    assert len(sizes) == 2, "expected a short last batch among the first ones"
    return batches[:steps]
