import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import matplotlib.image
import mxnet as mx
import numpy as np
import pytest
from matplotlib.figure import Figure
from mxnet import nd
from sklearn.metrics import confusion_matrix

from d2lmx.figures import curves as plotting

ROOT = Path(__file__).parents[2]
NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]


def classifier_history(shift=0.0):
    return [{"epoch": epoch, "loss": 1 / epoch + shift, "train_acc": 0.8 + 0.01 * epoch + shift,
             "test_acc": 0.7 + 0.01 * epoch + shift, "seconds": 0.1} for epoch in (1, 2, 3)]


def curves(axes):
    return {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}


def pictures(figure):
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


X = np.random.default_rng(0).normal(size=(20, 2))
FIGURES = {
    "history": lambda: plotting.plot_history({"scratch": classifier_history(), "gluon": classifier_history()}, "mlp"),
    "images": lambda: plotting.plot_images(np.ones((3, 4, 4)), [0, 1, 2], [0, 1, 1], NAMES),
    "weights": lambda: plotting.plot_weights(np.ones((4, 3)), (2, 2), NAMES[:3]),
    "regression": lambda: plotting.plot_regression(X, X @ [2, -3.4] + 4.2, [2, -3.4], 4.2),
    "confusion": lambda: plotting.plot_confusion_matrix(np.arange(10), np.arange(10), NAMES),
    "network": lambda: plotting.plot_network([4, 5, 3], "multilayer perceptron"),
}


# --- Learning curves

def test_history_shows_loss_and_accuracies_of_each_version():
    histories = {"scratch": classifier_history(), "gluon": classifier_history(0.05)}
    loss, accuracy = plotting.plot_history(histories, title="softmax").axes

    def points(version, key):
        return [[record["epoch"], record[key]] for record in histories[version]]

    assert curves(loss) == {version: points(version, "loss") for version in histories}
    assert curves(accuracy) == {f"{part}, {version}": points(version, f"{part}_acc")
                                for part in ("train", "test") for version in histories}
    assert [text.get_text() for text in accuracy.get_legend().get_texts()] == list(curves(accuracy))


def test_both_of_two_coinciding_versions_are_seen():
    figure = plotting.plot_history({"scratch": classifier_history(), "gluon": classifier_history()})
    below, above = figure.axes[0].get_lines()
    assert below.get_linewidth() > 2 * above.get_linewidth()
    assert below.get_linestyle() != above.get_linestyle()
    assert below.get_marker() != above.get_marker()
    assert below.get_markersize() > 2 * above.get_markersize()


def test_regression_history_has_no_accuracy_panel():
    figure = plotting.plot_history({"gluon": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}]})
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss"]
    assert curves(figure.axes[0]) == {"gluon": [[1, 0.5], [2, 0.4]]}


@pytest.mark.parametrize("losses, scale", [([0.04, 1e-4, 5e-5], "log"), ([0.8, 0.5, 0.4], "linear"),
                                           ([0.5, 0.0], "linear")])
def test_loss_over_orders_of_magnitude_is_logarithmic(losses, scale):
    figure = plotting.plot_history({"gluon": [{"epoch": i + 1, "loss": loss} for i, loss in enumerate(losses)]})
    assert figure.axes[0].get_yscale() == scale


@pytest.mark.parametrize("num_epochs", [1, 2, 3, 30])
def test_epochs_are_on_integer_ticks(num_epochs):
    figure = plotting.plot_history({"gluon": [{"epoch": i + 1, "loss": 1.0} for i in range(num_epochs)]})
    axes = figure.axes[0]
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert ticks and all(tick == round(tick) for tick in ticks)
    assert axes.get_lines()[0].get_marker() not in ("", "None", None)  # a single epoch has no line


@pytest.mark.parametrize("histories, message", [
    ({}, "at least one version"), ({"gluon": []}, "'gluon'"), ({"gluon": [{"epoch": 1}]}, "'loss'")])
