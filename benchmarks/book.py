"""The book's own code: d2lzh as published, with the networks of sections 3.3, 3.7 and 3.10 and the loop of 3.2 and 3.3.

Two things of d2lzh no longer work and are supplied here: a function that IPython has removed, and
`gdata.vision.FashionMNIST`, which takes nothing but MXNet's own copies of the files; the same arrays take its place.
"""
import contextlib
import io
import re

import d2lmx  # makes MXNet importable  # isort: skip
import IPython.display
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata, loss as gloss, nn

from benchmarks import arrays
from benchmarks.worker import repeat

IPython.display.set_matplotlib_formats = lambda *formats: None
import d2lzh  # noqa: E402  needs the name above


def build(model, lr, batch_size=256, num_hiddens=256, implementation="gluon", num_examples=1000):
    """Epochs of `model`."""
    d2lmx.seed_all(0)
    if model == "linreg":
        return {"scratch": _linreg_scratch, "gluon": _linreg_gluon}[implementation](lr, batch_size, num_examples)
    data = arrays.fashion_mnist()
    sets = {train: gdata.ArrayDataset(nd.array(X[..., None], dtype="uint8"), y.astype("int32"))
            for train, (X, y) in zip((True, False), data)}
    gdata.vision.FashionMNIST = lambda root, train: sets[train]
    train_iter, test_iter = d2lzh.load_data_fashion_mnist(batch_size)
    net = nn.Sequential()
    if model == "mlp":
        net.add(nn.Dense(num_hiddens, activation="relu"))
    net.add(nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    loss = gloss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})

    def epoch():
        with contextlib.redirect_stdout(io.StringIO()) as said:
            d2lzh.train_ch3(net, train_iter, test_iter, loss, 1, batch_size, None, None, trainer)
        return dict(zip(("loss", "train_acc", "test_acc"), map(float, re.findall(r"\d\.\d+", said.getvalue()))))

    return repeat(epoch)


def _linreg_scratch(lr, batch_size, num_examples):
    features, labels = d2lmx.synthetic_data(num_examples=num_examples)
    w, b = nd.random.normal(scale=0.01, shape=(2, 1)), nd.zeros(shape=(1,))
    w.attach_grad()
    b.attach_grad()

    def epoch():
        for X, y in d2lzh.data_iter(batch_size, features, labels):
            with autograd.record():
                l = d2lzh.squared_loss(d2lzh.linreg(X, w, b), y)  # noqa: E741  as in the book
            l.backward()
            d2lzh.sgd([w, b], lr, batch_size)
        return {"loss": float(d2lzh.squared_loss(d2lzh.linreg(features, w, b), labels).mean().asscalar())}

    return repeat(epoch)


def _linreg_gluon(lr, batch_size, num_examples):
    features, labels = d2lmx.synthetic_data(num_examples=num_examples)
    data_iter = gdata.DataLoader(gdata.ArrayDataset(features, labels), batch_size, shuffle=True)
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(init.Normal(sigma=0.01))
    loss = gloss.L2Loss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})

    def epoch():
        for X, y in data_iter:
            with autograd.record():
                l = loss(net(X), y)  # noqa: E741
            l.backward()
            trainer.step(batch_size)
        return {"loss": float(loss(net(features), labels).mean().asscalar())}

    return repeat(epoch)
