"""What chapters 2 and 3 of the book do with `d2l`, section by section, in small; on the real data where they are."""
import inspect
import json
import os
import random
import sys

import matplotlib
import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn
from mxnet.gluon.data.vision import transforms

import d2lmx as d2l
from chapters import linreg as linreg_chapter
from d2lmx import book
from d2lmx.data.fashion_mnist import FILES, LABELS, find_fashion_mnist
from d2lmx.data.images import ImageData
from d2lmx.runtime import devices
from tests.fresh import run

SIGNATURES = {
    "data_iter": "(batch_size, features, labels)",
    "evaluate_accuracy": "(data_iter, net)",
    "get_fashion_mnist_labels": "(labels)",
    "linreg": "(X, w, b)",
    "load_data_fashion_mnist": "(batch_size, resize=None, root=None)",
    "mkdir_if_not_exist": "(path)",
    "semilogy": "(x_vals, y_vals, x_label, y_label, x2_vals=None, y2_vals=None, legend=None, figsize=(3.5, 2.5))",
    "set_figsize": "(figsize=(3.5, 2.5))",
    "sgd": "(params, lr, batch_size)",
    "show_fashion_mnist": "(images, labels)",
    "squared_loss": "(y_hat, y)",
    "train_ch3": "(net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None)",
    "try_all_gpus": "()",
    "use_svg_display": "()",
    "Benchmark": "(prefix=None)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_names_have_the_signature_of_the_book(name):
    assert str(inspect.signature(getattr(d2l, name))) == SIGNATURES[name]
    assert name in d2l.__all__


def test_one_function_serves_the_book_and_the_chapters():
    assert d2l.sgd is book.sgd
    assert d2l.try_gpu().device_type in ("cpu", "gpu")  # the book passes no argument
    assert d2l.plt is matplotlib.pyplot


# --- Chapter 2, and the sections that import MXNet alone

def test_chapter_2_runs():
    """Arrays, conversion to and from NumPy, and derivatives as sections 2.2 to 2.4 use them."""
    x = nd.arange(12).reshape((3, 4))
    y = nd.array([[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
    assert (x + y).shape == nd.concat(x, y, dim=0)[:3].shape == (3, 4)
    assert (x == y).sum().asscalar() == np.sum(x.asnumpy() == y.asnumpy())
    assert nd.dot(x, y.T).asnumpy().tolist() == (x.asnumpy() @ y.asnumpy().T).tolist()
    before = id(y)
    y[:] = x + y
    y += x
    assert id(y) == before
    np.testing.assert_array_equal(nd.array(np.ones((2, 3))).asnumpy(), np.ones((2, 3)))
    x = nd.arange(4).reshape((4, 1))
    x.attach_grad()
    with autograd.record():
        z = 2 * nd.dot(x.T, x)
    z.backward()
    assert x.grad.asnumpy().tolist() == (4 * x).asnumpy().tolist()
    assert {"normal", "uniform", "poisson"} <= set(dir(nd.random))


@pytest.mark.filterwarnings("ignore:Conversion of an array:DeprecationWarning")
def test_an_array_of_one_element_is_formatted_as_a_number():
    """Sections 3.2 and 3.3 print a loss so; it is an error from NumPy 2.4 on."""
    loss = nd.array([0.25]).mean().asnumpy()
    assert "loss %f" % loss == "loss 0.250000"  # noqa: UP031  the book's way is what is tested


# --- 3.2 and 3.3: linear regression

def test_data_iter_visits_each_example_once_in_the_order_of_random():
    features, labels = nd.arange(14).reshape((7, 2)), nd.arange(7)
    random.seed(3)
    batches = list(d2l.data_iter(3, features, labels))
    assert [X.shape for X, _ in batches] == [(3, 2), (3, 2), (1, 2)]
    visited = nd.concat(*(y for _, y in batches), dim=0).asnumpy().astype(int).tolist()
    order = list(range(7))
    random.seed(3)
    random.shuffle(order)
    assert visited == order
    np.testing.assert_array_equal(nd.concat(*(X for X, _ in batches), dim=0).asnumpy(), features.asnumpy()[order])


def test_data_iter_of_features_and_labels_of_other_lengths():
    with pytest.raises(ValueError, match="as many labels as examples, got 7 examples and 6 labels"):
        next(d2l.data_iter(3, nd.zeros((7, 2)), nd.zeros(6)))


def test_linear_regression_of_the_book_is_that_of_the_chapter():
    X, y = d2l.synthetic_data(num_examples=5)
    w, b = nd.array([[0.3], [-0.5]]), nd.array([0.1])
    y_hat = d2l.linreg(X, w, b)
    assert y_hat.asnumpy().tolist() == linreg_chapter.linreg(X, w, b).asnumpy().tolist()
    loss = d2l.squared_loss(y_hat, y)
    assert loss.shape == y_hat.shape == (5, 1)  # that of the chapter has shape (5,)
    assert loss.reshape((-1,)).asnumpy().tolist() == linreg_chapter.squared_loss(y_hat, y).asnumpy().tolist()


def test_linear_regression_as_in_3_2():
    d2l.seed_all(0)
    features, labels = d2l.synthetic_data([2, -3.4], 4.2, 1000)
    w, b = nd.random.normal(scale=0.01, shape=(2, 1)), nd.zeros(shape=(1,))
    for param in (w, b):
        param.attach_grad()
    for _ in range(3):
        for X, y in d2l.data_iter(10, features, labels):
            with autograd.record():
                batch_loss = d2l.squared_loss(d2l.linreg(X, w, b), y)
            batch_loss.backward()
            d2l.sgd([w, b], 0.03, 10)
    assert d2l.squared_loss(d2l.linreg(features, w, b), labels).mean().asscalar() < 1e-4
    np.testing.assert_allclose([*w.reshape((-1,)).asnumpy(), b.asscalar()], [2, -3.4, 4.2], atol=0.01)


def test_weight_decay_as_in_3_12():
    """The penalty is added to a loss of shape (1, 1), and the sum is differentiated; plain NumPy is the oracle."""
    X, y, w, b = nd.array([[1.0, 2.0]]), nd.array([0.5]), nd.array([[0.3], [-0.5]]), nd.array([0.1])
    for param in (w, b):
        param.attach_grad()
    with autograd.record():
        batch_loss = d2l.squared_loss(d2l.linreg(X, w, b), y) + 3 * (w ** 2).sum() / 2
    batch_loss.backward()
    old = w.asnumpy()
    error = (X.asnumpy() @ old).item() + 0.1 - 0.5
    d2l.sgd([w, b], 0.01, 1)
    np.testing.assert_allclose(w.asnumpy(), old - 0.01 * (error * X.asnumpy().T + 3 * old), rtol=1e-6)
    np.testing.assert_allclose(b.asnumpy(), [0.1 - 0.01 * error], rtol=1e-6)


# --- 3.5: Fashion-MNIST

@pytest.fixture
def small(monkeypatch):
    """Fashion-MNIST of 70 and 30 images that `load_data_fashion_mnist` finds; the roots it was asked for are kept."""
    draw = np.random.RandomState(0)

    def part(n):
        X = draw.randint(0, 256, (n, 1, 28, 28)).astype("float32") / 255
        return nd.array(X), nd.array(draw.randint(0, 10, n), dtype="int32")

    data = ImageData("fashion-mnist", part(70), part(30), LABELS)
    roots = []
    monkeypatch.setattr(book, "load_fashion_mnist", lambda root: roots.append(root) or data)
    return data, roots


def test_images_are_read_as_the_book_expects(small):
    data, roots = small
    train_iter, test_iter = d2l.load_data_fashion_mnist(32)
    assert roots == [None]
    assert [len(train_iter), len(test_iter)] == [3, 1]
    for _ in range(2):  # not empty the second time
        batches = list(train_iter)
        assert [X.shape for X, _ in batches] == [(32, 1, 28, 28), (32, 1, 28, 28), (6, 1, 28, 28)]
        assert all((X.dtype, y.dtype, len(X)) == (np.float32, np.int32, len(y)) for X, y in batches)
    X, y = next(iter(test_iter))
    np.testing.assert_array_equal(X.asnumpy(), data.test[0].asnumpy())
    np.testing.assert_array_equal(y.asnumpy(), data.test[1].asnumpy())
    assert X.reshape((-1, 784)).shape == (30, 784)


def test_training_images_come_in_an_order_that_follows_numpy(small):
    def labels():
        return nd.concat(*(y for _, y in d2l.load_data_fashion_mnist(32)[0]), dim=0).asnumpy().tolist()

    np.random.seed(1)
    first, other = labels(), labels()
    np.random.seed(1)
    assert labels() == first != other


def test_resized_images_are_those_of_the_books_pipeline(small):
    data, _ = small
    _, test_iter = d2l.load_data_fashion_mnist(16, resize=40)
    assert len(test_iter) == 2
    transform = transforms.Compose([transforms.Resize(40), transforms.ToTensor()])
    pixels = (data.test[0] * 255).round().astype("uint8").transpose((0, 2, 3, 1))
    expected = nd.stack(*map(transform, pixels)).asnumpy()
    for _ in range(2):
        batches = list(test_iter)
        assert [X.shape for X, _ in batches] == [(16, 1, 40, 40), (14, 1, 40, 40)]
        X = nd.concat(*(X for X, _ in batches), dim=0).asnumpy()
        # The book resizes integers, and so rounds, at most by one of 255 grey levels.
        np.testing.assert_allclose(X, expected, atol=1.01 / 255)
        y = nd.concat(*(y for _, y in batches), dim=0)
        assert y.asnumpy().tolist() == data.test[1].asnumpy().tolist()


@pytest.mark.parametrize("resize, error", [(0, ValueError), (2.5, TypeError)])
def test_images_of_no_size(resize, error):
    with pytest.raises(error, match="resize: expected an integer of at least 1"):
        d2l.load_data_fashion_mnist(16, resize=resize)


@pytest.mark.parametrize("batch_size, error", [(0, ValueError), (2.5, TypeError)])
def test_a_batch_size_is_checked_before_data_are_looked_for(monkeypatch, batch_size, error):
    monkeypatch.setattr(book, "load_fashion_mnist", lambda root: pytest.fail("looked for the data"))
    with pytest.raises(error, match="batch_size: expected an integer of at least 1"):
        d2l.load_data_fashion_mnist(batch_size)


def test_root_is_the_folder_of_the_files_or_the_one_it_lies_in(small, tmp_path):
    _, roots = small
    for root in (tmp_path, tmp_path / "fashion-mnist", str(tmp_path / "fashion-mnist")):
        d2l.load_data_fashion_mnist(32, root=root)
    assert roots == [tmp_path] * 3


def test_nothing_takes_the_place_of_data_that_cannot_be_had(monkeypatch, tmp_path):
    monkeypatch.setattr("d2lmx.data.fashion_mnist.HOSTS", ())
    monkeypatch.delenv("D2LMX_MIRROR", raising=False)
    with pytest.raises(d2l.DataUnavailable):
        d2l.load_data_fashion_mnist(256, root=tmp_path)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_dataset_is_what_gluons_class_gives(small):
    data, _ = small
    mnist_train, mnist_test = d2l.FashionMNIST(train=True), d2l.FashionMNIST(train=False)
    assert (len(mnist_train), len(mnist_test)) == (70, 30)
    feature, label = mnist_train[0]
    assert (feature.shape, feature.dtype, label.dtype) == ((28, 28, 1), np.uint8, np.int32)
    X, y = mnist_train[0:9]
    assert (X.shape, y.shape) == ((9, 28, 28, 1), (9,))
    loader = gdata.DataLoader(mnist_test.transform_first(transforms.ToTensor()), 30, num_workers=2)
    for X, y in loader:
        np.testing.assert_array_equal(X.asnumpy(), data.test[0].asnumpy())
        np.testing.assert_array_equal(y.asnumpy(), data.test[1].asnumpy())


@pytest.mark.parametrize("kind", [list, np.array, nd.array])
def test_labels_have_names(kind):
    assert d2l.get_fashion_mnist_labels(kind([9, 0, 3.0])) == ["ankle boot", "t-shirt", "dress"]


@pytest.mark.parametrize("label", [-1, 10, 2.5])
def test_labels_that_are_no_class(label):
    with pytest.raises(ValueError, match=f"expected class indices from 0 to 9, got {label}"):
        d2l.get_fashion_mnist_labels([0, label])


# --- 3.6, 3.7, 3.9, 3.10, 3.13: classifiers

def book_softmax_regression():
    """Section 3.6: the network gives probabilities, and the loss takes their logarithm."""
    W, b = nd.random.normal(scale=0.01, shape=(784, 10)), nd.zeros(10)
    for param in (W, b):
        param.attach_grad()

    def net(X):
        exp = (nd.dot(X.reshape((-1, 784)), W) + b).exp()
        return exp / exp.sum(axis=1, keepdims=True)

    return net, lambda y_hat, y: -nd.pick(y_hat, y).log(), [W, b]


def expected_lines(net, train_batches, test_iter, loss, step):
    """The lines of `train_ch3`, worked out with one number read per batch, and plain arithmetic."""
    lines = []
    for epoch, batches in enumerate(train_batches, start=1):
        total = right = n = 0
        for X, y in batches:
            with autograd.record():
                y_hat = net(X)
                batch_loss = loss(y_hat, y).sum()
            batch_loss.backward()
            step()
            total, n = total + batch_loss.asscalar(), n + len(y)
            right += int((y_hat.asnumpy().argmax(axis=1) == y.asnumpy()).sum())
        tested = np.concatenate([net(X).asnumpy().argmax(axis=1) == y.asnumpy() for X, y in test_iter])
        lines.append(f"epoch {epoch}, loss {total / n:.4f}, train acc {right / n:.3f}, test acc {tested.mean():.3f}")
    return lines


def test_softmax_regression_as_in_3_6(small, capsys):
    d2l.seed_all(0)
    net, loss, params = book_softmax_regression()
    train_iter, test_iter = d2l.load_data_fashion_mnist(32)
    start = [param.copy() for param in params]
    assert d2l.train_ch3(net, train_iter, test_iter, loss, 2, 32, params, 0.1) is None
    printed, trained = capsys.readouterr().out.splitlines(), [param.asnumpy() for param in params]

    def step():  # 6 examples in the last batch, divided by 32 as well
        for param in params:
            param[:] = param - 0.1 * param.grad / 32

    for param, value in zip(params, start):
        param[:] = value
    train_iter.epoch = 0
    batches = [list(train_iter) for _ in range(2)]
    assert printed == expected_lines(net, batches, test_iter, loss, step)
    for value, param in zip(trained, params):
        np.testing.assert_allclose(value, param.asnumpy(), rtol=1e-4, atol=1e-6)
    assert d2l.evaluate_accuracy(test_iter, net) == pytest.approx(float(printed[-1].rpartition(" ")[2]), abs=5e-4)


def test_mlp_with_dropout_and_gluon_as_in_3_13(small, capsys):
    """A trainer takes the place of params and lr; a `DataLoader`, as in section 3.5, that of the loaders."""
    d2l.seed_all(0)
    data, _ = small
    net = nn.Sequential()
    net.add(nn.Dense(16, activation="relu"), nn.Dropout(0.5), nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    loss = gloss.SoftmaxCrossEntropyLoss()
    train_iter, test_iter = (gdata.DataLoader(gdata.ArrayDataset(*part), 32) for part in (data.train, data.test))
    assert 0 <= d2l.evaluate_accuracy(test_iter, net) <= 1
    params = net.collect_params().values()
    start = [param.data().copy() for param in params]
    lines = []
    for by_hand in (False, True):
        for param, value in zip(params, start):
            param.set_data(value)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
        mx.random.seed(5)  # of the dropped units
        if by_hand:
            lines += expected_lines(net, [train_iter] * 3, test_iter, loss, lambda: trainer.step(32))  # noqa: B023
        else:
            d2l.train_ch3(net, train_iter, test_iter, loss, 3, 32, None, None, trainer)
    assert capsys.readouterr().out.splitlines() == lines


def test_train_ch3_steps_a_trainer_by_the_nominal_batch_size(small, capsys):
    sizes = []

    class Trainer:
        def step(self, batch_size):
            sizes.append(batch_size)

    net, loss, _ = book_softmax_regression()
    d2l.train_ch3(net, *d2l.load_data_fashion_mnist(32), loss, 1, 32, trainer=Trainer())
    assert sizes == [32, 32, 32]


def test_train_ch3_without_an_optimiser(small):
    net, loss, params = book_softmax_regression()
    with pytest.raises(TypeError, match="expected params and lr, or a trainer"):
        d2l.train_ch3(net, *d2l.load_data_fashion_mnist(32), loss, 1, 32, params)


def test_training_that_diverges_stops(small):
    net, loss, params = book_softmax_regression()
    with pytest.raises(d2l.Diverged, match="in epoch 1"):
        d2l.train_ch3(net, *d2l.load_data_fashion_mnist(32), loss, 5, 32, params, 1e6)


@pytest.fixture
def real_data():
    if not (os.environ.get("D2LMX_DATA") and find_fashion_mnist(os.environ["D2LMX_DATA"])):
        message = f"D2LMX_DATA is not set, or has no fashion-mnist with {', '.join(FILES)}"
        pytest.fail(message) if os.environ.get("D2LMX_REQUIRE_DATA") else pytest.skip(message)


def test_real_data_give_the_numbers_the_book_prints_in_3_6(real_data, capsys):
    """It prints losses of 0.79 and 0.57 and train accuracies of 0.75 and 0.81 for the first two of its epochs."""
    d2l.seed_all(0)
    net, loss, params = book_softmax_regression()
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    assert d2l.evaluate_accuracy(test_iter, net) < 0.3
    d2l.train_ch3(net, train_iter, test_iter, loss, 2, 256, params, 0.1)
    losses, train_accs, test_accs = zip(*([float(part.split()[-1]) for part in line.split(", ")[1:]]
                                          for line in capsys.readouterr().out.splitlines()))
    np.testing.assert_allclose(losses, [0.79, 0.57], atol=0.02)
    np.testing.assert_allclose(train_accs, [0.75, 0.81], atol=0.01)
    np.testing.assert_allclose(test_accs, [0.80, 0.82], atol=0.025)
    X, y = next(iter(test_iter))
    assert d2l.get_fashion_mnist_labels(y[:3].asnumpy()) == ["ankle boot", "pullover", "trouser"]


def test_real_data_as_a_dataset(real_data):
    mnist_train = d2l.FashionMNIST(train=True)
    X, y = mnist_train[0:9]
    assert len(mnist_train) == 60000 and (X.shape, X.dtype, X.max().asscalar()) == ((9, 28, 28, 1), np.uint8, 255)
    assert d2l.get_fashion_mnist_labels(y)[:2] == ["ankle boot", "t-shirt"]


# --- 3.16: house prices

def test_pandas_reads_text_as_the_book_expects():
    """Section 3.16 tells text columns by their dtype `object`, and lets NDArray take what `get_dummies` gives."""
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"area": [50.0, None, 70.0], "street": ["Pave", "Grvl", None]})
    assert list(table.dtypes[table.dtypes != "object"].index) == ["area"]
    table["area"] = ((table["area"] - table["area"].mean()) / table["area"].std()).fillna(0)
    features = nd.array(pd.get_dummies(table, dummy_na=True).values)
    assert (features.shape, features.dtype) == ((3, 4), np.float32)
    assert features.asnumpy().sum(axis=1).tolist() == pytest.approx([1 - 0.5 ** 0.5, 1, 1 + 0.5 ** 0.5])


# --- Figures, each test in a process of its own, for a backend is chosen once

DRAWN = {
    "scatter": "d2l.plt.scatter([1, 2], [3, 4], 1); d2l.plt.show()",
    "one curve": "d2l.semilogy(range(1, 4), [1, 0.1, 0.01], 'epochs', 'rmse')",
    "two curves": "d2l.semilogy(range(1, 3), [1, .1], 'epochs', 'loss', range(1, 3), [2, 1], ['train', 'test'])",
    "images": "d2l.show_fashion_mnist(nd.ones((9, 28, 28, 1)), ['shirt'] * 9)",
    "a list of images": "d2l.show_fashion_mnist([nd.ones((1, 28, 28))], ['shirt\\ncoat'])",
    "never shown": "x = nd.arange(-1, 1, 0.1); d2l.plt.plot(x.asnumpy(), x.relu().asnumpy()); d2l.plt.xlabel('x')",
}


def draw(code, folder, backend=None):
    environ = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "MPLBACKEND": backend, "IPYTHONDIR": folder}
    done = run([sys.executable, "-c", f"import os; os.chdir({str(folder)!r})\n{code}"], **environ)
    assert done.returncode == 0 and "Warning" not in done.stderr, done.stderr
    return done.stdout.splitlines()


SCRIPT = """
import sys
class NoIPython:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("IPython", "matplotlib_inline"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoIPython())
import d2lmx as d2l
from mxnet import nd
d2l.use_svg_display()
d2l.set_figsize()
assert list(d2l.plt.rcParams["figure.figsize"]) == [3.5, 2.5]
d2l.plt.plot([1, 2]); d2l.plt.savefig("own.png"); d2l.plt.show()
"""


def test_without_a_window_figures_are_written_and_their_paths_printed(tmp_path):
    """Each when it is shown, those that never are at the end; one that the reader has saved is not written again."""
    printed = draw(SCRIPT + "\n".join(f"{code}\nprint({name!r})" for name, code in DRAWN.items()), tmp_path)
    names = ["figure.png", *(f"figure-{i}.png" for i in range(2, 7))]
    lines = [line for pair in zip([f"figure written to {name}" for name in names], DRAWN) for line in pair]
    assert printed == [*lines[:-2], lines[-1], lines[-2]]
    assert {path.name for path in tmp_path.iterdir()} == {*names, "own.png"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


CURVES = """
import json
from matplotlib import pyplot as plt
figure = plt.figure()
import d2lmx as d2l
from mxnet import nd
assert d2l.plt is plt and plt.fignum_exists(figure.number)  # the reader's figure stays, so its backend does
plt.show = lambda: None
d2l.semilogy(range(1, 4), [1, 0.1, 0.01], "epochs", "loss", range(1, 3), [2, 1], ["train", "test"], (4, 3))
axes = plt.gca()
print(json.dumps([axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale(), list(axes.figure.get_size_inches()),
                  [text.get_text() for text in axes.get_legend().get_texts()],
                  [[line.get_ydata().tolist(), line.get_linestyle()] for line in axes.lines]]))
d2l.show_fashion_mnist([nd.arange(784).reshape((28, 28, 1)), nd.ones((1, 28, 28))], ["shirt", "coat"])
print(json.dumps([[axes.get_title(), axes.images[0].get_array().shape, float(axes.images[0].get_array()[1, 0])]
                  for axes in plt.gcf().axes]))
"""


def test_curves_and_images_are_those_given(tmp_path):
    curves, images = map(json.loads, draw(CURVES, tmp_path))
    assert curves == ["epochs", "loss", "log", [4, 3], ["train", "test"], [[[1, 0.1, 0.01], "-"], [[2, 1], ":"]]]
    assert images == [["shirt", [28, 28], 28], ["coat", [28, 28], 1]]


def test_images_and_labels_of_other_lengths():
    with pytest.raises(ValueError, match="got 2 images and 1 labels"):
        d2l.show_fashion_mnist(nd.ones((2, 28, 28, 1)), ["shirt"])


NOTEBOOK = """
import json
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
class Shell(InteractiveShell):
    def enable_gui(self, gui=None):
        "The kernel of a notebook has one."
shell = Shell.instance()
outputs = []
for cell in {cells!r}:
    with capture_output() as captured:
        shell.run_cell(cell).raise_error()
    outputs.append([captured.stdout, [sorted(output.data) for output in captured.outputs]])
print("outputs", json.dumps(outputs))
"""


def test_a_notebook_shows_svg(tmp_path):
    pytest.importorskip("IPython")
    cells = ["%matplotlib inline\nimport d2lmx as d2l\nfrom mxnet import nd", "d2l.set_figsize()", *DRAWN.values()]
    printed = draw(NOTEBOOK.format(cells=cells), tmp_path, "module://matplotlib_inline.backend_inline")
    outputs = json.loads(printed[-1].partition(" ")[2])
    assert [kinds for _, kinds in outputs[2:]] == [[["image/svg+xml", "text/plain"]]] * len(DRAWN)
    assert not any("written" in text for text, _ in outputs) and not list(tmp_path.glob("*.png"))


# --- Beside the lessons

def test_benchmark_prints_seconds_after_its_prefix(capsys):
    with d2l.Benchmark("work"), d2l.Benchmark():
        pass
    inner, outer = capsys.readouterr().out.splitlines()
    assert inner.startswith("time: ") and outer.startswith("work time: ")
    for line in (inner, outer):
        seconds, unit = line.split()[-2:]
        assert unit == "sec" and len(seconds.partition(".")[2]) == 4 and float(seconds) >= 0


def test_benchmark_lets_an_error_pass(capsys):
    with pytest.raises(KeyError), d2l.Benchmark():
        raise KeyError
    assert capsys.readouterr().out.startswith("time: ")


def test_folders_are_made_where_they_are_missing(tmp_path):
    for _ in range(2):
        d2l.mkdir_if_not_exist([str(tmp_path), "data", "kaggle"])
        d2l.mkdir_if_not_exist(str(tmp_path / "one" / "two"))
        d2l.mkdir_if_not_exist(tmp_path / "three")
    assert all((tmp_path / name).is_dir() for name in ("data/kaggle", "one/two", "three"))


@pytest.mark.parametrize("num_gpus, expected", [(0, [mx.cpu()]), (2, [mx.gpu(0), mx.gpu(1)])])
def test_all_gpus_or_the_cpu(num_gpus, expected, monkeypatch):
    monkeypatch.setattr(devices, "try_gpu", lambda index: mx.gpu(index) if index < num_gpus else mx.cpu())
    assert d2l.try_all_gpus() == expected