def test_history_that_is_none(histories, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_history(histories)


# --- Images

@pytest.mark.parametrize("convert", [np.asarray, nd.array, mx.np.array])
@pytest.mark.parametrize("shape", [(4, 1, 3, 3), (4, 3, 3), (4, 9)])
def test_images_of_any_shape_and_kind(convert, shape):
    images = np.arange(36, dtype="float32").reshape(4, 3, 3)
    figure = plotting.plot_images(convert(images.reshape(shape)), num_cols=3)
    assert np.array_equal(pictures(figure), images)
    assert len(figure.axes) == 6  # two rows of three
    assert {image.get_clim() for axes in figure.axes for image in axes.images} == {(0, 35)}


@pytest.mark.parametrize("true, predicted", [
    (np.array([0, 1]), np.array([0, 9])), (nd.array([0, 1]), nd.array([0, 9])), ([0, 1], ["t-shirt", "ankle boot"])])
def test_wrong_predictions_are_marked_by_more_than_colour(true, predicted):
    right, wrong = plotting.plot_images(np.ones((2, 4, 4)), true, predicted, NAMES).axes
    assert right.get_title() == "t-shirt\nt-shirt"
    assert wrong.get_title() == "trouser\n× ankle boot"
    assert right.title.get_color() != wrong.title.get_color()


def test_labels_without_predictions_or_names():
    def titles(**labels):
        return [axes.get_title() for axes in plotting.plot_images(np.ones((2, 2, 2)), **labels).axes]

    assert titles(labels=nd.array([3, 11])) == ["3", "11"]
    assert titles(labels=["a", "b"]) == ["a", "b"]
    assert titles(predictions=[1, 2], label_names=NAMES) == ["trouser", "pullover"]


@pytest.mark.parametrize("arguments, message", [
    ({"images": np.ones((2, 3, 4, 4))}, r"got \(2, 3, 4, 4\)"),
    ({"images": np.ones((2, 8))}, r"got \(2, 8\)"),
    ({"images": np.ones(4)}, r"got \(4,\)"),
    ({"images": np.ones((0, 4, 4))}, r"got \(0, 4, 4\)"),
    ({"images": np.ones((0, 4))}, r"got \(0, 4\)"),
    ({"images": np.ones((2, 4, 4)), "labels": [1]}, r"expected 2 labels.*\(1,\)"),
    ({"images": np.ones((2, 4, 4)), "predictions": [1, 2, 3]}, r"expected 2 predictions.*\(3,\)"),
    ({"images": np.ones((1, 4, 4)), "labels": [10], "label_names": NAMES}, "classes 0 to 9"),
    ({"images": np.ones((1, 4, 4)), "num_cols": 0}, "num_cols"),
])
def test_images_that_cannot_be_shown(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_images(**arguments)


# --- Weights

def test_weights_are_the_columns_on_one_symmetric_scale():
    W = np.arange(18, dtype="float32").reshape(6, 3) - 4
    figure = plotting.plot_weights(nd.array(W), (2, 3), NAMES[:3])
    for j, axes in enumerate(figure.axes[:3]):
        assert axes.get_title() == NAMES[j]
        assert np.array_equal(axes.images[0].get_array(), W[:, j].reshape(2, 3))
        assert axes.images[0].get_clim() == (-13, 13)
    assert len(figure.axes) == 4  # and a colour bar


@pytest.mark.parametrize("shape, image_shape, names", [((6, 3), (2, 2), 3), ((6, 3), (2, 3), 2), ((6,), (2, 3), 1)])
def test_weights_of_another_shape(shape, image_shape, names):
    with pytest.raises(ValueError, match=r"expected W of shape .* got \(6"):
        plotting.plot_weights(np.ones(shape), image_shape, NAMES[:names])


# --- Regression

@pytest.mark.parametrize("convert", [np.asarray, nd.array])
def test_regression_draws_partial_residuals_and_the_fitted_line(convert):
    X = np.array([[1, 2], [3, 5], [-1, 0.5]])
    y, w, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, -3.0]), np.array([0.5])
    figure = plotting.plot_regression(convert(X), convert(y), convert(w.reshape(2, 1)), convert(b))
    for j, axes in enumerate(figure.axes):
        dots, line = axes.get_lines()
        np.testing.assert_allclose(dots.get_xdata(), X[:, j], rtol=1e-6)
        np.testing.assert_allclose(dots.get_ydata(), y - 0.5 - w[1 - j] * X[:, 1 - j], rtol=1e-6)
        np.testing.assert_allclose(line.get_xdata(), [X[:, j].min(), X[:, j].max()], rtol=1e-6)
        np.testing.assert_allclose(line.get_ydata(), w[j] * np.array(line.get_xdata()), rtol=1e-6)
    assert len(figure.axes) == 2


