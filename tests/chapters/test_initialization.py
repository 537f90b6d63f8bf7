import json
from functools import partial
from inspect import signature

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd
from scipy import stats

import d2lmx as d2l
from chapters import initialization as lesson
from chapters.commands import initialization as command
from d2lmx.training.implementations import largest_difference
from tests.chapters.claims import failed

FAST = ["--layers", "5", "--epochs", "2"]


@pytest.mark.parametrize("draw, initializer", [
    *lesson.INITIALIZERS.items(), (partial(lesson.normal, sigma=0.3), mx.init.Normal(0.3)),
])
def test_by_hand_the_numbers_that_gluon_draws(draw, initializer):
    mx.random.seed(3)
    W = draw((300, 20))
    mx.random.seed(3)
    np.testing.assert_array_equal(W.asnumpy(), lesson.gluon_weight(initializer, (300, 20)).asnumpy())


def test_gluon_draws_uniformly_by_default():
    assert signature(mx.gluon.Block.initialize).parameters["init"].default == lesson.INITIALIZERS[lesson.uniform]


@pytest.mark.parametrize("draw, distribution", [
    (lesson.normal, stats.norm(0, 0.01)), (lesson.uniform, stats.uniform(-0.07, 0.14)),
    (lesson.xavier, stats.uniform(-0.12 ** 0.5, 2 * 0.12 ** 0.5)),   # a^2 = 6 / (10 + 40)
])
@pytest.mark.parametrize("seed", range(5))
def test_distributions(draw, distribution, seed):
    d2l.seed_all(seed)
    assert stats.kstest(draw((10, 40)).asnumpy().ravel(), distribution.cdf).pvalue > 1e-4


def test_variance_of_xavier_lies_between_those_that_keep_signal_and_gradient():
    d2l.seed_all(0)   # 90000 draws: relative standard deviation 0.9 / 300
    assert lesson.xavier((100, 900)).asnumpy().var() == pytest.approx(2 / 1000, rel=0.02)   # from 1 / 900 to 1 / 100


@pytest.mark.parametrize("phi", command.PHI)
def test_forwards_by_numpy_and_backwards_by_autograd(phi):
    d2l.seed_all(0)
    X, G = nd.random.normal(shape=(2, 4, 6), dtype="float64")
    weights = [lesson.normal((6, 6), sigma=0.8).astype("float64") for _ in range(3)]
    f = command.PHI[phi]
    outputs = lesson.forward(X, weights, f)
    H = X.asnumpy()
    for W, output in zip(weights, outputs[1:]):
        H = f(nd.array(H @ W.asnumpy(), dtype="float64")).asnumpy()
        np.testing.assert_allclose(output.asnumpy(), H, rtol=1e-12)
    for layer, gradient in enumerate(lesson.backward(G, outputs, weights, f)):
        H = outputs[layer].copy()
        H.attach_grad()
        with autograd.record():
            output = lesson.forward(H, weights[layer:], f)[-1] * 1
        output.backward(G)
        np.testing.assert_allclose(gradient.asnumpy(), H.grad.asnumpy(), rtol=1e-10)


def test_size_is_the_standard_deviation_among_the_examples():
    H = nd.array([[0, 5], [2, 5], [4, 5], [6, 5]])   # variances 5 and 0
    assert lesson.size(H) == pytest.approx(2.5 ** 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_theory_without_activation(seed):
    def claims(factor):
        measured = {name: lesson.signals(lambda shape, draw=draw: factor * draw(shape), command.PHI["none"], 10)
                    for name, draw in command.RANDOM.items()}
        return failed(command.signal_claims(measured, 10))

    d2l.seed_all(seed)
    assert claims(1) == []
    assert len(claims(1.03)) == 3


def test_constant_start_keeps_units_equal_and_random_start_does_not(digits):
    for draw, num_unlike in ((lesson.constant, 0), (lesson.xavier, 7)):
        for one in lesson.run(draw, digits, sizes=[8], num_epochs=5).values():
            W = one.params[0][0]   # (64, 8)
            assert lesson.num_unlike_first(W) == num_unlike
            assert (W - 0.01).abs().max().asscalar() > 1e-3   # it did learn


def test_biases_start_at_0():
    (_, b), = lesson.init_params(lesson.normal, [2, 3])
    assert b.asnumpy().tolist() == [0, 0, 0]


def test_units_unlike_the_first_by_hand():
    assert lesson.num_unlike_first(nd.array([[1, 1, 2, 1], [3, 3 + 1e-6, 3, -3]])) == 2


@pytest.mark.parametrize("dtype, tolerance", [("float32", 1e-5), ("float64", 1e-9)])
def test_training_from_each_initialisation(digits, dtype, tolerance):
    for name in ("normal 0.01", "constant"):
        trained = lesson.run(command.ALL[name], digits, num_epochs=2, dtype=dtype)
        assert largest_difference(trained) < tolerance
        assert trained["gluon"].history[-1]["loss"] == pytest.approx(np.log(10), abs=0.01)   # nothing learned
    trained = lesson.run(lesson.xavier, digits, num_epochs=8, dtype=dtype)
    assert trained["scratch"].params[0][0].dtype == np.dtype(dtype)
    assert trained["gluon"].history[-1]["test_acc"] > 0.7
    assert dtype == "float32" or largest_difference(trained) < tolerance


def test_command(capsys):
    assert command.main([*FAST, "--seed", "1", "--dtype", "float64", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [result[key] for key in ("chapter", "seed", "data", "dtype")] == ["initialization", 1, "digits", "float64"]
    assert failed(result["checks"]) == []
    assert list(result["training"]) == list(command.ALL)
    xavier = result["training"]["Xavier"]
    assert {implementation: len(history) for implementation, history in xavier.items()} == {"scratch": 2, "gluon": 2}
    assert result["impl"] == {implementation: {"epochs": history} for implementation, history in xavier.items()}


def test_options_reach_the_training_and_divergence_is_said(monkeypatch, capsys, tmp_path):
    calls, train_both, figures = [], d2l.train_both, []
    monkeypatch.setattr(d2l, "train_both", lambda *args, **kwargs: calls.append(kwargs) or train_both(*args, **kwargs))
    monkeypatch.setattr(d2l, "show", lambda figure, path: figures.append(figure))
    monkeypatch.setitem(command.ALL, "normal 0.5", partial(lesson.normal, sigma=100))
    options = ["--impl", "scratch", "--device", "cpu:1", "--batch-size", "100", "--lr", "0.05", "--seed", "3"]
    assert command.main([*FAST, *options, "--out", str(tmp_path)]) == 0
    for call, num_epochs in zip(calls, [2, 2, 2, 2, 3, 3]):   # the last two show symmetry
        assert {**call, "metric": None} == {
            "implementations": ("scratch",), "ctx": mx.cpu(1), "batch_size": 100, "lr": 0.05, "seed": 3,
            "dtype": "float32", "num_epochs": num_epochs, "metric": None}
    out = capsys.readouterr().out
    assert "normal 0.5  diverged\n" in out
    assert "one implementation only: scratch\n" in out
    labels = [text.get_text() for text in figures[1].axes[1].get_legend().get_texts()]
    assert labels == ["normal 0.01", "normal 0.5: diverged", "Xavier", "constant"]


def test_divergence_even_from_xavier_is_one_line(capsys):
    assert command.main([*FAST, "--lr", "1e38", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert "with --lr 1e+38 training has diverged even from Xavier's initialisation" in err
    assert (out, err.count("\n")) == ("", 1)
