import json

import numpy as np
import pytest
from mxnet import autograd, nd
from sklearn.linear_model import Ridge

import d2lmx as d2l
from chapters import weight_decay as chapter
from d2lmx.training.implementations import dense_params, largest_difference
from tests.training.equality import first_batches

FAST = ["--epochs", "3", "--inputs", "30", "--sweep", "0,3"]


@pytest.fixture(scope="module")
def data():
    return chapter.load_data()


def one_step(build, params, X, y, lr, wd):
    net, loss, step = build([param.copy() for param in params] if build is chapter.build_gluon else params, lr, wd)
    with autograd.record():
        batch_loss = loss(net(X), y)
    batch_loss.backward()
    step(len(X))
    return dense_params(net) if build is chapter.build_gluon else params


def test_data_are_those_of_the_book(data):
    (X, y), (X_test, y_test) = data
    assert [array.shape for array in (X, y, X_test, y_test)] == [(20, 200), (20,), (100, 200), (100,)]
    noise = y_test.asnumpy() - 0.01 * X_test.asnumpy().sum(axis=1) - 0.05
    assert 0.007 < noise.std() < 0.013   # 0.01, four deviations of the estimate either side


@pytest.mark.parametrize("build", [chapter.build_scratch, chapter.build_gluon])
@pytest.mark.parametrize("n", [1, 7])
def test_one_step_by_hand(data, build, n):
    X, y = (array[:n] for array in data[0])
    d2l.seed_all(0)
    w, b = nd.random.normal(shape=(200, 1)), nd.array([0.7])
    error = X.asnumpy() @ w.asnumpy() + 0.7 - y.asnumpy()[:, np.newaxis]
    lr, wd = 0.003, 3
    new_w = (1 - lr * wd) * w.asnumpy() - lr * (X.asnumpy().T @ error) / n
    new_b = 0.7 - lr * error.mean()   # without decay
    params = one_step(build, [w, b], X, y, lr, wd)
    np.testing.assert_allclose(params[0].asnumpy(), new_w, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(params[1].asnumpy(), [new_b], rtol=1e-5)


def test_penalty_by_hand():
    assert chapter.l2_penalty(nd.array([[3.0], [-4.0]])).asnumpy().tolist() == [12.5]


@pytest.mark.parametrize("wd", [0, 0.3, 3, 30])
def test_parameters_agree_step_by_step(data, wd):
    d2l.seed_all(1)
    initial = chapter.init_params(200)
    params = [param.copy() for param in initial]
    built = [chapter.build_scratch(params, 0.003, wd), chapter.build_gluon(initial, 0.003, wd)]
    for X, y in first_batches(data[0], batch_size=6):
        for net, loss, step in built:
            with autograd.record():
                batch_loss = loss(net(X), y)
            batch_loss.backward()
            step(len(X))
        for one, other in zip(params, dense_params(built[1][0])):
            np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_histories_agree_and_decay_helps(data, seed):
    without, decayed = (chapter.run(*data, wd=wd, num_epochs=40, seed=seed) for wd in (0, 3))
    for trained in (without, decayed):
        for key in ("test_loss", "w_norm"):
            assert largest_difference(trained, key) < 1e-4
    assert largest_difference(decayed) < 1e-3
    for version in ("scratch", "gluon"):
        one, other = without[version].history[-1], decayed[version].history[-1]
        assert one["loss"] < 1e-6 < other["loss"]   # fits its 20 examples perfectly, and yet
        assert one["test_loss"] > 100 * other["test_loss"]
        assert one["w_norm"] > 100 * other["w_norm"]


def test_losses_are_without_penalty_and_of_the_trained_model(data):
    for one in chapter.run(*data, num_epochs=2).values():
        w, b = (param.asnumpy() for param in one.params)
        for key, (X, y) in zip(("loss", "test_loss"), data):
            error = X.asnumpy() @ w + b - y.asnumpy()[:, np.newaxis]
            assert one.history[-1][key] == pytest.approx((error ** 2).mean() / 2, rel=1e-4)
        assert one.history[-1]["w_norm"] == pytest.approx(np.linalg.norm(w), rel=1e-5)


@pytest.mark.parametrize("wd", [0.3, 3, 30])
def test_exact_minimum_is_that_of_scikit_learn(data, wd):
    X, y = (array.asnumpy().astype("float64") for array in data[0])
    w, b = chapter.ridge(*data[0], wd)
    model = Ridge(alpha=len(X) * wd).fit(X, y)   # its loss is the sum over the examples
    np.testing.assert_allclose(w, model.coef_, atol=1e-10)
    assert b == pytest.approx(model.intercept_)


def test_exact_minimum_without_decay_is_the_smallest_that_fits(data):
    X, y = (array.asnumpy().astype("float64") for array in data[0])
    w, b = chapter.ridge(*data[0], 0)
    np.testing.assert_allclose(X @ w + b, y, atol=1e-10)
    assert np.linalg.norm(w) < np.linalg.norm(chapter.TRUE_W * np.ones(200))


def test_training_ends_at_the_exact_minimum():
    train_set, test_set = chapter.load_data(num_inputs=5)
    w, b = chapter.ridge(*train_set, 1)
    # The whole set in each step, so that nothing is left to chance; what is off shrinks by 0.95 in each of 400 steps.
    for one in chapter.run(train_set, test_set, wd=1, num_epochs=400, batch_size=20, lr=0.05).values():
        np.testing.assert_allclose(one.params[0].asnumpy().ravel(), w, atol=1e-6)
        np.testing.assert_allclose(one.params[1].asnumpy(), [b], atol=1e-6)


@pytest.mark.parametrize("wd", [-1, float("nan"), float("inf")])
def test_bad_decay(data, wd):
    with pytest.raises(ValueError, match="wd: expected a finite number of at least 0"):
        chapter.run(*data, wd=wd)


@pytest.mark.parametrize("option", [["--wd", "-1"], ["--wd", "nan"], ["--wd", "1e300"], ["--sweep", "1,,2"],
                                    ["--sweep", "a"]])
def test_bad_options(option, capsys):
    with pytest.raises(SystemExit) as stop:
        chapter.main(option)
    assert stop.value.code == 2
    assert "expected a finite number of at least 0, at most 1e38, got" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "0.00", "0e0"])
