import json
import os
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import d2lmx as d2l
from tests.fresh import ROOT, run


def test_same_figure_gives_the_same_svg(tmp_path):
    first, second = (d2l.show(d2l.plot_network([2, 1]), tmp_path / name) for name in ("a.svg", "b.svg"))
    assert first.read_bytes() == second.read_bytes()


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_text("old")
    monkeypatch.setattr(Figure, "savefig", lambda self, target, **_: (Path(target).write_text("half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        d2l.show(d2l.plot_network([2, 1]), path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["figure", "figure.xyz", "figure.txt", ".png"])
def test_unknown_suffix(name, tmp_path):
    with pytest.raises(ValueError, match=r"\.png.*got '.*" + name):
        d2l.show(d2l.plot_network([2, 1]), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_show_of_what_is_not_a_figure():
    with pytest.raises(TypeError, match="expected a Figure.*got list"):
        d2l.show([1, 2])


# --- Where `show` shows: each in a process of its own, because a backend is chosen once

INLINE = "module://matplotlib_inline.backend_inline"


def printed(code, folder, backend=None, *arguments):
    command = [sys.executable, "-W", "error::UserWarning:d2lmx.figures.show", "-c",
               f"import os; os.chdir({str(folder)!r})\n{code}", *arguments]
    done = run(command, DISPLAY=None, WAYLAND_DISPLAY=None, MPLBACKEND=backend, IPYTHONDIR=folder / "ipython",
               PYTHONPATH=os.pathsep.join(map(str, [ROOT, folder])))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


HEADLESS = """
import sys
import matplotlib
settings = matplotlib.rcParams.copy()
from d2lmx import plot_history, show
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
@pytest.mark.parametrize("backend", [None, "Agg", INLINE])
def test_headless_show_prints_where_it_wrote(backend, tmp_path):
    if backend == INLINE:
        pytest.importorskip("matplotlib_inline")
    names = ["linear-regression.png", "linear-regression-2.png", "learning-curves.png", "figure.png"]
    assert printed(HEADLESS, tmp_path, backend) == [f"figure written to {name}" for name in names]
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in names)


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
    (INLINE, {
        "show(plot_network([2, 1]))": 1,
        "import matplotlib.pyplot as plt": 0,
        "for _ in range(2): show(plot_network([2, 1]))": 2,
        "show(plt.figure())": 1,
        "assert not plt.get_fignums()": 0,
    })])
def test_notebook_shows_each_figure_once(backend, cells, tmp_path):
    pytest.importorskip("matplotlib_inline")
    lines = printed(NOTEBOOK, tmp_path, backend, "from d2lmx import plot_network, show", *cells)
    assert json.loads(lines[-1]) == [["", [True] * count] for count in [0, *cells.values()]]
    assert not list(tmp_path.glob("*.png"))


def test_ipython_in_a_terminal_writes_a_file(tmp_path):
    pytest.importorskip("IPython")
    code = """from IPython.terminal.interactiveshell import TerminalInteractiveShell as Shell
Shell.instance().run_cell("import d2lmx as d2l; d2l.show(d2l.plot_network([2, 1]))").raise_error()"""
    assert "figure written to network-2-1.png" in printed(code, tmp_path, "agg")


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
from d2lmx import plot_network, show
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
    assert printed(WINDOW, tmp_path, "module://window_backend") == ["window ['network 2-1']"] * 4
    assert not list(tmp_path.glob("*.png"))
