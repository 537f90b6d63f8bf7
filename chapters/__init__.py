"""The chapters of the book, one module each, in reading order: `python -m chapters` lists them."""
import sys
from typing import NamedTuple

import d2lmx  # noqa: F401  first of all, because it lets the chapters import mxnet


def say_what_to_do(kind, error, traceback):
    """Where MXNet cannot be imported, print what to do alone; else the traceback."""
    if isinstance(error, ImportError) and error.name == "mxnet":
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


if sys.argv[0] == "-m":  # what Python sets while it looks for the module of `python -m chapters.NAME`
    sys.excepthook = say_what_to_do


class Chapter(NamedTuple):
    """A row of the table of chapters."""

    module: str    # its name in this package
    section: str   # of the book, first edition
    title: str
    smoke: tuple   # options for a run that takes seconds and needs no network


CHAPTERS = (
    Chapter("linear_algebra", "2.2, A.1", "linear algebra (线性代数)", ()),
    Chapter("calculus", "2.3, A.2", "calculus (微积分)", ()),
    Chapter("probability", "A.3", "probability (概率)", ("--samples", "5000")),
    Chapter("linreg", "3.1-3.3", "linear regression (线性回归)", ("--examples", "100", "--epochs", "2")),
    Chapter("softmax_regression", "3.4-3.7", "softmax regression (softmax回归)",
            ("--data", "digits", "--epochs", "2")),
    Chapter("mlp", "3.8-3.10", "multilayer perceptron (多层感知机)",
            ("--data", "digits", "--epochs", "2", "--hidden", "32")),
    Chapter("activations", "3.8", "activation functions (激活函数)", ()),
    Chapter("model_selection", "3.11", "model selection (模型选择)", ("--examples", "60", "--epochs", "10")),
    Chapter("weight_decay", "3.12", "weight decay (权重衰减)", ("--epochs", "5", "--sweep", "0,3")),
    Chapter("dropout", "3.13", "dropout (丢弃法)",
            ("--data", "digits", "--epochs", "2", "--hidden", "32,16")),
    Chapter("backpropagation", "3.14", "forward and back propagation (正向传播与反向传播)", ("--steps", "5")),
    Chapter("initialization", "3.15", "numerical stability and initialisation (数值稳定性和模型初始化)",
            ("--layers", "5", "--epochs", "2")),
    Chapter("house_prices", "3.16", "predicting house prices (房价预测)",
            ("--data", "diabetes", "--epochs", "2", "--folds", "2")),
)
