import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

import d2lmx as d2l
from chapters import house_prices as chapter, mlp
from chapters.commands import house_prices as command
from d2lmx.training.implementations import largest_difference
from tests.chapters.test_equality import assert_equal
from tests.commands.test_options import assert_refused
from tests.conftest import real_data_folder
from tests.training.equality import assert_equal_steps, first_batches

FAST = ["--data", "diabetes", "--epochs", "2", "--folds", "2"]


def cross_validate(data, num_folds=2, seed=0, **options):
    """A list of what `run` gives for each fold."""
    run = partial(chapter.run, seed=seed, **options)
    return list(chapter.cross_validate(run, data.features, data.labels, num_folds, seed))


# --- From a table with gaps to numbers

def table(**columns):
    return pd.DataFrame(columns)


def test_encode_by_hand():
    known = table(area=[1.0, 3.0, np.nan], alley=["a", np.nan, "b"], heat=["g", "g", "g"])
    other = table(area=[4.0, np.nan, 2.0, 2.0], alley=["c", "b", np.nan, "a"], heat=["g", np.nan, "coal", "g"])
    half = 1 / np.sqrt(2)  # the standard deviation of 1 and 3 is sqrt(2)
    X, X_other = chapter.encode(known, other)
    #                                      area  alley: a, b, missing  heat: g
    np.testing.assert_allclose(X, [[-half, 1, 0, 0, 1], [half, 0, 0, 1, 1], [0, 0, 1, 0, 1]])
    np.testing.assert_allclose(X_other, [[np.sqrt(2), 0, 0, 0, 1],  # alley of c, which was never seen
                                         [0, 0, 1, 0, 0],           # heat missing, which it never was
                                         [0, 0, 0, 1, 0], [0, 1, 0, 0, 1]])


@pytest.mark.parametrize("constant", [0.1, -1e30, np.nan])  # three times 0.1 have a mean other than 0.1 in float64
def test_constant_and_empty_columns_are_left_out(constant):
    X, X_other = chapter.encode(table(same=[constant] * 3, x=[1, 2, 3]), table(same=[5.0, np.nan], x=[2, 4]))
    assert (X.tolist(), X_other.tolist()) == ([[-1], [0], [1]], [[0], [2]])


def test_encode_has_the_indicators_of_scikit_learn(house_prices):
    from sklearn.preprocessing import OneHotEncoder

    train, test = house_prices.features, house_prices.test_features
    X, X_test = chapter.encode(train, test)
    assert np.isfinite(X_test).all() and X.any(axis=0).all()  # no column without an example to learn its weight from
    words = train.select_dtypes(exclude="number").columns
    train, test = (frame[words].fillna("missing") for frame in (train, test))
    expected = OneHotEncoder(handle_unknown="ignore").fit(train).transform(test).toarray()
    X_test = X_test[:, -expected.shape[1]:]  # in another order
    np.testing.assert_array_equal(X_test[:, np.lexsort(X_test)], expected[:, np.lexsort(expected)])


def test_log_rmse_by_hand():
    e = np.e
    assert chapter.log_rmse(np.array([e, e ** 3]), np.array([1, e ** 5])) == pytest.approx(np.sqrt((1 + 4) / 2))
    assert chapter.log_rmse(np.array([-5.0, 0, 0.5]), np.full(3, e)) == pytest.approx(1)  # each counts as 1


# --- Training

@pytest.mark.parametrize("model", chapter.MODELS)
def test_implementations_agree_step_by_step(diabetes, model):
    X, _ = chapter.encode(diabetes.features, diabetes.features)
    y = np.log(diabetes.labels) - np.log(diabetes.labels).mean()
    sizes = [X.shape[1], *chapter.MODELS[model], 1]
    d2l.seed_all(0)
    assert_equal_steps(chapter.build_scratch, partial(chapter.build_gluon, sizes), mlp.init_params(sizes), 0.02,
                       first_batches((X, y), batch_size=100))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("model", chapter.MODELS)
def test_whole_runs_agree_in_float64(house_prices, model, seed):
    for trained, prices in cross_validate(house_prices, seed=seed, model=model, num_epochs=10, dtype="float64"):
        assert_equal(trained)
        assert largest_difference(trained, "test_log_rmse") < 1e-9
        np.testing.assert_allclose(prices["scratch"], prices["gluon"], rtol=1e-9)


def test_held_out_examples_have_no_part_in_training(diabetes):
    """Neither their features nor their prices: with others, training is the same to the last bit."""
    train = diabetes.features[:200], diabetes.labels[:200]
    houses, prices = diabetes.features[200:], diabetes.labels[200:]
    losses = []
    for other in ((houses, prices), (houses * 100 + 7, prices * 3), (houses, None)):
        trained, _ = chapter.run(train, other, num_epochs=3, implementations=["gluon"])
        losses.append([record["loss"] for record in trained["gluon"].history])
    assert losses[0] == losses[1] == losses[2]


def test_every_example_is_held_out_once_and_records_have_the_error_of_the_predictions(diabetes):
    held_out = []

    def train_on(train, other):
        held_out.extend(other[1])
        assert sorted([*train[1], *other[1]]) == sorted(diabetes.labels)
        trained, prices = chapter.run(train, other, "linear", num_epochs=2)
        for name, one in trained.items():
            assert one.history[-1]["test_log_rmse"] == pytest.approx(chapter.log_rmse(prices[name], other[1]), rel=1e-5)

    assert len(list(chapter.cross_validate(train_on, diabetes.features, diabetes.labels, 4, seed=0))) == 4
    assert sorted(held_out) == sorted(diabetes.labels)


