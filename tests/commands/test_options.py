import importlib
import json
import os
import subprocess
import sys

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

import chapters.__main__
from chapters import linreg, mlp, softmax_regression
from d2lmx.commands import options as cli
from d2lmx.data import images as datasets
from d2lmx.data.download import DataUnavailable

EVERY = pytest.mark.parametrize("chapter", chapters.CHAPTERS, ids=lambda chapter: chapter.module)
DIGITS = ["--data", "digits", "--epochs", "2"]
FAST = {linreg: ["--examples", "50", "--epochs", "2"], softmax_regression: DIGITS, mlp: [*DIGITS, "--hidden", "16,8"]}
ALL = pytest.mark.parametrize("chapter", FAST, ids=lambda chapter: chapter.__name__.partition(".")[2])


@ALL
def test_json_is_all_there_is_on_stdout(chapter, capsys):
    assert chapter.main([*FAST[chapter], "--json"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert set(result) == {"chapter", "seed", "data", "impl"}
    assert result["chapter"] == chapter.__name__.partition(".")[2]
    assert set(result["impl"]) == {"scratch", "gluon"}
    accuracies = set() if chapter is linreg else {"train_acc", "test_acc"}
    for version in result["impl"].values():
        assert [record["epoch"] for record in version["epochs"]] == [1, 2]
        assert set(version["epochs"][0]) == {"epoch", "loss", "seconds"} | accuracies
    assert err.count("epoch 2") == 2  # the progress


@ALL
def test_quiet_says_nothing(chapter, capsys):
    assert chapter.main([*FAST[chapter], "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@ALL
@pytest.mark.parametrize("version", ["scratch", "gluon"])
def test_one_version(chapter, version, capsys):
    assert chapter.main([*FAST[chapter], "--impl", version, "--json"]) == 0
    out, err = capsys.readouterr()
    assert list(json.loads(out)["impl"]) == [version]
    assert err.splitlines()[-1] == f"one version only: {version}"


@ALL
def test_out_has_figures_metrics_and_parameters(chapter, tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert chapter.main([*FAST[chapter], "--out", str(folder), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert json.loads((folder / "metrics.json").read_text()) == result
    scratch, gluon = (nd.load(str(folder / f"{version}.params")) for version in ("scratch", "gluon"))
    for one, other in zip(scratch, gluon):
        assert one.shape == other.shape
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-4, atol=1e-5)
    figures = {linreg: {"fit.png", "network.svg"}, mlp: {"network.svg", "predictions.png", "confusion.png"},
               softmax_regression: {"weights.png", "predictions.png", "confusion.png"}}[chapter]
    names = {path.name for path in folder.iterdir()}
    assert names == {"metrics.json", "scratch.params", "gluon.params", "curves.png", *figures}


@ALL
@pytest.mark.parametrize("arguments, message", [
    (["--epochs", "0"], "argument --epochs: expected an integer of at least 1, got '0'"),
    (["--batch-size", "-1"], "argument --batch-size: expected an integer of at least 1, got '-1'"),
    (["--batch-size", "2.5"], "expected an integer of at least 1, got '2.5'"),
    (["--lr", "0"], "argument --lr: expected a number above 0, and at most 3.4e+38, got '0'"),
    (["--lr", "nan"], "and at most 3.4e+38, got 'nan'"), (["--lr", "fast"], "got 'fast'"),
    (["--lr", "1e300"], "and at most 3.4e+38, got '1e300'"),
    (["--device", "tpu"], "argument --device: expected auto, cpu, gpu or gpu:0, got 'tpu'"),
    (["--device", "cpu:99999999999"], "argument --device: expected"),
    (["--out", ""], "argument --out: expected the name of a folder, got ''"),
    (["--seed", "-1"], "argument --seed: expected an integer from 0"),
    (["--impl", "keras"], "argument --impl: invalid choice: 'keras'"), (["--frobnicate"], "--frobnicate"),
])
def test_bad_arguments_are_one_line_and_status_2(chapter, arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        chapter.main([*FAST[chapter], *arguments])
    out, err = capsys.readouterr()
    assert stop.value.code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("hidden", ["0", "256,", "a", "16,-8", ""])
def test_bad_hidden_sizes(hidden, capsys):
    with pytest.raises(SystemExit) as stop:
        mlp.main(["--data", "digits", "--hidden", hidden])
    assert stop.value.code == 2
    assert f"expected sizes of at least 1 such as 256 or 256,128, got {hidden!r}" in capsys.readouterr().err


@ALL
def test_divergence_names_epoch_and_learning_rate(chapter, capsys):
    assert chapter.main([*FAST[chapter], "--lr", "1e38", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "with --lr 1e+38 the loss is" in err
    assert "in epoch" in err


@ALL
@pytest.mark.parametrize("arguments, message", [
    (["--out", "{file}"], "--out {file}: cannot be written (File exists); choose another folder"),
    (["--out", "{file}/folder"], "--out {file}/folder: cannot be written (Not a directory); choose another folder"),
])
def test_what_fails_while_running_is_one_line_and_status_1(chapter, arguments, message, tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("")
    assert chapter.main([*FAST[chapter], *(argument.format(file=file) for argument in arguments)]) == 1
    err = capsys.readouterr().err
    assert message.format(file=file) in err
    assert err.count("\n") == 1


def test_results_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "metrics.json").mkdir()
    assert linreg.main([*FAST[linreg], "--out", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert f"--out {tmp_path}: cannot be written (Is a directory)" in err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_error_of_mxnet_is_its_last_line(monkeypatch, capsys):
    def fail(*args, **kwargs):
        raise mx.MXNetError("Traceback (most recent call last):\n  File base.h\nMXNetError: Shapes do not fit")

    monkeypatch.setattr(linreg, "run", fail)
    assert linreg.main([*FAST[linreg], "--quiet"]) == 1
    assert capsys.readouterr().err.endswith(": MXNetError: Shapes do not fit (--debug shows more)\n")


def test_an_overflow_in_the_very_last_step(capsys):
    assert linreg.main(["--batch-size", "1000", "--epochs", "1", "--lr", "3e38", "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "with --lr 3e+38 the parameters are no longer finite after epoch 1" in err


def test_debug_shows_the_traceback(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert linreg.main(["--out", str(tmp_path / "file"), "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def unavailable(root=None):
    raise DataUnavailable("no host answered")


def test_fashion_mnist_that_cannot_be_had(monkeypatch, capsys):
    monkeypatch.setattr(datasets, "load_fashion_mnist", unavailable)
    assert softmax_regression.main(["--data", "fashion-mnist", "--epochs", "1"]) == 1
    assert "no host answered" in capsys.readouterr().err
    assert softmax_regression.main(["--data", "auto", "--epochs", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["data"] == "digits"
    assert "Fashion-MNIST" in err.splitlines()[0]


def test_numbers_of_options():
    assert cli.positive_int("3") == 3
    assert cli.positive_float("1e-3") == 1e-3
    assert cli.seed("4294967295") == 2 ** 32 - 1


def main_of(chapter):
    return importlib.import_module(f"chapters.{chapter.module}").main


@EVERY
def test_every_chapter_prints_one_json_object_or_nothing(chapter, capsys):
    assert main_of(chapter)([*chapter.smoke, "--json", "--quiet", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert (result["chapter"], result["seed"]) == (chapter.module, 3)
    assert result["data"] in ("synthetic", "digits", "diabetes")
    assert "impl" in result or "checks" in result
    assert err == ""


@EVERY
@pytest.mark.parametrize("arguments", [["--seed", "-1"], ["--seed", "one"], ["--frobnicate"]])
def test_every_chapter_refuses_bad_arguments_in_one_line(chapter, arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main_of(chapter)([*chapter.smoke, *arguments])
    out, err = capsys.readouterr()
    assert (stop.value.code, out, err.count("\n")) == (2, "", 1)


@EVERY
def test_every_chapter_finds_out_before_the_work_that_it_cannot_write(chapter, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main_of(chapter)([*chapter.smoke, "--out", str(tmp_path / "file" / "folder")]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "Not a directory" in err


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


def test_as_a_process():
    done = subprocess.run([sys.executable, "-W", "error", "-m", "chapters.linreg", "--json", "--epochs", "1"],
                          capture_output=True, text=True)
    assert (done.returncode, json.loads(done.stdout)["chapter"]) == (0, "linreg")
    done = subprocess.run([sys.executable, "-m", "chapters.linreg", "--lr", "-1"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("python -m chapters.linreg: argument --lr")


def test_output_that_is_not_read_to_its_end_or_not_in_unicode():
    command = f"{sys.executable} -m chapters.linreg"
    done = subprocess.run(f"{command} | head -1; {command} --help | grep 'Linear regression'", shell=True,
                          capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.stderr == ""
    assert [line.lower().startswith("linear regression") for line in done.stdout.splitlines()] == [True, True]


def test_importing_a_chapter_does_not_import_matplotlib():
    code = "import sys, chapters.linreg, chapters.mlp; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"
