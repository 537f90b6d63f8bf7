"""The command of linear regression: the data, the gradient in two ways, training, and what was learned."""
import d2lmx as d2l
from chapters import linreg
from d2lmx.commands import options, results, runner


def main(argv=None):
    """Run the command line."""
    parser = options.training_parser(linreg.__doc__, num_epochs=3, batch_size=10, lr=0.03)
    parser.add_argument("--examples", type=options.positive_int, default=1000, metavar="N", help="default: %(default)s")
    return runner.main(parser, argv, command)


def command(args):
    """Train as the options say, and print what was learned beside the truth."""
    training = options.training(args)
    features, labels = d2l.synthetic_data(linreg.TRUE_W, linreg.TRUE_B, args.examples, seed=args.seed)
    print(f"linear regression: {args.examples} examples, batch size {args.batch_size}, learning rate {args.lr:g}, "
          f"seed {args.seed}, {training['ctx']}")
    show_data(features, labels, args.batch_size, args.seed)
    show_gradients(features[:args.batch_size], labels[:args.batch_size], initial_params(args.seed))
    trained = linreg.run(features, labels, on_epoch=results.print_epoch, **training)
    by_hand = linreg.train_by_hand(features, labels, initial_params(args.seed), args.epochs, args.batch_size, args.lr,
                                   args.seed)
    print(f"the loop written out by hand ends at loss {by_hand[-1]:.6f}")
    w, b = learned(trained)
    show_params({"true": (linreg.TRUE_W, linreg.TRUE_B), **{name: (w[name], b[name]) for name in trained},
                 "least squares": linreg.least_squares(features, labels)})
    result = results.describe("linreg", args, "synthetic", trained, w=w, b=b)
    if args.out:
        name = next(iter(trained))
        results.save(args.out, "linear regression", result, trained,
                     lambda: figures(features, labels, w[name], b[name]))
    print(results.agreement(trained, args.dtype))
    return result


def initial_params(seed):
    """What both implementations start from, with gradients attached."""
    d2l.seed_all(seed)
    params = linreg.init_params(len(linreg.TRUE_W))
    for param in params:
        param.attach_grad()
    return params


def show_data(features, labels, batch_size, seed):
    """Print the first example and the first minibatch."""
    print(f"the first example: features {numbers(features[0])}, label {numbers(labels[0])}")
    order = d2l.epoch_order(len(features), seed, 0)
    X, y = next(linreg.data_iter(batch_size, features, labels, order))
    print(f"the first minibatch: X {X.shape}, y {y.shape}, and of both the first rows")
    for row, label in zip(X[:3], y[:3]):
        print(f"    {numbers(row)}  {numbers(label)}")


def numbers(array):
    """The elements of an array as text."""
    return " ".join(f"{value:.4f}" for value in array.asnumpy())


def show_gradients(X, y, params):
    """Print the gradient of a minibatch by the formula of the notes beside what autograd gives."""
    by_formula, by_autograd = linreg.gradient(X, y, *params), linreg.autograd_gradient(X, y, params)
    for name, *arrays in zip(("w", "b"), by_formula, by_autograd):
        for index, pair in enumerate(zip(*(array.reshape((-1,)).asnumpy() for array in arrays))):
            place = f"{name}[{index}]" if name == "w" else "b   "
            print("gradient of {}: by the formula {:+.6f}, by autograd {:+.6f}".format(place, *pair))


def learned(trained):
    """The parameters {name: w} and {name: b} as numbers."""
    return ({name: one.params[0].reshape((-1,)).asnumpy().tolist() for name, one in trained.items()},
            {name: one.params[1].asscalar().item() for name, one in trained.items()})


def show_params(columns):
    """Print w and b of each column, {title: (w, b)}, side by side."""
    print("parameter" + "".join(f"{title:>15}" for title in columns))
    *w, b = zip(*([*w, b] for w, b in columns.values()))
    for name, row in [*((f"w[{index}]", row) for index, row in enumerate(w)), ("b", b)]:
        print(f"{name:9}" + "".join(f"{value:15.6f}" for value in row))


def figures(features, labels, w, b):
    """Figures by file name: the data, the fit, and the diagram of the network."""
    return {"data.png": plot_data(features, labels), "fit.png": d2l.plot_regression(features, labels, w, b),
            "network.svg": d2l.plot_network([features.shape[1], 1])}


def plot_data(features, labels):
    """Scatter of the labels against each feature."""
    from d2lmx.figures import style

    figure, axes = style.subplots(1, features.shape[1], title="the data", sharey=True)
    for index, panel in enumerate(axes):
        panel.scatter(features[:, index].asnumpy(), labels.asnumpy(), s=6)
        panel.set(xlabel=f"feature x[{index}]")
    axes[0].set(ylabel="label y")
    return figure
