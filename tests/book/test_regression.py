import random
import sys

import numpy as np
import pytest
from mxnet import nd

import d2lmx as d2l
from chapters import linreg as chapter
from tests.fresh import run


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_data_iter_visits_each_example_once_in_the_order_of_random(dtype):
    features, labels = nd.arange(14, dtype=dtype).reshape((7, 2)) / 3, nd.arange(7, dtype=dtype)
    random.seed(3)
    batches = list(d2l.data_iter(3, features, labels))
    assert [(X.shape, X.dtype) for X, _ in batches] == [((n, 2), np.dtype(dtype)) for n in (3, 3, 1)]
    order = list(range(7))
    random.seed(3)
    random.shuffle(order)
    X, y = (nd.concat(*arrays, dim=0).asnumpy() for arrays in zip(*batches))
    np.testing.assert_array_equal(X, features.asnumpy()[order])
    np.testing.assert_array_equal(y, order)


@pytest.mark.parametrize("batch_size, num_labels, error, message", [
    (3, 6, ValueError, "as many labels as examples, got 7 examples and 6 labels"),
    (0, 7, ValueError, "batch_size: expected an integer of at least 1"),
    (2.5, 7, TypeError, "batch_size: expected an integer of at least 1"),
])
def test_arguments_of_data_iter_that_do_not_fit(batch_size, num_labels, error, message):
    with pytest.raises(error, match=message):
        d2l.data_iter(batch_size, nd.zeros((7, 2)), nd.zeros(num_labels))


def test_linear_regression_of_the_book_is_that_of_the_chapter():
    X, y = d2l.synthetic_data(num_examples=5)
    w, b = nd.array([[0.3], [-0.5]]), nd.array([0.1])
    y_hat = d2l.linreg(X, w, b)
    assert y_hat.asnumpy().tolist() == chapter.linreg(X, w, b).asnumpy().tolist()
    loss = d2l.squared_loss(y_hat, y)
    assert loss.shape == y_hat.shape == (5, 1)
    assert loss.asnumpy().tolist() == chapter.squared_loss(y_hat, y).asnumpy().tolist()


# Section 3.2 as it is printed, but for the import and the data.
CELLS = """
import d2lmx as d2l
from mxnet import autograd, nd
true_w = [2, -3.4]
true_b = 4.2
d2l.seed_all(0)
features, labels = d2l.synthetic_data(true_w, true_b)
w = nd.random.normal(scale=0.01, shape=(2, 1))
b = nd.zeros(shape=(1,))
w.attach_grad()
b.attach_grad()
batch_size = 10
lr = 0.03
num_epochs = 3
net = d2l.linreg
loss = d2l.squared_loss
for epoch in range(num_epochs):
    for X, y in d2l.data_iter(batch_size, features, labels):
        with autograd.record():
            l = loss(net(X, w, b), y)
        l.backward()
        d2l.sgd([w, b], lr, batch_size)
    train_l = loss(net(features, w, b), labels)
    print('epoch %d, loss %f' % (epoch + 1, train_l.mean().asnumpy()))
"""


def test_the_cells_of_3_2_learn_and_print_numbers_without_a_warning():
    """NumPy 1.25 to 2.3 warn of an array of one element that is printed as a number, which a notebook shows in red."""
    done = run([sys.executable, "-c", CELLS])
    assert done.stderr == ""
    losses = [float(line.partition("loss ")[2]) for line in done.stdout.splitlines()]
    assert len(losses) == 3 and losses[-1] < 1e-4
