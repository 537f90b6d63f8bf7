"""Where the output of a chapter's command goes, what it writes, and what becomes of an error."""
import json
import os
import subprocess
import sys

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

import chapters.__main__
from chapters.commands import linreg, mlp, softmax_regression
from d2lmx.data import images
from d2lmx.data.download import DataUnavailable
from tests.commands.test_options import EVERY, TRAINING, main_of

FAST = ["--examples", "50", "--epochs", "2"]
DIGITS = ["--data", "digits", "--epochs", "2"]
CLASSIFIER = {"predictions.png", "confusion.png"}
FIGURES = {
    "linear_algebra": {"geometry.png", "broadcasting.png"}, "calculus": {"descent.png", "differences.png"},
    "probability": {"distributions.png", "large_numbers.png"}, "activations": {"activations.png", "layers.png"},
    "linreg": {"curves.png", "data.png", "fit.png", "network.svg"},
    "softmax_regression": {"curves.png", "weights.png", *CLASSIFIER},
    "mlp": {"curves.png", "network.svg", *CLASSIFIER},
    "model_selection": {"curves.png", "learning.png", "fits.png", "degree.png", "examples.png"},
    "weight_decay": {"curves.png", "learning.png", "decay.png", "epochs.png"},
    "dropout": {"curves.png", "comparison.png", "expectation.png", *CLASSIFIER},
    "backpropagation": {"graph.png", "descent.png"},
    "initialization": {"signals.png", "training.png"},
    "house_prices": {"curves.png", "folds.png", "predicted.png", "prices.png"},
}


@EVERY
def test_json_is_all_there_is_on_stdout_and_out_has_the_same(chapter, tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert main_of(chapter)([*chapter.smoke, "--seed", "3", "--json", "--out", str(folder)]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert json.loads((folder / "metrics.json").read_text()) == result
    assert (result["chapter"], result["seed"]) == (chapter.module, 3)
    assert result["data"] in ("synthetic", "digits", "diabetes")
    trains = chapter in TRAINING
    names = {"metrics.json", *FIGURES[chapter.module]}
    if "curves.png" in names:
        names |= {"scratch.params", "gluon.params"}
        for one, other in zip(*(nd.load(str(folder / f"{name}.params")) for name in ("scratch", "gluon"))):
            np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-4, atol=1e-5)
    names |= {"submission.csv"} if chapter.module == "house_prices" else set()
    assert {path.name for path in folder.iterdir()} == names
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.glob("*.png"))
    if trains:
        assert result["dtype"] == "float32"
        assert list(result["impl"]) == ["scratch", "gluon"]
        for one in result["impl"].values():
            assert [record["epoch"] for record in one["epochs"]] == list(range(1, len(one["epochs"]) + 1))
    else:
        assert all(one["ok"] and one["difference"] <= one["tolerance"] for one in result["checks"])
        assert len({one["check"] for one in result["checks"]}) == len(result["checks"])
    last = err.splitlines()[-1]
    claims = f"{chapter.module}: {len(result.get('checks', []))} claims hold"
    assert last == claims if "checks" in result else last.startswith("scratch and Gluon: ")


