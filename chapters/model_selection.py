"""Model selection (模型选择), underfitting (欠拟合) and overfitting (过拟合): section 3.11 of the book.

Data    y = 5 + 1.2 x - 3.4 x^2 / 2! + 5.6 x^3 / 3! + noise      a cubic, x uniform from -2.5 to 2.5
Model   y_hat = b + w_1 x + w_2 x^2 / 2! + ... + w_d x^d / d!    linear regression on d features: which degree d?
Error   half the mean squared error, on the examples trained on (training error, 训练误差) or on new ones (an estimate
        of the generalisation error, 泛化误差)

Least squares fits all degrees, so that an error is the model's and not the optimiser's. The degree that k-fold
cross-validation (k折交叉验证) chooses is then trained, from scratch and with Gluon. The divisors i! keep the features
of one size: on raw powers gradient descent needs a tiny learning rate, and thousands of epochs.

    python -m chapters.model_selection
    python -m chapters.model_selection --examples 30 --noise 3 --out out

The first ends with: scratch and Gluon: losses differ by at most 3.5e-07 (relative)
"""
import math
from functools import partial

import numpy as np
from mxnet import nd

import d2lmx as d2l
from chapters import linreg
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting
from d2lmx.training.implementations import VERSIONS

TRUE_W, TRUE_B = (1.2, -3.4, 5.6), 5
SIZES = (15, 20, 30, 50, 100, 200, 500)
NUM_TEST = 2000   # so many that their error is the generalisation error to some 3%


def powers(x, degree):
    """The features x, x^2 / 2!, ..., x^degree / degree!: (n,) -> (n, degree)."""
    return np.stack([x ** i / math.factorial(i) for i in range(1, degree + 1)], axis=1)


def cubic(x):
    """The truth without noise: (n,) -> (n,)."""
    return TRUE_B + powers(x, 3) @ TRUE_W


def cubic_data(n, noise, generator):
    """`n` noisy examples of the cubic, `x, y`, each of shape (n,)."""
    x = generator.uniform(-2.5, 2.5, n)
    return x, cubic(x) + noise * generator.standard_normal(n)


# --- Choosing the degree

def fit(x, y, degree):
    """The polynomial of this degree with the least squared error, a function; in Chebyshev's basis, which is stable."""
    return np.polynomial.Chebyshev.fit(x, y, degree)


def error(model, x, y):
    """Half the mean squared error, a float."""
    return float(np.mean((model(x) - y) ** 2) / 2)


def k_folds(n, k, seed):
    """Rows to train on and rows held out, k times: each of the n rows, in random order, is held out once."""
    if not 2 <= k <= n:
        raise ValueError(f"folds: expected from 2 to the number of examples, {n}, got {k}")
    folds = np.array_split(np.random.default_rng(seed).permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1:]), folds[i]) for i in range(k)]


def validate(x, y, degree, splits):
    """The error on what each split holds out: (len(splits),)."""
    return np.array([error(fit(x[train], y[train], degree), x[held_out], y[held_out]) for train, held_out in splits])


def one_standard_error(validated):
    """The smallest degree whose error is within one standard error of the least; `validated` is {degree: (mean, se)}.

    The least error alone is often that of too high a degree: all degrees from the true one up can be the truth, their
    errors differ by chance, and the least of many is the luckiest. A difference that chance explains is no reason for
    a larger model (Breiman and others, Classification and Regression Trees, 1984, section 3.4.3). Of 1000 data sets of
    100 examples this rule finds the cubic in 995, the least error in 679, and one split, 90 to 10, in 308.
    """
    limit = sum(min(validated.values()))
    return min(degree for degree, (mean, _) in validated.items() if mean <= limit)


def select(x, y, max_degree=10, k=10, seed=0):
    """Mean and standard error of the k-fold error, {degree: (mean, se)}, and the degree that each way chooses."""
    splits = k_folds(len(x), k, seed)
    if len(splits[0][0]) <= max_degree:
        raise ValueError(f"expected more than {max_degree} examples to train on beside each fold, for degree "
                         f"{max_degree}, got {len(splits[0][0])}; use more examples or a smaller largest degree")
    errors = {degree: validate(x, y, degree, splits) for degree in range(1, max_degree + 1)}
    validated = {degree: (float(e.mean()), float(e.std(ddof=1) / k ** 0.5)) for degree, e in errors.items()}
    return validated, {"one split": min(errors, key=lambda degree: errors[degree][0]),
                       "least k-fold error": min(validated, key=validated.get),
                       "one standard error": one_standard_error(validated)}


def median_errors(size, degree, test_set, noise, generator, repeats=50):
    """Median training and test error of fits to `repeats` data sets of a size: (2,)."""
    train_sets = [cubic_data(size, noise, generator) for _ in range(repeats)]
    return np.median([[error(fit(*train_set, degree), *examples) for examples in (train_set, test_set)]
                      for train_set in train_sets], axis=0)


# --- Run

def run(train_set, degree, versions=VERSIONS, num_epochs=100, batch_size=10, lr=0.1, seed=0, ctx=None, on_epoch=None):
    """Train linear regression on the powers of x, `train_set` being `(x, y)`; returns {version: Trained}."""
    x, y = train_set
    return linreg.run(nd.array(powers(x, degree)), nd.array(y), versions, num_epochs, batch_size, lr, seed, ctx,
                      on_epoch)


