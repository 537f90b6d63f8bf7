"""Linear regression: sections 3.1 to 3.3.

    python -m solutions.linreg
"""
import time

from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters import linreg
from solutions import show


def vector_addition(n=10000):
    """3.1.1 How much faster is the addition of two vectors than that of their elements one by one?

    By orders of magnitude: each of the n additions is a call from Python to MXNet of its own, and these cost much more
    than the sums. Hence a minibatch is one matrix.
    """
    a, b = nd.ones(n), nd.ones(n)
    c, seconds = nd.zeros(n), {}
    started = time.perf_counter()
    for i in range(100):                       # a hundredth of them is enough
        c[i] = a[i] + b[i]
    nd.waitall()
    seconds["one by one"] = (time.perf_counter() - started) * n / 100
    started = time.perf_counter()
    c = a + b
    nd.waitall()
    seconds["at once"] = time.perf_counter() - started
    return {**seconds, "times as fast": seconds["one by one"] / seconds["at once"], "sum": c.sum().asscalar()}


def shape_of_labels(n=10):
    """3.2.1 Why does squared_loss give y the shape of y_hat?

    y_hat has the shape (n, 1) and y the shape (n,). Their difference would be broadcast to (n, n), each prediction
    minus each label, and training would minimise the wrong thing without an error.
    """
    y_hat, y = nd.ones((n, 1)), nd.ones(n)
    return {"without": (y_hat - y).shape, "with": d2l.squared_loss(y_hat, y).shape}


def learning_rates(rates=(0.003, 0.03, 0.3, 3)):
    """3.2.2 What do other learning rates do to the loss?

    With a small one it falls slowly, with a larger one fast, until the steps get too large: at 3 the loss grows without
    bound.
    """
    (features, labels), losses = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B), {}
    for lr in rates:
        try:
            trained = linreg.run(features, labels, lr=lr, implementations=["gluon"])
            losses[lr] = trained["gluon"].history[-1]["loss"]
        except d2l.Diverged:
            losses[lr] = float("inf")
    return losses


def short_last_batch(n=25, batch_size=10):
    """3.2.3 What does the reader of minibatches do where n is not divisible by the batch size?

    The last minibatch is short: the slice of the indices ends with them. The update then divides by the number of
    examples that there are, not by the batch size, which would make the last step too small.
    """
    return [len(y) for _, y in d2l.data_iter(batch_size, nd.ones((n, 2)), nd.ones(n))]


def mean_of_the_losses(n=10, lr=0.1):
    """3.3.1 What changes where the loss is `l(net(X), y).mean()`?

    The gradients are then those of the mean already, so the step has to be `trainer.step(1)` in the place of
    `trainer.step(batch_size)`. With both the weights end at the same place.
    """
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, n)
    ends = {}
    for name, reduce, divisor in (("sum", nd.sum, n), ("mean", nd.mean, 1), ("mean, step(n)", nd.mean, n)):
        net = nn.Dense(1)
        net.initialize(init.Zero())
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
        with autograd.record():
            loss = reduce(gloss.L2Loss()(net(features), labels))
        loss.backward()
        trainer.step(divisor)
        ends[name] = net.weight.data().asnumpy()[0]
    return ends


def losses_and_initialisers():
    """3.3.2 Which losses and initialisers does Gluon have?

    `mxnet.gluon.loss` has a class for each loss, such as L1Loss and HuberLoss, and `mxnet.init` one for each way to
    draw the first values, such as Xavier and Orthogonal. For linear regression without outliers L2Loss is right.
    """
    return {"losses": sorted(name for name in gloss.__all__ if name.endswith("Loss")),
            "initialisers": sorted(name for name in dir(init) if isinstance(getattr(init, name), type)
                                   and issubclass(getattr(init, name), init.Initializer))}


def gradient_of_the_weight(n=10):
    """3.3.3 How does one see the gradient of dense.weight?

    By `dense.weight.grad()`, after backward. It has the shape of the weight, (1, 2), and is what the formula of
    section 3.1 gives, the sum of (y_hat - y) x over the minibatch.
    """
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, n)
    net = nn.Dense(1)
    net.initialize(init.One())
    with autograd.record():
        y_hat = net(features)
        loss = gloss.L2Loss()(y_hat, labels)
    loss.backward()
    residual = y_hat.reshape(-1) - labels
    return {"dense.weight.grad()": net.weight.grad().asnumpy(), "formula": nd.dot(residual, features).asnumpy()}


if __name__ == "__main__":
    show(globals())
