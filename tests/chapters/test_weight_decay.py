import json
import re
from functools import partial

import numpy as np
import pytest
from mxnet import nd
from sklearn.linear_model import Ridge

from chapters import weight_decay as chapter
from chapters.commands import weight_decay as command
from d2lmx.training.implementations import largest_difference, start_gluon, start_scratch
from tests.training.equality import first_batches, values_of_step

RECORD = ("loss", "test_loss", "w_norm")


@pytest.fixture(scope="module")
def data():
    return chapter.load_data()


def test_data_are_those_of_the_book(data):
    (X, y), (X_test, y_test) = data
    assert [array.shape for array in (X, y, X_test, y_test)] == [(20, 200), (20,), (100, 200), (100,)]
    noise = y_test.asnumpy() - 0.01 * X_test.asnumpy().sum(axis=1) - 0.05
    assert 0.007 < noise.std() < 0.013  # 0.01, four standard deviations of the estimate either side


def test_penalty_by_hand():
    assert chapter.l2_penalty(nd.array([[3.0], [-4.0]])).asnumpy().tolist() == [12.5]


@pytest.mark.parametrize("start, build", [(start_scratch, chapter.build_scratch), (start_gluon, chapter.build_gluon)])
@pytest.mark.parametrize("wd", [0, 0.3, 3, 30])
def test_steps_are_those_of_the_formula(data, start, build, wd):
    lr, w, b = 0.003, np.random.default_rng(0).normal(size=(200, 1)), 0.7
    parts = start(partial(build, wd=wd), [nd.array(w), nd.array([b])], lr)
    for X, y in first_batches(data[0], batch_size=6):
        *_, new_w, new_b = values_of_step(*parts, X, y, seed=None)
        X, y = X.asnumpy(), y.asnumpy().reshape(-1, 1)
        error = X @ w + b - y
        w = (1 - lr * wd) * w - lr * X.T @ error / len(X)
        b -= lr * error.mean()  # without decay
        for new, expected in ((new_w, w), (new_b, b)):
            np.testing.assert_allclose(new, expected, rtol=1e-5, atol=1e-6)


def test_histories_agree_where_float32_rounds_the_decay(data):
    trained = chapter.run(*data, wd=0.3, num_epochs=40, dtype="float64")
    assert max(largest_difference(trained, key) for key in RECORD) < 1e-9


def test_decay_helps(data):
    without, decayed = (chapter.run(*data, wd=wd, num_epochs=40) for wd in (0, 3))
    assert largest_difference(decayed) < 1e-3
    for one, other in zip(without.values(), decayed.values()):
        one, other = one.history[-1], other.history[-1]
        assert one["loss"] < 1e-6 < other["loss"]  # fits its 20 examples perfectly, and yet
        for key in ("test_loss", "w_norm"):
            assert one[key] > 100 * other[key]
            assert max(largest_difference(trained, key) for trained in (without, decayed)) < 1e-4


def test_losses_are_without_penalty_and_of_the_trained_model(data):
    for one in chapter.run(*data, num_epochs=2).values():
        w, b = (param.asnumpy() for param in one.params)
        for key, (X, y) in zip(RECORD, data):
            error = X.asnumpy() @ w + b - y.asnumpy()[:, np.newaxis]
            assert one.history[-1][key] == pytest.approx((error ** 2).mean() / 2, rel=1e-4)
        assert one.history[-1]["w_norm"] == pytest.approx(np.linalg.norm(w), rel=1e-5)


@pytest.mark.parametrize("wd", [0.3, 3, 30])
def test_exact_minimum_is_that_of_scikit_learn(data, wd):
    w, b = chapter.ridge(*data[0], wd)
    X, y = (array.asnumpy().astype("float64") for array in data[0])
    model = Ridge(alpha=len(X) * wd).fit(X, y)  # its loss is the sum over the examples
    np.testing.assert_allclose(w, model.coef_, atol=1e-10)
    assert b == pytest.approx(model.intercept_)


def test_exact_minimum_without_decay_is_the_smallest_that_fits(data):
    X, y = (array.asnumpy() for array in data[0])
    w, b = chapter.ridge(*data[0], 0)
    np.testing.assert_allclose(X @ w + b, y, atol=1e-10)
    assert np.linalg.norm(w) < np.linalg.norm(chapter.TRUE_W * np.ones(200))


def test_training_ends_at_the_exact_minimum():
    train_set, test_set = chapter.load_data(num_inputs=5)
    w, b = chapter.ridge(*train_set, 1)
    # The whole set in each step, so that nothing is left to chance; what is off shrinks by 0.9 in each of 200 steps.
    for one in chapter.run(train_set, test_set, wd=1, num_epochs=200, batch_size=20, lr=0.1).values():
        for param, exact in zip(one.params, (w, b)):
            np.testing.assert_allclose(param.asnumpy().ravel(), exact, atol=1e-6)


@pytest.mark.parametrize("wd", [-1, float("nan"), float("inf")])
def test_bad_decay(data, wd):
    with pytest.raises(ValueError, match="wd: expected a finite number of at least 0"):
        chapter.run(*data, wd=wd)


@pytest.mark.parametrize("option", ["--wd=-1", "--wd=nan", "--wd=1e300", "--sweep=1,,2", "--sweep=a"])
def test_bad_options(option, capsys):
    with pytest.raises(SystemExit) as stop:
        command.main([option])
    assert stop.value.code == 2
    assert "expected a finite number of at least 0, at most 1e38, got" in capsys.readouterr().err


@pytest.mark.parametrize("impl", ["scratch", "gluon"])
@pytest.mark.parametrize("options, message", [
    ("--wd 1e4", "with --lr 0.003 and weight decay 10000 training has diverged: each step multiplies w by "
                 "1 - lr * wd = -29; use a decay below 2 / lr = 667, or a smaller learning rate\n"),
    ("--wd 1e38", "with --lr 0.003 and weight decay 1e+38 training has diverged"),
    ("--lr 1e5 --wd 0", "with --lr 100000 the loss is"),
])
def test_divergence_is_blamed_on_what_is_too_large(impl, options, message, capsys):
    assert command.main([*options.split(), "--impl", impl, "--sweep", "0", "--epochs", "2", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert message in err


def test_command_shows_no_decay_beside_decay_and_then_the_sweep(capsys):
    assert command.main(["--epochs", "3", "--inputs", "30", "--sweep", "1,10", "--wd", "2", "--json"]) == 0
    out, err = capsys.readouterr()
    printed = re.findall(r"^(weight decay \d+$|\w+ +epoch \d|\w+ +\d+ (?= ))", err, re.M)
    epochs = [f"{name:7}  epoch {epoch}" for name in ("scratch", "gluon") for epoch in (1, 2, 3)]
    ends = [f"{name:7}{wd:14g} " for name in ("scratch", "gluon") for wd in (1, 2, 10)]
    assert printed == ["weight decay 0", *epochs, "weight decay 2", *epochs, *ends]
    for one in json.loads(out)["impl"].values():
        assert one["wd"] == 2
        assert [row["wd"] for row in one["sweep"]] == [1, 2, 10]
        assert set(one["epochs"][0]) == {"epoch", "seconds", *RECORD}
        assert one["sweep"][1]["w_norm"] == one["epochs"][-1]["w_norm"]
