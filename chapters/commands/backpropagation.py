"""The command of forward and back propagation: the graph node by node, its gradients against autograd, and descent."""
import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters import backpropagation, calculus
from chapters.commands.weight_decay import decay
from chapters.mlp import ACTIVATIONS, init_params
from chapters.softmax_regression import cross_entropy
from d2lmx.commands import claims, options, runner
from d2lmx.training.implementations import dense_params, flatten, map_params

ROUNDING = 1e-14     # a few times 2^-53 of sums of values below 1
DIFFERENCES = 1e-8   # central differences with h = 1e-5 are off by some h^2


def main(argv=None):
    """Run the command line."""
    parser = options.base_parser(backpropagation.__doc__)
    parser.add_argument("--examples", type=options.positive_int, default=32, metavar="N", help="default: %(default)s")
    parser.add_argument("--hidden", type=options.positive_int, default=16, metavar="N",
                        help="hidden units (default: %(default)s)")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu", help="default: %(default)s")
    parser.add_argument("--wd", type=decay, default=0.01, metavar="LAMBD", help="weight decay (default: %(default)s)")
    parser.add_argument("--no-bias", action="store_true", help="without b1 and b2, as in the book's text")
    parser.add_argument("--lr", type=options.positive_float, default=0.5, help="default: %(default)s")
    parser.add_argument("--steps", type=options.positive_int, default=50, metavar="N", help="default: %(default)s")
    return runner.main(parser, argv, command)


