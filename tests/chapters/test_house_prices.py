import hashlib
import json
import os

import numpy as np
import pandas as pd
import pytest
from mxnet import nd

import d2lmx as d2l
from chapters import house_prices as chapter
from chapters import mlp
from d2lmx.data import house_prices
from d2lmx.data.download import DataUnavailable
from d2lmx.data.house_prices import (
    TableData,
    find_house_prices,
    load_diabetes,
    load_house_prices,
    load_table,
    write_submission,
)
from d2lmx.training.implementations import largest_difference
from tests.data.file_server import file_server, unused_port
from tests.training.equality import assert_equal_steps, first_batches

REAL_DATA = os.environ.get("D2LMX_DATA")  # read before the fixture below takes it away
TRAIN, TEST = house_prices.FILES
TRAIN_CSV = b"Id,MSSubClass,LotArea,Alley,SalePrice\n1,20,8450,NA,208500\n2,60,9600,Grvl,181500\n3,20,NA,NA,223500\n"
TEST_CSV = b"Id,MSSubClass,LotArea,Alley\n4,150,11622,NA\n5,20,14267,Pave\n"
SMALL = {TRAIN: (TRAIN_CSV, (3, 5)), TEST: (TEST_CSV, (2, 4))}


@pytest.fixture(autouse=True)
def nothing_but_what_the_test_sets(monkeypatch, tmp_path):
    """The real host is never asked, nor the cache of whoever runs the tests used."""
    monkeypatch.delenv("D2LMX_DATA", raising=False)
    monkeypatch.delenv("D2LMX_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(house_prices, "HOSTS", ())
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)


@pytest.fixture
def files(monkeypatch):
    """Two small files in the place of the real ones: {name: content}."""
    known = {name: (hashlib.sha256(content).hexdigest(), len(content), shape)
             for name, (content, shape) in SMALL.items()}
    monkeypatch.setattr(house_prices, "FILES", known)
    return {name: content for name, (content, _) in SMALL.items()}


def write(files, base):
    folder = base / "kaggle-house"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def real():
    if not (REAL_DATA and find_house_prices(REAL_DATA)):
        pytest.skip("D2LMX_DATA is not set, or has no kaggle-house with the two official files")
    return load_house_prices(REAL_DATA)


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes()


# --- The files

def assert_small(data):
    assert (data.name, data.target) == ("kaggle", "SalePrice")
    assert data.features["MSSubClass"].tolist() == ["20", "60", "20"]  # a code, not a number
    np.testing.assert_array_equal(data.features["LotArea"], [8450, 9600, np.nan])
    assert data.labels.tolist() == [208500, 181500, 223500]
    assert data.test_ids.tolist() == [4, 5]
    assert list(data.features) == list(data.test_features) == ["MSSubClass", "LotArea", "Alley"]


def test_own_files_come_first_whatever_their_hash(files, monkeypatch, tmp_path):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    write({**files, TEST: files[TEST] + b"\n"}, tmp_path)
    assert_small(load_house_prices())
    assert_small(load_table("auto", report=pytest.fail))


def test_half_of_the_own_files_is_an_error(files, monkeypatch, tmp_path):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    (write(files, tmp_path) / TEST).unlink()
    for load in (load_house_prices, load_table):
        with pytest.raises(ValueError, match=f"expected the 2 files of the Kaggle house prices, got .* without {TEST}"):
            load()


def test_downloads_to_the_cache_from_the_mirror_first_and_then_finds_them_there(files, monkeypatch, tmp_path):
    with file_server(files) as server:
        monkeypatch.setenv("D2LMX_MIRROR", f"{server.base}/missing/")
        monkeypatch.setattr(house_prices, "HOSTS", (f"{server.base}/html", f"{server.base}/good"))
        assert_small(load_house_prices())
        tries = ("/missing/", "/missing/kaggle-house/", "/html/", "/good/")
        assert server.requests == [base + name for name in files for base in tries]
        server.requests.clear()
        assert_small(load_house_prices())
        assert server.requests == []
    assert find_house_prices() == tmp_path / "cache" / "d2lmx" / "kaggle-house"


