import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from mxnet import gluon

import d2lmx
from d2lmx.data.fashion_mnist import FASHION_MNIST, load_fashion_mnist
from d2lmx.data.images import load_images
from tests.data.small_files import make_official, write
from tests.data.test_idx import idx
from tests.fresh import python

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = FASHION_MNIST.files
SHAPES = {TRAIN_X: (2500, 2, 3), TRAIN_Y: (2500,), TEST_X: (4, 2, 3), TEST_Y: (4,)}


@pytest.fixture
def arrays(no_data, monkeypatch, tmp_path):
    """The arrays of four small files, which lie in $D2LMX_DATA/fashion-mnist."""
    generator = np.random.default_rng(0)
    arrays = {name: generator.integers(10 if len(shape) == 1 else 256, size=shape) for name, shape in SHAPES.items()}
    files = {name: gzip.compress(idx(array)) for name, array in arrays.items()}
    make_official(monkeypatch, FASHION_MNIST, files, SHAPES)
    write(files, tmp_path / "fashion-mnist")
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    return arrays


@pytest.mark.parametrize("load", [load_fashion_mnist, load_images, lambda: load_images("fashion-mnist")])
def test_images_and_labels_are_those_in_the_files(arrays, load):
    data = load()
    assert data.name == "fashion-mnist"
    assert data.label_names[0] == "t-shirt" and data.label_names[9] == "ankle boot"
    assert (data.num_inputs, data.num_outputs) == (6, 10)
    train_X, train_y, test_X, test_y = arrays.values()
    for (X, y), pixels, labels in ((data.train, train_X, train_y), (data.test, test_X, test_y)):
        assert (X.dtype, y.dtype) == (np.float32, np.int32)
        np.testing.assert_array_equal(X.asnumpy()[:, 0], pixels.astype("float32") / 255)
        np.testing.assert_array_equal(y.asnumpy(), labels)


@pytest.mark.parametrize("name, array, message", [
    (TEST_Y, np.array([0, 1, 2, 10]), "expected labels from 0 to 9, got 10"),
    (TRAIN_X, np.zeros(SHAPES[TEST_X]), "expected images .* 2500 x 2 x 3, got images .* 4 x 2 x 3"),
])
def test_a_wrong_file_is_an_error_that_auto_does_not_hide(arrays, tmp_path, name, array, message):
    path = tmp_path / "fashion-mnist" / name
    path.write_bytes(gzip.compress(idx(array)))
    for load in (load_fashion_mnist, load_images):
        with pytest.raises(ValueError, match=f"^{path}: {message}; put the official file of this name there$"):
            load()


@pytest.mark.parametrize("root", ["", "anywhere"])
def test_gluons_class_takes_the_official_files(arrays, tmp_path, root):
    train_X, train_y, test_X, test_y = arrays.values()
    for train, pixels, labels in ((True, train_X, train_y), (False, test_X, test_y)):
        data = gluon.data.vision.FashionMNIST(root=str(tmp_path / root), train=train)
        X, y = data[:]
        assert (X.dtype, y.dtype) == (np.uint8, np.int32)
        np.testing.assert_array_equal(X.asnumpy()[..., 0], pixels)
        np.testing.assert_array_equal(y, labels)


def test_gluons_class_where_the_files_cannot_be_had(no_data, tmp_path):
    with pytest.raises(d2lmx.DataUnavailable, match=f"{TRAIN_X} cannot be had"):
        gluon.data.vision.FashionMNIST(root=str(tmp_path))


# --- The full size

MEMORY = """
import re, d2lmx
from mxnet import nd
def memory(key): return int(re.search(key + r":\\s+(\\d+) kB", open("/proc/self/status").read())[1])
nd.zeros((1,)).asnumpy()
before = memory("VmRSS")
data = d2lmx.load_fashion_mnist()
nd.waitall()
print(memory("VmHWM") - before, data.train[0].shape, data.test[1].shape, data.train[1][:3].asnumpy())
print({"pooch", "tqdm"} & set(sys.modules))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a process's peak memory is read from Linux's /proc")
def test_the_official_shapes_load_in_little_more_memory_than_their_arrays(tmp_path):
    """From empty images, labels 0 to 9 in turn, in the user's own folder, which needs nothing that downloads."""
    for name, (*_, shape) in FASHION_MNIST.files.items():
        array = np.arange(*shape) % 10 if len(shape) == 1 else np.zeros(shape, "uint8")
        write({name: gzip.compress(idx(array), compresslevel=1)}, tmp_path / "fashion-mnist")
    kilobytes, facts, modules = re.fullmatch(r"(\d+) (.*)\n(.*)\n", python(MEMORY, D2LMX_DATA=tmp_path)).groups()
    assert facts == "(60000, 1, 28, 28) (10000,) [0 1 2]"
    assert int(kilobytes) < 1.3 * 70000 * 784 * 4 / 1024
    assert modules == "set()"


def test_the_real_data(fashion_mnist):
    (X, y), (X_test, y_test) = fashion_mnist.train, fashion_mnist.test
    assert (X.shape, X_test.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    for labels in (y, y_test):
        assert np.bincount(labels.asnumpy()).tolist() == [len(labels) / 10] * 10
    assert y[:5].asnumpy().tolist() == [9, 0, 0, 3, 0]
    # The mean and standard deviation that the data set is commonly normalised by.
    assert [f(X.asnumpy(), dtype="float64").round(4) for f in (np.mean, np.std)] == [0.2860, 0.3530]
