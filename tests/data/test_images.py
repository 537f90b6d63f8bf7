import gzip
import hashlib
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd
from mxnet.gluon.data.vision.transforms import ToTensor

from d2lmx.data import fashion_mnist
from d2lmx.data.download import DataUnavailable
from d2lmx.data.fashion_mnist import find_fashion_mnist
from d2lmx.data.images import load_digits, load_fashion_mnist, load_images, synthetic_data
from d2lmx.data.storage import data_folders
from tests.data.file_server import file_server, unused_port

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = fashion_mnist.FILES
SMALL = {TRAIN_X: (2500, 2, 3), TRAIN_Y: (2500,), TEST_X: (4, 2, 3), TEST_Y: (4,)}  # more than two pieces of 1024


@pytest.fixture(autouse=True)
def nothing_but_what_the_test_sets(monkeypatch, tmp_path):
    """No official host is ever asked, nor the cache of whoever runs the tests used."""
    monkeypatch.delenv("D2LMX_DATA", raising=False)
    monkeypatch.delenv("D2LMX_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fashion_mnist, "HOSTS", ())
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)


# --- Synthetic data

def test_synthetic_data_without_noise_lie_on_the_plane():
    features, labels = synthetic_data((2, -3.4, 0.5), 4.2, num_examples=50, noise=0)
    assert (features.shape, labels.shape) == ((50, 3), (50,))
    assert features.dtype == labels.dtype == np.float32
    expected = features.asnumpy().astype("float64") @ [2, -3.4, 0.5] + 4.2
    np.testing.assert_allclose(labels.asnumpy(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_synthetic_data_have_the_moments_they_should(seed):
    n = 10000
    features, labels = (array.asnumpy() for array in synthetic_data(num_examples=n, noise=0.5, seed=seed))
    bound = 5 / np.sqrt(n)  # five standard errors of a mean; the deviation's own error is smaller
    assert abs(features.mean(axis=0)).max() < bound and abs(features.std(axis=0) - 1).max() < bound
    noise = labels - (features @ [2, -3.4] + 4.2)
    assert abs(noise.mean()) < 0.5 * bound and abs(noise.std() - 0.5) < 0.5 * bound
    # Noise and features are drawn independently.
    assert abs(np.corrcoef(np.column_stack([features, noise]).T) - np.eye(3)).max() < bound


def test_synthetic_data_depend_on_the_seed_alone_and_leave_global_generators_alone():
    def draws(between):
        random.seed(0), np.random.seed(0), mx.random.seed(0)
        data = between()
        return (random.random(), np.random.random(), nd.random.uniform().asscalar()), data

    undisturbed, first = draws(lambda: None)[0], synthetic_data(seed=1)
    drawn, again = draws(lambda: synthetic_data(seed=1))
    assert drawn == undisturbed
    other = synthetic_data(seed=2)
    for a, b, c in zip(first, again, other):
        np.testing.assert_array_equal(a.asnumpy(), b.asnumpy())
        assert (a.asnumpy() != c.asnumpy()).any()


def test_synthetic_data_take_an_ndarray_of_weights():
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
def test_synthetic_data_refuse_what_makes_no_sense(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        synthetic_data(**arguments)


# --- Digits

def test_digits_are_scikit_learns_each_once():
    from sklearn.datasets import load_digits as reference

    data = load_digits()
    assert (data.name, data.label_names) == ("digits", tuple("0123456789"))
    assert (data.num_inputs, data.num_outputs) == (64, 10)
    assert (data.train[0].shape, data.test[0].shape) == ((1437, 1, 8, 8), (360, 1, 8, 8))
    rows = []
    for X, y in (data.train, data.test):
        assert (X.dtype, y.dtype) == (np.float32, np.int32)
        rows += [(*x.ravel() * 16, label) for x, label in zip(X.asnumpy(), y.asnumpy())]
    expected = [(*x, label) for x, label in zip(reference().data, reference().target)]
    assert sorted(rows) == sorted(expected)


def test_digits_have_the_same_split_everywhere():
    data = load_digits()
    digest = hashlib.sha256(data.train[1].asnumpy().tobytes() + data.test[1].asnumpy().tobytes()).hexdigest()
    assert digest.startswith("145cd6a20c97931d")
    counts = np.bincount(data.test[1].asnumpy(), minlength=10)
    assert counts.min() >= 25, "the split leaves out a digit"


# --- Fashion-MNIST, from small files of the same form

def idx(array, magic=None):
    """An array in the IDX format."""
    header = struct.pack(f">{1 + array.ndim}I", magic or 0x800 + array.ndim, *array.shape)
    return header + array.astype("uint8").tobytes()


@pytest.fixture
def arrays():
    generator = np.random.default_rng(0)
    return {name: generator.integers(0, 10 if len(shape) == 1 else 256, shape) for name, shape in SMALL.items()}


@pytest.fixture
def files(arrays, monkeypatch):
    """Name and content of four good files, and those known as the official ones."""
    files = {name: gzip.compress(idx(array)) for name, array in arrays.items()}
    table = {name: (hashlib.sha256(content).hexdigest(), len(content), SMALL[name]) for name, content in files.items()}
    monkeypatch.setattr(fashion_mnist, "FILES", table)
    monkeypatch.setattr("d2lmx.data.images.FILES", table)
    return files


def write(files, base):
    folder = base / "fashion-mnist"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def user_data(files, tmp_path, monkeypatch):
    """$D2LMX_DATA/fashion-mnist with four good files."""
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "data"))
    return write(files, tmp_path / "data")


def test_images_and_labels_are_those_in_the_files(user_data, arrays):
    data = load_fashion_mnist()
    assert data.name == "fashion-mnist"
    assert data.label_names[0] == "t-shirt" and data.label_names[9] == "ankle boot"
    assert (data.num_inputs, data.num_outputs) == (6, 10)
    for (X, y), image_file, label_file in ((data.train, TRAIN_X, TRAIN_Y), (data.test, TEST_X, TEST_Y)):
        assert (X.dtype, y.dtype) == (np.float32, np.int32)
        np.testing.assert_array_equal(X.asnumpy(), arrays[image_file][:, np.newaxis].astype("float32") / 255)
        np.testing.assert_array_equal(y.asnumpy(), arrays[label_file])


def test_pixels_are_scaled_exactly_as_gluon_does(user_data, arrays):
    pixels = nd.array(arrays[TEST_X][..., np.newaxis], dtype="uint8")
    np.testing.assert_array_equal(load_fashion_mnist().test[0].asnumpy(), ToTensor()(pixels).asnumpy())


def repack(change):
    """A fault in the array's bytes, inside a good gzip file."""
    return lambda content: gzip.compress(change(gzip.decompress(content)))


FAULTS = {
    "empty": (TRAIN_X, lambda content: b"", "expected a gzip file.*, got an empty file"),
    "not gzip": (TRAIN_X, gzip.decompress, "expected a gzip file.*, got 00 00"),
    "web page": (TRAIN_Y, lambda content: b"<html>", "expected a gzip file.*, got 3c 68"),
    "gzip magic alone": (TRAIN_X, lambda content: content[:2], "expected a whole gzip file, got a damaged one"),
    "truncated": (TRAIN_X, lambda content: content[:-100], "expected a whole gzip file, got a damaged one"),
    "without checksum": (TEST_Y, lambda content: content[:-8], "expected a whole gzip file, got a damaged one"),
    "checksum": (TRAIN_X, lambda content: content[:-8] + b"\0\0\0\0" + content[-4:],
                 "expected a whole gzip file, got a damaged one .*CRC"),
    "corrupt": (TRAIN_X, lambda content: content[:10] + b"\xff" * 20 + content[30:],  # no deflate block starts so
                "expected a whole gzip file, got a damaged one .*invalid block type"),
    "trailing garbage": (TEST_X, lambda content: content + b"more", "expected a whole gzip file, got a damaged one"),
    "no header": (TRAIN_X, repack(lambda raw: raw[:3]), "expected images .*, got only 3 bytes"),
    "half a header": (TRAIN_X, repack(lambda raw: raw[:10]), r"expected .*, got images \(magic number 0x803\), 2500;"),
    "too few": (TRAIN_X, repack(lambda raw: raw[:-1]), "expected 15000 bytes .*, got the end after 14999"),
    "too many": (TRAIN_Y, repack(lambda raw: raw + b"\1"), "expected 2500 bytes .*, got more"),
    "magic": (TRAIN_X, repack(lambda raw: b"\0\0\x0d\3" + raw[4:]), "expected images .*, got neither .*0xd03"),
    "count": (TRAIN_X, repack(lambda raw: idx(np.zeros((4, 2, 3)))), "expected .* 2500 x 2 x 3, got .* 4 x 2 x 3"),
    "size": (TEST_X, repack(lambda raw: idx(np.zeros((4, 3, 2)))), "expected .* 4 x 2 x 3, got .* 4 x 3 x 2"),
    "labels as images": (TEST_X, repack(lambda raw: idx(np.zeros(4))),
                         r"expected images \(magic number 0x803\), 4 x 2 x 3, got labels \(magic number 0x801\), 4;"),
    "images as labels": (TEST_Y, repack(lambda raw: idx(np.zeros((4, 2, 3)))),
                         r"expected labels \(magic number 0x801\), 4, got images \(magic number 0x803\), 4;"),
    "label": (TEST_Y, repack(lambda raw: raw[:-1] + b"\x0a"), "expected labels from 0 to 9, got 10"),
}


@pytest.mark.parametrize("name, change, message", FAULTS.values(), ids=FAULTS)
def test_a_bad_file_is_an_error_that_names_it_and_is_left_alone(user_data, name, change, message):
    (user_data / name).write_bytes(change((user_data / name).read_bytes()))
    before = contents(user_data)
    for load in (load_fashion_mnist, load_images):  # "auto" does not hide it either
        with pytest.raises(ValueError, match=f"{user_data / name}: {message}.*put the official file of this name"):
            load()
    assert contents(user_data) == before


# --- Where the files are

def test_the_users_own_files_need_no_known_hash(user_data, arrays):
    for name, array in arrays.items():
        (user_data / name).write_bytes(gzip.compress(idx(array), compresslevel=1))
    assert load_fashion_mnist().test[1].asnumpy().tolist() == arrays[TEST_Y].tolist()


def test_some_of_the_users_files_are_an_error(user_data):
    (user_data / TRAIN_Y).unlink()
    (user_data / TEST_X).unlink()
    for load in (load_fashion_mnist, load_images):
        with pytest.raises(ValueError, match=f"{user_data}: expected the 4 files .* without {TRAIN_Y}, {TEST_X}: put"):
            load()


def test_data_are_looked_for_in_the_users_folder_and_the_cache(monkeypatch, tmp_path):
    assert data_folders() == [tmp_path / "cache" / "d2lmx"]
    monkeypatch.setenv("D2LMX_DATA", "~/data")
    assert data_folders() == [Path.home() / "data", tmp_path / "cache" / "d2lmx"]
    monkeypatch.setenv("D2LMX_DATA", "")  # as good as not set
    assert data_folders() == [tmp_path / "cache" / "d2lmx"]


def test_find_names_the_folder_that_has_all_four(files, monkeypatch, tmp_path):
    assert find_fashion_mnist() is None
    cached = write(files, tmp_path / "cache" / "d2lmx")
    assert find_fashion_mnist() == cached
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "data"))
    assert find_fashion_mnist() == cached
    own = write(files, tmp_path / "data")
    assert find_fashion_mnist() == own
    (own / TEST_Y).unlink()
    assert find_fashion_mnist() == cached
    assert find_fashion_mnist(tmp_path / "data") is None
    assert find_fashion_mnist(str(tmp_path / "cache" / "d2lmx")) == cached


