import json
import re
from functools import partial

import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet import random as mx_random
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import dropout as chapter
from chapters import mlp
from d2lmx.training.implementations import dense_params, largest_difference
from tests.training.equality import assert_equal_steps, first_batches

FAST = ["--data", "digits", "--epochs", "2", "--hidden", "32,16"]
PROBABILITIES = [0.1, 0.2, 0.3, 0.5, 0.9]


@pytest.fixture(scope="module")
def digits():
    return d2l.load_digits()


@pytest.mark.parametrize("drop_prob", PROBABILITIES)
def test_elements_are_dropped_or_scaled_and_the_mean_is_kept(drop_prob):
    d2l.seed_all(0)
    kept, n = chapter.dropout(nd.ones((500, 1000)), drop_prob).asnumpy().astype("float64"), 500_000
    np.testing.assert_allclose(np.unique(kept), [0, 1 / (1 - drop_prob)], rtol=1e-6)
    # Five standard errors of the share of n draws, and of the mean of as many.
    assert (kept == 0).mean() == pytest.approx(drop_prob, abs=5 * (drop_prob * (1 - drop_prob) / n) ** 0.5)
    assert kept.mean() == pytest.approx(1, abs=5 * (drop_prob / (1 - drop_prob) / n) ** 0.5)


def test_nothing_dropped_at_probability_0():
    X, drawn = nd.random.normal(shape=(3, 4)), []
    for drop in (lambda X: X, nn.Dropout(0), partial(chapter.dropout, drop_prob=0)):
        mx_random.seed(0)
        with autograd.train_mode():
            np.testing.assert_array_equal(drop(X).asnumpy(), X.asnumpy())
        drawn.append(nd.random.uniform(shape=3).asnumpy().tolist())
    assert drawn[0] == drawn[1] == drawn[2]   # and no number used up


@pytest.mark.parametrize("drop_prob", [0, *PROBABILITIES])
@pytest.mark.parametrize("hybrid", [False, True])
def test_drops_what_gluon_drops(drop_prob, hybrid):
    layer = nn.Dropout(drop_prob)
    layer.hybridize(hybrid, static_alloc=hybrid, static_shape=hybrid)
    shapes = [(256, 256), (96, 256), (3, 7)]
    X = [nd.random.normal(shape=shape) for shape in shapes]
    drawn = []
    for drop in (layer, partial(chapter.dropout, drop_prob=drop_prob)):
        mx_random.seed(5)
        with autograd.train_mode():
            drawn.append([drop(one).asnumpy() for one in X])
    for one, other in zip(*drawn):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("seed", [41, 43])   # among whose draws, found by search, is 0.8 to the last bit
def test_drops_what_gluon_drops_on_the_edge(seed):
    mx_random.seed(seed)
    ones = nd.ones((2048, 1024))
    assert (nd.random.uniform(shape=ones.shape) == float(np.float32(0.8))).sum().asscalar() == 1
    drawn = []
    for drop in (nn.Dropout(0.2), partial(chapter.dropout, drop_prob=0.2)):
        mx_random.seed(seed)
        with autograd.train_mode():
            drawn.append(drop(ones).asnumpy())
    np.testing.assert_array_equal(*drawn)


def test_gradient_goes_through_what_is_kept():
    X = nd.random.normal(shape=(20, 30))
    X.attach_grad()
    with autograd.record():
        Y = chapter.dropout(X, 0.5)
    Y.backward()
    np.testing.assert_allclose(X.grad.asnumpy(), Y.asnumpy() / X.asnumpy(), rtol=1e-6)


@pytest.mark.parametrize("build", [chapter.build_scratch, chapter.build_gluon])
def test_off_when_predicting(digits, build):
    d2l.seed_all(0)
    params = mlp.init_params([64, 32, 16, 10])
    X = digits.test[0]
    without = mlp.build_scratch([param.copy() for param in params], 0.5)[0](X).asnumpy()
    net = build(params, 0.5)[0]
    np.testing.assert_array_equal(net(X).asnumpy(), without)
    with autograd.predict_mode():
        np.testing.assert_array_equal(net(X).asnumpy(), without)
    with autograd.train_mode():
        one, other = net(X).asnumpy(), net(X).asnumpy()
    assert (one != without).mean() > 0.9
    assert (one != other).mean() > 0.9


