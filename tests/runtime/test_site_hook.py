import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from d2lmx.runtime import compat, site_hook
from tests.fresh import run

MXNET_WORKS = "import mxnet as mx; assert mx.np.array(True).item() == mx.nd.ones(1).asscalar() == 1"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in the place of this environment's site-packages."""
    monkeypatch.setattr(site_hook, "site_packages", lambda: tmp_path)
    return tmp_path


def make_venv(path):
    """The Python of a new environment without packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", path], check=True)
    return path / "bin" / "python"


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    """The Python of a new environment that sees the packages of this one, but not its .pth files: neither its hook nor
    d2lmx."""
    python = make_venv(tmp_path_factory.mktemp("venv"))
    packages, = python.parents[1].glob("lib/python*/site-packages")
    (packages / "a.pth").write_text(sysconfig.get_path("purelib") + "\n")  # .pth files are read in the order of names
    distutils = Path(sysconfig.get_path("purelib")) / "distutils-precedence.pth"
    if distutils.exists():  # of setuptools, which gives distutils on Python 3.12 and later
        shutil.copy(distutils, packages)
    return python


def has_hook(python):
    """Whether a plain start of `python` installs the hook, once."""
    done = run([python, "-c", "import sys; print([type(f).__name__ for f in sys.meta_path].count('MXNetFinder'))"],
               PYTHONPATH=None)
    assert done.stderr == ""
    return {"0": False, "1": True}[done.stdout.strip()]


def test_on_off_and_stale(folder):
    assert site_hook.status() == "off"
    site_hook.disable()
    site_hook.enable()
    assert site_hook.status() == "on"
    assert (folder / "_d2lmx_mxnet" / "__init__.py").read_bytes() == Path(compat.__file__).read_bytes()
    (folder / "_d2lmx_mxnet" / "loading.py").write_text("# an older one\n")
    assert site_hook.status() == "stale"
    site_hook.enable()
    assert site_hook.status() == "on"
    (folder / "d2lmx-mxnet.pth").unlink()
    assert site_hook.status() == "stale"
    site_hook.disable()
    assert site_hook.status() == "off"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_copy_is_compiled_and_the_line_is_one(folder):
    site_hook.enable()
    assert Path(importlib.util.cache_from_source(str(folder / "_d2lmx_mxnet" / "__init__.py"))).is_file()
    assert len((folder / "d2lmx-mxnet.pth").read_text().splitlines()) == 1


def test_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(site_hook, "site_packages", lambda: tmp_path / "file" / "site-packages")
    with pytest.raises(PermissionError, match="cannot be written.*make install"):
        site_hook.enable()


def test_plain_import(venv, tmp_path):
    run([venv, "-m", "d2lmx", "hook", "off"])
    assert not has_hook(venv)
    assert "is now on" in run([venv, "-m", "d2lmx", "hook", "on"]).stdout
    assert "was on" in run([venv, "-m", "d2lmx", "hook", "on"]).stdout
    assert has_hook(venv)

    script = tmp_path / "script.py"
    script.write_text(MXNET_WORKS + "\nimport sys; assert 'd2lmx' not in sys.modules")
    done = run([venv, "-W", "error", script], PYTHONPATH=None)
    assert (done.returncode, done.stderr) == (0, "")

    with_d2lmx = "import d2lmx, sys; print([type(finder).__name__ for finder in sys.meta_path])"
    assert run([venv, "-c", with_d2lmx]).stdout.count("MXNetFinder") == 1

    assert "is now off" in run([venv, "-m", "d2lmx", "hook", "off"]).stdout
    assert not has_hook(venv)


def test_plain_import_in_a_notebook(venv, tmp_path):
    pytest.importorskip("IPython")
    run([venv, "-m", "d2lmx", "hook", "on"])
    code = "from IPython.core.interactiveshell import InteractiveShell\n" \
           f"InteractiveShell.instance().run_cell({MXNET_WORKS!r}).raise_error()"
    done = run([venv, "-c", code], PYTHONPATH=None, IPYTHONDIR=tmp_path)
    assert done.returncode == 0, done.stderr


def test_start_of_python(tmp_path):
    """The hook loads its own module and no other, and is silent where that is gone."""
    venv = make_venv(tmp_path / "venv")

    def modules():
        return set(run([venv, "-c", "import sys; print(*sys.modules)"], PYTHONPATH=None).stdout.split())

    packages, = venv.parents[1].glob("lib/python*/site-packages")
    (packages / "empty.pth").write_text("# Python 3.9 loads modules of its own for the first .pth file\n")
    before = modules()
    run([venv, "-m", "d2lmx", "hook", "on"])
    assert modules() - before == {"_d2lmx_mxnet"}
    shutil.rmtree(packages / "_d2lmx_mxnet")
    assert not has_hook(venv)
    assert "brought up to date" in run([venv, "-m", "d2lmx", "hook", "on"]).stdout
    assert has_hook(venv)
