"""Tables for regression: scikit-learn's diabetes data, either data set by its name, and predictions for Kaggle."""
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from d2lmx.data.house_prices import HOUSE_PRICES, load_house_prices
from d2lmx.data.storage import load_by_name
from d2lmx.files import atomic_path


class TableData(NamedTuple):
    """A regression whose features are numbers and categories, some of them missing.

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
        The same columns of examples whose labels are to be predicted.
    test_ids : NumPy array of shape (m,), int64
    """

    name: str
    target: str
    features: Any
    labels: Any
    test_features: Any
    test_ids: Any


def load_diabetes():
    """Scikit-learn's diabetes data: real data that need no network.

    Returns
    -------
    TableData
        354 patients to train and 88 to predict, always split in the same way, with 10 numeric features. The label is
        the progression of the disease after a year, 25 to 346.
    """
    from sklearn.datasets import load_diabetes as sklearn_diabetes

    X, y = sklearn_diabetes(return_X_y=True, as_frame=True)
    # As in epoch_order, the generator whose stream is the same in all versions of NumPy.
    order = np.random.RandomState(0).permutation(len(y))
    train, test = order[:354], order[354:]
    return TableData("diabetes", "progression", X.iloc[train].reset_index(drop=True), y.to_numpy("float64")[train],
                     X.iloc[test].reset_index(drop=True), test + 1)


def load_table(name="auto", root=None, report=print):
    """A table by the name of its data set.

    Parameters
    ----------
    name : {"auto", "kaggle", "diabetes"}
        "auto" is the house prices if they can be found or downloaded, else diabetes.
    root : str or Path, optional
        See `load_house_prices`.
    report : callable
        Gets one line on why "auto" goes on with diabetes, where it does.

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
    loaders = {"kaggle": load_house_prices, "diabetes": load_diabetes}
    return load_by_name(name, loaders, HOUSE_PRICES, root, report)


def validate_columns(frame, fitted):
    """A ValueError unless `frame` has the columns of `fitted`, and where that has numbers, finite numbers or gaps."""
    if list(frame.columns) != list(fitted.columns):
        odd = sorted({*frame.columns} ^ {*fitted.columns}) or "another order"
        raise ValueError(f"expected the same columns in the same order as in the table fitted on, got {odd} besides")
    for column in fitted.select_dtypes("number"):
        if frame[column].dtype.kind not in "iuf" or np.isinf(frame[column]).any():
            raise ValueError(f"column {column}: expected finite numbers, as in the table fitted on, got something else")


def write_submission(path, data, labels_hat):
    """Write predictions for the test set of `data` as Kaggle wants them, atomically: rows of `Id,SalePrice`.

    A ValueError unless they are finite numbers above 0, one for each example.
    """
    labels_hat = np.asarray(labels_hat)
    if labels_hat.shape != data.test_ids.shape:
        raise ValueError(f"expected one prediction per example of the test set, shape {data.test_ids.shape}, got "
                         f"{labels_hat.shape}")
    if not (np.isfinite(labels_hat) & (labels_hat > 0)).all():
        raise ValueError(f"{data.target}: expected finite predictions above 0, got {labels_hat.min():g} to "
                         f"{labels_hat.max():g}; train with a smaller learning rate")
    with atomic_path(path) as temporary:
        pd.DataFrame({"Id": data.test_ids, data.target: labels_hat}).to_csv(temporary, index=False)
    return Path(path)