def test_damaged_file_in_the_cache_is_replaced_and_root_keeps_its_own(files, monkeypatch, tmp_path):
    cached = write({**files, TRAIN: files[TRAIN][:-9]}, tmp_path / "cache" / "d2lmx")
    root = write({TEST: files[TEST] + b"\n"}, tmp_path / "root")
    with file_server(files) as server:
        monkeypatch.setattr(house_prices, "HOSTS", (f"{server.base}/good",))
        assert_small(load_house_prices())
        assert_small(load_house_prices(tmp_path / "root"))
        assert server.requests == [f"/good/{TRAIN}"] * 2
    assert (cached / TRAIN).read_bytes() == (root / TRAIN).read_bytes() == files[TRAIN]
    assert (root / TEST).read_bytes() == files[TEST] + b"\n"


def test_without_any_source_auto_says_so_in_one_line_and_the_name_fails(files, monkeypatch, tmp_path):
    monkeypatch.setattr(house_prices, "HOSTS", (f"http://127.0.0.1:{unused_port()}",))
    with pytest.raises(DataUnavailable, match=f"{TRAIN} cannot be had.*refused.* The files of the Kaggle house "
                                               rf"prices: {TRAIN}, {TEST}\.$"):
        load_table("kaggle", report=pytest.fail)
    lines = []
    assert load_table("auto", report=lines.append).name == "diabetes"
    assert len(lines) == 1
    assert "\n" not in lines[0]
    for part in ("house prices", "refused", "diabetes", TRAIN, TEST, str(tmp_path / "cache"), "D2LMX_DATA"):
        assert part in lines[0]
    with pytest.raises(ValueError, match="expected 'auto', 'kaggle' or 'diabetes', got 'boston'"):
        load_table("boston")


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
def test_own_file_that_is_not_what_it_should_be(files, monkeypatch, tmp_path, name, content, message):
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path))
    write({**files, name: content}, tmp_path)
    for load in (load_house_prices, load_table):  # "auto" does not hide it either
        with pytest.raises(ValueError, match=f"{name}: {message}.*put the official file there") as caught:
            load()
        assert "\n" not in str(caught.value)


def test_diabetes_is_scikit_learns(diabetes):
    from sklearn.datasets import load_diabetes as sklearn_diabetes

    X, y = sklearn_diabetes(return_X_y=True)
    assert (diabetes.features.shape, diabetes.test_features.shape) == ((354, 10), (88, 10))
    rows = diabetes.test_ids - 1
    np.testing.assert_array_equal(diabetes.test_features, X[rows])
    assert sorted([*diabetes.labels, *y[rows]]) == sorted(y)


def test_the_real_data(real):
    folder = find_house_prices(REAL_DATA)
    published = ("585e9cc93e70b39160e7921475f9bcd7d31219ce", "fa19780a7b011d9b009e8bff8e99922a8ee2eb90")
    for (name, (sha256, size, _)), sha1 in zip(house_prices.FILES.items(), published):
        content = (folder / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, size)
        assert hashlib.sha1(content).hexdigest() == sha1  # what the book gives
    assert (real.features.shape, real.test_features.shape) == ((1460, 79), (1459, 79))
    assert real.labels.mean().round(2) == 180921.20
    assert {*real.test_features["MSSubClass"]} - {*real.features["MSSubClass"]} == {"150"}
    X, X_test = chapter.encode(real.features, real.features, real.test_features)
    assert X.shape[1] == X_test.shape[1]
    assert np.isfinite(X).all() and np.isfinite(X_test).all()
    assert X.any(axis=0).all()  # no column without an example to learn its weight from


# --- Cleaning

def table(**columns):
    return pd.DataFrame(columns)