def test_the_cache_is_used_where_the_users_folder_has_nothing(files, monkeypatch, tmp_path, arrays):
    write(files, tmp_path / "cache" / "d2lmx")
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "nothing"))
    assert load_fashion_mnist().test[1].asnumpy().tolist() == arrays[TEST_Y].tolist()


@pytest.mark.parametrize("mirror", ["good", "good/", "nested", "nested/"])
def test_downloads_to_the_cache_from_the_mirror_first(files, monkeypatch, tmp_path, mirror):
    with file_server(files) as server:
        monkeypatch.setenv("D2LMX_MIRROR", f"{server.base}/{mirror}")
        monkeypatch.setattr(fashion_mnist, "HOSTS", (f"{server.base}/wrong",))
        load_fashion_mnist()
        assert contents(tmp_path / "cache" / "d2lmx" / "fashion-mnist") == files
        tries = ["/good/"] if "good" in mirror else ["/nested/", "/nested/fashion-mnist/"]
        assert server.requests == [base + name for name in files for base in tries]
        server.requests.clear()
        load_fashion_mnist()  # from the cache
        assert server.requests == []


def test_each_host_is_tried_in_turn(files, monkeypatch, tmp_path):
    with file_server(files) as server:
        monkeypatch.setattr(fashion_mnist, "HOSTS", [f"{server.base}/{path}" for path in ("missing", "half", "good")])
        load_fashion_mnist()
        assert server.requests == [f"/{path}/{name}" for name in files for path in ("missing", "half", "good")]


