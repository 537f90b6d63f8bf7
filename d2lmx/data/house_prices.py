"""Tables of mixed features with a price or another positive number to predict: Kaggle's house prices, and diabetes."""
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from d2lmx.data.download import DataUnavailable
from d2lmx.data.storage import data_folders, find_folder, get_folder
from d2lmx.files import atomic_path

FOLDER, TITLE = "kaggle-house", "the Kaggle house prices"
HOSTS = ("http://d2l-data.s3-accelerate.amazonaws.com",)
# By name: sha256, size in bytes, and the shape of the table inside.
FILES = {
    "kaggle_house_pred_train.csv":
        ("1e18addf81e5e4d347cc17ee6075bbe4a42b7fa26b9e5b063e8f692a5f929d41", 460676, (1460, 81)),
    "kaggle_house_pred_test.csv":
        ("8fdd3d829d4d986b58f845c9553b225e67dd8383624d90fb6ca1d4bed5798c1e", 451405, (1459, 80)),
}


class TableData(NamedTuple):
    """Examples of a regression whose features are numbers and categories, some of them missing.

    Attributes
    ----------
    name : str
        "kaggle" or "diabetes".
    target : str
        Name of the labels: "SalePrice" (US dollars) or "progression" (of the disease, a score).
    features : pandas.DataFrame of shape (n, d)
        Numeric columns, and text columns for categories; NaN where a value is missing.
    labels : NumPy array of shape (n,), float64
        All above 0.
    test_features : pandas.DataFrame of shape (m, d)
        The same columns, of examples whose labels are not known.
    test_ids : NumPy array of shape (m,), int64
    """

    name: str
    target: str
    features: Any
    labels: Any
    test_features: Any
    test_ids: Any


def find_house_prices(root=None):
    """The folder that has the two files of the house prices, or None; nothing is downloaded, nor read.

    Parameters
    ----------
    root : str or Path, optional
        See `load_house_prices`.

    Returns
    -------
    Path or None
    """
    return find_folder(FOLDER, FILES, root)


def load_house_prices(root=None):
    """House prices of Ames, Iowa, as in the Kaggle competition (section 3.16 of the book): 1460 sold, 1459 to predict.

    Without `root` the files are those in `$D2LMX_DATA/kaggle-house`, if that has both, else those in the user's
    cache. What is missing there is downloaded, from `$D2LMX_MIRROR` where that is set, then from the book's host.

    Parameters
    ----------
    root : str or Path, optional
        Folder whose `kaggle-house` has the files, or gets those that are missing.

    Returns
    -------
    TableData
        79 features. `MSSubClass`, a code of the type of dwelling, is a category although it is made of digits.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        A file is not what it should be, `$D2LMX_DATA/kaggle-house` lacks one of the two, `root` is not a folder, or
        `$D2LMX_MIRROR` is no URL.
    """
    folder = get_folder(FOLDER, TITLE, FILES, HOSTS, root)
    train, test = (_read_table(folder / name) for name in FILES)
    path, test_path = (folder / name for name in FILES)
    features = [column for column in train if column not in ("Id", "SalePrice")]
    if "SalePrice" not in train or set(test) != {"Id", *features}:
        raise ValueError(f"{path}: expected the columns of the test file and SalePrice, got others; "
                         "put the official file there")
    prices = pd.to_numeric(train["SalePrice"], errors="coerce").to_numpy("float64")
    if not (np.isfinite(prices) & (prices > 0)).all():
        raise ValueError(f"{path}: expected a price above 0 in each row of SalePrice, got something else; "
                         "put the official file there")
    try:
        check_columns(test[features], train[features])
    except ValueError as error:
        raise ValueError(f"{test_path}: {error}; put the official file there") from None
    return TableData("kaggle", "SalePrice", train[features], prices, test[features], test["Id"].to_numpy("int64"))


def load_diabetes():
    """Scikit-learn's diabetes data, real data that need no network: 354 patients to train, 88 to predict.

    Returns
    -------
    TableData
        10 numeric features; the label is the progression of the disease after a year, 25 to 346. Always the same split.
    """
    from sklearn.datasets import load_diabetes as sklearn_diabetes

    X, y = sklearn_diabetes(return_X_y=True, as_frame=True)
    # NumPy guarantees the stream of the old RandomState for all versions, that of default_rng it does not.
    order = np.random.RandomState(0).permutation(len(y))
    train, test = order[:354], order[354:]
    return TableData("diabetes", "progression", X.iloc[train].reset_index(drop=True), y.to_numpy("float64")[train],
                     X.iloc[test].reset_index(drop=True), test + 1)


