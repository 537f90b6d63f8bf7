"""Dropout (丢弃法): section 3.13 of the book.

Layer   h' = mask * h / (1 - p)         mask 0 with probability p, else 1, drawn anew for each element and minibatch
Mean    E[h'] = (1 - p) h / (1 - p) = h    so nothing changes in prediction (预测), where nothing is dropped
Model   o = H2 W3 + b3,  H2 = dropout(relu(H1 W2 + b2), p2),  H1 = dropout(relu(X W1 + b1), p1)

Both versions drop the same elements: from the same seed, `nn.Dropout` keeps those for which `nd.random.uniform` is
at most 1 - p, for on a CPU both draw from the same generator.

    python -m chapters.dropout
    python -m chapters.dropout --data digits --drop 0,0 --out out

The first ends with: scratch and Gluon: the same losses to the last bit
"""
import argparse
from functools import partial

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import d2lmx as d2l
from chapters.mlp import hidden_sizes, init_params, relu
from chapters.softmax_regression import affine, cross_entropy
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS, set_dense_params, train_versions
from d2lmx.validation import positive_integer

# --- From scratch

def dropout(X, drop_prob):
    """X with each element 0 with probability `drop_prob` (below 1), else divided by the probability to be kept."""
    if drop_prob == 0:
        return X   # nothing is drawn, as in nn.Dropout
    keep_prob = float(np.float32(1) - np.float32(drop_prob))   # in float32, as MXNet's operator: 1 - 0.9 is not 0.1
    mask = nd.random.uniform(shape=X.shape, ctx=X.context) <= keep_prob   # 1 where the element is kept
    return X * (mask * (1 / keep_prob))


def build_scratch(params, lr, drop_probs=(0.2, 0.5)):
    """Network, loss and optimiser step from scratch; the step updates `params` in place."""
    *hidden, (W_out, b_out) = list(zip(params[::2], params[1::2]))
    for param in params:
        param.attach_grad()

    def net(X):
        H = X.reshape((X.shape[0], -1))                # (n, 1, height, width) -> (n, num_inputs)
        for (W, b), drop_prob in zip(hidden, drop_probs):
            H = relu(affine(H, W, b))                  # (n, num_inputs) -> (n, num_hiddens)
            if autograd.is_training():                 # inside autograd.record(): not in prediction
                H = dropout(H, drop_prob)
        return affine(H, W_out, b_out)                 # (n, num_hiddens) -> (n, num_outputs)

    return net, cross_entropy, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(params, lr, drop_probs=(0.2, 0.5)):
    """Network, loss and optimiser step with Gluon, starting from the values of `params`."""
    *hidden, (num_hiddens, num_outputs) = [W.shape for W in params[::2]]
    net = nn.HybridSequential()
    for (num_inputs, num_units), drop_prob in zip(hidden, drop_probs):
        net.add(nn.Dense(num_units, in_units=num_inputs, activation="relu"), nn.Dropout(drop_prob))
    net.add(nn.Dense(num_outputs, in_units=num_hiddens))
    net.initialize(init.Normal(sigma=0.01), ctx=params[0].context)
    set_dense_params(net, params)  # in place of Gluon's own draw: both versions start from the same values
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Run

def run(data, versions=VERSIONS, num_epochs=5, batch_size=256, lr=0.5, seed=0, ctx=None, on_epoch=None,
        num_hiddens=(256, 256), drop_probs=(0.2, 0.5)):
    """Train the versions on `data`, an `ImageData`; returns {version: Trained}, as `train_versions` does."""
    hidden = [positive_integer(units, "num_hiddens") for units in num_hiddens]
    if len(drop_probs) != len(hidden) or not all(0 <= p < 1 for p in drop_probs):
        raise ValueError(f"drop_probs: expected a number from 0 to below 1 for each of the {len(hidden)} hidden "
                         f"layers, got {', '.join(f'{p:g}' for p in drop_probs)}")
    d2l.seed_all(seed)
    params = init_params([data.num_inputs, *hidden, data.num_outputs], ctx or mx.cpu())

    def build(version, params, lr):
        built = {"scratch": build_scratch, "gluon": build_gluon}[version](params, lr, drop_probs)
        d2l.seed_all(seed)   # Gluon's initialisation has drawn numbers: now both versions draw the same masks
        return built

    return train_versions({version: partial(build, version) for version in versions}, params, data, num_epochs,
                          batch_size, lr, seed, ctx, on_epoch)


def drop_list(text):
    """Probabilities to drop in each hidden layer, as an option's value: 0.2,0.5."""
    try:
        probs = [float(prob) for prob in text.split(",")]
    except ValueError:
        probs = []
    if not probs or not all(0 <= prob < 1 for prob in probs):
        raise argparse.ArgumentTypeError(f"expected numbers from 0 to below 1 such as 0.2,0.5, got {text!r}")
    return probs


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.image_parser(__doc__, num_epochs=5, batch_size=256, lr=0.5)
    parser.add_argument("--hidden", type=hidden_sizes, default=[256, 256], metavar="N[,N...]",
                        help="hidden layers (default: 256,256)")
    parser.add_argument("--drop", type=drop_list, default=[0.2, 0.5], metavar="P[,P...]",
                        help="probability to drop, for each hidden layer (default: 0.2,0.5)")

    def command(args, say):
        if len(args.drop) != len(args.hidden):
            parser.error(f"argument --drop: expected a probability for each of the {len(args.hidden)} layers of "
                         f"--hidden, got {len(args.drop)}")
        run_args = partial(run, num_hiddens=args.hidden, drop_probs=args.drop)
        return reporting.run_images("dropout", args, say, run_args, figures, partial(report, args.drop))

    return cli.main(parser, argv, command)


def report(drop_probs, data, trained, say):
    """Print that the mean is kept, and what each version predicts with dropout and, as it should be, without."""
    for drop_prob in drop_probs:
        kept, n = dropout(nd.ones((1000, 1000)), drop_prob), 1e6
        say(f"dropout of ones, p = {drop_prob:g}: {(kept == 0).mean().asscalar():.4f} dropped, mean "
            f"{kept.mean().asscalar():.4f}, where chance explains +-{2 * (drop_prob / (1 - drop_prob) / n) ** 0.5:.4f}")
    X, y = (array[:2000] for array in data.test)
    for version, one in trained.items():
        X, y = (array.as_in_context(one.params[0].context) for array in (X, y))
        without = [d2l.accuracy(one.net(X), y) for _ in range(3)]
        mx.random.seed(0)   # the same masks for both versions
        with autograd.train_mode():
            dropped = [d2l.accuracy(one.net(X), y) for _ in range(3)]
        say(f"{version:7}  accuracy on {len(X)} test images, three times: predicting "
            + " ".join(f"{acc:.4f}" for acc in without) + ", dropping " + " ".join(f"{acc:.4f}" for acc in dropped))


def figures(data, trained):
    """Figures by file name: an image with pixels dropped, and how the mean of many draws gives the image back."""
    image = data.test[0][:1, 0]                                                    # (1, height, width)
    images = {"image": image, **{f"p = {p:g}": dropout(image, p) for p in (0.2, 0.5)}}
    for draws in (10, 100, 1000):
        images[f"p = 0.5\nmean of {draws}"] = dropout(nd.tile(image, (draws, 1, 1)), 0.5).mean(axis=0, keepdims=True)
    return {"expectation.png": d2l.plot_images(nd.concat(*images.values(), dim=0), list(images))}


if __name__ == "__main__":
    raise SystemExit(main())
