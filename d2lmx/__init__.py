"""Loaders and training utilities for *Dive into Deep Learning*, first edition, on MXNet Gluon.

``import d2lmx as d2l`` makes ``import mxnet`` work on today's Python and NumPy, and gives the names below. Each is
loaded from its file when it is first used, so that importing costs nothing and `python -m d2lmx` can report on a
machine where MXNet does not load.
"""
import importlib

from d2lmx import compat, engine

__version__ = "0.1.0"

_FILE_OF = {name: file for file, names in {
    "book": "Benchmark FashionMNIST data_iter evaluate_accuracy get_fashion_mnist_labels linreg "
            "load_data_fashion_mnist mkdir_if_not_exist plt semilogy set_figsize show_fashion_mnist squared_loss "
            "train_ch3 use_svg_display",
    "datasets": "ImageData synthetic_data load_digits load_fashion_mnist load_images",
    "devices": "parse_device try_all_gpus try_gpu",
    "download": "DataUnavailable",
    "house_prices": "TableData load_diabetes load_house_prices load_table",
    "loader": "ArrayLoader epoch_order",
    "plotting": "plot_confusion_matrix plot_history plot_images plot_network plot_regression plot_weights show",
    "training": "Diverged accuracy correct evaluate seed_all sgd train",
}.items() for name in names.split()}

__all__ = sorted(_FILE_OF)

compat.install(engine.importing)


def __getattr__(name):
    if name not in _FILE_OF:
        raise AttributeError(f"module 'd2lmx' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"d2lmx.{_FILE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
