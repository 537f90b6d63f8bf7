import importlib.metadata
import sys
from pathlib import Path

import matplotlib
import mxnet as mx
import numpy as np
import pytest

import d2lmx
from d2lmx import __main__ as command
from d2lmx.runtime import environment
from tests.fresh import run


def test_versions():
    found = environment.versions()
    assert found["d2lmx"] == d2lmx.__version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (found["mxnet"], found["numpy"], found["matplotlib"]) == ("1.9.1", np.__version__, matplotlib.__version__)


def test_version_of_what_is_not_installed(monkeypatch):
    def version(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert environment.versions()["mxnet"] is None


def test_device():
    name, num_gpus = environment.device()
    assert num_gpus == mx.context.num_gpus()
    assert name == ("cpu(0)" if num_gpus == 0 else name)


def test_gpu_that_mxnet_cannot_use(monkeypatch):
    monkeypatch.setattr(environment, "device", lambda: ("cpu(0)", 1))
    assert command.device_in_words() == "cpu(0): MXNet sees 1 GPU and has no code that runs on it"


def test_data(tmp_path, monkeypatch):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    assert next(iter(environment.data().items())) == (tmp_path, [])
    (tmp_path / "fashion-mnist").mkdir()
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / "fashion-mnist" / f"{name}-ubyte.gz").touch()
    assert next(iter(environment.data().items())) == (tmp_path, ["Fashion-MNIST"])


def test_another_mxnet(monkeypatch):
    assert environment.mxnet_problem() is None
    monkeypatch.setattr(mx, "__version__", "1.6.0")
    assert "MXNet 1.6.0 is installed and d2lmx needs 1.9.1" in environment.mxnet_problem()


def test_report(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    assert command.main([]) == 0
    lines = dict(line.split(maxsplit=1) for line in reversed(capsys.readouterr().out.splitlines()))
    assert list(reversed(lines)) == ["d2lmx", "python", "mxnet", "numpy", "matplotlib", "scikit-learn", "platform",
                                     "hook", "book", "threads", "device", "data"]
    assert lines["mxnet"] == "1.9.1"
    assert lines["platform"].endswith(": supported")
    assert lines["book"].endswith("IPython has set_matplotlib_formats; FashionMNIST takes the official files")
    assert lines["data"] == f"{tmp_path}: has neither Fashion-MNIST nor the house prices"


def test_report_of_which_the_reader_has_read_enough():
    command = f"{sys.executable} -m d2lmx | head -n 1"
    done = run(["bash", "-c", command])
    assert done.stdout.startswith("d2lmx ")
    assert done.stderr == ""


def test_report_without_mxnet():
    done = run([sys.executable, "-S", "-m", "d2lmx"])  # -S: without site-packages
    assert done.returncode == 1
    assert "not installed" in done.stdout
    assert "MXNet is not installed. Type:" in done.stderr
    assert "python -m d2lmx setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_chapter_without_mxnet_says_what_to_type_and_nothing_else():
    done = run([sys.executable, "-S", "-m", "chapters.mlp"])  # -S: without site-packages
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "MXNet is not installed. Type:\n    python -m d2lmx setup\n"


def test_report_on_an_unsupported_platform(monkeypatch, capsys):
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert command.main([]) == 1
    out, err = capsys.readouterr()
    assert "not supported" in out
    assert "wsl --install" in err


def test_hook_that_cannot_be_switched(monkeypatch, capsys):
    monkeypatch.setattr("d2lmx.runtime.site_hook.site_packages", lambda: Path(__file__) / "site-packages")
    assert command.main(["hook", "on"]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["hook"], ["hook", "maybe"], ["nothing"]])
def test_bad_arguments(argv):
    with pytest.raises(SystemExit) as exit_info:
        command.main(argv)
    assert exit_info.value.code == 2
