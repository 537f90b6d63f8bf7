"""What holds for the command of each chapter that checks rather than trains."""
import json
import subprocess
import sys

import pytest

from chapters import activations, calculus, linear_algebra, probability
from d2lmx.commands import results as reporting

FIGURES = {linear_algebra: {"geometry.png", "broadcasting.png"}, calculus: {"descent.png", "differences.png"},
           probability: {"distributions.png", "large_numbers.png"}, activations: {"activations.png", "layers.png"}}
FAST = {linear_algebra: [], calculus: [], probability: ["--samples", "5000"], activations: []}
ALL = pytest.mark.parametrize("chapter", FIGURES, ids=lambda chapter: chapter.__name__.partition(".")[2])


@ALL
def test_json_is_all_there_is_on_stdout(chapter, capsys):
    assert chapter.main([*FAST[chapter], "--seed", "3", "--json"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert (result["chapter"], result["seed"]) == (chapter.__name__.partition(".")[2], 3)
    assert len(result["checks"]) > 8
    assert all(check["ok"] and check["difference"] <= check["tolerance"] for check in result["checks"])
    assert len({check["check"] for check in result["checks"]}) == len(result["checks"])
    assert err.splitlines()[-1] == f"{result['chapter']}: {len(result['checks'])} checks passed"


@ALL
def test_output_fits_a_lecture(chapter, capsys):
    assert chapter.main(FAST[chapter]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 15 < len(lines) <= 42
    assert max(map(len, lines)) <= 140


@ALL
def test_quiet_says_nothing(chapter, capsys):
    assert chapter.main([*FAST[chapter], "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@ALL
def test_out_has_figures_and_metrics(chapter, tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert chapter.main([*FAST[chapter], "--out", str(folder), "--json"]) == 0
    assert json.loads((folder / "metrics.json").read_text()) == json.loads(capsys.readouterr().out)
    assert {path.name for path in folder.iterdir()} == {"metrics.json", *FIGURES[chapter]}
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in FIGURES[chapter])


@ALL
def test_a_failed_check_is_named_in_one_line_with_status_1(chapter, monkeypatch, capsys):
    def failing(name, *_):
        return {"check": name, "difference": 1.0, "tolerance": 0.5, "ok": False}

    monkeypatch.setattr(reporting, "check", failing)
    assert chapter.main([*FAST[chapter], "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "checks failed: " in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("chapter, arguments, message", [
    (linear_algebra, ["--length", "0"], "argument --length: expected an integer of at least 1, got '0'"),
    (calculus, ["--lr", "0.1", "-1"], "argument --lr: expected a number above 0, and at most 3.4e+38, got '-1'"),
    (calculus, ["--steps", "0"], "argument --steps: expected an integer of at least 1, got '0'"),
    (probability, ["--samples", "999"], "argument --samples: expected at least 1000, got '999'"),
    (probability, ["--samples", "many"], "argument --samples: expected an integer of at least 1, got 'many'"),
    (activations, ["--hidden", "2.5"], "argument --hidden: expected an integer of at least 1, got '2.5'"),
    (activations, ["--seed", "-1"], "argument --seed: expected an integer from 0"),
])
def test_bad_arguments_are_one_line_and_status_2(chapter, arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        chapter.main(arguments)
    out, err = capsys.readouterr()
    assert stop.value.code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_importing_them_does_not_import_matplotlib():
    code = f"import sys, {', '.join(chapter.__name__ for chapter in FIGURES)}; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