def test_encode_by_hand():
    fitted = table(area=[1.0, 3.0, np.nan], alley=["a", np.nan, "b"], heat=["g", "g", "g"])
    other = table(area=[4.0, np.nan, 2.0, 2.0], alley=["c", "b", np.nan, "a"], heat=["g", np.nan, "coal", "g"])
    half = 1 / np.sqrt(2)  # deviation of 1 and 3: sqrt(2)
    X, X_other = chapter.encode(fitted, fitted, other)
    assert X.dtype == X_other.dtype == np.float32
    #                                      area  alley: a, missing, b  heat: g
    np.testing.assert_allclose(X, [[-half, 1, 0, 0, 1], [half, 0, 1, 0, 1], [0, 0, 0, 1, 1]], rtol=1e-6)
    np.testing.assert_allclose(X_other, [[np.sqrt(2), 0, 0, 0, 1],  # alley of c, which was never seen
                                         [0, 0, 0, 1, 0],           # heat missing, which it never was
                                         [0, 0, 1, 0, 0], [0, 1, 0, 0, 1]], rtol=1e-6)


@pytest.mark.parametrize("constant", [0.1, 0.0, -1e30])  # three times 0.1 have a mean other than 0.1 in float64
def test_constant_and_empty_columns_become_0(constant):
    fitted = table(same=[constant] * 3, none=[np.nan] * 3, gaps=[np.nan, 7.0, np.nan], x=[1, 2, 3])
    other = table(same=[5.0, np.nan], none=[1.0, np.nan], gaps=[8.0, np.nan], x=[2, 4])
    X, X_other = chapter.encode(fitted, fitted, other)
    np.testing.assert_allclose(X, [[0, 0, 0, -1], [0, 0, 0, 0], [0, 0, 0, 1]], atol=1e-7)
    np.testing.assert_allclose(X_other, [[0, 0, 0, 0], [0, 0, 0, 2]], atol=1e-7)


def test_column_of_words_that_is_empty_in_the_other_table():
    X, = chapter.encode(table(x=[1, 2], alley=["a", None]), table(x=[1, 2], alley=[np.nan, np.nan]))
    np.testing.assert_array_equal(X[:, 1:], [[0, 1], [0, 1]])


def test_columns_of_one_kind_only():
    X, = chapter.encode(table(c=["a", "b"]), table(c=["b", "a"]))
    np.testing.assert_array_equal(X, [[0, 1], [1, 0]])
    X, = chapter.encode(table(x=[0.0, 2.0]), table(x=[1.0]))
    np.testing.assert_array_equal(X, [[0]])


def test_indicators_are_scikit_learns(real):
    from sklearn.preprocessing import OneHotEncoder

    words = real.features.select_dtypes(exclude="number").columns
    train, test = (frame[words].fillna("missing") for frame in (real.features, real.test_features))
    expected = OneHotEncoder(handle_unknown="ignore").fit(train).transform(test).toarray()
    X, = chapter.encode(real.features[words], real.test_features[words])
    assert X.shape == expected.shape
    # The order of the columns differs: scikit-learn sorts the categories.
    np.testing.assert_array_equal(X[:, np.lexsort(X)], expected[:, np.lexsort(expected)])


@pytest.mark.parametrize("other, message", [
    (table(x=[1.0]), r"expected the same columns in the same order .* got \['c'\] besides"),
    (table(c=["a"], x=[1.0]), "got another order"),
    (table(x=["one"], c=["a"]), "column x: expected finite numbers"),
    (table(x=[np.inf], c=["a"]), "column x: expected finite numbers"),
])
def test_tables_that_do_not_fit(other, message):
    with pytest.raises(ValueError, match=message):
        chapter.encode(table(x=[1.0, 2.0], c=["a", "b"]), other)