def noise(text):
    """A number above 0 whose square float32 holds with room to spare, as an option's value."""
    return cli.number(text, float, lambda value: 0 < value <= 1e6, "a number above 0 and at most 1e6")


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.chapter_parser(__doc__, num_epochs=100, batch_size=10, lr=0.1)
    add = parser.add_argument
    add("--examples", type=cli.positive_int, default=100, metavar="N", help="default: %(default)s")
    add("--noise", type=noise, default=1, help="its standard deviation (default: %(default)s)")
    add("--max-degree", type=cli.positive_int, default=10, metavar="N", help="default: %(default)s")
    add("--folds", type=cli.positive_int, default=10, metavar="K", help="default: %(default)s")

    def checked_command(args, say):
        if not 2 <= args.folds <= args.examples:
            parser.error(f"argument --folds: expected from 2 to the number of --examples, {args.examples}, got "
                         f"{args.folds}")
        return command(args, say)

    return cli.main(parser, argv, checked_command)


def command(args, say):
    """Print the errors of all degrees, choose one, train it in each version, and print what was learned."""
    ctx = d2l.parse_device(args.device)
    generator = np.random.default_rng(args.seed)
    train_set, test_set = (cubic_data(n, args.noise, generator) for n in (args.examples, NUM_TEST))
    say(f"model selection: {args.examples} examples of a cubic, noise {args.noise:g}, seed {args.seed}, {ctx}")
    validated, chosen = select(*train_set, args.max_degree, args.folds, args.seed)
    rows = [{"degree": degree, "train": error(model, *train_set), "cv": mean, "cv_se": se,
             "test": error(model, *test_set)}
            for degree, (mean, se) in validated.items() for model in [fit(*train_set, degree)]]
    show_errors(rows, chosen, say)
    trained = run(train_set, chosen["one standard error"], cli.versions(args), args.epochs, args.batch_size, args.lr,
                  args.seed, ctx, partial(reporting.say_some_epochs, args.epochs, say))
    params = {version: [param.asnumpy().ravel().tolist() for param in one.params] for version, one in trained.items()}
    show_params(params, train_set, say)
    result = {**reporting.describe("model_selection", args.seed, "synthetic", trained,
                                   w={version: w for version, (w, _) in params.items()},
                                   b={version: b for version, (_, (b,)) in params.items()}),
              "chosen": chosen, "errors": rows}
    if args.out:
        reporting.save(args.out, "model_selection", result, trained, figures(args, train_set, test_set, rows), say)
    say(reporting.agreement(trained))
    return result


def show_errors(rows, chosen, say):
    """Print the errors of each degree, and the degree that each way of choosing takes."""
    say("degree   training error   k-fold validation error   test error")
    for row in rows:
        mark = "  <- chosen" if row["degree"] == chosen["one standard error"] else ""
        say("{degree:6}{train:17.3f}{cv:17.3f} +-{cv_se:6.3f}{test:13.3f}".format(**row) + mark)
    say("chosen by " + ", by ".join(f"{way}: {degree}" for way, degree in chosen.items()))


def show_params(params, train_set, say):
    """Print b and w as trained, {version: (w, b)}, beside the truth, whose higher powers have weight 0."""
    degree = len(next(iter(params.values()))[0])
    w, b = linreg.least_squares(nd.array(powers(train_set[0], degree)), nd.array(train_set[1]))
    columns = {"true": ([*TRUE_W, *[0] * degree], [TRUE_B]), **params, "least squares": (w, [b])}
    say("parameter" + "".join(f"{title:>15}" for title in columns))
    for i in range(degree + 1):
        say(f"{f'w_{i}' if i else 'b':9}" + "".join(f"{[*b, *w][i]:15.5f}" for w, b in columns.values()))


def figures(args, train_set, test_set, rows):
    """Figures by file name: fits of three degrees to a few examples, and the errors against degree and examples."""
    from d2lmx.figures.lines import plot_lines

    few = max(15, args.max_degree + 2)
    (x, y), grid = (values[:few] for values in train_set), np.linspace(-2.5, 2.5, 600)
    degrees, words = sorted({1, 3, args.max_degree}), ("underfitting", "right", "overfitting")
    fits = {f"degree {d}: {words[1 + int(np.sign(d - 3))]}": {"xlabel": "x", "ylabel": "y", "ylim": (-30, 20), "lines":
            {"examples": (x, y, {"linestyle": "none", "marker": "o"}),
             "truth": (grid, cubic(grid), {"linestyle": "--"}), "fit": (grid, fit(x, y, d)(grid))}} for d in degrees}
    medians = partial(median_errors, test_set=test_set, noise=args.noise, generator=np.random.default_rng(args.seed))
    degree, train, test, cv, se = ([row[key] for row in rows] for key in ("degree", "train", "test", "cv", "cv_se"))
    axes = {"xlabel": "degree", "ylabel": "error", "yscale": "log"}
    by_degree = {
        f"{args.examples} examples": {**axes, "lines": {
            **train_and_test(degree, zip(train, test)),
            "k-fold validation": (degree, cv, {"marker": "s", "yerr": se})}},
        f"{2 * few} examples, median of 50 sets": {**axes, "lines": train_and_test(
            degree, [medians(2 * few, d) for d in degree])}}
    sizes = [size for size in SIZES if size > args.max_degree]
    axes.update(xlabel="examples trained on", xticks=range(len(sizes)), xticklabels=sizes)
    by_size = {f"degree {d}, median of 50 sets": {**axes, "lines": train_and_test(
        range(len(sizes)), [medians(size, d) for size in sizes])} for d in degrees}
    return {"fits.png": plot_lines(fits, share_y=True), "degree.png": plot_lines(by_degree),
            "examples.png": plot_lines(by_size, share_y=True)}


def train_and_test(x, errors):
    """Lines of `plot_lines` for pairs of training and test error at each x."""
    train, test = zip(*errors)
    return {"training": (x, train, {"marker": "o", "linestyle": "--"}), "test": (x, test, {"marker": "o"})}


if __name__ == "__main__":
    raise SystemExit(main())
