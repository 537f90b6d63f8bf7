from functools import partial

import numpy as np
import pytest
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from tests.conftest import REAL_DATA


def softmax_regression(data, batch_size=32):
    """Section 3.6: the network gives probabilities, and the loss takes their logarithm."""
    W, b = nd.random.normal(scale=0.01, shape=(784, 10)), nd.zeros(10)
    for param in (W, b):
        param.attach_grad()

    def net(X):
        exp = (nd.dot(X.reshape((-1, 784)), W) + b).exp()
        return exp / exp.sum(axis=1, keepdims=True)

    def loss(y_hat, y):
        return -nd.pick(y_hat, y).log()

    loaders = [d2l.ArrayLoader(*part, batch_size) for part in (data.train, data.test)]
    return net, loss, {"params": [W, b], "lr": 0.1}, partial(d2l.sgd, [W, b], 0.1), loaders


def mlp_with_dropout(data):
    """Section 3.13: a trainer takes the place of params and lr; a `DataLoader`, as in 3.5, that of the loaders."""
    net = nn.Sequential()
    net.add(nn.Dense(16, activation="relu"), nn.Dropout(0.5), nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    loaders = [gluon.data.DataLoader(gluon.data.ArrayDataset(*part), 32) for part in (data.train, data.test)]
    return net, gloss.SoftmaxCrossEntropyLoss(), {"trainer": trainer}, trainer.step, loaders


@pytest.mark.parametrize("build", [softmax_regression, mlp_with_dropout], ids=["3.6", "3.13"])
def test_train_ch3_prints_what_train_gives_with_steps_by_the_nominal_batch_size(small, build, capsys):
    def expected(num_examples):
        d2l.seed_all(0)
        net, loss, _, step, (train_iter, test_iter) = build(small)
        history = d2l.train(net, loss, lambda n: step(num_examples(n)), train_iter, 3, test_iter, d2l.correct)
        return ["epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}".format(**record)
                for record in history]

    d2l.seed_all(0)
    net, loss, optimiser, _, (train_iter, test_iter) = build(small)
    assert d2l.train_ch3(net, train_iter, test_iter, loss, 3, 32, **optimiser) is None
    printed = capsys.readouterr().out.splitlines()
    assert printed == expected(lambda n: 32) != expected(lambda n: n)  # of which the last batch has 6
    assert d2l.evaluate_accuracy(test_iter, net) == pytest.approx(float(printed[-1].rpartition(" ")[2]), abs=5e-4)


@pytest.mark.parametrize("arguments, error, message", [
    ({"params": []}, TypeError, "expected params and lr, or a trainer"),
    ({"lr": 0.1}, TypeError, "expected params and lr, or a trainer"),
    ({"params": [], "lr": 0.1, "batch_size": 0}, ValueError, "batch_size: expected an integer of at least 1"),
    ({"params": [], "lr": 0, "num_epochs": 0}, ValueError, "num_epochs: expected an integer of at least 1"),
])
def test_arguments_of_train_ch3_that_do_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        d2l.train_ch3(None, None, None, None, **{"num_epochs": 1, "batch_size": 32, **arguments})


def test_training_that_diverges_stops(small):
    net, loss, optimiser, _, loaders = softmax_regression(small)
    with pytest.raises(d2l.Diverged, match="in epoch 1"):
        d2l.train_ch3(net, *loaders, loss, 5, 32, optimiser["params"], 1e6)


def test_real_data_give_the_numbers_the_book_prints_in_3_6(fashion_mnist, capsys):
    """It prints losses of 0.79 and 0.57 and train accuracies of 0.75 and 0.81 for the first two of its epochs."""
    d2l.seed_all(0)
    net, loss, optimiser, _, (train_iter, test_iter) = softmax_regression(fashion_mnist, 256)
    assert d2l.evaluate_accuracy(test_iter, net) < 0.3
    d2l.train_ch3(net, train_iter, test_iter, loss, 2, 256, **optimiser)
    rows = [[float(part.split()[-1]) for part in line.split(", ")] for line in capsys.readouterr().out.splitlines()]
    np.testing.assert_array_less(abs(np.array(rows) - [[1, 0.79, 0.75, 0.80], [2, 0.57, 0.81, 0.82]]),
                                 [[1e-9, 0.02, 0.01, 0.025]] * 2)


def test_images_and_labels_of_the_real_data_are_those_the_book_shows_in_3_5(fashion_mnist):
    X, y = d2l.FashionMNIST(train=True, root=REAL_DATA)[0:9]
    assert (X.shape, X.dtype, X.max().asscalar()) == ((9, 28, 28, 1), np.uint8, 255)
    assert d2l.get_fashion_mnist_labels(y)[:2] == ["ankle boot", "t-shirt"]