def test_held_out_examples_have_no_part_in_training(diabetes):
    """Neither their features nor their prices: with others, training is the same to the last bit."""
    train = diabetes.features[:200], diabetes.labels[:200]
    valid = diabetes.features[200:], diabetes.labels[200:]
    changed = valid[0] * 100 + 7, valid[1] * 3
    histories = []
    for other in (valid, changed):
        d2l.seed_all(0)
        fold, = chapter.fit("mlp", train, other, versions=["gluon"], num_epochs=3).values()
        histories.append([record["loss"] for record in fold.trained.history])
    assert histories[0] == histories[1]


# --- The models

def test_log_rmse_by_hand():
    e = np.e
    assert chapter.log_rmse(np.array([e, e ** 3]), np.array([1, e ** 5])) == pytest.approx(np.sqrt((1 + 4) / 2))
    assert chapter.log_rmse(np.array([-5.0, 0, 0.5]), np.full(3, e)) == pytest.approx(1)  # each counts as 1


@pytest.mark.parametrize("hidden", chapter.MODELS.values(), ids=chapter.MODELS)
def test_versions_agree_step_by_step(diabetes, hidden):
    X, = chapter.encode(diabetes.features, diabetes.features)
    y = np.log(diabetes.labels) - np.log(diabetes.labels).mean()
    d2l.seed_all(0)
    params = mlp.init_params([X.shape[1], *hidden, 1])
    batches = first_batches((X, y), batch_size=100)
    assert_equal_steps(chapter.build_scratch, chapter.build_gluon, params, 0.02, batches)


def test_whole_runs_agree_fold_by_fold(diabetes):
    results, best, final = chapter.run(diabetes, num_folds=3, num_epochs=10, batch_size=32)
    assert [len(folds) for folds in results.values()] == [3, 3]
    for fold in [fold for folds in results.values() for fold in folds] + [final]:
        assert largest_difference({version: one.trained for version, one in fold.items()}) < 1e-6
        np.testing.assert_allclose(fold["scratch"].prices_hat, fold["gluon"].prices_hat, rtol=1e-5)
    mean = {model: np.mean([fold["scratch"].error for fold in folds]) for model, folds in results.items()}
    assert best == min(mean, key=mean.get)
    assert max(mean.values()) < np.log(diabetes.labels).std()  # better than the same prediction for all


def test_records_have_the_error_that_the_predictions_have(diabetes):
    results, _, final = chapter.run(diabetes, num_folds=2, num_epochs=3)
    for fold in (fold for folds in results.values() for fold in folds):
        for one in fold.values():
            assert one.trained.history[-1]["test_log_rmse"] == pytest.approx(one.error, rel=1e-5)
    assert set(final["gluon"].trained.history[0]) == {"epoch", "loss", "log_rmse", "seconds"}


def test_every_example_is_held_out_once_and_by_the_same_folds_for_each_model(diabetes):
    results, *_ = chapter.run(diabetes, num_folds=4, num_epochs=1, versions=["gluon"])
    for folds in results.values():
        assert sorted(np.concatenate([fold["gluon"].prices for fold in folds])) == sorted(diabetes.labels)
    for one, other in zip(*results.values()):
        np.testing.assert_array_equal(one["gluon"].prices, other["gluon"].prices)


@pytest.mark.parametrize("seed", range(3))
def test_linear_model_finds_least_squares(seed):
    generator = np.random.default_rng(seed)
    n, kinds = 240, np.array(list("abc"))
    features = pd.DataFrame(generator.normal(size=(n, 3)) * [1, 50, 1e5] + [0, 7, -1e6], columns=list("xyz"))
    features["kind"] = kinds[generator.integers(3, size=n)]
    prices = np.exp(12 + features["x"] * 0.3 - features["y"] * 0.004 + (features["kind"] == "b") * 0.5
                    + generator.normal(size=n) * 0.1).to_numpy()
    d2l.seed_all(seed)
    # All examples in one batch: gradient descent, on a Hessian with eigenvalues of about 1.4, 1 (thrice), 0.3 (twice)
    # and 0 (bias and indicators say the same): what is left of the slowest after 200 steps is (1 - 0.3 * 0.3)^200.
    fold, = chapter.fit("linear", (features[:200], prices[:200]), (features[200:], prices[200:]), num_epochs=200,
                        batch_size=200, lr=0.3, seed=seed, versions=["scratch"]).values()
    X = np.column_stack([features[["x", "y", "z"]], *(features["kind"] == kind for kind in kinds)])
    exact = X[200:] @ np.linalg.lstsq(X[:200], np.log(prices[:200]), rcond=None)[0]
    np.testing.assert_allclose(np.log(fold.prices_hat), exact, atol=1e-4)


