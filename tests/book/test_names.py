import inspect

import pytest
from matplotlib import pyplot as plt

import d2lmx as d2l
from d2lmx import book

SIGNATURES = {
    "data_iter": "(batch_size, features, labels)",
    "evaluate_accuracy": "(data_iter, net)",
    "get_fashion_mnist_labels": "(labels)",
    "linreg": "(X, w, b)",
    "load_data_fashion_mnist": "(batch_size, resize=None, root=None)",
    "mkdir_if_not_exist": "(path)",
    "semilogy": "(x_vals, y_vals, x_label, y_label, x2_vals=None, y2_vals=None, legend=None, figsize=(3.5, 2.5))",
    "set_figsize": "(figsize=(3.5, 2.5))",
    "sgd": "(params, lr, batch_size)",
    "show_fashion_mnist": "(images, labels)",
    "squared_loss": "(y_hat, y)",
    "train_ch3": "(net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None)",
    "try_all_gpus": "()",
    "use_svg_display": "()",
    "Benchmark": "(prefix=None)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_names_have_the_signature_of_the_book(name):
    assert str(inspect.signature(getattr(d2l, name))) == SIGNATURES[name]
    assert name in d2l.__all__


def test_names_of_the_book_are_those_of_d2lmx():
    assert d2l.plt is plt
    names = {name for name in vars(book) if not name.startswith("_")}
    names -= {"figures", "images", "regression", "tools", "training"}  # the modules
    assert all(getattr(d2l, name) is getattr(book, name) for name in names)
    assert names >= {*SIGNATURES, "FashionMNIST"} - {"sgd", "try_all_gpus"}