def test_damaged_and_missing_files_in_the_cache_are_downloaded(files, monkeypatch, tmp_path):
    cached = write(files, tmp_path / "cache" / "d2lmx")
    (cached / TRAIN_X).write_bytes(files[TRAIN_X][:-100])
    (cached / TEST_Y).unlink()
    with file_server(files) as server:
        monkeypatch.setattr(fashion_mnist, "HOSTS", (f"{server.base}/good",))
        load_fashion_mnist()
        assert server.requests == [f"/good/{TRAIN_X}", f"/good/{TEST_Y}"]
    assert contents(cached) == files


def test_root_gets_what_it_lacks_and_keeps_what_it_has(files, arrays, monkeypatch, tmp_path, user_data):
    own = gzip.compress(idx(arrays[TEST_X]), compresslevel=1)
    folder = write({TEST_X: own}, tmp_path / "root")
    with file_server(files) as server:
        monkeypatch.setattr(fashion_mnist, "HOSTS", (f"{server.base}/good",))
        load_fashion_mnist(str(tmp_path / "root"))
    assert contents(folder) == {**files, TEST_X: own}
    assert not (tmp_path / "cache").exists()


def test_a_folder_of_the_user_that_was_of_no_use_is_named(files, monkeypatch, tmp_path):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "data"))
    folder = tmp_path / "data" / "fashion-mnist"
    with pytest.raises(DataUnavailable, match=rf"{TEST_Y}\. D2LMX_DATA has none of them \({folder}: not there\)\.$"):
        load_fashion_mnist()
    folder.mkdir(parents=True)
    with pytest.raises(DataUnavailable, match=rf"\({folder}: no such file\)\.$"):
        load_fashion_mnist()
    with pytest.raises(DataUnavailable, match=f"{TEST_Y}\\.$"):  # the root given is what was looked into
        load_fashion_mnist(tmp_path / "root")