def test_regression_on_many_inputs_draws_predicted_against_true():
    X, w = np.arange(10.0).reshape(2, 5), np.ones(5)
    axes, = plotting.plot_regression(X, np.array([9.0, 40.0]), w, 1.0).axes
    dots, line = axes.get_lines()
    assert dots.get_xydata().tolist() == [[9, 11], [40, 36]]
    assert line.get_xydata().tolist() == [[9, 9], [40, 40]]


@pytest.mark.parametrize("X, y, w, b", [
    ((3, 2), (3, 1), (2,), ()), ((3, 2), (2,), (2,), ()), ((3, 2), (3,), (3,), ()), ((3,), (3,), (1,), ()),
    ((3, 2), (3,), (2,), (2,)), ((0, 2), (0,), (2,), ())])
def test_regression_of_other_shapes(X, y, w, b):
    with pytest.raises(ValueError, match=r"expected X \(n, d\), y \(n,\).*got"):
        plotting.plot_regression(np.ones(X), np.ones(y), np.ones(w), np.ones(b))


# --- Confusion matrix

@pytest.mark.parametrize("convert", [np.asarray, nd.array])
def test_confusion_matrix_has_the_counts_of_scikit_learn(convert):
    rng = np.random.default_rng(0)
    y, y_hat = rng.integers(0, 10, 300), rng.integers(0, 10, 300)
    axes, = plotting.plot_confusion_matrix(convert(y), convert(y_hat), NAMES).axes
    cells = np.zeros((10, 10), int)
    for text in axes.texts:
        j, i = text.get_position()
        cells[i, j] = int(text.get_text())
    expected = confusion_matrix(y, y_hat, labels=range(10))
    assert np.array_equal(cells, expected)
    np.testing.assert_allclose(axes.images[0].get_array(), expected / expected.sum(axis=1, keepdims=True))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in axes.get_xticklabels()] == NAMES
    assert [label.get_text() for label in axes.get_yticklabels()] == NAMES
    assert f"{(y == y_hat).sum()} of 300" in axes.get_title()


def test_confusion_matrix_of_a_class_that_does_not_occur():
    axes, = plotting.plot_confusion_matrix([0, 0], [0, 1], ["a", "b", "c"]).axes
    np.testing.assert_array_equal(np.ma.filled(axes.images[0].get_array(), np.nan), [[0.5, 0.5, 0], [0] * 3, [0] * 3])


@pytest.mark.parametrize("y, y_hat, message", [
    ([0, 1], [0], "2 and 1"), ([], [], "at least one"), ([0, 3], [0, 1], "y of shape .* 0 to 2"),
    ([0, 1], [0, -1], "y_hat of shape"), ([0, 0.5], [0, 1], "0 to 2"), ([[0]], [[0]], r"\(1, 1\)"),
    ([0, np.nan], [0, 1], "0 to 2")])
def test_confusion_matrix_of_what_are_not_classes(y, y_hat, message):
    with pytest.raises(ValueError, match=message):
        plotting.plot_confusion_matrix(np.array(y), np.array(y_hat), ["a", "b", "c"])


# --- Network

def ids_in_svg(figure, folder):
    tree = ElementTree.parse(plotting.show(figure, folder / "network.svg"))
    return [element.get("id") for element in tree.iter() if element.get("id")]


@pytest.mark.parametrize("sizes, letters", [([2, 1], "xo"), ([4, 3], "xo"), ([4, 5, 3], "xho")])
def test_network_in_svg_has_every_unit_and_connection_once(sizes, letters, tmp_path):
    ids = ids_in_svg(plotting.plot_network(sizes), tmp_path)
    layers = [[f"{letter}{unit + 1}" for unit in range(size)] for letter, size in zip(letters, sizes)]
    expected = [unit for layer in layers for unit in layer]
    expected += [f"{a}-{b}" for below, above in zip(layers, layers[1:]) for a in below for b in above]
    assert sorted(name for name in ids if name[0] in "xho" and name[1].isdigit()) == sorted(expected)
    assert len(set(ids)) == len(ids)


