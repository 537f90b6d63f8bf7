"""The names that the book's code imports from its helper package, with the book's signatures.

With `import d2lmx as d2l` in the place of `import d2lzh as d2l`, the cells of chapters 2 and 3 run as they are printed.
These functions are thin: new code had better call the rest of d2lmx. `sgd`, `try_gpu` and `try_all_gpus` are the book's
and d2lmx's alike.
"""
from d2lmx.book.figures import (
    plt as plt,
    semilogy as semilogy,
    set_figsize as set_figsize,
    use_svg_display as use_svg_display,
)
from d2lmx.book.images import (
    FashionMNIST as FashionMNIST,
    get_fashion_mnist_labels as get_fashion_mnist_labels,
    load_data_fashion_mnist as load_data_fashion_mnist,
    show_fashion_mnist as show_fashion_mnist,
)
from d2lmx.book.regression import data_iter as data_iter, linreg as linreg, squared_loss as squared_loss
from d2lmx.book.tools import Benchmark as Benchmark, mkdir_if_not_exist as mkdir_if_not_exist
from d2lmx.book.training import evaluate_accuracy as evaluate_accuracy, train_ch3 as train_ch3