@pytest.mark.parametrize("mirror", ["localhost:8000", "/srv/data", "ftp://host", "http:/host"])
def test_a_mirror_that_is_no_url_is_an_error_before_any_host_is_asked(files, monkeypatch, tmp_path, mirror):
    monkeypatch.setenv("D2LMX_MIRROR", mirror)
    with file_server(files) as server:
        monkeypatch.setattr(fashion_mnist, "HOSTS", (f"{server.base}/good",))
        for load in (load_fashion_mnist, load_images):
            with pytest.raises(ValueError, match="^D2LMX_MIRROR: expected a URL such as .*, got "
                                                 f"'{mirror}'; for a folder on this machine set D2LMX_DATA$"):
                load()
        assert server.requests == []
    write(files, tmp_path)
    load_fashion_mnist(tmp_path)  # needs no mirror


@pytest.mark.parametrize("path", ["file", "file/folder", "folder"])
def test_a_root_that_cannot_be_a_folder_is_an_error(files, monkeypatch, tmp_path, path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "fashion-mnist").touch()
    at_fault = tmp_path / ("folder/fashion-mnist" if path == "folder" else "file")
    for load in (load_fashion_mnist, load_images):  # "auto" does not go on with digits
        with pytest.raises(ValueError, match=f"^{at_fault}: expected a folder, for the files of Fashion-MNIST, got"):
            load(root=tmp_path / path)
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / path))
    with pytest.raises(ValueError, match=f"^{at_fault}: expected a folder"):
        load_images()


def test_the_users_folder_is_never_written(files, monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "data"))
    with file_server(files) as server:
        monkeypatch.setattr(fashion_mnist, "HOSTS", (f"{server.base}/good",))
        load_fashion_mnist()
    assert list((tmp_path / "data").iterdir()) == []


# --- By name

def test_auto_takes_fashion_mnist_where_it_is(user_data):
    assert load_images("auto", report=pytest.fail).name == "fashion-mnist"
    assert load_images("fashion-mnist").name == "fashion-mnist"
    assert load_images("digits").name == "digits"


