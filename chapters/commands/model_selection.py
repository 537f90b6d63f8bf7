"""The command of model selection: three training runs, the errors of all degrees, and the chosen one trained."""
from functools import partial

import numpy as np
from mxnet import nd

from chapters import linreg, model_selection as chapter
from chapters.commands.linreg import learned, show_params
from d2lmx.commands import options, results, runner

NUM_TEST = 2000  # so many that their error is the generalisation error to some 3%


def main(argv=None):
    """Run the command line."""
    parser = options.training_parser(chapter.__doc__, num_epochs=100, batch_size=10, lr=0.1)
    add = parser.add_argument
    add("--examples", type=options.positive_int, default=100, metavar="N", help="default: %(default)s")
    add("--noise", type=noise, default=1, help="its standard deviation (default: %(default)s)")
    add("--max-degree", type=options.positive_int, default=10, metavar="N", help="default: %(default)s")
    add("--folds", type=options.positive_int, default=10, metavar="K", help="default: %(default)s")
    return runner.main(parser, argv, partial(command, parser))


def noise(text):
    """A number above 0 whose square float32 holds with room to spare, as an option's value."""
    return options.number(text, float, lambda value: 0 < value <= 1e6, "a number above 0 and at most 1e6")


def command(parser, args):
    """Show what under- and overfitting are, choose a degree, and train it."""
    if not 2 <= args.folds <= args.examples:
        parser.error(f"argument --folds: expected from 2 to the number of --examples, {args.examples}, "
                     f"got {args.folds}")
    training = options.training(args)
    generator = np.random.default_rng(args.seed)
    train_set, test_set = (chapter.cubic_data(n, args.noise, generator) for n in (args.examples, NUM_TEST))
    print(f"model selection: {args.examples} examples of a cubic, noise {args.noise:g}, seed {args.seed}, "
          f"{training['ctx']}")
    rows, chosen = degree_errors(train_set, test_set, args)
    runs = chapter.three_runs(train_set, test_set, **training)
    for title, trained in runs.items():
        print(title)
        for name, one in trained.items():
            results.print_epoch(name, one.history[-1])
    degree = chosen["one standard error"]
    show_errors(rows, chosen, degree)
    trained = chapter.run(train_set, test_set, degree,
                          on_epoch=partial(results.print_some_epochs, args.epochs), **training)
    w, b = learned(trained)
    X, y = (nd.array(values) for values in (chapter.powers(train_set[0], degree), train_set[1]))
    show_params({"true": ((*chapter.TRUE_W, *[0] * degree)[:degree], chapter.TRUE_B),
                 **{name: (w[name], b[name]) for name in w}, "least squares": linreg.least_squares(X, y)})
    result = {**results.describe("model_selection", args, "synthetic", trained, w=w, b=b),
              "chosen": chosen, "errors": rows}
    if args.out:
        results.save(args.out, f"model selection: degree {degree}", result, trained,
                     lambda: figures(args, runs, rows, test_set))
    print(results.agreement(results.joined([*runs.values(), trained]), args.dtype))
    return result


def degree_errors(train_set, test_set, args):
    """A row of errors for each degree, and the degree that each way of choosing takes."""
    folds = chapter.k_folds(args.examples, args.folds, args.seed)
    num_rows = len(folds[0][0])
    if num_rows <= args.max_degree:
        raise ValueError(f"expected more than {args.max_degree} examples to train on beside each fold, for degree "
                         f"{args.max_degree}, got {num_rows}; use more examples or a smaller largest degree")
    rows, errors = [], {}
    for degree in range(1, args.max_degree + 1):
        held_out = errors[degree] = chapter.cross_validate(*train_set, degree, folds)
        train, test = train_and_test(train_set, test_set, degree)
        rows.append({"degree": degree, "train": train, "cv": float(held_out.mean()),
                     "cv_se": float(chapter.standard_error(held_out)), "test": test})
    return rows, chapter.choose(errors)


