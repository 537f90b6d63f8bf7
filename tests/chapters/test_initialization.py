import json
from functools import partial

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd
from scipy import stats

import d2lmx as d2l
from chapters import initialization as chapter
from d2lmx.training.implementations import largest_difference

FAST = ["--layers", "5", "--epochs", "2"]


@pytest.fixture(scope="module")
def digits():
    return d2l.load_digits()


@pytest.mark.parametrize("by_hand, by_mxnet", [
    (chapter.normal, mx.init.Normal(0.01)), (partial(chapter.normal, sigma=0.3), mx.init.Normal(0.3)),
    (chapter.xavier, mx.init.Xavier()),
])
@pytest.mark.parametrize("shape", [(5, 7), (300, 20)])
def test_by_hand_draws_what_mxnet_draws(by_hand, by_mxnet, shape):
    mx.random.seed(3)
    W = by_hand(shape)
    mx.random.seed(3)
    np.testing.assert_array_equal(W.asnumpy(), chapter.gluon_draw(by_mxnet, shape).asnumpy())
    assert W.shape == shape


@pytest.mark.parametrize("draw, formula", [
    (chapter.normal, stats.norm(0, 0.01)), (chapter.xavier, stats.uniform(-0.12 ** 0.5, 2 * 0.12 ** 0.5)),
])
@pytest.mark.parametrize("seed", range(5))
def test_distributions(draw, formula, seed):
    d2l.seed_all(seed)
    W = draw((10, 40)) if draw is chapter.xavier else draw((200, 100))   # a^2 = 6 / (10 + 40) = 0.12
    assert stats.kstest(W.asnumpy().ravel(), formula.cdf).pvalue > 1e-4


def test_variance_of_xavier_lies_between_those_that_keep_signal_and_gradient():
    d2l.seed_all(0)
    variance = chapter.xavier((100, 900)).asnumpy().var()
    assert variance == pytest.approx(2 / 1000, rel=0.02)   # 90000 draws: relative deviation 0.9 / 300
    assert 1 / 900 < variance < 1 / 100


@pytest.mark.parametrize("wrong", ["normal", "xavier"])
def test_another_distribution_is_seen(monkeypatch, wrong):
    assert all(check["ok"] for check in chapter.check_distributions(0))
    # The same deviation, the other shape; and 5% too wide.
    monkeypatch.setattr(chapter, "xavier_bound", lambda shape: 1.05 * (6 / sum(shape)) ** 0.5)
    monkeypatch.setattr(chapter, "SMALL", 0.0105 if wrong == "normal" else 0.01)
    failed = {check["check"] for check in chapter.check_distributions(0) if not check["ok"]}
    assert "Xavier: distance from the distribution of the formula" in failed
    assert "Xavier: by hand and by mx.init" in failed
    assert ("normal 0.01: by hand and by mx.init" in failed) == (wrong == "normal")


@pytest.mark.parametrize("phi", chapter.PHI)
def test_signals_by_numpy(phi, monkeypatch):
    """Forwards by NumPy, backwards by central differences of a weighted sum of the outputs."""
    monkeypatch.setattr(chapter, "WIDTH", 6)
    monkeypatch.setattr(chapter, "NUM_EXAMPLES", 4)
    f = {"none": lambda x: x, "relu": lambda x: np.maximum(x, 0), "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
         "tanh": np.tanh}[phi]
    d2l.seed_all(0)
    X, Ws, head = draw_as_signals_does()
    d2l.seed_all(0)
    outputs, grads = chapter.signals(partial(chapter.normal, sigma=0.8), chapter.PHI[phi], 3)

    def forward(H, start):
        hidden = [H]
        for W in Ws[start:]:
            hidden.append(f(hidden[-1] @ W))
        return hidden

    hidden = forward(X, 0)
    for layer, H in enumerate(hidden):
        assert outputs[layer] == pytest.approx(np.sqrt(H.var(axis=0).mean()), rel=1e-5)
        grad = np.array([[np.sum(head * (forward(H + 1e-6 * e, layer)[-1] - forward(H - 1e-6 * e, layer)[-1])) / 2e-6
                          for e in np.eye(24).reshape(24, 4, 6)[6 * i:6 * i + 6]] for i in range(4)])
        assert grads[layer] == pytest.approx(np.sqrt(grad.var(axis=0).mean()), rel=1e-4)


