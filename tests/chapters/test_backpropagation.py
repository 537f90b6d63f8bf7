import json

import numpy as np
import pytest
from mxnet import nd

from chapters import backpropagation
from chapters.commands import backpropagation as command


def small(num_hiddens=3, activation="tanh", lambd=0.5):
    """Two examples of two features and two classes, parameters, and the graph in both directions."""
    draw = np.random.RandomState(0)
    arrays = [nd.array(draw.normal(size=shape), dtype="float64")
              for shape in ((2, 2), (2, num_hiddens), num_hiddens, (num_hiddens, 2), 2)]
    X, W1, b1, W2, b2 = arrays
    y, params = nd.array([0, 1], dtype="float64"), [(W1, b1), (W2, b2)]
    nodes = backpropagation.forward(X, y, params, lambd, activation)
    return X, y, params, nodes, backpropagation.backward(X, y, params, lambd, activation, nodes)


def test_graph_in_both_directions_by_numpy():
    X, _, params, nodes, grads = small()
    X, W1, b1, W2, b2 = (array.asnumpy() for array in (X, *params[0], *params[1]))
    h = np.tanh(X @ W1 + b1)
    exp = np.exp(h @ W2 + b2)
    p = exp / exp.sum(axis=1, keepdims=True)
    L, s = -np.log([p[0, 0], p[1, 1]]).mean(), 0.25 * ((W1 ** 2).sum() + (W2 ** 2).sum())
    np.testing.assert_allclose([nodes[name].asscalar() for name in "LsJ"], [L, s, L + s], rtol=1e-14)
    do = (p - np.eye(2)) / 2
    dz = do @ W2.T * (1 - h ** 2)
    expected = {"o": do, "W2": h.T @ do + W2 / 2, "b2": do.sum(axis=0), "h": do @ W2.T, "z": dz,
                "W1": X.T @ dz + W1 / 2, "b1": dz.sum(axis=0)}
    assert grads.keys() == expected.keys()
    for name, grad in grads.items():
        np.testing.assert_allclose(grad.asnumpy(), expected[name], rtol=1e-12, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_slopes_are_the_derivatives_of_the_activations(activation):
    z = nd.array([-2, -0.5, 0, 0.5, 2], dtype="float64")
    f = backpropagation.ACTIVATIONS[activation]
    by_autograd = command.calculus.derivative(f, z)
    np.testing.assert_allclose(backpropagation.SLOPES[activation](f(z)).asnumpy(), by_autograd.asnumpy(), rtol=1e-14)


@pytest.mark.parametrize("options", [
    [], ["--no-bias"], ["--activation", "sigmoid", "--hidden", "1"], ["--activation", "tanh", "--wd", "0"],
    ["--examples", "1", "--seed", "3", "--lr", "0.01"]])
def test_claims_hold(options, capsys):
    assert command.main([*options, "--steps", "7"]) == 0
    count = 9 if "--no-bias" in options else 13
    assert capsys.readouterr().out.splitlines()[-1] == f"backpropagation: {count} claims hold"


@pytest.mark.parametrize("name", ["o", "h", "z", "W1", "b1", "W2", "b2"])
def test_a_wrong_gradient_is_found(name, monkeypatch, capsys):
    right = backpropagation.backward

    def wrong(*args):
        grads = right(*args)
        grads[name] = grads[name] + 1e-6
        return grads

    monkeypatch.setattr(backpropagation, "backward", wrong)
    assert command.main(["--steps", "1"]) == 1
    assert f"claims do not hold: dJ/d{name}: by hand against autograd" in capsys.readouterr().err


def test_without_biases_they_stay_zero_and_with_them_they_are_trained():
    for bias in (True, False):
        X, y, params, *_ = small()
        for _, b in params:
            b[:] = 0
        before = [b.copy() for _, b in params]
        by_hand, by_gluon, net = backpropagation.run(X, y, params, 0.1, "relu", bias, num_steps=5)
        assert by_hand[0] > by_hand[-1]
        np.testing.assert_allclose(by_hand, by_gluon, rtol=1e-12)
        moved = [(b - start).abs().max().asscalar() > 0 for (_, b), start in zip(params, before)]
        assert moved == [bias, bias]
        assert len(net.collect_params().keys()) == (4 if bias else 2)


def test_a_rate_that_is_too_large_is_said(capsys):
    assert command.main(["--lr", "1e30"]) == 1
    err = capsys.readouterr().err
    assert "with --lr 1e+30 J is not finite after" in err
    assert "smaller learning rate" in err


def test_json_and_figures(tmp_path, capsys):
    assert command.main(["--steps", "3", "--json", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert len(result["objective"]) == 3
    assert result == json.loads((tmp_path / "metrics.json").read_text())
    assert {path.name for path in tmp_path.iterdir()} == {"graph.png", "descent.png", "metrics.json"}
