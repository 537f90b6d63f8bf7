import json
import re
from functools import partial

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import dropout as chapter, mlp
from chapters.commands import dropout as command
from d2lmx.training.implementations import largest_difference, start_gluon, start_scratch
from tests.training.equality import SEEDS, assert_equal_steps, first_batches

PROBABILITIES = [0.1, 0.2, 0.3, 0.5, 0.9]
SIZES = [64, 32, 16, 10]


def drawn_from(seed, drop, *arrays):
    """What `drop` makes of the arrays in training, and the numbers that the generator gives next."""
    mx.random.seed(seed)
    with autograd.train_mode():
        return [array.asnumpy() for array in (*map(drop, arrays), nd.random.uniform(shape=3))]


@pytest.mark.parametrize("drop_prob", PROBABILITIES)
def test_elements_are_dropped_or_scaled_and_the_mean_is_kept(drop_prob):
    d2l.seed_all(0)
    kept, n = chapter.dropout(nd.ones((500, 1000)), drop_prob).asnumpy().astype("float64"), 500_000
    np.testing.assert_allclose(np.unique(kept), [0, 1 / (1 - drop_prob)], rtol=1e-6)
    # Five standard errors of the share of n draws, and of the mean of as many.
    assert (kept == 0).mean() == pytest.approx(drop_prob, abs=5 * (drop_prob * (1 - drop_prob) / n) ** 0.5)
    assert kept.mean() == pytest.approx(1, abs=5 * (drop_prob / (1 - drop_prob) / n) ** 0.5)


def test_everything_dropped_at_probability_1():
    assert chapter.dropout(nd.array([1, -2, np.inf]), 1).asnumpy().tolist() == [0, 0, 0]


@pytest.mark.parametrize("drop_prob", [0, *PROBABILITIES])
@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_drops_what_gluon_drops(drop_prob, hybrid, dtype):
    layer = nn.Dropout(drop_prob)
    layer.hybridize(hybrid, static_alloc=hybrid, static_shape=hybrid)
    X = [nd.random.normal(shape=shape, dtype=dtype) for shape in [(256, 256), (96, 256), (3, 7)]]
    for own, other in zip(drawn_from(5, partial(chapter.dropout, drop_prob=drop_prob), *X), drawn_from(5, layer, *X)):
        np.testing.assert_array_equal(own, other)


@pytest.mark.parametrize("dtype, seed", [("float32", 41), ("float64", 6144)])  # found by search
def test_drops_what_gluon_drops_where_a_draw_rounds_to_the_edge(dtype, seed):
    ones = nd.ones((2048, 1024), dtype=dtype)
    draws, own, other = (drawn_from(seed, function, ones)[0] for function in (
        nd.random.uniform_like, partial(chapter.dropout, drop_prob=0.2), nn.Dropout(0.2)))
    edge = np.float32(0.8)
    assert ((draws.astype("float32") == edge) & (draws >= edge)).any()
    np.testing.assert_array_equal(own, other)


def test_gradient_goes_through_what_is_kept():
    X = nd.random.normal(shape=(20, 30))
    X.attach_grad()
    with autograd.record():
        Y = chapter.dropout(X, 0.5)
    Y.backward()
    np.testing.assert_allclose(X.grad.asnumpy(), Y.asnumpy() / X.asnumpy(), rtol=1e-6)


@pytest.mark.parametrize("start, build", [(start_scratch, chapter.build_scratch),
                                          (start_gluon, partial(chapter.build_gluon, SIZES))])
def test_off_when_predicting(digits, start, build):
    params, X = mlp.init_params(SIZES), digits.test[0]
    net, *_ = start(build, params, 0.5)
    one, other = drawn_from(0, net, X, X)[:2]
    assert (one != other).mean() > 0.9
    np.testing.assert_allclose(net(X).asnumpy(), mlp.net(X, params, mlp.relu).asnumpy(), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("drop_probs", [(0.2, 0.5), (0.9, 0), (0, 0)])
def test_implementations_agree_step_by_step(digits, drop_probs):
    d2l.seed_all(0)
    assert_equal_steps(partial(chapter.build_scratch, drop_probs=drop_probs),
                       partial(chapter.build_gluon, SIZES, drop_probs=drop_probs), mlp.init_params(SIZES), 0.5,
                       first_batches(digits.train, batch_size=256), seed=1)


@SEEDS
def test_histories_agree_and_learn(digits, seed):
    trained = chapter.run(digits, num_epochs=15, batch_size=32, seed=seed, num_hiddens=(128, 64), dtype="float64")
    assert largest_difference(trained) < 1e-9
    assert largest_difference(trained, "test_acc") == 0
    for one in trained.values():
        assert one.history[-1]["test_acc"] > 0.9


@pytest.mark.parametrize("drop_probs", [(0.2,), (0.2, 0.5, 0.5), (0.2, 1), (-0.1, 0.5), (float("nan"), 0.5)])
def test_bad_probabilities(digits, drop_probs):
    with pytest.raises(ValueError, match="drop_probs: expected a number from 0 to below 1 for each of the 2 hidden"):
        chapter.run(digits, drop_probs=drop_probs)


@pytest.mark.parametrize("options, message", [
    *((f"--drop={text}", "expected numbers from 0 to below 1 such as 0.2,0.5, got")
      for text in ("1", "0.2,", "a", "-0.1,0.5", "nan,0.5")),
    ("--drop=0.5", "--drop: expected a probability for each of the 2 layers of --hidden, got 1"),
    ("--hidden=32,16,8", "--drop: expected a probability for each of the 3 layers of --hidden, got 2"),
])
def test_bad_options(options, message, monkeypatch, capsys):
    monkeypatch.setattr("d2lmx.commands.results.load_images", lambda *args, **kwargs: pytest.fail("data were loaded"))
    with pytest.raises(SystemExit) as stop:
        command.main(["--data", "digits", options])
    err = capsys.readouterr().err
    assert (stop.value.code, err.count("\n")) == (2, 1)
    assert message in err


def test_command_compares_predicting_with_dropping_and_dropout_with_none(digits, capsys):
    options = ["--epochs", "15", "--batch-size", "32", "--hidden", "32,16", "--dtype", "float64"]
    assert command.main(["--data", "digits", *options, "--json"]) == 0
    result, out = capsys.readouterr()
    predicting = re.findall(r"predicting three times: (\S+) \1 \1\n", out)
    dropping = re.findall(r"dropping three times: (.*)\n", out)
    assert len(predicting) == len(dropping) == 2 * len({*predicting}) == 2 * len({*dropping})  # both say the same
    assert predicting[0] > max(dropping[0].split())
    with_dropout = json.loads(result)["impl"]["gluon"]["epochs"]
    without = mlp.run(digits, 15, 32, num_hiddens=(32, 16), dtype="float64", implementations=["gluon"])["gluon"].history
    for title, history in {"dropout": with_dropout, "without": without}.items():
        assert f"\n{title}  epoch 15  loss {history[-1]['loss']:.6f}  " in out