def load_table(name="auto", root=None, report=print):
    """The data called `name`.

    Parameters
    ----------
    name : {"auto", "kaggle", "diabetes"}
        "auto" is the house prices where they are there or can be downloaded, else diabetes.
    root : str or Path, optional
        See `load_house_prices`.
    report : callable
        Gets one line that says why, where "auto" goes on with diabetes.

    Returns
    -------
    TableData

    Raises
    ------
    DataUnavailable
        "kaggle" cannot be had.
    ValueError
        Another name, or as `load_house_prices`.
    """
    if name not in ("auto", "kaggle", "diabetes"):
        raise ValueError(f"name: expected 'auto', 'kaggle' or 'diabetes', got {name!r}")
    if name == "diabetes":
        return load_diabetes()
    try:
        return load_house_prices(root)
    except DataUnavailable as error:
        if name == "kaggle":
            raise
        folder = (data_folders()[0] if root is None else Path(root).expanduser()) / FOLDER
        why = "; ".join(dict.fromkeys(error.reasons))
        report(f"The Kaggle house prices are not there and cannot be downloaded ({why}): going on with scikit-learn's "
               f"diabetes data. To have them, put {' and '.join(FILES)} into {folder}, or set D2LMX_DATA or "
               "D2LMX_MIRROR.")
    return load_diabetes()


def check_columns(frame, fitted):
    """Raise a ValueError unless `frame` has the columns of `fitted`, finite numbers (or gaps) where that has numbers.

    Parameters
    ----------
    frame, fitted : pandas.DataFrame
    """
    if list(frame.columns) != list(fitted.columns):
        odd = sorted({*frame.columns} ^ {*fitted.columns}) or "another order"
        raise ValueError(f"expected the same columns in the same order as in the table fitted on, got {odd} besides")
    for column in fitted.select_dtypes("number"):
        if frame[column].dtype.kind not in "iuf" or np.isinf(frame[column]).any():
            raise ValueError(f"column {column}: expected finite numbers, as in the table fitted on, got something else")


def write_submission(path, data, labels_hat):
    """Write predictions for the test set as Kaggle wants them: a header, and a line `Id,SalePrice` per house.

    Parameters
    ----------
    path : str or Path
        Written whole or not at all.
    data : TableData
    labels_hat : NumPy array of shape (m,)

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        The predictions are not finite numbers above 0, one per example of the test set.
    """
    if np.shape(labels_hat) != np.shape(data.test_ids):
        raise ValueError(f"expected one prediction per example of the test set, shape {np.shape(data.test_ids)}, got "
                         f"{np.shape(labels_hat)}")
    if not (np.isfinite(labels_hat) & (np.asarray(labels_hat) > 0)).all():
        raise ValueError(f"{data.target}: expected finite predictions above 0, got {np.min(labels_hat):g} to "
                         f"{np.max(labels_hat):g}; train with a smaller learning rate")
    with atomic_path(path) as temporary:
        pd.DataFrame({"Id": data.test_ids, data.target: labels_hat}).to_csv(temporary, index=False)
    return Path(path)


def _read_table(path):
    expected = FILES[path.name][-1]
    try:
        table = pd.read_csv(path, dtype={"MSSubClass": str})
    except ValueError as error:  # of pandas' parser, or text that is not UTF-8
        raise ValueError(f"{path}: expected a CSV file, got one that cannot be read ({str(error).strip()}); "
                         "put the official file there") from None
    if table.shape != expected:
        raise ValueError(f"{path}: expected {expected[0]} rows of {expected[1]} columns, got {table.shape[0]} rows of "
                         f"{table.shape[1]}; put the official file there")
    if "Id" not in table or table["Id"].dtype.kind != "i":
        raise ValueError(f"{path}: expected an integer in each row of Id, got something else; "
                         "put the official file there")
    if np.isinf(table.select_dtypes("number")).to_numpy().any():
        raise ValueError(f"{path}: expected finite numbers, got infinity; put the official file there")
    return table
