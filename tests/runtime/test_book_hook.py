"""What the book's published notebooks import and read, where it is missing."""
import os
import sys

import pytest

from d2lmx.runtime.compat import book
from tests.fresh import python


def test_d2lzh_that_is_not_installed_is_d2lmx():
    assert python("""
import d2lmx
import d2lzh as d2l
assert d2l.sgd is d2lmx.sgd and "train_ch3" in dir(d2l) and d2l.__all__ == d2lmx.__all__
try:
    d2l.no_such_name
except AttributeError as error:
    print(error)
""") == "module 'd2lmx' has no attribute 'no_such_name'\n"


@pytest.mark.parametrize("source, expected", [
    ("installed = True", "True []\n"),
    ("import no_such_package", "False [\"the installed d2lzh does not import (No module named 'no_such_package'): "
     "d2lmx takes its place\"]\n"),
])
def test_d2lzh_that_is_installed(source, expected, tmp_path):
    (tmp_path / "d2lzh.py").write_text(source)
    code = f"""
import sys, warnings
import d2lmx
sys.path.insert(0, {str(tmp_path)!r})
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import d2lzh
print(hasattr(d2lzh, "installed"), [str(one.message) for one in caught if "d2lzh" in str(one.message)])
assert hasattr(d2lzh, "installed") != hasattr(d2lzh, "sgd")
"""
    assert python(code) == expected


def test_other_modules_stay_as_they_are():
    assert python("""
import d2lmx, pandas
before = pandas.read_csv
import d2lmx.data.house_prices
print(pandas.read_csv is before)
""") == "True\n"


@pytest.mark.parametrize("imports", [
    "import d2lmx\nfrom IPython import display", "from IPython import display\nimport d2lmx"])
def test_ipython_chooses_the_format_of_figures_as_it_did(imports):
    pytest.importorskip("IPython")
    code = imports + "\ndisplay.set_matplotlib_formats('svg')\nprint(callable(display.display))"
    assert python(code, "-W", "ignore") == "True\n"


def test_paths_of_the_house_prices(tmp_path, monkeypatch):
    folder = tmp_path / "kaggle-house"
    folder.mkdir()
    for part in ("train", "test"):
        (folder / f"kaggle_house_pred_{part}.csv").write_text("Id\n1\n")
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    path = os.path.join("..", "data", "kaggle_house_pred_train.csv")
    assert book._house_prices(path) == folder / "kaggle_house_pred_train.csv"
    for other in ("../data/airfoil.csv", "https://host/kaggle_house_pred_train.csv", sys.stdin):
        assert book._house_prices(other) is other
    own = folder / "kaggle_house_pred_test.csv"
    assert book._house_prices(own) is own
    code = "import d2lmx, d2lzh, pandas\nprint(len(pandas.read_csv('../data/kaggle_house_pred_test.csv')))"
    assert python(code) == "1\n"
