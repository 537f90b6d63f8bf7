"""The scripts that `make` sets up with; nothing is downloaded here."""
import subprocess
import sys

import pytest

from tests.fresh import ROOT, run

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
OTHER = "3.9" if THIS != "3.9" else "3.10"
WORKS = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
FAILS = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"
OLD = "#!/bin/sh\necho 3.8\n"
BARE = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1; esac\nexec "{sys.executable}" "$@"\n'


def command(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def find(tmp_path):
    """`find(wanted, {path: text})` runs find-python.sh where these commands are all there is."""
    def find(wanted, commands):
        for path, text in commands.items():
            command(tmp_path / path, text)
        return run(["/bin/sh", ROOT / "scripts" / "find-python.sh", wanted],
                   PATH=tmp_path / "bin", HOME=tmp_path, PYENV_ROOT=tmp_path / "pyenv")
    return find


@pytest.mark.parametrize("wanted, commands", [
    ("", {"bin/python3": WORKS}),
    ("", {"bin/python3": FAILS, f"bin/python{THIS}": WORKS}),
    ("", {"bin/python3": BARE, f"pyenv/versions/{THIS}.7/bin/python": WORKS}),
    (THIS, {f"bin/python{THIS}": FAILS, f"pyenv/versions/{THIS}.7/bin/python": WORKS}),
    ("mine", {"bin/mine": WORKS}),
])
def test_python_is_found(find, wanted, commands):
    found = find(wanted, commands)
    assert (found.stdout.strip(), found.stderr) == (sys.executable, "")


@pytest.mark.parametrize("wanted, commands, expected", [
    ("", {"bin/python3": FAILS}, "No Python 3.9 to 3.14 was found"),
    ("", {"bin/python3": OLD}, "python3 is Python 3.8. No Python 3.9 to 3.14 was found"),
    (OTHER, {"bin/python3": WORKS}, f"No Python {OTHER} was found"),
    ("mine", {"bin/mine": FAILS}, "mine does not run. Expected a Python 3.9 to 3.14"),
    ("mine", {"bin/mine": OLD}, "mine is Python 3.8. Expected a Python 3.9 to 3.14"),
])
def test_no_python(find, wanted, commands, expected):
    found = find(wanted, commands)
    assert found.returncode == 1
    assert expected in found.stderr
    assert "sudo apt-get install python3 python3-venv" in found.stderr


def test_python_without_ensurepip(find):
    found = find("", {"bin/python3": BARE})
    assert found.returncode == 1
    assert f"sudo apt-get install python{THIS}-venv" in found.stderr


def make_venv(venv, wanted):
    return run(["/bin/sh", ROOT / "scripts" / "make-venv.sh", venv, wanted])


@pytest.mark.slow
def test_environment_is_made_again_where_it_is_half_made_and_then_kept(tmp_path):
    venv = tmp_path / "venv"
    venv.mkdir()
    for name in ("pyvenv.cfg", "stamp"):
        (venv / name).touch()
    assert make_venv(venv, sys.executable).stdout.startswith(f"Making {venv} with Python {THIS}")
    assert not (venv / "stamp").exists()
    (venv / "stamp").touch()
    assert make_venv(venv, sys.executable).stdout == make_venv(venv, "").stdout == ""
    assert (venv / "stamp").exists()


def test_environment_of_another_python_is_an_error(tmp_path):
    stand_in = f"#!/bin/sh\ncase \"$2\" in *version_info*) echo 'Python {OTHER}.1 of /usr'; esac\n"
    command(tmp_path / "venv" / "bin" / "python", stand_in)
    done = make_venv(tmp_path / "venv", sys.executable)
    assert done.returncode == 1
    assert f"was made with Python {OTHER}.1 of /usr" in done.stderr
    assert "make clean" in done.stderr
    assert make_venv(tmp_path / "venv", "").returncode == 0


def test_folder_that_is_no_environment_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").touch()
    done = make_venv(tmp_path, sys.executable)
    assert done.returncode == 1
    assert "is not a virtual environment" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_unsupported_platform_is_said_before_anything_is_made(tmp_path):
    python = command(tmp_path / "python",
                     f'#!/bin/sh\nPYTHONPATH="{tmp_path}:$PYTHONPATH" exec "{sys.executable}" "$@"\n')
    (tmp_path / "sitecustomize.py").write_text(  # runs first in that Python
        f"import platform, sys; platform.system = lambda: 'Windows'; sys.executable = {str(python)!r}")
    done = make_venv(tmp_path / "venv", python)
    assert done.returncode == 1
    assert "MXNet 1.9.1 has no build for Windows" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_installed_package_wins_over_the_folder_of_the_checkout(tmp_path):
    """Python would take a folder d2lmx in the current one for the package, if the real one were not in sys.path."""
    if subprocess.run([sys.executable, "-c", "import d2lmx"], cwd=tmp_path).returncode:
        pytest.skip("d2lmx is not installed in this environment")
    (tmp_path / "d2lmx").mkdir()
    done = subprocess.run([sys.executable, "-c", "import d2lmx; print(d2lmx.__version__)"], cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.stderr == ""