@pytest.mark.parametrize("seed", range(3))
def test_linear_model_finds_least_squares(seed):
    generator = np.random.default_rng(seed)
    houses = pd.DataFrame(generator.normal(size=(240, 3)) * [1, 50, 1e5] + [0, 7, -1e6])
    log_prices = 12 + houses @ [0.3, -0.004, 1e-6] + 0.1 * generator.normal(size=240)
    # All examples in one batch: gradient descent, on a Hessian with eigenvalues of about 1.
    _, prices_hat = chapter.run((houses, np.exp(log_prices)), (houses, None), "linear", 100, 240, 0.3, seed=seed)
    X = np.column_stack([houses, np.ones(240)])
    exact = X @ np.linalg.lstsq(X, log_prices, rcond=None)[0]
    for one in prices_hat.values():
        np.testing.assert_allclose(np.log(one), exact, atol=1e-4)


def test_the_same_prices_for_all_do_not_divide_by_zero():
    houses = table(x=np.arange(8.0), c=list("abababab")), np.full(8, 100.0)
    for prices_hat in chapter.run(houses, houses, num_epochs=5, batch_size=4)[1].values():
        np.testing.assert_allclose(prices_hat, 100, rtol=0.2)


# --- The real data

def mean_errors(data, num_folds, seed=0, **options):
    """The mean held-out error of each model, with Gluon, and of the book's way."""
    options.update(implementations=["gluon"], seed=seed)
    errors = {model: np.mean([trained["gluon"].history[-1]["test_log_rmse"]
                              for trained, _ in cross_validate(data, num_folds, model=model, **options)])
              for model in chapter.MODELS}
    d2l.seed_all(seed)
    of_book = chapter.cross_validate(chapter.book_way, data.features, data.labels, num_folds, seed)
    return {**errors, "book": np.mean(list(of_book))}


@pytest.mark.slow
def test_the_mlp_beats_the_linear_model_and_that_the_book(house_prices):
    errors = mean_errors(house_prices, num_folds=2, num_epochs=30, batch_size=64)
    assert errors["mlp"] < 0.15  # with half of the data
    assert errors["mlp"] < errors["linear"] < errors["book"] < 0.25


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_five_folds(house_prices, seed):
    errors = mean_errors(house_prices, num_folds=5, seed=seed)
    assert errors["mlp"] < 0.15
    assert errors["mlp"] < errors["linear"]
    assert errors["book"] == pytest.approx(0.17, abs=0.01)


# --- The command

def test_what_is_printed_and_the_json(tmp_path, capsys):
    assert command.main([*FAST, "--json", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    one, other = result["impl"].values()
    assert one["model"] == min(one["log_rmse"], key=lambda model: sum(one["log_rmse"][model]))
    for (model, errors), others in zip(one["log_rmse"].items(), other["log_rmse"].values()):
        for part, *pair in (("fold 2 ", errors[1], others[1]), ("mean   ", np.mean(errors), np.mean(others))):
            assert "{:7} {} held-out log-RMSE: scratch {:.5f}, gluon {:.5f}\n".format(model, part, *pair) in err
    assert f"on the prices themselves: mean held-out log-RMSE {np.mean(result['book_log_rmse']):.5f}\n" in err
    assert f"\n{one['model']} trained on all 354 examples: progression predicted for 88 more, from " in err
    rows = pd.read_csv(tmp_path / "submission.csv")
    assert (len(rows), list(rows)) == (88, ["Id", "progression"])


def test_real_submission(tmp_path):
    options = ["--data-dir", str(real_data_folder("kaggle-house").parent), "--out", str(tmp_path)]
    settings = "--model mlp --impl scratch --folds 2 --epochs 10 --lr 0.05 --quiet"
    assert command.main([*options, *settings.split()]) == 0
    rows = pd.read_csv(tmp_path / "submission.csv")
    assert rows["Id"].tolist() == list(range(1461, 2920))
    assert (rows["SalePrice"] > 0).all()
    assert 100_000 < rows["SalePrice"].median() < 250_000


@pytest.mark.parametrize("model", chapter.MODELS)
def test_one_model_in_one_implementation(model, capsys):
    assert command.main([*FAST, "--model", model, "--impl", "scratch", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    one = result["impl"]["scratch"]
    assert (one["model"], list(one["log_rmse"]), result["book_log_rmse"]) == (model, [model], [])


def test_auto_goes_on_with_diabetes(no_data, capsys):
    assert command.main(["--epochs", "1", "--folds", "2", "--quiet", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["data"] == "diabetes"
    assert err.count("\n") == 1
    assert "going on with scikit-learn's diabetes data" in err
    assert command.main(["--data", "kaggle"]) == 1
    assert "cannot be had" in capsys.readouterr().err


@pytest.mark.parametrize("options, message", [
    (["--folds", "1"], "argument --folds: expected an integer of at least 2, got '1'"),
    (["--folds", "two"], "argument --folds: expected an integer of at least 2, got 'two'"),
    (["--model", "tree"], "argument --model: invalid choice: 'tree'"),
])
def test_bad_options(options, message, capsys):
    assert_refused(command.main, [*FAST, *options], message, capsys)


def test_too_many_folds(capsys):
    assert command.main([*FAST, "--quiet", "--folds", "1000"]) == 1
    assert "folds: expected from 2 to the number of examples, 354, got 1000\n" in capsys.readouterr().err
