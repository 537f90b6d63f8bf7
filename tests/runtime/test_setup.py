"""`python -m d2lmx setup`; nothing is installed here."""
import subprocess
import sys

import pytest

from d2lmx import __main__ as command
from d2lmx.runtime import environment, setup, site_hook
from d2lmx.runtime.compat import messages


@pytest.fixture
def installed(monkeypatch):
    """What would have been installed, in turn; MXNet is not there, and the hook is only noted."""
    calls = []
    monkeypatch.setattr(setup, "install", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(site_hook, "enable", lambda: calls.append("hook"))
    monkeypatch.setattr(environment, "versions", lambda: {"mxnet": None})
    return calls


def test_requirements_come_first_then_mxnet_alone_then_the_hook(installed):
    setup.complete()
    required, mxnet, hook = installed
    assert any(one.startswith("numpy") for one in required)
    assert not any("mxnet" in one or "extra" in one for one in required)
    assert (mxnet, hook) == (("--no-deps", "mxnet==1.9.1"), "hook")


def test_wheel_at_hand(installed):
    setup.complete("mxnet-1.9.1-py3-none-any.whl")
    assert installed[1] == ("--no-deps", "mxnet-1.9.1-py3-none-any.whl")


def test_mxnet_that_is_there_stays(installed, monkeypatch):
    monkeypatch.setattr(environment, "versions", lambda: {"mxnet": "1.9.1"})
    setup.complete()
    assert len(installed) == 2


def test_folder_that_was_never_installed_is(monkeypatch):
    def requires(name):
        raise setup.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", requires)
    assert setup.requirements() == ["-e", str(setup.ROOT)]
    assert (setup.ROOT / "setup.py").is_file()


def test_nothing_is_downloaded_where_mxnet_cannot_run(installed, monkeypatch, capsys):
    monkeypatch.setattr(messages, "_loads", lambda library: False)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert command.main(["setup"]) == 1
    assert installed == []
    assert capsys.readouterr().err == (
        "python -m d2lmx: MXNet needs libgomp.so.1 and libquadmath.so.0, which this system lacks. Type:\n"
        "    sudo apt-get install libgomp1 libquadmath0\n(on Fedora: sudo dnf install libgomp libquadmath)\n")


@pytest.mark.parametrize("pip, uv, expected", [
    (True, "/bin/uv", [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]),
    (False, "/bin/uv", ["uv", "pip", "install", "--python", sys.executable]),
])
def test_installer(pip, uv, expected, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: pip or None)
    monkeypatch.setattr("shutil.which", lambda name: uv)
    assert setup.installer() == expected


def test_no_installer(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(RuntimeError, match="has no pip, and uv was not found.*\n.*python -m ensurepip"):
        setup.installer()


def test_installation_that_fails(monkeypatch):
    monkeypatch.setattr(setup, "installer", lambda: [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(RuntimeError, match="installation of mxnet==1.9.1 failed: see above"):
        setup.install("--no-deps", "mxnet==1.9.1")
    monkeypatch.setattr(subprocess, "run", lambda command: subprocess.CompletedProcess(command, 0))
    setup.install("mxnet==1.9.1")