def command(args):
    """Go through the graph both ways, and claim that the gradients are right and that descent takes one path."""
    X, y, params = start(args)
    nodes = backpropagation.forward(X, y, params, args.wd, args.activation)
    grads = backpropagation.backward(X, y, params, args.wd, args.activation, nodes)
    if args.no_bias:
        del grads["b1"], grads["b2"]
    show(nodes, grads)
    claimed = [*gradient_claims(objectives(X, y, params, args), values(params, nodes), grads)]
    by_hand, by_gluon, net = backpropagation.run(X, y, params, args.wd, args.activation, not args.no_bias,
                                                 args.lr, args.steps)
    if not np.isfinite(by_hand).all():
        raise d2l.Diverged(f"J is not finite after {np.isfinite(by_hand).sum()} steps: use a smaller learning rate")
    for step in sorted({0, len(by_hand) // 2, len(by_hand) - 1}):
        print(f"step {step + 1:4}  J {by_hand[step]:.6f} by hand  {by_gluon[step]:.6f} with Gluon")
    claimed += descent_claims(params, by_hand, by_gluon, net, args.no_bias)
    return claims.conclude("backpropagation", args, claimed, lambda: figures(nodes, params, by_hand, by_gluon),
                           data="digits", objective=by_hand)


def start(args):
    """A minibatch of the digits, flat, and parameters to start from, in float64."""
    X, y = (array[:args.examples].astype("float64") for array in d2l.load_digits().train)
    X = X.flatten()
    d2l.seed_all(args.seed)
    params = init_params([X.shape[1], args.hidden, 10])
    return X, y, map_params(lambda param: (10 * param).astype("float64"), params)   # large enough to see them


def values(params, nodes):
    """The arrays that J depends on, by name."""
    (W1, b1), (W2, b2) = params
    return {"o": nodes["o"], "W2": W2, "b2": b2, "h": nodes["h"], "z": nodes["z"], "W1": W1, "b1": b1}


def objectives(X, y, params, args):
    """J as a function of each of `values` alone, by name; of a node what follows it, without the penalty."""
    (W1, b1), (W2, b2) = params

    def J(W1=W1, b1=b1, W2=W2, b2=b2):
        return backpropagation.forward(X, y, [(W1, b1), (W2, b2)], args.wd, args.activation)["J"]

    def from_o(o):
        return cross_entropy(o, y).mean()

    def from_h(h):
        return from_o(nd.dot(h, W2) + b2)

    return {"o": from_o, "h": from_h, "z": lambda z: from_h(ACTIVATIONS[args.activation](z)),
            **{name: lambda value, name=name: J(**{name: value}) for name in ("W1", "b1", "W2", "b2")}}


def show(nodes, grads):
    """Print the nodes forward and the gradients backward, each with its shape and size."""
    for title, arrays in (("forward", nodes), ("backward", {f"dJ/d{name}": grad for name, grad in grads.items()})):
        for name, array in arrays.items():
            size = array.abs().mean().asscalar() if array.size > 1 else array.asscalar()
            print(f"{title:9} {name:7} {str(array.shape) if array.size > 1 else '':10} "
                  f"{'mean size' if array.size > 1 else 'value    '} {size:.6f}")


def gradient_claims(functions, arrays, grads):
    """Of each gradient by hand, that autograd and, of some elements, central differences give the same."""
    for name, grad in grads.items():
        f, x = functions[name], arrays[name]
        yield claims.claim(f"dJ/d{name}: by hand against autograd", grad, calculus.derivative(f, x), ROUNDING)
    for name in [name for name in grads if name[0] in "Wb"]:
        places = np.linspace(0, grads[name].size - 1, 5).astype(int)
        by_differences = differences(functions[name], arrays[name], places)
        yield claims.claim(f"dJ/d{name}: by hand against central differences",
                           grads[name].reshape(-1).asnumpy()[places], by_differences, DIFFERENCES)


def differences(f, x, places):
    """The central differences of f in the elements of x at `places`, counted through all dimensions."""
    chosen = calculus.float64(np.eye(x.size)[places])                  # (len(places), x.size)
    return calculus.gradient_by_differences(lambda moves: f(x + nd.dot(moves, chosen).reshape(x.shape)),
                                            calculus.float64(np.zeros(len(places))))


def descent_claims(params, by_hand, by_gluon, net, no_bias):
    """That both went the same way: J at each step, and the parameters at the end."""
    like = [W for W, _ in params] if no_bias else params
    ends = [nd.concat(*[param.reshape(-1) for param in flatten(one)], dim=0) for one in (like, dense_params(net, like))]
    yield claims.claim("J of each step: by hand against Gluon", np.array(by_hand), np.array(by_gluon), 1e-9)
    yield claims.claim("parameters after the last step: by hand against Gluon", *ends, 1e-9)


def figures(nodes, params, by_hand, by_gluon):
    """Figures by file name: the computational graph, and J by step."""
    from d2lmx.figures import style
    from d2lmx.figures.network import plot_graph

    figure, axes = style.subplots(width=7, height=4.4, title="gradient descent")
    steps = range(1, len(by_hand) + 1)
    axes.plot(steps, by_hand, color=style.BLUE, linewidth=7, alpha=0.35, label="by hand")
    axes.plot(steps, by_gluon, "--", color=style.BLUE, label="with Gluon")
    axes.set(xlabel="step", ylabel="objective J")
    axes.legend()
    return {"graph.png": plot_graph(*graph(nodes, params), inputs="Xy"), "descent.png": figure}


def graph(nodes, params):
    """Places and labels of the nodes of the computational graph, by name, and its edges."""
    (W1, _), (W2, _) = params
    n, num_hiddens = nodes["h"].shape
    shapes = {"X": (n, W1.shape[0]), "W1, b1": W1.shape, "z": (n, num_hiddens), "h": (n, num_hiddens),
              "W2, b2": W2.shape, "o": nodes["o"].shape, "y": (n,), "L": (1,), "s": (1,), "J": (1,)}
    places = {"X": (0, 1), "W1, b1": (0, 0), "z": (1, 1), "h": (2, 1), "W2, b2": (2, 0), "o": (3, 1), "y": (3, 2),
              "L": (4, 1), "s": (4, 0), "J": (5, 1)}
    edges = ["X-z", "W1, b1-z", "z-h", "h-o", "W2, b2-o", "o-L", "y-L", "L-J", "W1, b1-s", "W2, b2-s", "s-J"]
    return {name: (place, f"{name}\n{shapes[name]}") for name, place in places.items()}, [
        edge.split("-") for edge in edges]