def train_and_test(train_set, test_set, degree):
    """Training and test error of the polynomial of this degree that fits the training set."""
    model = chapter.fit(*train_set, degree)
    return chapter.error(model, *train_set), chapter.error(model, *test_set)


def show_errors(rows, chosen, degree):
    """Print the errors of each degree, and the degree that each way of choosing takes."""
    print("degree   training error   k-fold validation error   test error")
    for row in rows:
        mark = "  <- chosen" if row["degree"] == degree else ""
        print("{degree:6}{train:17.3f}{cv:17.3f} +-{cv_se:6.3f}{test:13.3f}".format(**row) + mark)
    print("chosen by " + ", by ".join(f"{way}: {degree}" for way, degree in chosen.items()))


def figures(args, runs, rows, test_set):
    """Figures by file name: the three runs, fits to few examples, errors against the degree and the examples."""
    data = partial(chapter.cubic_data, noise=args.noise, generator=np.random.default_rng(args.seed))
    few = max(15, 3 * args.max_degree // 2)
    largest = max(10, args.max_degree)
    degrees = {"underfitting: degree 1": 1, "right: degree 3": 3, f"overfitting: degree {largest}": largest}
    fits = plot_fits(*data(few), degrees)

    def median_errors(size, degree):
        return np.median([train_and_test(data(size), test_set, degree) for _ in range(50)], axis=0)

    learning = {title: {record["epoch"]: (record["loss"], record["test_loss"])
                        for record in next(iter(trained.values())).history} for title, trained in runs.items()}
    by_degree = {
        f"{args.examples} examples": {row["degree"]: (row["train"], row["test"]) for row in rows},
        f"{2 * few} examples, median of 50 data sets": {row["degree"]: median_errors(2 * few, row["degree"])
                                                        for row in rows}}
    k_fold = zip(*((row["degree"], row["cv"], row["cv_se"]) for row in rows))
    sizes = [few * 2 ** i for i in range(6)]
    by_size = {f"degree {degree}, median of 50 data sets": {str(size): median_errors(size, degree) for size in sizes}
               for degree in degrees.values()}
    return {"learning.png": plot_errors(learning, "epoch"), "fits.png": fits,
            "degree.png": plot_errors(by_degree, "degree", k_fold),
            "examples.png": plot_errors(by_size, "examples trained on")}


def plot_errors(errors, xlabel, k_fold=None):
    """Training and test errors in panels, {title: {x: (training error, test error)}}, on a logarithmic axis.

    `k_fold` are x, errors and standard errors of the cross-validation, for the first panel.
    """
    from d2lmx.figures import style

    figure, panels = style.panels(errors, sharey=True)
    for axes, of_panel in zip(panels, errors.values()):
        for name, line, values in zip(("training", "test"), ("-", "--"), zip(*of_panel.values())):
            axes.plot(list(of_panel), values, line, label=name, marker="o", markevery=[-1])
        axes.set(xlabel=xlabel, yscale="log")
        style.integer_ticks(axes)
    if k_fold:
        panels[0].errorbar(*k_fold, label="k-fold validation")
    panels[0].set(ylabel="error")
    panels[0].legend()
    low, high = panels[0].get_ylim()
    if high < 1000 * low:  # else a tick at each power of ten is enough
        style.log_ticks(panels[0].yaxis)
    return figure


def plot_fits(x, y, degrees):
    """The polynomials of these degrees, {title: degree}, that fit a few examples."""
    from d2lmx.figures import style

    grid = np.linspace(-2.5, 2.5, 600)
    figure, panels = style.panels(degrees, sharey=True)
    for axes, degree in zip(panels, degrees.values()):
        axes.plot(x, y, "o", label=f"{len(x)} examples")
        axes.plot(grid, chapter.cubic(grid), "--", label="truth")
        axes.plot(grid, chapter.fit(x, y, degree)(grid), label="fit")
        axes.set(xlabel="x", ylim=(-30, 20))
    panels[0].set(ylabel="y")
    panels[0].legend()
    return figure
