import os

import numpy as np
import pandas as pd
import pytest

from d2lmx.data.tables import TableData, validate_columns, write_submission


def test_diabetes_is_scikit_learns(diabetes):
    from sklearn.datasets import load_diabetes as sklearn_diabetes

    X, y = sklearn_diabetes(return_X_y=True)
    assert (diabetes.features.shape, diabetes.test_features.shape) == ((354, 10), (88, 10))
    rows = diabetes.test_ids - 1
    np.testing.assert_array_equal(diabetes.test_features, X[rows])
    assert sorted([*diabetes.labels, *y[rows]]) == sorted(y)


@pytest.mark.parametrize("other, message", [
    ({"x": [1.0]}, r"expected the same columns in the same order .* got \['c'\] besides"),
    ({"c": ["a"], "x": [1.0]}, "got another order"),
    ({"x": ["one"], "c": ["a"]}, "column x: expected finite numbers"),
    ({"x": [np.inf], "c": ["a"]}, "column x: expected finite numbers"),
])
def test_columns_that_do_not_fit(other, message):
    fitted = pd.DataFrame({"x": [1.0, 2.0], "c": ["a", "b"]})
    validate_columns(pd.DataFrame({"x": [np.nan], "c": ["other"]}), fitted)
    with pytest.raises(ValueError, match=message):
        validate_columns(pd.DataFrame(other), fitted)


@pytest.fixture
def data():
    features = pd.DataFrame({"x": [1.0]})
    return TableData("kaggle", "SalePrice", features, np.ones(1), features, np.array([1461, 1462]))


def test_a_submission_has_the_form_of_the_competition(data, tmp_path):
    path = write_submission(tmp_path / "new" / "submission.csv", data, np.array([123456.5, 7e5]))
    assert path.read_text() == "Id,SalePrice\n1461,123456.5\n1462,700000.0\n"


@pytest.mark.parametrize("labels_hat, message", [
    *(([1.0, bad], "SalePrice: expected finite predictions above 0, got") for bad in (np.nan, np.inf, 0.0, -1.0)),
    ([1.0] * 3, r"expected one prediction per example of the test set, shape \(2,\), got \(3"),
])
def test_predictions_that_cannot_be_submitted(data, tmp_path, labels_hat, message):
    with pytest.raises(ValueError, match=message):
        write_submission(tmp_path / "submission.csv", data, np.array(labels_hat))
    assert os.listdir(tmp_path) == []


def test_a_submission_that_cannot_be_written_leaves_what_was_there(data, tmp_path, monkeypatch):
    def fail_half_way(table, file, index):
        file.write_text("Id,Sa")
        raise OSError("the disk is full")

    (tmp_path / "submission.csv").write_text("before")
    monkeypatch.setattr(pd.DataFrame, "to_csv", fail_half_way)
    with pytest.raises(OSError, match="the disk is full"):
        write_submission(tmp_path / "submission.csv", data, np.ones(2))
    assert (tmp_path / "submission.csv").read_text() == "before"
    assert os.listdir(tmp_path) == ["submission.csv"]
