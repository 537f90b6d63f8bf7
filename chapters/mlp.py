"""Multilayer perceptron (多层感知机): sections 3.8 to 3.10 of the book.

Model   H = phi(X W1 + b1),  o = H W2 + b2         any number of hidden layers; X (n, num_inputs), H (n, num_hiddens)
Loss    l = logsumexp(o) - o[y]                    cross-entropy, as in softmax regression
phi     relu(x) = max(x, 0),  sigmoid(x) = 1 / (1 + exp(-x)),  tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x))

    python -m chapters.mlp
    python -m chapters.mlp --hidden 256,128 --activation tanh --out out

The first ends with: scratch and Gluon: the same losses to the last bit
"""
import argparse
from functools import partial

import mxnet as mx
from mxnet import gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import d2lmx as d2l
from chapters.softmax_regression import affine, cross_entropy
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, set_dense_params, train_versions
from d2lmx.validation import positive_integer


def init_params(sizes, ctx=None):
    """`[W1, b1, W2, b2, ...]` for layers of `sizes`, inputs first: W normal with deviation 0.01, b = 0."""
    params = []
    for num_inputs, num_outputs in zip(sizes, sizes[1:]):
        params += [nd.random.normal(scale=0.01, shape=(num_inputs, num_outputs), ctx=ctx),
                   nd.zeros(num_outputs, ctx=ctx)]
    return params


# --- From scratch

def relu(X):
    """max(x, 0) of each element; unlike that of nd.maximum, the derivative at 0 is 0, as in the book and in Gluon."""
    return nd.where(X > 0, X, nd.zeros_like(X))


def sigmoid(X):
    """1 / (1 + exp(-x)) of each element; beyond 80 it is 0 or 1 to the last bit, and exp would overflow float32."""
    return 1 / (1 + nd.exp(-nd.clip(X, -80, 80)))


def tanh(X):
    """(1 - exp(-2x)) / (1 + exp(-2x)) of each element; beyond 40 it is -1 or 1, and exp would overflow float32."""
    exp = nd.exp(-2 * nd.clip(X, -40, 40))
    return (1 - exp) / (1 + exp)


ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def build_scratch(params, lr, activation="relu"):
    """Network, loss and optimiser step from scratch; the step updates `params` in place."""
    phi = ACTIVATIONS[activation]
    *hidden, (W_out, b_out) = list(zip(params[::2], params[1::2]))
    for param in params:
        param.attach_grad()

    def net(X):
        H = X.reshape((X.shape[0], -1))        # (n, 1, height, width) -> (n, num_inputs)
        for W, b in hidden:
            H = phi(affine(H, W, b))           # (n, num_inputs) -> (n, num_hiddens)
        return affine(H, W_out, b_out)         # (n, num_hiddens) -> (n, num_outputs)

    return net, cross_entropy, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(params, lr, activation="relu"):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`."""
    *hidden, (num_hiddens, num_outputs) = [W.shape for W in params[::2]]
    net = nn.HybridSequential()
    for num_inputs, num_units in hidden:
        net.add(nn.Dense(num_units, in_units=num_inputs, activation=activation))
    net.add(nn.Dense(num_outputs, in_units=num_hiddens))
    net.initialize(init.Normal(sigma=0.01), ctx=params[0].context)
    set_dense_params(net, params)  # in place of Gluon's own draw: both versions start from the same values
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Run

def run(data, versions=VERSIONS, num_epochs=5, batch_size=256, lr=0.5, seed=0, ctx=None, on_epoch=None,
        num_hiddens=(256,), activation="relu"):
    """Train the versions on `data`, an `ImageData`; returns {version: Trained}, as `train_versions` does."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    hidden = [positive_integer(units, "num_hiddens") for units in num_hiddens]
    d2l.seed_all(seed)
    params = init_params([data.num_inputs, *hidden, data.num_outputs], ctx or mx.cpu())
    builders = {"scratch": build_scratch, "gluon": build_gluon}
    return train_versions({version: partial(builders[version], activation=activation) for version in versions},
                          params, data, num_epochs, batch_size, lr, seed, ctx, on_epoch)


def hidden_sizes(text):
    """Sizes of the hidden layers, as an option's value: 256 or 256,128."""
    try:
        return [cli.positive_int(size) for size in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"expected sizes of at least 1 such as 256 or 256,128, got {text!r}") from None


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.image_parser(__doc__, num_epochs=5, batch_size=256, lr=0.5)
    parser.add_argument("--hidden", type=hidden_sizes, default=[256], metavar="N[,N...]",
                        help="hidden layers (default: 256)")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu", help="default: %(default)s")

    def command(args, say):
        run_args = partial(run, num_hiddens=args.hidden, activation=args.activation)
        return reporting.run_images("mlp", args, say, run_args, figures)

    return cli.main(parser, argv, command)


def figures(data, trained):
    """Figures by file name: the diagram of the network."""
    params = next(iter(trained.values())).params
    return {"network.svg": d2l.plot_network([data.num_inputs, *(b.shape[0] for b in params[1::2])])}


if __name__ == "__main__":
    raise SystemExit(main())
