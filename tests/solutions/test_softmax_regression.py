import numpy as np
import pytest

from solutions import exercises, softmax_regression

pytestmark = pytest.mark.slow  # they train


def test_least_cross_entropy_is_maximum_likelihood():
    found = softmax_regression.maximum_likelihood()
    assert found["likelihood"] > 0
    np.testing.assert_allclose(found["exp(-sum of cross-entropies)"], found["likelihood"], rtol=1e-12)
    entropy = -20 * (0.6 * np.log(0.6) + 0.4 * np.log(0.2))
    np.testing.assert_allclose(found["cross-entropy of the frequencies"], entropy, rtol=1e-12)
    assert len(found["of others"]) == 6
    assert min(found["of others"]) > entropy + 0.01
    assert found["product of 0.1, 1000 times"] == 0


def test_a_batch_size_of_one_reads_as_many_batches_as_examples():
    found = softmax_regression.batch_of_one(300)
    assert {reader[0] for reader in found} == {"Gluon", "d2lmx"}
    for (_, batch_size), numbers in found.items():
        assert numbers["batches"] == {1: 300, 256: 2}[batch_size]
        assert numbers["examples"] == 300
        assert numbers["seconds"] > 0


def test_workers_give_the_same_batches():
    found = softmax_regression.workers(60)
    assert found.pop("largest difference") < 1e-6
    assert list(found) == ["d2lmx", ("quick", 0), ("quick", 2), ("slow", 0), ("slow", 2)]
    for numbers in found.values():
        assert (numbers["batches"], numbers["examples"]) == (3, 60)


def test_gluon_has_these_data_sets():
    assert {"MNIST", "CIFAR10", "CIFAR100", "ImageFolderDataset", "ImageRecordDataset"} <= set(
        softmax_regression.data_sets())


def test_gluon_has_these_transforms():
    names = softmax_regression.other_transforms()["names"]
    assert {"Resize", "CenterCrop", "Normalize", "Compose", "ToTensor"} <= set(names)
    assert {"RandomFlipLeftRight", "RandomResizedCrop", "RandomRotation", "RandomColorJitter"} <= set(names)


@pytest.mark.parametrize("name, shape, dtype", [
    ("as it is", (28, 28, 1), "uint8"), ("Resize(14)", (14, 14, 1), "uint8"), ("CenterCrop(20)", (20, 20, 1), "uint8"),
    ("ToTensor()", (1, 28, 28), "float32"), ("and Normalize(0.5, 0.5)", (1, 28, 28), "float32")])
def test_transforms_change_shape_and_type(name, shape, dtype):
    made = softmax_regression.other_transforms()[name]
    assert (made["shape"], made["dtype"]) == (shape, dtype)


def test_to_tensor_scales_to_one_and_normalize_after_it():
    found = softmax_regression.other_transforms()
    image, scaled, normalised = found["as it is"], found["ToTensor()"], found["and Normalize(0.5, 0.5)"]
    for end in ("least", "largest"):
        np.testing.assert_allclose(scaled[end], image[end] / 255, rtol=1e-6)
        np.testing.assert_allclose(normalised[end], (scaled[end] - 0.5) / 0.5, rtol=1e-6)


def test_softmax_by_definition_overflows():
    found = softmax_regression.overflow()
    np.testing.assert_allclose(found["exp of 50, 88, 89"][:2], np.exp([50.0, 88.0]), rtol=1e-5)
    assert np.isinf(found["exp of 50, 88, 89"][2])
    small, large, too_large, too_small = found["softmax"]
    np.testing.assert_allclose([small[1], large[0]], 1 / (1 + np.exp(-1)), rtol=1e-6)
    assert np.isnan([too_large, too_small]).all()


def test_logarithm_of_a_probability_that_rounds_to_zero_is_infinite():
    found = softmax_regression.logarithm_of_zero()
    assert found["loss"] == [np.inf]
    assert np.isnan(found["gradient"]).any()


def test_shifted_softmax_and_logsumexp_stay_finite():
    found = softmax_regression.remedies()
    p = 1 / (1 + np.exp(-1))
    np.testing.assert_allclose(found["softmax"], [[1 - p, p], [p, 1 - p], [p, 1 - p], [1 - p, p]], rtol=1e-6)
    for which in ("lesson", "Gluon"):
        assert found[which]["loss"] == [200]
        np.testing.assert_array_equal(found[which]["gradient"], [[-1, 1]])


def test_few_short_steps_learn_least_and_large_ones_start_badly():
    found = softmax_regression.hyperparameters()
    best, test_accuracy = found.pop("best"), found.pop("test accuracy of the best")
    last = {values: numbers["last accuracy"] for values, numbers in found.items()}
    assert last.pop((0.01, 256)) < min(last.values()) - 0.1
    assert last[1, 16] > last[best] - 0.02
    assert all(numbers["last accuracy"] > numbers["first accuracy"] + 0.02 for numbers in found.values())
    assert min(found[10, 16]["first loss"], found[10, 256]["first loss"]) > 2 * np.log(10)
    assert min(last[10, 16], last[10, 256]) > 0.8
    assert test_accuracy > 0.93


def test_all_exercises_of_the_sections_are_there():
    assert list(exercises(vars(softmax_regression))) == [
        "3.4.1", "3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.6.1", "3.6.2", "3.6.3", "3.7.1"]
