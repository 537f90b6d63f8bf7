"""Dropout (丢弃法): section 3.13 of the book.

Layer   h' = mask * h / (1 - p)         mask (掩码): 0 with probability p, else 1;
                                        drawn anew for each element and minibatch
Mean    E[h'] = (1 - p) h / (1 - p)     = h, so prediction (预测) drops nothing
Model   H1 = dropout(relu(X W1 + b1), p1)
        H2 = dropout(relu(H1 W2 + b2), p2)
        o = H2 W3 + b3                  X (n, num_inputs), H (n, num_hiddens)

Both implementations drop the same elements. On a CPU `nn.Dropout` draws what
`nd.random.uniform` draws from the same seed, and keeps what is at most 1 - p.

    python -m chapters.dropout
    python -m chapters.dropout --data digits --drop 0,0 --out out

The first ends with:
    scratch and Gluon: losses differ by 1.0e-02, amplified rounding: see --dtype float64
"""
from functools import partial

import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss, nn

import d2lmx as d2l
from chapters.mlp import init_params, relu
from chapters.softmax_regression import cross_entropy
from d2lmx.validation import drop_probabilities

# --- From scratch

def dropout(X, drop_prob):
    """Zero elements with probability `drop_prob`; divide others by 1 - `drop_prob`."""
    if drop_prob == 0:
        return X                                           # no draw, as in nn.Dropout
    if drop_prob == 1:
        return nd.zeros_like(X)
    # To drop the same elements, what nn.Dropout has in float32 is in float32 here.
    keep_prob = np.float32(1 - np.float32(drop_prob))
    scale = np.float32(1 / keep_prob)
    drawn = nd.random.uniform_like(X).astype("float32", copy=False)
    mask = (drawn <= float(keep_prob)).astype(X.dtype, copy=False)   # 1: kept
    return mask * X * float(scale)


def net(X, params, drop_probs):
    """The model: images (n, 1, height, width) -> logits (n, num_outputs)."""
    *hidden, (W_out, b_out) = params
    H = X.flatten()                              # (n, num_inputs)
    for (W, b), drop_prob in zip(hidden, drop_probs):
        H = relu(nd.dot(H, W) + b)               # (n, num_inputs) -> (n, num_hiddens)
        if autograd.is_training():               # in record(), not in prediction
            H = dropout(H, drop_prob)
    return nd.dot(H, W_out) + b_out              # (n, num_hiddens) -> (n, num_outputs)


def build_scratch(params, lr, drop_probs=(0.2, 0.5)):
    """Network, loss and step."""
    model = partial(net, params=params, drop_probs=drop_probs)
    return model, cross_entropy, partial(d2l.sgd, params, lr)


# --- With Gluon

def build_gluon(sizes, lr, drop_probs=(0.2, 0.5)):
    """Network, loss and step."""
    _, *hidden, num_outputs = sizes
    net = nn.HybridSequential()
    for num_hiddens, drop_prob in zip(hidden, drop_probs):
        net.add(nn.Dense(num_hiddens, activation="relu"), nn.Dropout(drop_prob))
    net.add(nn.Dense(num_outputs))
    net.initialize(init.Normal(sigma=0.01))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    return net, gloss.SoftmaxCrossEntropyLoss(), trainer.step


# --- Both

def run(data, num_epochs=5, batch_size=256, lr=0.5, num_hiddens=(256, 256),
        drop_probs=(0.2, 0.5), **options):
    """Train both on `data`, an `ImageData`; returns {name: Trained}."""
    drop_probs = drop_probabilities(drop_probs, len(num_hiddens))
    sizes = [data.num_inputs, *num_hiddens, data.num_outputs]
    return d2l.train_both(
        partial(init_params, sizes), partial(build_scratch, drop_probs=drop_probs),
        partial(build_gluon, sizes, drop_probs=drop_probs), data.train, data.test,
        num_epochs=num_epochs, batch_size=batch_size, lr=lr, metric=d2l.correct,
        **options)


if __name__ == "__main__":
    from chapters.commands.dropout import main
    raise SystemExit(main())
