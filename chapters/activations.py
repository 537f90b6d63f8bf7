"""Activation functions (激活函数): section 3.8 of the book.

relu(x) = max(x, 0)                                  relu'(x) = 1 for x > 0, 0 for x < 0
sigmoid(x) = 1 / (1 + exp(-x))                       sigmoid'(x) = sigmoid(x) (1 - sigmoid(x))
tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x))            tanh'(x) = 1 - tanh(x)^2

The functions are those written out in chapters/mlp.py. Without one between them, two affine layers are one:
(X W1 + b1) W2 + b2 = X (W1 W2) + (b1 W2 + b2).

    python -m chapters.activations
    python -m chapters.activations --hidden 8 --out out

The first ends with: activations: 18 checks passed
"""
import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters.calculus import ROUNDING, TOLERANCE, central_difference, compare, derivative, float64
from chapters.mlp import ACTIVATIONS
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.commands.derivatives import check_table, show_table

# --- Derivatives

def relu_derivative(x):
    """1 where x is above 0, and 0 where it is below; at 0 there is none."""
    return (x > 0).astype("float64")


def sigmoid_derivative(x):
    """sigmoid(x) (1 - sigmoid(x))."""
    y = 1 / (1 + np.exp(-x))
    return y * (1 - y)


def tanh_derivative(x):
    """1 - tanh(x)^2."""
    return 1 - np.tanh(x) ** 2


DERIVATIVES = {"relu": relu_derivative, "sigmoid": sigmoid_derivative, "tanh": tanh_derivative}


def tables(points):
    """Each activation's derivative at the points: by the formula, by autograd and by central differences."""
    x = float64(points)
    return {name: compare(f"{name}(x)", ACTIVATIONS[name], DERIVATIVES[name], x, [f"x = {point:g}" for point in points])
            for name in ACTIVATIONS}


def same_as_mxnet(name, x):
    """The function written out against MXNet's own, at x (n,) of float64."""
    y = ACTIVATIONS[name](x)
    return reporting.check(f"{name} as written out is nd.{name}", y, getattr(nd, name)(x), ROUNDING)


# --- Far out

LIMITS = {"relu": [0, 1000], "sigmoid": [0, 1], "tanh": [-1, 1]}                 # at -1000 and 1000
LIMITS_OF_DERIVATIVES = {"relu": [0, 1], "sigmoid": [0, 0], "tanh": [0, 0]}


def far_out(name):
    """Values and derivatives at -1000 and 1000 in float32, where exp(1000) is infinite."""
    x, f = nd.array([-1000, 1000]), ACTIVATIONS[name]
    return [reporting.check(f"{name} at -1000 and 1000", f(x), LIMITS[name], 1e-30),
            reporting.check(f"{name}' at -1000 and 1000", derivative(f, x), LIMITS_OF_DERIVATIVES[name], 1e-30)]


def naive_tanh(x):
    """The formula without clipping x first: inf / inf far to the left."""
    return (1 - nd.exp(-2 * x)) / (1 + nd.exp(-2 * x))


# --- Two affine layers

def two_layers(X, params, phi=None):
    """X (n, num_inputs) -> (n, num_outputs) through two affine layers with phi, if there is one, between them."""
    W1, b1, W2, b2 = params
    H = nd.dot(X, W1) + b1                                  # (n, num_hiddens)
    return nd.dot(phi(H) if phi else H, W2) + b2            # (n, num_outputs)


def one_layer(X, params):
    """The one affine layer that two without activation are: X (W1 W2) + (b1 W2 + b2)."""
    W1, b1, W2, b2 = params
    return nd.dot(X, nd.dot(W1, W2)) + (nd.dot(b1.reshape((1, -1)), W2) + b2)   # (n, num_outputs)


def check_one_layer(X, params):
    """Two affine layers against one; each entry sums num_inputs + num_hiddens products and the biases."""
    sizes = two_layers(X.abs(), [param.abs() for param in params])
    terms = sum(params[0].shape) + 3
    return reporting.check("two affine layers are one, X (W1 W2) + (b1 W2 + b2)", two_layers(X, params),
                           one_layer(X, params), 2 * terms * 2.0 ** -53 * sizes.max().asscalar())


