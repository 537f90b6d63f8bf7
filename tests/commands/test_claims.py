"""What holds for claims, and for the commands of the chapters that make them rather than train."""
import importlib

import numpy as np
import pytest
from mxnet import nd

from d2lmx.commands import claims

CHAPTERS = ["linear_algebra", "calculus", "probability", "activations"]
EACH = pytest.mark.parametrize("chapter", CHAPTERS)


def run(chapter, *arguments):
    fast = ["--samples", "5000"] if chapter == "probability" else []
    return importlib.import_module(f"chapters.commands.{chapter}").main([*fast, *arguments])


@EACH
def test_output_fits_a_lecture(chapter, capsys):
    assert run(chapter) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 15 < len(lines) <= 42
    assert max(map(len, lines)) <= 140


@EACH
def test_a_claim_that_does_not_hold_is_named_in_one_line_with_status_1(chapter, monkeypatch, capsys):
    right = claims.claim
    monkeypatch.setattr(claims, "claim", lambda name, *rest: {**right(name, *rest), "ok": False})
    assert run(chapter, "--quiet") == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "claims do not hold: " in err


@pytest.mark.parametrize("chapter, option, value, message", [
    ("linear_algebra", "--length", "0", "an integer of at least 1"),
    ("calculus", "--steps", "0", "an integer of at least 1"),
    ("calculus", "--lr", "-1", "a number above 0, at least 1.2e-38 and at most 3.4e+38"),
    ("probability", "--samples", "999", "at least 1000"),
    ("probability", "--samples", "many", "an integer of at least 1"),
    ("activations", "--hidden", "2.5", "an integer of at least 1"),
])
def test_bad_arguments_are_one_line_and_status_2(chapter, option, value, message, capsys):
    with pytest.raises(SystemExit) as stop:
        run(chapter, option, value)
    out, err = capsys.readouterr()
    assert (stop.value.code, out, err.count("\n")) == (2, "", 1)
    assert f"argument {option}: expected {message}, got {value!r}" in err


@pytest.mark.parametrize("value, expected, difference", [
    (nd.array([1, 2.5]), [1, 2], 0.5), (np.ones((2, 2)), nd.ones((2, 2)), 0), (True, False, 1),
])
def test_claim_compares_the_largest_difference(value, expected, difference):
    for tolerance in 0, 0.5:
        assert claims.claim("x", value, expected, tolerance) == {
            "check": "x", "difference": difference, "tolerance": tolerance, "ok": difference <= tolerance}


def test_claim_does_not_hold_for_nan_and_wants_the_same_shape():
    assert not claims.claim("x", np.nan, 1, 1e9)["ok"]
    with pytest.raises(ValueError, match=r"sum: expected shape \(2,\), got \(1,\)"):
        claims.claim("sum", nd.ones(1), [1, 1], 1)