@pytest.mark.parametrize("drop_probs", [(0.2, 0.5), (0.9, 0), (0, 0)])
def test_versions_agree_step_by_step(digits, drop_probs):
    """As `assert_equal_steps` for other chapters, but that the generator is set back before each version's turn."""
    d2l.seed_all(0)
    initial = mlp.init_params([64, 32, 16, 10])
    params = [param.copy() for param in initial]
    scratch, gluon = (chapter.build_scratch(params, 0.5, drop_probs), chapter.build_gluon(initial, 0.5, drop_probs))
    for i, (X, y) in enumerate(first_batches(digits.train, batch_size=256)):
        values = []
        for net, loss, step in (scratch, gluon):
            mx_random.seed(i)
            with autograd.record():
                y_hat = net(X)
                batch_loss = loss(y_hat, y)
            batch_loss.backward()
            step(len(X))
            values.append([y_hat, batch_loss, *(params if net is scratch[0] else dense_params(net))])
        for one, other in zip(*values):
            np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-5, atol=1e-6)


def test_without_dropout_it_is_the_mlp(digits):
    d2l.seed_all(0)
    params = mlp.init_params([64, 32, 10])
    assert_equal_steps(partial(chapter.build_scratch, drop_probs=(0,)), partial(mlp.build_gluon), params, 0.5,
                       first_batches(digits.train, batch_size=256), rtol=0, atol=0)


@pytest.mark.parametrize("seed", range(3))
def test_histories_are_the_same_and_learn(digits, seed):
    trained = chapter.run(digits, num_epochs=30, batch_size=64, seed=seed, num_hiddens=(128, 64))
    assert largest_difference(trained) == 0   # the same masks and operators: to the last bit
    assert largest_difference(trained, "test_acc") == 0
    for one in trained.values():
        assert one.history[-1]["test_acc"] > 0.9


def test_same_seed_same_history_other_seed_another(digits):
    def losses(seed):
        trained = chapter.run(digits, num_epochs=2, seed=seed, num_hiddens=(32, 16))
        return [[record["loss"] for record in one.history] for one in trained.values()]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


@pytest.mark.parametrize("drop_probs", [(0.2,), (0.2, 0.5, 0.5), (0.2, 1), (-0.1, 0.5), (float("nan"), 0.5)])
def test_bad_probabilities(digits, drop_probs):
    with pytest.raises(ValueError, match="drop_probs: expected a number from 0 to below 1 for each of the 2 hidden"):
        chapter.run(digits, drop_probs=drop_probs)


@pytest.mark.parametrize("text", ["1", "0.2,", "a", "-0.1,0.5", "nan,0.5"])
def test_bad_options(text, capsys):
    with pytest.raises(SystemExit) as stop:
        chapter.main(["--data", "digits", f"--drop={text}"])
    assert stop.value.code == 2
    assert "expected numbers from 0 to below 1 such as 0.2,0.5" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--drop", "0.5"], ["--hidden", "32,16,8"]])
def test_a_probability_for_each_layer(options, monkeypatch, capsys):
    monkeypatch.setattr(chapter.reporting, "load_images", lambda *args, **kwargs: pytest.fail("data were loaded"))
    with pytest.raises(SystemExit) as stop:
        chapter.main(["--data", "digits", *options])
    err = capsys.readouterr().err
    assert (stop.value.code, err.count("\n")) == (2, 1)
    assert re.search(r"--drop: expected a probability for each of the [23] layers of --hidden, got [12]", err)


def test_command(capsys, tmp_path):
    assert chapter.main([*FAST, "--epochs", "15", "--batch-size", "64", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    predicting, dropping = zip(*re.findall(r"predicting (\S+) \1 \1, dropping (\S+ \S+ \S+)", out))
    assert len(set(predicting)) == len(set(dropping)) == 1   # both versions say the same
    assert float(predicting[0]) > max(map(float, dropping[0].split()))
    assert out.splitlines()[-1] == "scratch and Gluon: the same losses to the last bit"
    assert json.loads((tmp_path / "metrics.json").read_text())["chapter"] == "dropout"
    assert "expectation.png" in {path.name for path in tmp_path.iterdir()}
