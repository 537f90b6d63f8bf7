"""The command of the activation functions: their derivatives, their limits, and what they change between two layers."""
from functools import partial

import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters import activations
from chapters.calculus import central_difference, derivative, float64
from chapters.commands.calculus import compare
from chapters.mlp import ACTIVATIONS, net, relu, tanh
from d2lmx.commands import claims, derivatives, options, runner
from d2lmx.commands.derivatives import ROUNDING

POINTS = (-4, -1, -0.1, 0.1, 1, 4)    # without 0, where relu has no derivative
BETWEEN = {"none": activations.identity, **ACTIVATIONS}


def main(argv=None):
    """Run the command line."""
    parser = options.base_parser(activations.__doc__)
    parser.add_argument("--hidden", type=options.positive_int, default=16, metavar="N",
                        help="units; default: %(default)s")
    return runner.main(parser, argv, command)


def command(args):
    """Print the table of derivatives and what activations change, with the claims."""
    kinds = {f"{name}'": compare({f"{name}(x)": (f, activations.DERIVATIVES[name])}, POINTS)
             for name, f in ACTIVATIONS.items()}
    table = derivatives.show_table(kinds)
    show_edges()
    d2l.seed_all(args.seed)
    X, params = nd.random.normal(shape=(200, 2), dtype="float64"), activations.init_params(2, args.hidden)
    distances = {name: activations.distance_from_affine(partial(net, params=params, phi=phi), X)
                 for name, phi in BETWEEN.items()}
    print("two layers, distance from affine by the activation between them: "
          + ", ".join(f"{name} {distance:.3f}" for name, distance in distances.items()))
    claimed = [*derivatives.table_claims(kinds), *limit_claims(), *layer_claims(X, params, distances["none"])]
    return claims.conclude("activations", args, claimed, lambda: figures(args), distances=distances, table=table)


def show_edges():
    """Print what happens where the formulas end: at 0, and where exp overflows."""
    zero, far = float64([0]), nd.array([-1000])
    print(f"relu at 0 has no derivative: autograd takes {derivative(relu, zero).asscalar():g}, "
          f"central differences give {central_difference(relu, zero).asscalar():g}")
    print(f"tanh(-1000) in float32: {activations.naive_tanh(far).asscalar():g} by the bare formula, "
          f"{tanh(far).asscalar():g} with x clipped first")


def limit_claims():
    """Each function and its derivative have their limits far out, where exp(1000) overflows float32."""
    x = nd.array([-1000, 1000])
    for name, f in ACTIVATIONS.items():
        yield claims.claim(f"{name} at -1000 and 1000", f(x), activations.FAR_OUT[name], 1e-30)
        yield claims.claim(f"{name}' at -1000 and 1000", derivative(f, x), activations.DERIVATIVES_FAR_OUT[name], 1e-30)


def layer_claims(X, params, distance):
    """Two layers are one without an activation, and can do more with one."""
    one, two = (net(X, layers, activations.identity) for layers in (activations.merge(params), params))
    tolerance = ROUNDING * len(params[0][1])   # the hidden units are summed up
    yield claims.claim("two affine layers are one, X (W1 W2) + (b1 W2 + b2)", two, one, tolerance)
    yield claims.claim("distance from affine without activation", distance, 0, tolerance)
    x = float64(POINTS).reshape((-1, 1))
    yield claims.claim("relu(x) + relu(-x) is |x|", activations.absolute(x), x.abs().asnumpy(), 0)


def figures(args):
    """Figures by file name: each activation with its derivative, and two layers of one input with each."""
    from d2lmx.figures import style

    grid = np.linspace(-6, 6, 400)   # without 0
    x = float64(grid)
    functions, panels = style.panels(ACTIVATIONS, width=4.2)
    for axes, (name, f) in zip(panels, ACTIVATIONS.items()):
        axes.plot(grid, f(x).asnumpy())
        axes.plot(grid, derivative(f, x).asnumpy(), "--")
        axes.set(xlabel="x")
        axes.legend([f"{name}(x)", f"{name}'(x)"], loc="upper left")
    d2l.seed_all(args.seed)
    params = activations.init_params(1, args.hidden)
    layers, panels = style.panels([f"activation: {name}" for name in BETWEEN], width=3.6, height=3.6, title=(
        f"output of two layers with one input and {args.hidden} hidden units, the same in each panel"))
    for axes, phi in zip(panels, BETWEEN.values()):
        axes.plot(grid, net(x.reshape((-1, 1)), params, phi).asnumpy())
        axes.set(xlabel="x")
    panels[0].set(ylabel="output")
    return {"activations.png": functions, "layers.png": layers}