def test_auto_goes_on_with_digits_and_says_why_and_how_in_one_line(monkeypatch, tmp_path):
    port = unused_port()
    monkeypatch.setattr(fashion_mnist, "HOSTS", [f"http://127.0.0.1:{port}/{host}" for host in "ab"])
    lines = []
    assert load_images("auto", report=lines.append).name == "digits"
    folder = tmp_path / "cache" / "d2lmx" / "fashion-mnist"
    assert lines == ["Fashion-MNIST is not there and cannot be downloaded (Connection refused): going on with "
                     f"scikit-learn's digits. To have it, put its four .gz files into {folder}, or set D2LMX_DATA or "
                     "D2LMX_MIRROR."]
    lines.clear()
    assert load_images("auto", root=tmp_path / "root", report=lines.append).name == "digits"
    assert str(tmp_path / "root" / "fashion-mnist") in lines[0]


def test_fashion_mnist_by_name_fails_instead(monkeypatch):
    hosts = [f"http://127.0.0.1:{unused_port()}/{host}" for host in "ab"]
    monkeypatch.setattr(fashion_mnist, "HOSTS", hosts)
    with pytest.raises(DataUnavailable) as caught:
        load_images("fashion-mnist", report=pytest.fail)
    for part in (*(f"{host}/{TRAIN_X}: Connection refused" for host in hosts), *fashion_mnist.FILES, "D2LMX_MIRROR"):
        assert part in str(caught.value)


def test_an_unknown_name_is_an_error():
    with pytest.raises(ValueError, match="expected 'auto', 'fashion-mnist' or 'digits', got 'mnist'"):
        load_images("mnist")


# --- The full size

@pytest.fixture(scope="module")
def full_size(tmp_path_factory):
    """Folder with files of the official shapes: empty images, labels 0 to 9 in turn."""
    def content(shape):
        array = np.arange(shape[0]) % 10 if len(shape) == 1 else np.zeros(shape, "uint8")
        return gzip.compress(idx(array), compresslevel=1)
    base = tmp_path_factory.mktemp("full-size")
    write({name: content(shape) for name, (*_, shape) in fashion_mnist.FILES.items()}, base)
    return base


def test_the_folder_of_the_files_itself_does_as_well(full_size, monkeypatch):
    folder = full_size / "fashion-mnist"
    assert find_fashion_mnist(folder) == folder
    monkeypatch.setenv("D2LMX_DATA", str(folder))
    assert load_fashion_mnist().test[0].shape == (10000, 1, 28, 28)


def test_the_official_shapes_load_in_little_more_memory_than_their_arrays(full_size):
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process's memory is read from Linux's /proc")
    code = ("import re, sys, d2lmx\n"
            "from mxnet import nd\n"
            "def memory(key): return int(re.search(key + r':\\s+(\\d+) kB', open('/proc/self/status').read())[1])\n"
            "nd.zeros((1,)).asnumpy()\n"
            "before = memory('VmRSS')\n"
            "data = d2lmx.load_fashion_mnist()\n"
            "nd.waitall()\n"
            "print(memory('VmHWM') - before, data.train[0].shape, data.test[1].shape, data.train[1][:3].asnumpy())\n"
            "print({'pooch', 'tqdm'} & set(sys.modules))")
    environ = {**os.environ, "D2LMX_DATA": str(full_size), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, timeout=120)
    assert run.returncode == 0, run.stderr
    first, modules = run.stdout.splitlines()
    kilobytes, facts = first.split(" ", 1)
    assert facts == "(60000, 1, 28, 28) (10000,) [0 1 2]"
    assert int(kilobytes) < 1.3 * 70000 * 784 * 4 / 1024
    assert modules == "set()", "loading the user's own files needs neither"


def test_train_and_test_files_that_are_swapped_are_told_apart(full_size, tmp_path):
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    for name in fashion_mnist.FILES:
        other = name.replace("train", "t10k") if "train" in name else name.replace("t10k", "train")
        (folder / name).symlink_to(full_size / "fashion-mnist" / other)
    with pytest.raises(ValueError, match=f"{TRAIN_X}: expected .* 60000 x 28 x 28, got .* 10000 x 28 x 28"):
        load_fashion_mnist(tmp_path)
