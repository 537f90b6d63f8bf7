"""The command of the multilayer perceptron."""
from functools import partial

import d2lmx as d2l
from chapters import mlp
from d2lmx.commands import options, results, runner


def main(argv=None):
    """Run the command line."""
    parser = options.image_parser(mlp.__doc__, num_epochs=5, batch_size=256, lr=0.5)
    parser.add_argument("--hidden", type=options.hidden_sizes, default=[256], metavar="N[,N...]",
                        help="hidden layers (default: 256)")
    parser.add_argument("--activation", choices=mlp.ACTIVATIONS, default="relu", help="default: %(default)s")
    return runner.main(parser, argv, command)


def command(args):
    """Train as the options say."""
    run = partial(mlp.run, num_hiddens=args.hidden, activation=args.activation)
    return results.run_images("mlp", args, run, figures)


def figures(data, trained):
    """Figures by file name: the diagram of the network."""
    params = next(iter(trained.values())).params
    return {"network.svg": d2l.plot_network([data.num_inputs, *(len(b) for _, b in params)])}
