from functools import partial

import numpy as np
import pytest
from mxnet import autograd, nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import mlp
from d2lmx.training.implementations import largest_difference
from tests.training.equality import SEEDS, assert_equal_steps, first_batches


@pytest.mark.parametrize("name, function, derivative", [
    ("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
])
def test_activations_and_their_gradients(name, function, derivative):
    x = np.array([-3.0, -0.5, -1e-3, 1e-3, 0.7, 4.0])
    X = nd.array(x)
    X.attach_grad()
    with autograd.record():
        Y = mlp.ACTIVATIONS[name](X)
    Y.backward()
    np.testing.assert_allclose(Y.asnumpy(), function(x), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(X.grad.asnumpy(), derivative(x), rtol=1e-5, atol=1e-6)


def test_derivative_of_relu_at_0_is_that_of_gluon():
    # A pre-activation of exactly 0 does come up in float32, about once in 20 million: enough to part two histories.
    grads = []
    for relu in (mlp.relu, nn.Activation("relu")):
        X = nd.zeros(3)
        X.attach_grad()
        with autograd.record():
            Y = relu(X)
        Y.backward()
        grads.append(X.grad.asnumpy().tolist())
    assert grads == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("name, limits", [("relu", [0, 1000]), ("sigmoid", [0, 1]), ("tanh", [-1, 1])])
def test_activations_at_a_thousand(name, limits):
    X = nd.array([-1000.0, 1000.0])
    X.attach_grad()
    with autograd.record():
        Y = mlp.ACTIVATIONS[name](X)
    Y.backward()
    np.testing.assert_allclose(Y.asnumpy(), limits, atol=1e-30)
    assert np.isfinite(X.grad.asnumpy()).all()


@pytest.mark.parametrize("hidden", [(), (16,), (32, 16, 8)])
@pytest.mark.parametrize("activation", mlp.ACTIVATIONS)
def test_implementations_agree_step_by_step(digits, hidden, activation):
    d2l.seed_all(0)
    sizes = [digits.num_inputs, *hidden, digits.num_outputs]
    assert_equal_steps(partial(mlp.build_scratch, activation=activation),
                       partial(mlp.build_gluon, sizes, activation=activation), mlp.init_params(sizes), 0.5,
                       first_batches(digits.train, batch_size=256))


@SEEDS
def test_histories_agree_and_learn(digits, seed):
    trained = mlp.run(digits, num_epochs=20, batch_size=64, seed=seed, dtype="float64")
    assert largest_difference(trained) < 1e-9
    assert largest_difference(trained, "test_acc") == 0
    for one in trained.values():
        assert one.history[-1]["test_acc"] > 0.9


def test_parameters_have_the_shapes_of_the_layers(digits):
    for one in mlp.run(digits, num_epochs=1, num_hiddens=(32, 16), activation="tanh").values():
        assert [(W.shape, b.shape) for W, b in one.params] == [((64, 32), (32,)), ((32, 16), (16,)), ((16, 10), (10,))]
