import random

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

from d2lmx.data.synthetic import synthetic_data


def test_data_without_noise_lie_on_the_plane():
    features, labels = synthetic_data((2, -3.4, 0.5), 4.2, num_examples=50, noise=0)
    assert (features.shape, labels.shape) == ((50, 3), (50,))
    assert features.dtype == labels.dtype == np.float32
    expected = features.asnumpy().astype("float64") @ [2, -3.4, 0.5] + 4.2
    np.testing.assert_allclose(labels.asnumpy(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_features_and_noise_are_independent_with_the_moments_they_should_have(seed):
    n = 10000
    features, labels = (array.asnumpy() for array in synthetic_data(num_examples=n, noise=0.5, seed=seed))
    drawn = np.column_stack([features, labels - (features @ [2, -3.4] + 4.2)])
    # Five standard errors: of means at most 1 / sqrt(n), of variances and covariances at most sqrt(2 / n).
    np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=5 / np.sqrt(n))
    np.testing.assert_allclose(np.cov(drawn.T), np.diag([1, 1, 0.25]), atol=5 * np.sqrt(2 / n))


def test_data_depend_on_the_seed_alone_and_leave_global_generators_alone():
    def draw(data_seed):
        for generator in (random, np.random, mx.random):
            generator.seed(0)
        data = [array.asnumpy().tolist() for array in synthetic_data(seed=data_seed)]
        return data, (random.random(), np.random.random(), nd.random.uniform().asscalar())

    first, drawn = draw(1)
    other, drawn_again = draw(2)
    assert drawn == drawn_again
    assert [array.asnumpy().tolist() for array in synthetic_data(seed=1)] == first
    assert all(one != two for one, two in zip(first, other))


def test_weights_may_be_an_ndarray():
    np.testing.assert_array_equal(synthetic_data(nd.array([2, 3]))[1].asnumpy(), synthetic_data([2, 3])[1].asnumpy())


@pytest.mark.parametrize("arguments, message", [
    ({"true_w": ()}, r"true_w: expected one finite number per input.*got \(\)"),
    ({"true_w": 2}, "true_w: expected one finite number per input.*got 2"),
    ({"true_w": [[1, 2]]}, "true_w: expected one finite number per input"),
    ({"true_w": [1, float("nan")]}, r"true_w: .*got \[1, nan\]"),
    ({"true_w": "ab"}, "true_w: expected numbers, got 'ab'"),
    ({"true_b": float("inf")}, "true_b: expected a finite number, got inf"),
    ({"true_b": "4"}, "true_b: expected a number, got '4'"),
    ({"noise": -0.1}, "noise: expected a standard deviation of at least 0, got -0.1"),
    ({"noise": float("nan")}, "noise: expected a finite number, got nan"),
    ({"num_examples": 0}, "num_examples: expected an integer of at least 1, got 0"),
    ({"num_examples": 2.5}, "num_examples: expected an integer of at least 1, got 2.5"),
])
def test_arguments_that_make_no_sense(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        synthetic_data(**arguments)
