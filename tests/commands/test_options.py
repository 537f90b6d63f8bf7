"""The options of all chapters: bad ones are one line on stderr and status 2, before any work."""
import argparse
import importlib
from pathlib import Path

import pytest

import chapters
from chapters.commands import linreg, mlp
from d2lmx.commands import options

EVERY = pytest.mark.parametrize("chapter", chapters.CHAPTERS, ids=lambda chapter: chapter.module)
TRAINING = [chapter for chapter in chapters.CHAPTERS if "--epochs" in chapter.smoke]


def main_of(chapter):
    return importlib.import_module(f"chapters.commands.{chapter.module}").main


def assert_refused(main, arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    out, err = capsys.readouterr()
    assert (stop.value.code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@EVERY
@pytest.mark.parametrize("arguments, message", [
    (["--seed", "-1"], "argument --seed: expected an integer from 0"), (["--seed", "one"], "got 'one'"),
    (["--out", ""], "argument --out: expected the name of a folder, got ''"), (["--frobnicate"], "--frobnicate"),
])
def test_every_chapter_refuses_bad_arguments(chapter, arguments, message, capsys):
    assert_refused(main_of(chapter), [*chapter.smoke, *arguments], message, capsys)


@pytest.mark.parametrize("chapter", TRAINING, ids=lambda chapter: chapter.module)
@pytest.mark.parametrize("arguments, message", [
    (["--epochs", "0"], "argument --epochs: expected an integer of at least 1, got '0'"),
    (["--batch-size", "2.5"], "argument --batch-size: expected an integer of at least 1, got '2.5'"),
    (["--lr", "1e300"], "argument --lr: expected a number above 0, at least 1.2e-38 and at most 3.4e+38, got '1e300'"),
    (["--device", "tpu"], "argument --device: expected auto, cpu, gpu or gpu:0, got 'tpu'"),
    (["--impl", "keras"], "argument --impl: invalid choice: 'keras'"),
    (["--dtype", "float16"], "argument --dtype: invalid choice: 'float16'"),
])
def test_every_chapter_that_trains_refuses_bad_arguments(chapter, arguments, message, capsys):
    assert_refused(main_of(chapter), [*chapter.smoke, *arguments], message, capsys)


@pytest.mark.parametrize("hidden", ["0", "256,", "a", "16,-8", ""])
def test_bad_hidden_sizes(hidden, capsys):
    assert_refused(mlp.main, ["--hidden", hidden],
                   f"expected sizes of at least 1 such as 256 or 256,128, got {hidden!r}", capsys)


@pytest.mark.parametrize("kind, good, bad", [
    (options.positive_int, {"3": 3}, ["0", "-1", "2.5", ""]),
    (options.positive_float, {"1e-3": 1e-3}, ["0", "nan", "inf", "fast", "1e300", "1e-45"]),
    (options.seed, {"4294967295": 2 ** 32 - 1}, ["4294967296", "-1"]),
    (options.folder, {"out": Path("out")}, ["", "out\udcff"]),
    (options.hidden_sizes, {"256": [256], "256,128": [256, 128]}, ["256,0"]),
    (options.device, {"gpu:1": "gpu:1", "auto": "auto"}, ["cpu:99999999999"]),
])
def test_types(kind, good, bad):
    assert {text: kind(text) for text in good} == good
    for text in bad:
        with pytest.raises(argparse.ArgumentTypeError, match="expected"):
            kind(text)


def test_help_is_the_lesson_and_its_options(capsys):
    with pytest.raises(SystemExit) as stop:
        linreg.main(["--help"])
    out = capsys.readouterr().out
    assert stop.value.code == 0
    assert "Linear regression (线性回归): sections 3.1 to 3.3 of the book." in out
    assert "--dtype {float32,float64}" in out
