import numpy as np
import pytest
from mxnet import nd
from mxnet.gluon.data import DataLoader
from mxnet.gluon.data.vision import transforms

import d2lmx as d2l
from d2lmx.book import images


def joined(batches):
    return [nd.concat(*arrays, dim=0).asnumpy() for arrays in zip(*batches)]


def test_minibatches_are_those_the_book_expects(small):
    train_iter, test_iter = d2l.load_data_fashion_mnist(32)
    assert [len(train_iter), len(test_iter)] == [3, 1]
    for _ in range(2):  # not empty the second time
        batches = [(X.shape, y.shape, X.dtype, y.dtype) for X, y in train_iter]
        assert batches == [((n, 1, 28, 28), (n,), np.float32, np.int32) for n in (32, 32, 6)]
        for found, expected in zip(joined(test_iter), small.test):
            np.testing.assert_array_equal(found, expected.asnumpy())


def test_training_images_come_in_an_order_that_follows_numpy(small):
    def labels():
        return joined(d2l.load_data_fashion_mnist(32)[0])[1].tolist()

    np.random.seed(1)
    first, other = labels(), labels()
    np.random.seed(1)
    assert labels() == first != other


def test_resized_images_are_those_of_the_books_pipeline(small):
    _, test_iter = d2l.load_data_fashion_mnist(16, resize=40)
    pixels = (small.test[0] * 255).round().astype("uint8").transpose((0, 2, 3, 1))
    transform = transforms.Compose([transforms.Resize(40), transforms.ToTensor()])
    expected = nd.stack(*map(transform, pixels)).asnumpy()
    for _ in range(2):
        assert [X.shape for X, _ in test_iter] == [(16, 1, 40, 40), (14, 1, 40, 40)]
        X, y = joined(test_iter)
        # The book resizes integers, and so rounds, at most by one of 255 grey levels.
        np.testing.assert_allclose(X, expected, atol=1.01 / 255)
        np.testing.assert_array_equal(y, small.test[1].asnumpy())


@pytest.mark.parametrize("name", ["batch_size", "resize"])
@pytest.mark.parametrize("size, error", [(0, ValueError), (2.5, TypeError)])
def test_sizes_are_validated_before_data_are_looked_for(monkeypatch, name, size, error):
    monkeypatch.setattr(images, "load_fashion_mnist", pytest.fail)
    with pytest.raises(error, match=f"{name}: expected an integer of at least 1"):
        d2l.load_data_fashion_mnist(**{"batch_size": 16, name: size})


def test_nothing_takes_the_place_of_data_that_cannot_be_had(no_data, tmp_path):
    for load in (d2l.load_data_fashion_mnist, d2l.FashionMNIST):
        with pytest.raises(d2l.DataUnavailable, match=f"into {tmp_path}/fashion-mnist"):
            load(256, root=tmp_path)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_dataset_is_what_gluons_class_gives(small):
    mnist_train, mnist_test = d2l.FashionMNIST(train=True), d2l.FashionMNIST(train=False)
    assert (len(mnist_train), len(mnist_test)) == (70, 30)
    X, y = mnist_train[0:9]
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((9, 28, 28, 1), np.uint8, (9,), np.int32)
    batches = DataLoader(mnist_test.transform_first(transforms.ToTensor()), 30, num_workers=2)
    for found, expected in zip(joined(batches), small.test):
        np.testing.assert_array_equal(found, expected.asnumpy())


@pytest.mark.parametrize("kind", [list, np.array, nd.array])
def test_labels_have_names(kind):
    assert d2l.get_fashion_mnist_labels(kind([9, 0, 3.0])) == ["ankle boot", "t-shirt", "dress"]


@pytest.mark.parametrize("label", [-1, 10, 2.5])
def test_labels_that_are_no_class(label):
    with pytest.raises(ValueError, match=f"expected class indices from 0 to 9, got {label}"):
        d2l.get_fashion_mnist_labels([0, label])


def test_images_and_labels_of_other_lengths():
    with pytest.raises(ValueError, match="got 2 images and 1 labels"):
        d2l.show_fashion_mnist(nd.ones((2, 28, 28, 1)), ["shirt"])