@EVERY
def test_quiet_says_nothing(chapter, capsys):
    assert main_of(chapter)([*chapter.smoke, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("chapter", TRAINING, ids=lambda chapter: chapter.module)
def test_one_implementation_in_float64(chapter, capsys):
    options = ["--impl", "scratch", "--dtype", "float64", "--json"]
    assert main_of(chapter)([*chapter.smoke, *options]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (list(result["impl"]), result["dtype"]) == (["scratch"], "float64")


@pytest.mark.parametrize("command, options", [(linreg, FAST), (softmax_regression, DIGITS)])
def test_divergence_names_epoch_and_learning_rate(command, options, capsys):
    assert command.main([*options, "--lr", "1e38", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "with --lr 1e+38 the loss is" in err
    assert "in epoch" in err


@EVERY
@pytest.mark.parametrize("name, why", [("file", "File exists"), ("file/folder", "Not a directory")])
def test_every_chapter_finds_out_before_the_work_that_it_cannot_write(chapter, name, why, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main_of(chapter)([*chapter.smoke, "--out", str(tmp_path / name)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"--out {tmp_path / name}: cannot be written ({why}); choose another folder" in err


def test_results_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "metrics.json").mkdir()
    assert linreg.main([*FAST, "--out", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert f"--out {tmp_path}: cannot be written (Is a directory)" in err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_error_of_mxnet_is_its_last_line(monkeypatch, capsys):
    def fail(*args, **kwargs):
        raise mx.MXNetError("Traceback (most recent call last):\n  File base.h\nMXNetError: Shapes do not fit")

    monkeypatch.setattr(linreg.linreg, "run", fail)
    assert linreg.main([*FAST, "--quiet"]) == 1
    assert capsys.readouterr().err.endswith(": MXNetError: Shapes do not fit (--debug shows more)\n")


def test_debug_shows_the_traceback(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert linreg.main(["--out", str(tmp_path / "file"), "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_fashion_mnist_that_cannot_be_had(monkeypatch, capsys):
    def unavailable(root=None):
        raise DataUnavailable("no host answered")

    monkeypatch.setattr(images, "load_fashion_mnist", unavailable)
    assert softmax_regression.main(["--data", "fashion-mnist", "--epochs", "1"]) == 1
    assert "no host answered" in capsys.readouterr().err
    assert softmax_regression.main(["--data", "auto", "--epochs", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["data"] == "digits"
    assert "Fashion-MNIST" in err.splitlines()[0]


def test_hint_on_few_updates_is_a_command_to_paste(capsys):
    assert mlp.main(["--data", "digits", "--epochs", "1", "--impl", "gluon"]) == 0
    assert "\n    python -m chapters.mlp --data digits --epochs 20 --batch-size 32\n" in capsys.readouterr().out


def test_table_of_chapters(capsys):
    assert chapters.__main__.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(chapters.CHAPTERS)
    for chapter, line in zip(chapters.CHAPTERS, lines):
        assert chapter.title in line
        assert f"python -m chapters.{chapter.module} " in line


def test_smoke_runs_every_chapter_and_reports_what_fails(monkeypatch, capsys):
    monkeypatch.setattr(chapters.__main__, "CHAPTERS", chapters.CHAPTERS[3:6])  # the tests above run each of them
    assert chapters.__main__.main(["--smoke"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", chapter.module] for chapter in chapters.CHAPTERS[3:6]]
    monkeypatch.setattr(mlp, "main", lambda argv: 1)
    assert chapters.__main__.main(["--smoke"]) == 1
    assert "FAILED mlp" in capsys.readouterr().out


def run(command, **environ):
    return subprocess.run(command, shell=isinstance(command, str), capture_output=True, text=True,
                          env={**os.environ, **environ})


def test_as_a_process():
    done = run([sys.executable, "-W", "error", "-m", "chapters.linreg", "--json", "--epochs", "1"])
    assert (done.returncode, json.loads(done.stdout)["chapter"]) == (0, "linreg")
    done = run([sys.executable, "-m", "chapters.linreg", "--lr", "-1"])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("python -m chapters.linreg: argument --lr")


def test_output_that_is_not_read_to_its_end_or_not_in_unicode():
    command = f"{sys.executable} -m chapters.linreg"
    done = run(f"{command} | head -1; {command} --help | grep 'Linear regression'", PYTHONIOENCODING="ascii")
    assert done.stderr == ""
    assert [line.lower().startswith("linear regression") for line in done.stdout.splitlines()] == [True, True]


def test_closed_stdout():
    done = run(f"{sys.executable} -m chapters.calculus >&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_chapters_and_commands_does_not_import_matplotlib():
    modules = ", ".join(f"chapters.commands.{chapter.module}" for chapter in chapters.CHAPTERS)
    done = run([sys.executable, "-W", "error", "-c", f"import sys, {modules}; print('matplotlib' in sys.modules)"])
    assert (done.stdout, done.stderr) == ("False\n", "")