def test_connections_end_at_the_units_they_name():
    axes, = plotting.plot_network([4, 5, 3]).axes
    centres = {patch.get_gid(): tuple(patch.get_center()) for patch in axes.patches}
    assert len(set(centres.values())) == 12
    for line in axes.get_lines():
        below, above = line.get_gid().split("-")
        assert [tuple(point) for point in line.get_xydata()] == [centres[below], centres[above]]
        assert centres[below][1] < centres[above][1]  # from the bottom to the top


def test_units_and_layers_are_labelled():
    axes, = plotting.plot_network([2, 3, 1, 2], title="a net").axes
    texts = {text.get_text() for text in axes.texts}
    assert texts == {
        "a net", "$x_{1}$", "$x_{2}$", "$h^{(1)}_{1}$", "$h^{(1)}_{2}$", "$h^{(1)}_{3}$", "$h^{(2)}_{1}$", "$o_{1}$",
        "$o_{2}$", "input layer\n2 inputs", "hidden layer 1\n3 units", "hidden layer 2\n1 unit",
        "output layer\n2 outputs"}


def test_large_layers_are_abbreviated_and_say_their_size():
    axes, = plotting.plot_network([784, 256, 10]).axes
    texts = [text.get_text() for text in axes.texts]
    assert {"input layer\n784 inputs", "hidden layer\n256 units", "output layer\n10 outputs"} <= set(texts)
    assert texts.count(r"$\cdots$") == 2 and {"$x_{784}$", "$h_{256}$", "$o_{10}$"} <= set(texts)
    shown = [patch.get_gid()[0] for patch in axes.patches]
    assert shown.count("o") == 10 and shown.count("x") < 10
    assert len(axes.get_lines()) == shown.count("x") * shown.count("h") + shown.count("h") * shown.count("o")


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1]])
def test_network_without_layers_or_units(sizes):
    with pytest.raises(ValueError, match="layer"):
        plotting.plot_network(sizes)


# --- All figures

@pytest.mark.parametrize("name", FIGURES)
def test_saved_files_are_whole_and_nothing_is_left_behind(name, tmp_path, capsys):
    settings = dict(matplotlib.rcParams)
    figure = FIGURES[name]()
    assert type(figure) is Figure
    assert dict(matplotlib.rcParams) == settings
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module="d2lmx")  # a missing glyph or a failed layout warns
        png = plotting.show(figure, tmp_path / "new" / "figure.PNG")
        svg = plotting.show(figure, str(tmp_path / "figure.svg"))
    height, width = matplotlib.image.imread(png, format="png").shape[:2]
    assert width >= 800 and height >= 300
    assert ElementTree.parse(svg).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["figure.PNG", "figure.svg"]
    assert capsys.readouterr().out == ""
    assert dict(matplotlib.rcParams) == settings
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_same_figure_gives_the_same_svg(tmp_path):
    first, second = (plotting.show(plotting.plot_network([2, 1]), tmp_path / name) for name in ("a.svg", "b.svg"))
    assert first.read_bytes() == second.read_bytes()


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_text("old")

    def fail_half_way(self, target, **kwargs):
        Path(target).write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", fail_half_way)
    with pytest.raises(OSError, match="disk full"):
        plotting.show(plotting.plot_network([2, 1]), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["figure", "figure.xyz", "figure.txt", ".png"])
