"""Two versions of a model followed step by step."""
import numpy as np
from mxnet import autograd

import d2lmx as d2l
from d2lmx.training.implementations import dense_params


def assert_equal_steps(build_scratch, build_gluon, initial, lr, batches, rtol=1e-5, atol=1e-6):
    """Outputs, losses, gradients (means over the minibatch) and parameters agree in each step of `batches`."""
    params = [param.copy() for param in initial]
    scratch = build_scratch(params, lr)
    gluon = build_gluon([param.copy() for param in initial], lr)
    for X, y in batches:
        values = []
        for net, loss, step in (scratch, gluon):
            with autograd.record():
                y_hat = net(X)
                batch_loss = loss(y_hat, y)
            batch_loss.backward()
            if net is scratch[0]:
                grads = [param.grad for param in params]
            else:  # Gluon keeps W, and so its gradient, as (out, in)
                grads = [param.grad() for param in net.collect_params().values()]
                grads = [grad.T if grad.ndim == 2 else grad for grad in grads]
            values.append([y_hat.reshape((len(X), -1)), batch_loss, *(grad / len(X) for grad in grads)])
            step(len(X))
            values[-1] += params if net is scratch[0] else dense_params(net)
        for one, other in zip(*values):
            assert one.shape == other.shape
            np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=rtol, atol=atol)


def first_batches(data, batch_size, steps=10):
    """`steps` batches of `data`, a pair (X, y), with a short last batch of an epoch among them."""
    loader = d2l.ArrayLoader(*data, batch_size)
    batches = []
    while len(batches) < steps:
        batches.extend(loader)
    sizes = {len(X) for X, _ in batches[:steps]}
    assert len(sizes) == 2, "expected a short last batch among the first ones"
    return batches[:steps]