def test_no_decay_however_it_is_written(text):
    assert chapter.decays(f"{text},1") == [0, 1]


@pytest.mark.parametrize("impl", ["scratch", "gluon"])
@pytest.mark.parametrize("wd", ["1e4", "1e38"])
def test_too_large_a_decay_is_blamed(impl, wd, capsys):
    assert chapter.main(["--impl", impl, "--wd", wd, "--sweep", "0", "--epochs", "2", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert f"with --lr 0.003 and weight decay {float(wd):g} training has diverged" in err
    assert "use a decay below 2 / lr = 667" in err
    assert err.count("\n") == 1


def test_too_large_a_learning_rate_is_blamed(capsys):
    assert chapter.main(["--lr", "1e5", "--wd", "0", "--sweep", "0", "--quiet"]) == 1
    assert "with --lr 100000 the loss is" in capsys.readouterr().err


def test_command(capsys, tmp_path):
    assert chapter.main([*FAST, "--wd", "1", "--json", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    for version in ("scratch", "gluon"):
        one = result["impl"][version]
        assert one["wd"] == 1
        assert [row["wd"] for row in one["sweep"]] == [0, 1, 3]
        assert set(one["epochs"][0]) == {"epoch", "loss", "test_loss", "w_norm", "seconds"}
        assert one["sweep"][1]["w_norm"] == one["epochs"][-1]["w_norm"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "curves.png", "decay.png", "epochs.png", "metrics.json", "scratch.params", "gluon.params"}
