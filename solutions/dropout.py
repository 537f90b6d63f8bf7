"""Dropout: section 3.13.

Small networks on few of the digits. A quarter of the labels is wrong: a network that learns these by heart overfits.

    python -m solutions.dropout
"""
from functools import cache, partial

import numpy as np
from mxnet import gluon, nd

import d2lmx as d2l
from chapters import dropout
from solutions import show
from solutions.mlp import init_params

NONE, BOOK = (0, 0), (0.2, 0.5)   # rates of the two hidden layers


def noisy_digits(n=400, num_wrong=100):
    """Training and test set; of the n training examples so many have a wrong label."""
    data, generator = d2l.load_digits(), np.random.RandomState(0)
    X, y = (array[:n] for array in data.train)
    wrong, y = generator.permutation(n)[:num_wrong], y.asnumpy()
    y[wrong] = (y[wrong] + generator.randint(1, 10, num_wrong)) % 10
    return (X, nd.array(y, dtype="int32")), data.test


def build(sizes, lr, drop_probs, wd):
    """The chapter's network, loss and step, with weight decay."""
    net, loss, _ = dropout.build_gluon(sizes, lr, drop_probs)
    net.collect_params(".*bias").setattr("wd_mult", 0)
    return net, loss, gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr, "wd": wd}).step


@cache   # the exercises have runs in common
def accuracies(drop_probs, num_epochs=60, num_hiddens=128, wd=0, num_seeds=2):
    """Accuracy on the training and the test set, nothing dropped, the means over some seeds."""
    train_set, test_set = noisy_digits()
    sizes, found = [64, num_hiddens, num_hiddens, 10], []
    for seed in range(num_seeds):
        net = d2l.train_both(
            partial(init_params, sizes, scale=10),   # so large that few epochs are enough
            None, partial(build, sizes, drop_probs=drop_probs, wd=wd), train_set,
            num_epochs=num_epochs, batch_size=40, lr=0.2, seed=seed, implementations=["gluon"])["gluon"].net
        found.append([d2l.accuracy(net(X), y) for X, y in (train_set, test_set)])
    return dict(zip(("training", "test"), np.mean(found, axis=0).tolist()))


def swapped_rates():
    """3.13.1 What changes where the two dropout rates are swapped?

    Little. With the larger rate nearer to the input the network fits the training set a little less, since it loses
    more of what it is told. On the test set the two differ far less than both do from no dropout, which fits far more
    of the wrong labels.
    """
    return {rates: accuracies(rates) for rates in (NONE, BOOK, BOOK[::-1])}


def more_epochs(nums_epochs=(20, 60)):
    """3.13.2 What do more epochs do, with dropout and without?

    They fit more of the training set, and here that means the wrong labels too: the test accuracy falls. Without
    dropout it falls more than twice as much. So dropout slows overfitting down, but does not rule it out.
    """
    return {f"{rates}, {n} epochs": accuracies(rates, n) for rates in (NONE, BOOK) for n in nums_epochs}


def larger_model(widths=(32, 128)):
    """3.13.3 Does dropout help more in a larger model?

    Yes. With 32 units in each hidden layer there is little to help: in these 60 epochs so small a model learns few of
    the wrong labels by heart. With 128 it learns many, and dropout makes the test accuracy several hundredths better.
    """
    return {f"{rates}, {n} units": accuracies(rates, num_hiddens=n) for n in widths for rates in (NONE, BOOK)}


def with_weight_decay(decays=(0, 0.003, 0.01)):
    """3.13.4 How does dropout compare to weight decay, and what do both together do?

    Either alone makes the test accuracy several hundredths better. With a decay of 0.003 both together are better than
    either alone. A decay of 0.01 does as well as dropout, which then adds little to it. So together with dropout a
    smaller decay is enough.
    """
    return {f"{rates}, wd {wd:g}": accuracies(rates, wd=wd) for wd in decays for rates in (NONE, BOOK)}


if __name__ == "__main__":
    show(globals())
