"""From scratch and with Gluon the same numbers, at the book's settings on the real data."""
from functools import partial

import numpy as np
import pytest

import d2lmx as d2l
from chapters import dropout, linreg, mlp, softmax_regression, weight_decay
from d2lmx.training.implementations import largest_difference
from d2lmx.training.loop import flatten
from tests.training.equality import SEEDS, assert_equal_steps

CLASSIFIERS = pytest.mark.parametrize("chapter, accuracy", [
    (softmax_regression, 0.83), (mlp, 0.86), (dropout, 0.84)], ids=["softmax", "mlp", "dropout"])


def assert_equal(trained):
    """Losses of every epoch within 1e-9, parameters at the end within 1e-6, relative."""
    assert largest_difference(trained) < 1e-9
    for one, other in zip(*(flatten(one.params) for one in trained.values())):
        one, other = one.asnumpy(), other.asnumpy()
        assert np.linalg.norm(one - other) <= 1e-6 * np.linalg.norm(other)


@pytest.mark.slow
@SEEDS
def test_linear_models_in_float64(seed):
    data = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, seed=seed)
    assert_equal(linreg.run(*data, num_epochs=5, seed=seed, dtype="float64"))
    for wd in (0, 3):
        assert_equal(weight_decay.run(*weight_decay.load_data(seed=seed), wd=wd, seed=seed, dtype="float64"))


@pytest.mark.slow
@SEEDS
@CLASSIFIERS
def test_classifiers_in_float64(fashion_mnist, chapter, accuracy, seed):
    trained = chapter.run(fashion_mnist, seed=seed, dtype="float64")
    assert_equal(trained)
    assert largest_difference(trained, "test_acc") == 0


@pytest.mark.slow
@SEEDS
@CLASSIFIERS
def test_classifiers_learn_in_float32(fashion_mnist, chapter, accuracy, seed):
    trained = chapter.run(fashion_mnist, seed=seed)
    assert all(one.history[-1]["train_acc"] >= accuracy for one in trained.values())
    if chapter is softmax_regression:
        assert largest_difference(trained) < 1e-5


@pytest.mark.parametrize("chapter, start, build_gluon, lr", [
    (softmax_regression, (784, 10), partial(softmax_regression.build_gluon, 10), 0.1),
    (mlp, ([784, 256, 10],), partial(mlp.build_gluon, [784, 256, 10]), 0.5),
    (dropout, ([784, 256, 256, 10],), partial(dropout.build_gluon, [784, 256, 256, 10]), 0.5),
], ids=["softmax", "mlp", "dropout"])
def test_first_ten_steps_in_float32(fashion_mnist, chapter, start, build_gluon, lr):
    d2l.seed_all(0)
    init_params = getattr(chapter, "init_params", mlp.init_params)
    X, y = (array[:2560] for array in fashion_mnist.train)
    assert_equal_steps(chapter.build_scratch, build_gluon, init_params(*start), lr,
                       d2l.ArrayLoader(X, y, 256), seed=1)