def distance_from_affine(X, Y):
    """What the best affine map of X (n, num_inputs), by least squares, leaves of Y (n, num_outputs): from 0 to 1.

    Root mean square, over that of Y's deviations from its mean: 0 where Y is an affine map of X.
    """
    X, Y = np.column_stack([X.asnumpy(), np.ones(len(X))]), Y.asnumpy()
    deviation = np.linalg.norm(Y - Y.mean(axis=0))
    return np.linalg.norm(Y - X @ np.linalg.lstsq(X, Y, rcond=None)[0]) / deviation if deviation else 0.0


def absolute(x):
    """|x| = relu(x) + relu(-x): two layers with ReLU compute what no affine layer can, x (n, 1)."""
    params = [float64(value) for value in ([[1, -1]], [0, 0], [[1], [1]], [0])]
    return two_layers(x, params, ACTIVATIONS["relu"])


# --- Run

def run(num_hiddens=16, num_inputs=2, n=200, seed=0):
    """Inputs (n, num_inputs) and parameters [W1, b1, W2, b2] of two layers with one output, all normal, in float64."""
    d2l.seed_all(seed)
    shapes = (n, num_inputs), (num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, 1), (1,)
    X, *params = (nd.random.normal(shape=shape, dtype="float64") for shape in shapes)
    return X, params


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.base_parser(__doc__)
    parser.add_argument("--hidden", type=cli.positive_int, default=16, metavar="N", help="units; default: %(default)s")
    return cli.main(parser, argv, command)


POINTS = [-4, -1, -0.1, 0.1, 1, 4]   # of the printed table; the checks take in GRID too, which leaves out 0
GRID = np.linspace(-12, 12, 1000)


def command(args, say):
    """Print the table of derivatives and what activations change, and check it."""
    kinds = tables([*POINTS, *GRID])
    table = [row for rows in kinds.values() for row in rows[:len(POINTS)]]
    show_table(table, say)
    show_edges(say)
    X, params = run(args.hidden, seed=args.seed)
    distances = {name: distance_from_affine(X, two_layers(X, params, phi))
                 for name, phi in {"none": None, **ACTIVATIONS}.items()}
    say("two layers, distance from the nearest affine map by the activation between them: "
        + ", ".join(f"{name} {distance:.3f}" for name, distance in distances.items()))
    checks = [check for kind, rows in kinds.items() for check in check_table(kind + "'", rows, ROUNDING, TOLERANCE)]
    checks += [same_as_mxnet(name, float64(GRID)) for name in ACTIVATIONS]
    checks += [check for name in ACTIVATIONS for check in far_out(name)]
    checks += [check_one_layer(X, params),
               reporting.check("distance from affine without activation", distances["none"], 0, ROUNDING),
               reporting.check("relu(x) + relu(-x) is |x|", absolute(float64(GRID[:, np.newaxis])),
                               np.abs(GRID)[:, np.newaxis], 0)]
    return reporting.conclude("activations", args, checks, lambda: figures(args), say, distances=distances,
                              table=[row._asdict() for row in table])


def show_edges(say):
    """Print what happens where the formulas end: at 0, and where exp overflows."""
    zero, relu = float64([0]), ACTIVATIONS["relu"]
    say(f"relu at 0 has no derivative: autograd takes {derivative(relu, zero).asscalar():g}, central differences give "
        f"{central_difference(relu, zero).asscalar():g}")
    far = nd.array([-1000])
    say(f"tanh(-1000) in float32: {naive_tanh(far).asscalar():g} by the bare formula, "
        f"{ACTIVATIONS['tanh'](far).asscalar():g} with x clipped first")


def figures(args):
    """Figures by file name: each activation with its derivative, and two layers of one input with each."""
    from d2lmx.figures.lines import plot_lines  # only where figures are drawn

    x = np.linspace(-6, 6, 400)
    shapes = {name: {"lines": {"f(x)": (x, f(float64(x)).asnumpy()),
                               "f'(x)": (x, derivative(f, float64(x)).asnumpy(), {"linestyle": "--"})}, "xlabel": "x"}
              for name, f in ACTIVATIONS.items()}
    _, params = run(args.hidden, num_inputs=1, seed=args.seed)
    outputs = {name: {"lines": {"": (x, two_layers(float64(x[:, np.newaxis]), params, phi).asnumpy()[:, 0])},
                      "xlabel": "x"} for name, phi in {"no activation": None, **ACTIVATIONS}.items()}
    return {"activations.png": plot_lines(shapes),
            "layers.png": plot_lines(outputs, f"two layers of one input and {args.hidden} hidden units")}


if __name__ == "__main__":
    raise SystemExit(main())
