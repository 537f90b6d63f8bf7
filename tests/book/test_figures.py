"""Figures, each test in a process of its own, because a backend is chosen once."""
import json
import sys

import pytest

from tests.fresh import run

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
