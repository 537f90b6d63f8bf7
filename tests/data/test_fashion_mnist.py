"""The chapters on the real Fashion-MNIST, at the book's settings."""
import numpy as np
import pytest

from chapters import mlp, softmax_regression
from d2lmx.training.implementations import largest_difference


def test_the_real_data(fashion_mnist):
    (X, y), (X_test, y_test) = fashion_mnist.train, fashion_mnist.test
    assert (X.shape, X_test.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    assert np.bincount(y.asnumpy()).tolist() == [6000] * 10
    assert np.bincount(y_test.asnumpy()).tolist() == [1000] * 10
    assert y[:5].asnumpy().tolist() == [9, 0, 0, 3, 0]
    pixels = X.asnumpy()
    # The mean and deviation that the data set is commonly normalised by.
    assert pixels.mean(dtype="float64") == pytest.approx(0.2860, abs=5e-5)
    assert pixels.std(dtype="float64") == pytest.approx(0.3530, abs=5e-5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("chapter, accuracy", [(softmax_regression, 0.83), (mlp, 0.86)], ids=["softmax", "mlp"])
def test_both_versions_learn_alike(fashion_mnist, chapter, accuracy, seed):
    trained = chapter.run(fashion_mnist, seed=seed)
    assert largest_difference(trained) == 0
    assert largest_difference(trained, "test_acc") == 0
    for one in trained.values():
        assert one.history[-1]["train_acc"] >= accuracy
