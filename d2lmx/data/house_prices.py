"""Kaggle's house prices of Ames, Iowa: the two files, how to get them, and the tables they hold."""
import numpy as np
import pandas as pd

from d2lmx.data.storage import DataFiles, File

HOUSE_PRICES = DataFiles(
    folder="kaggle-house",
    title="the Kaggle house prices",
    hosts=("http://d2l-data.s3-accelerate.amazonaws.com",),
    files={
        "kaggle_house_pred_train.csv": File(
            "1e18addf81e5e4d347cc17ee6075bbe4a42b7fa26b9e5b063e8f692a5f929d41", 460676, (1460, 81)),
        "kaggle_house_pred_test.csv": File(
            "8fdd3d829d4d986b58f845c9553b225e67dd8383624d90fb6ca1d4bed5798c1e", 451405, (1459, 80)),
    })


def load_house_prices(root=None):
    """House prices of Ames, Iowa, from a Kaggle competition (section 3.16 of the book): 1460 to train, 1459 to predict.

    Without `root` the two files are read from `$D2LMX_DATA/kaggle-house` if that has both, else from the user's cache.
    Files that the cache lacks are downloaded, from `$D2LMX_MIRROR` where that is set, else from the book's host.

    Parameters
    ----------
    root : str or Path, optional
        Folder whose `kaggle-house` has the files, or gets the missing ones.

    Returns
    -------
    TableData
        79 features. `MSSubClass` is a category, because its numbers are codes of types of dwelling.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        A file is damaged or not the official one, `$D2LMX_DATA/kaggle-house` lacks one of the two, `root` is not a
        folder, or `$D2LMX_MIRROR` is not a URL.
    """
    from d2lmx.data.tables import TableData, validate_columns

    folder = HOUSE_PRICES.get(root)
    path, test_path = (folder / name for name in HOUSE_PRICES.files)
    train, test = _read_table(path), _read_table(test_path)
    ids = [table.pop("Id").to_numpy("int64") for table in (train, test)]
    if {*train} != {*test, "SalePrice"}:
        raise _wrong(path, "the columns of the test file and SalePrice", "others")
    prices = pd.to_numeric(train.pop("SalePrice"), errors="coerce").to_numpy("float64")
    if not (np.isfinite(prices) & (prices > 0)).all():
        raise _wrong(path, "a price above 0 in each row of SalePrice")
    test = test[train.columns]
    try:
        validate_columns(test, train)
    except ValueError as error:
        raise ValueError(f"{test_path}: {error}; put the official file there") from None
    return TableData("kaggle", "SalePrice", train, prices, test, ids[1])


def _read_table(path):
    rows, columns = HOUSE_PRICES.files[path.name].shape
    try:
        table = pd.read_csv(path, dtype={"MSSubClass": str})
    except ValueError as error:  # of pandas' parser, or text that is not UTF-8
        raise _wrong(path, "a CSV file", f"one that cannot be read ({str(error).strip()})") from None
    if table.shape != (rows, columns):
        raise _wrong(path, f"{rows} rows of {columns} columns", f"{table.shape[0]} rows of {table.shape[1]}")
    if "Id" not in table or table["Id"].dtype.kind != "i":
        raise _wrong(path, "an integer in each row of Id")
    if np.isinf(table.select_dtypes("number")).to_numpy().any():
        raise _wrong(path, "finite numbers", "infinity")
    return table


def _wrong(path, expected, got="something else"):
    return ValueError(f"{path}: expected {expected}, got {got}; put the official file there")
