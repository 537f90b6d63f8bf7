import hashlib

import numpy as np
import pytest

from d2lmx.data.house_prices import HOUSE_PRICES, load_house_prices
from d2lmx.data.tables import load_table
from tests.conftest import real_data_folder
from tests.data.small_files import make_official, write

TRAIN, TEST = HOUSE_PRICES.files
TRAIN_CSV = b"Id,MSSubClass,LotArea,Alley,SalePrice\n1,20,8450,NA,208500\n2,60,9600,Grvl,181500\n3,20,NA,NA,223500\n"
TEST_CSV = b"Id,LotArea,MSSubClass,Alley\n4,11622,150,NA\n5,14267,20,Pave\n"


@pytest.fixture
def folder(no_data, monkeypatch, tmp_path):
    """$D2LMX_DATA/kaggle-house with two small files."""
    files = {TRAIN: TRAIN_CSV, TEST: TEST_CSV}
    make_official(monkeypatch, HOUSE_PRICES, files, {TRAIN: (3, 5), TEST: (2, 4)})
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    return write(files, tmp_path / "kaggle-house")


@pytest.mark.parametrize("load", [load_house_prices, load_table, lambda: load_table("kaggle")])
def test_tables_are_those_in_the_files(folder, load):
    data = load()
    assert (data.name, data.target) == ("kaggle", "SalePrice")
    assert data.features.fillna(-1).to_dict("list") == {
        "MSSubClass": ["20", "60", "20"], "LotArea": [8450, 9600, -1], "Alley": [-1, "Grvl", -1]}  # a code is no number
    assert data.test_features.fillna(-1).to_dict("list") == {
        "MSSubClass": ["150", "20"], "LotArea": [11622, 14267], "Alley": [-1, "Pave"]}
    assert list(data.features) == list(data.test_features) == ["MSSubClass", "LotArea", "Alley"]
    assert (data.labels.dtype, data.test_ids.dtype) == (np.float64, np.int64)
    assert (data.labels.tolist(), data.test_ids.tolist()) == ([208500, 181500, 223500], [4, 5])


BAD_FILES = {
    "empty": (TRAIN, b"", "expected a CSV file"),
    "binary": (TRAIN, bytes(range(256)) * 9, "expected a CSV file"),
    "web page": (TEST, b"<html>\n<title>log in</title>\n</html>\n", r"expected 2 rows of 4 columns, got 2 rows of 1"),
    "truncated": (TRAIN, TRAIN_CSV[:-30], "expected 3 rows of 5 columns, got 2 rows"),
    "cut in a line": (TRAIN, TRAIN_CSV[:-8], "expected a price above 0 in each row"),
    "swapped": (TRAIN, TEST_CSV, "expected 3 rows of 5 columns, got 2 rows of 4"),
    "free house": (TRAIN, TRAIN_CSV.replace(b"181500", b"0"), "expected a price above 0"),
    "price in words": (TRAIN, TRAIN_CSV.replace(b"181500", b"much"), "expected a price above 0"),
    "infinite": (TEST, TEST_CSV.replace(b"11622", b"inf"), "expected finite numbers"),
    "other columns": (TRAIN, TRAIN_CSV.replace(b"Alley", b"Valley"), "expected the columns of the test file"),
    "area in words": (TEST, TEST_CSV.replace(b"11622", b"large"), "column LotArea: expected finite numbers"),
    "no ids": (TEST, TEST_CSV.replace(b"\n4,", b"\nfour,"), "expected an integer in each row of Id"),
}


@pytest.mark.parametrize("name, content, message", BAD_FILES.values(), ids=BAD_FILES)
def test_a_wrong_file_is_an_error_that_auto_does_not_hide(folder, name, content, message):
    (folder / name).write_bytes(content)
    for load in (load_house_prices, load_table):
        with pytest.raises(ValueError, match=f"^{folder / name}: {message}.*; put the official file there$") as caught:
            load()
        assert "\n" not in str(caught.value)


def test_the_real_data(house_prices):
    published = ["585e9cc93e70b39160e7921475f9bcd7d31219ce", "fa19780a7b011d9b009e8bff8e99922a8ee2eb90"]  # by the book
    for (name, file), sha1 in zip(HOUSE_PRICES.files.items(), published):
        content = (real_data_folder("kaggle-house") / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file.sha256, file.size)
        assert hashlib.sha1(content).hexdigest() == sha1
    assert (house_prices.features.shape, house_prices.test_features.shape) == ((1460, 79), (1459, 79))
    assert house_prices.labels.mean().round(2) == 180921.20
    assert {*house_prices.test_features["MSSubClass"]} - {*house_prices.features["MSSubClass"]} == {"150"}