def draw_as_signals_does():
    X = nd.random.normal(shape=(4, 6))
    Ws = [chapter.normal((6, 6), sigma=0.8) for _ in range(3)]
    return [array.asnumpy().astype("float64") if not isinstance(array, list) else
            [W.asnumpy().astype("float64") for W in array] for array in (X, Ws, nd.random.normal(shape=(4, 6)))]


@pytest.mark.parametrize("seed", range(5))
def test_theory_without_activation(seed):
    d2l.seed_all(seed)
    measured = {("none", name): chapter.signals(draw, chapter.PHI["none"], 10) for name, draw in chapter.RANDOM.items()}
    assert all(check["ok"] for check in chapter.check_theory(measured, 10))
    wrong = {("none", name): chapter.signals(lambda shape, draw=draw: 1.15 * draw(shape), chapter.PHI["none"], 10)
             for name, draw in chapter.RANDOM.items()}
    assert not any(check["ok"] for check in chapter.check_theory(wrong, 10))


def test_symmetry(digits):
    assert [check["ok"] for check in chapter.check_symmetry(digits, 0)] == [True] * 4


def test_constant_start_keeps_units_equal_after_many_steps_and_random_start_does_not(digits):
    for name, num_units in (("constant", 1), ("Xavier", 8)):
        for one in chapter.train_from(chapter.ALL[name], digits, [8], 5, 0).values():
            W = one.params[0].asnumpy()   # (64, 8)
            spread = np.abs(W - W[:, :1]).max(axis=0)
            assert (spread[1:] > 1e-3).sum() == num_units - 1
            assert (spread[1:] < 1e-6).sum() == 8 - num_units
            assert np.abs(W - chapter.SMALL).max() > 1e-3   # it did learn


def test_training_from_each_initialisation(digits):
    one = {name: chapter.train_from(draw, digits, [64] * 5, 8, 0) for name, draw in chapter.ALL.items()}
    assert one["Xavier"]["gluon"].history[-1]["test_acc"] > 0.8
    for name in (f"normal {chapter.SMALL}", "constant"):
        assert largest_difference(one[name]) == 0
        assert one[name]["gluon"].history[-1]["loss"] == pytest.approx(np.log(10), abs=0.01)   # nothing learned
    large = one[f"normal {chapter.LARGE}"]
    assert large is None or large["gluon"].history[-1]["test_acc"] < 0.5


def test_divergence_is_reported_not_raised(digits):
    assert chapter.train_from(partial(chapter.normal, sigma=100), digits, [64] * 5, 2, 0) is None
    said = []
    assert chapter.show_training({"too large": None}, said.append) == []
    assert said[-1].split() == ["too", "large", "diverged"]


@pytest.mark.parametrize("seed", [0, 1])
def test_command(seed, capsys, tmp_path):
    assert chapter.main([*FAST, "--seed", str(seed), "--json", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["chapter"], result["seed"], result["data"]) == ("initialization", seed, "digits")
    assert all(check["ok"] for check in result["checks"])
    assert list(result["training"]) == list(chapter.ALL)
    assert len(result["training"]["Xavier"]["scratch"]) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"signals.png", "training.png", "metrics.json"}
    assert result["impl"] == {version: {"epochs": history} for version, history in result["training"]["Xavier"].items()}


def test_options_reach_the_training(monkeypatch, capsys):
    calls = []
    train_versions = chapter.train_versions
    monkeypatch.setattr(chapter, "train_versions", lambda *args: calls.append(args) or train_versions(*args))
    options = ["--impl", "scratch", "--device", "cpu:1", "--batch-size", "100", "--lr", "0.05", "--seed", "3"]
    assert chapter.main([*FAST, *options, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["impl"]) == ["scratch"]
    assert [call[3:7] for call in calls[:4]] == [(2, 100, 0.05, 3)] * 4   # the rest is the check of symmetry's own
    for call in calls:
        assert list(call[0]) == ["scratch"]
        assert {call[7], *(param.context for param in call[1])} == {mx.cpu(1)}


def test_one_version_has_figures(tmp_path):
    assert chapter.main([*FAST, "--impl", "scratch", "--quiet", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "training.png").exists()


def test_divergence_even_from_xavier_is_one_line(capsys):
    assert chapter.main([*FAST, "--lr", "1e38", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert "with --lr 1e+38 training has diverged even from Xavier's initialisation" in err
    assert err.count("\n") == 1


def test_quiet_says_nothing(capsys):
    assert chapter.main([*FAST, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
