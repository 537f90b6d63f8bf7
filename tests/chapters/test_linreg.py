import json

import numpy as np
import pytest
from mxnet import nd

import d2lmx as d2l
from chapters import linreg
from chapters.commands import linreg as command
from d2lmx import book
from d2lmx.training.implementations import largest_difference
from tests.training.equality import assert_equal_steps, first_batches

SEEDS = range(5)


@pytest.fixture
def data():
    return d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, 1000)


def test_reader_written_out_gives_the_batches_of_array_loader(data):
    loader = d2l.ArrayLoader(*data, batch_size=300, seed=4)
    for epoch in range(2):
        by_hand = linreg.data_iter(300, *data, d2l.epoch_order(1000, 4, epoch))
        for (X, y), (X_hand, y_hand) in zip(loader, by_hand):
            np.testing.assert_array_equal(X.asnumpy(), X_hand.asnumpy())
            np.testing.assert_array_equal(y.asnumpy(), y_hand.asnumpy())


def test_loop_written_out_trains_as_the_shared_loop(data):
    params = command.initial_params(seed=2)
    losses = linreg.train_by_hand(*data, params, num_epochs=3, batch_size=30, lr=0.03, seed=2)
    trained, = linreg.run(*data, num_epochs=3, batch_size=30, seed=2, implementations=["scratch"]).values()
    np.testing.assert_allclose(losses, [record["loss"] for record in trained.history], rtol=1e-5)
    for one, other in zip(params, trained.params):
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-5)


@pytest.mark.parametrize("batch_size", [10, 7])
def test_step_written_out_is_that_of_the_helper(batch_size):
    params = [[nd.array([[1.0], [-2.0]]), nd.array([0.5])] for _ in range(2)]
    for own, sgd in zip(params, (linreg.sgd, d2l.sgd)):
        for param in own:
            param.attach_grad()
            param.grad[:] = 3
        sgd(own, 0.1, batch_size)
    for one, other in zip(*params):
        np.testing.assert_allclose(one.asnumpy(), other.asnumpy(), rtol=1e-6)


def test_model_and_loss_are_those_that_the_book_imports(data):
    X, y, (w, b) = data[0], data[1], command.initial_params(seed=0)
    y_hat = linreg.linreg(X, w, b)
    np.testing.assert_array_equal(y_hat.asnumpy(), book.linreg(X, w, b).asnumpy())
    np.testing.assert_array_equal(linreg.squared_loss(y_hat, y).asnumpy(), book.squared_loss(y_hat, y).asnumpy())


def test_squared_loss_is_half_the_square_of_each_example():
    loss = linreg.squared_loss(nd.array([[1.0], [2.0], [4.0]]), nd.array([1.0, 0.0, 1.0]))
    assert loss.asnumpy().tolist() == [[0], [2], [4.5]]  # and not (3, 3) by broadcasting


def test_gradient_of_the_notes_is_that_of_autograd_and_of_central_differences(data):
    X, y = data[0][:7], data[1][:7]
    params = [nd.array([[0.3], [-0.5]]), nd.array([0.1])]
    for param in params:
        param.attach_grad()

    def mean_loss(theta):
        return np.mean((X.asnumpy().astype("float64") @ theta[:2] + theta[2] - y.asnumpy()) ** 2 / 2)

    theta, h = np.array([0.3, -0.5, 0.1]), 1e-5
    differences = [(mean_loss(theta + h * e) - mean_loss(theta - h * e)) / (2 * h) for e in np.eye(3)]
    for grads in (linreg.gradient(X, y, *params), linreg.autograd_gradient(X, y, params)):
        np.testing.assert_allclose(np.concatenate([g.asnumpy().ravel() for g in grads]), differences, rtol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_implementations_agree_step_by_step(data, seed):
    initial = command.initial_params(seed)
    assert_equal_steps(linreg.build_scratch, linreg.build_gluon, initial, 0.03, first_batches(data, batch_size=300))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_losses_in_float64(seed):
    data = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, 1000, seed=seed)
    assert largest_difference(linreg.run(*data, num_epochs=5, seed=seed, dtype="float64")) < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_truth_is_found(seed):
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, 1000, seed=seed)
    exact = linreg.least_squares(features, labels)
    for trained in linreg.run(features, labels, seed=seed).values():
        w, b = (param.asnumpy().ravel() for param in trained.params)
        np.testing.assert_allclose([*w, *b], [*linreg.TRUE_W, linreg.TRUE_B], atol=0.01)
        # The noise has standard deviation 0.01: the exact minimum is off by about 0.01 / sqrt(1000), and a loss below
        # 0.01^2 / 2 cannot be had; twice that is the bar.
        np.testing.assert_allclose([*w, *b], [*exact[0], exact[1]], atol=0.005)
        assert 0.3 * 0.01 ** 2 < trained.history[-1]["loss"] < 1e-4


def test_any_number_of_inputs():
    true_w = (1.5, -2.0, 0.5, 3.0, -1.0)
    for one in linreg.run(*d2l.synthetic_data(true_w, -0.7, 500), num_epochs=10).values():
        np.testing.assert_allclose(one.params[0].asnumpy().ravel(), true_w, atol=0.01)


def test_command_shows_data_gradients_and_parameters(capsys):
    assert command.main(["--examples", "200", "--epochs", "20"]) == 0
    out = capsys.readouterr().out
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, 200)
    assert f"features {command.numbers(features[0])}, label {command.numbers(labels[0])}" in out
    assert "the first minibatch: X (10, 2), y (10,)" in out
    assert "gradient of w[0]: by the formula" in out
    table = {line.split()[0]: [float(value) for value in line.split()[1:]] for line in out.splitlines()
             if line.startswith(("w[", "b  "))}
    assert [values[0] for values in table.values()] == [2, -3.4, 4.2]
    for values in table.values():
        np.testing.assert_allclose(values[1:], values[0], atol=0.02)  # scratch, gluon, least squares


def test_json(capsys):
    assert command.main(["--examples", "100", "--epochs", "2", "--seed", "3", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["chapter"], result["seed"], result["data"]) == ("linreg", 3, "synthetic")
    for one in result["impl"].values():
        assert [set(record) for record in one["epochs"]] == [{"epoch", "loss", "seconds"}] * 2
        assert len(one["w"]) == 2
        assert isinstance(one["b"], float)