def test_the_same_labels_for_all_do_not_divide_by_zero():
    features = table(x=np.arange(8.0), c=list("abababab"))
    data = TableData("same", "y", features, np.full(8, 100.0), features, np.arange(8))
    _, _, final = chapter.run(data, num_folds=2, num_epochs=5, batch_size=4)
    for one in final.values():
        np.testing.assert_allclose(one.prices_hat, 100, rtol=0.2)


def test_seed(diabetes):
    def errors(seed, models=("linear", "mlp")):
        results, *_ = chapter.run(diabetes, models, 2, seed=seed, num_epochs=2, versions=["scratch"])
        return [fold["scratch"].error for fold in results["mlp"]]

    assert errors(0) == errors(0) == errors(0, ("mlp",))  # whatever was trained before
    assert errors(0) != errors(1)


@pytest.mark.parametrize("arguments, message", [
    ({"num_folds": 1}, "folds: expected from 2 to the number of examples, 354, got 1"),
    ({"num_folds": 355}, "folds: expected from 2"), ({"lr": 0}, "lr: expected"),
    ({"num_epochs": 0}, "num_epochs: expected"), ({"batch_size": 0}, "batch_size: expected"),
])
def test_bad_arguments(diabetes, arguments, message):
    with pytest.raises(ValueError, match=message):
        chapter.run(diabetes, **arguments)


def test_the_mlp_beats_the_linear_model_on_the_real_data(real):
    results, best, _ = chapter.run(real, num_folds=2, num_epochs=30, batch_size=64, versions=["gluon"])
    errors = {model: np.mean([fold["gluon"].error for fold in folds]) for model, folds in results.items()}
    assert best == "mlp"
    assert errors["mlp"] < 0.15  # with half of the data
    assert errors["mlp"] < errors["linear"] < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_five_folds_of_the_real_data(real, seed):
    results, best, _ = chapter.run(real, seed=seed)
    for version in ("scratch", "gluon"):
        errors = {model: np.mean([fold[version].error for fold in folds]) for model, folds in results.items()}
        assert errors["mlp"] < 0.15
        assert errors["mlp"] < errors["linear"]


# --- The submission