def test_unknown_suffix(name, tmp_path):
    with pytest.raises(ValueError, match=r"\.png.*got '.*" + name):
        plotting.show(plotting.plot_network([2, 1]), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_show_of_what_is_not_a_figure():
    with pytest.raises(TypeError, match="expected a Figure.*got list"):
        plotting.show(classifier_history())


# --- Where `show` shows: each in a process of its own, for a backend is chosen once

def run(code, folder, backend=None, *arguments):
    python_path = os.pathsep.join([str(ROOT), str(folder), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": python_path, "IPYTHONDIR": str(folder / "ipython")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        environment.pop(name, None)
    if backend is not None:
        environment["MPLBACKEND"] = backend
    command = [sys.executable, "-W", "error::UserWarning:d2lmx.figures.show", "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


HEADLESS = """
import sys
import matplotlib
settings = matplotlib.rcParams.copy()
from d2lmx.figures.curves import plot_network, plot_history, show
history = {"gluon": [{"epoch": 1, "loss": 0.5}]}
figures = [plot_history(history, "Linear regression!")] * 2 + [plot_history(history)]
assert "matplotlib.pyplot" not in sys.modules
assert {**settings, "backend": ""} == {**matplotlib.rcParams, "backend": ""}
for figure in figures:
    show(figure)
import matplotlib.pyplot as plt
show(plt.figure())
assert not plt.get_fignums()
"""


# A notebook's `!python script.py` inherits the inline backend, where there is no notebook to show anything.
@pytest.mark.parametrize("backend", [None, "Agg", "module://matplotlib_inline.backend_inline"])
def test_headless_show_prints_where_it_wrote(backend, tmp_path):
    if backend and "inline" in backend:
        pytest.importorskip("matplotlib_inline")
    lines = run(HEADLESS, tmp_path, backend).splitlines()
    paths = [tmp_path / line.replace("figure written to ", "") for line in lines]
    names = [path.name for path in paths]
    assert names == ["linear-regression.png", "linear-regression-2.png", "learning-curves.png", "figure.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
outputs = []
for cell in sys.argv[1:]:
    with capture_output() as captured:
        shell.run_cell(cell).raise_error()
    outputs.append([captured.stdout, ["image/png" in output.data for output in captured.outputs]])
print(json.dumps(outputs))
"""


@pytest.mark.parametrize("backend, cells", [
    ("agg", {"show(plot_network([2, 1]))": 1}),
    ("module://matplotlib_inline.backend_inline", {
        "show(plot_network([2, 1]))": 1,
        "import matplotlib.pyplot as plt": 0,
        "for _ in range(2): show(plot_network([2, 1]))": 2,
        "show(plt.figure())": 1,
        "assert not plt.get_fignums()": 0,
    })])
def test_notebook_shows_each_figure_once(backend, cells, tmp_path):
    pytest.importorskip("IPython")
    pytest.importorskip("matplotlib_inline")
    printed = run(NOTEBOOK, tmp_path, backend, "from d2lmx.figures.curves import plot_network, show", *cells)
    outputs = json.loads(printed.splitlines()[-1])
    assert outputs == [["", [True] * count] for count in [0, *cells.values()]]
    assert not list(tmp_path.glob("*.png"))


def test_ipython_in_a_terminal_writes_a_file(tmp_path):
    pytest.importorskip("IPython")
    code = ("from IPython.terminal.interactiveshell import TerminalInteractiveShell as Shell\n"
            "Shell.instance().run_cell('from d2lmx.figures.curves import *; show(plot_network([2, 1]))').raise_error()")
    assert "figure written to network-2-1.png" in run(code, tmp_path, "agg")
    assert (tmp_path / "network-2-1.png").exists()


WINDOW_BACKEND = """
from matplotlib.backend_bases import FigureManagerBase
from matplotlib._pylab_helpers import Gcf
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas

class FigureManager(FigureManagerBase):
    def show(self): pass

def new_figure_manager(num, *args, FigureClass, **kwargs):
    return new_figure_manager_given_figure(num, FigureClass(*args, **kwargs))

def new_figure_manager_given_figure(num, figure):
    return FigureManager(FigureCanvas(figure), num)

def show(*args, **kwargs):
    import matplotlib.pyplot as plt
    print("window", [manager.canvas.figure.get_label() for manager in Gcf.get_all_fig_managers()])
    if not plt.isinteractive():
        Gcf.destroy_all()  # the reader closes the window
"""

WINDOW = """
from d2lmx.figures.curves import plot_network, show
figure = plot_network([2, 1])
assert show(figure) is None
assert show(figure) is None  # its window was closed
import matplotlib.pyplot as plt
assert not plt.get_fignums()
plt.ion()
show(figure)
assert len(plt.get_fignums()) == 1  # show has not waited for the reader, who still looks at it
show(figure)
"""


def test_interactive_backend_opens_a_window(tmp_path):
    (tmp_path / "window_backend.py").write_text(WINDOW_BACKEND)
    assert run(WINDOW, tmp_path, "module://window_backend").splitlines() == ["window ['network 2-1']"] * 4
    assert not list(tmp_path.glob("*.png"))