def test_submission_has_the_form_of_the_competition(tmp_path, monkeypatch):
    features = table(x=[1.0])
    data = TableData("kaggle", "SalePrice", features, np.ones(1), features, np.array([1461, 1462]))
    path = write_submission(tmp_path / "new" / "submission.csv", data, np.array([123456.5, 7e5]))
    assert path.read_text() == "Id,SalePrice\n1461,123456.5\n1462,700000.0\n"
    for bad in ([1.0, np.nan], [1.0, np.inf], [1.0, 0.0], [-1.0, 1.0]):
        with pytest.raises(ValueError, match="SalePrice: expected finite predictions above 0, got"):
            write_submission(path, data, np.array(bad))
    with pytest.raises(ValueError, match=r"expected one prediction per example of the test set, shape \(2,\), got \(3"):
        write_submission(path, data, np.ones(3))

    def fail_half_way(table, file, index):
        file.write_text("Id,Sa")
        raise OSError("the disk is full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail_half_way)
    with pytest.raises(OSError, match="the disk is full"):
        write_submission(path, data, np.ones(2))
    assert path.read_text().startswith("Id,SalePrice\n1461,123456.5\n")  # what was there stays
    assert os.listdir(path.parent) == ["submission.csv"]


# --- The command

FAST = ["--data", "diabetes", "--epochs", "2", "--folds", "2"]


def test_json_and_out(tmp_path, capsys):
    assert chapter.main([*FAST, "--json", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert (result["chapter"], result["seed"], result["data"]) == ("house_prices", 0, "diabetes")
    for version in ("scratch", "gluon"):
        one = result["impl"][version]
        assert [record["epoch"] for record in one["epochs"]] == [1, 2]
        assert {model: len(errors) for model, errors in one["log_rmse"].items()} == {"linear": 2, "mlp": 2}
        assert one["model"] in ("linear", "mlp")
    assert json.loads((tmp_path / "metrics.json").read_text()) == result
    assert {path.name for path in tmp_path.iterdir()} == {
        "metrics.json", "scratch.params", "gluon.params", "submission.csv",
        "curves.png", "folds.png", "predicted.png", "prices.png"}
    for one, other in zip(*(nd.load(str(tmp_path / f"{version}.params")) for version in ("scratch", "gluon"))):
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-4, atol=1e-6)
    rows = pd.read_csv(tmp_path / "submission.csv")
    assert list(rows) == ["Id", "progression"]
    assert len(rows) == 88 and (rows["progression"] > 0).all()
    for model in ("linear", "mlp"):
        mean = np.mean(result["impl"]["gluon"]["log_rmse"][model])
        assert f"{model:7} mean    held-out log-RMSE: scratch {mean:.5f}, gluon {mean:.5f}" in err


def test_real_submission(real, tmp_path):
    options = ["--data-dir", REAL_DATA, "--model", "mlp", "--impl", "gluon", "--folds", "2", "--epochs", "20"]
    assert chapter.main([*options, "--lr", "0.05", "--quiet", "--out", str(tmp_path)]) == 0
    rows = pd.read_csv(tmp_path / "submission.csv")
    assert list(rows) == ["Id", "SalePrice"]
    assert rows["Id"].tolist() == list(range(1461, 2920))
    assert np.isfinite(rows["SalePrice"]).all() and (rows["SalePrice"] > 0).all()
    assert 100_000 < rows["SalePrice"].median() < 250_000


@pytest.mark.parametrize("model", chapter.MODELS)
def test_one_model_in_one_version(model, capsys):
    assert chapter.main([*FAST, "--model", model, "--impl", "scratch", "--json"]) == 0
    out, err = capsys.readouterr()
    (version, one), = json.loads(out)["impl"].items()
    assert (version, one["model"], list(one["log_rmse"])) == ("scratch", model, [model])
    assert err.splitlines()[-1] == "one version only: scratch"


def test_auto_goes_on_with_diabetes(monkeypatch, capsys):
    assert chapter.main(["--epochs", "1", "--folds", "2", "--quiet", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["data"] == "diabetes"
    assert err.count("\n") == 1
    assert "going on with scikit-learn's diabetes data" in err
    assert chapter.main(["--data", "kaggle"]) == 1
    assert "cannot be had" in capsys.readouterr().err


@pytest.mark.parametrize("option, status, message", [
    (["--folds", "1"], 2, "argument --folds: expected an integer of at least 2, got '1'"),
    (["--folds", "two"], 2, "argument --folds: expected an integer of at least 1, got 'two'"),
    (["--model", "tree"], 2, "argument --model: invalid choice: 'tree'"),
    (["--folds", "1000"], 1, "folds: expected from 2 to the number of examples, 354, got 1000"),
    (["--lr", "1e38"], 1, "with --lr 1e+38 the loss is"),
])
def test_what_is_wrong_is_one_line(option, status, message, capsys):
    try:
        assert chapter.main([*FAST, "--quiet", *option]) == status
    except SystemExit as stop:
        assert stop.code == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
