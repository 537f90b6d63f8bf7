"""The command of probability: what is simulated beside the formulas."""
import argparse

import numpy as np

import d2lmx as d2l
from chapters import probability
from d2lmx.commands import claims, options, runner


def main(argv=None):
    """Run the command line."""
    parser = options.base_parser(probability.__doc__)
    parser.add_argument("--samples", type=sample_size, default=100000, metavar="N", help="default: %(default)s")
    return runner.main(parser, argv, command)


def sample_size(text):
    """A number of samples, as an option's value; with fewer than 1000 chance would break claims."""
    n = options.positive_int(text)
    if n < 1000:
        raise argparse.ArgumentTypeError(f"expected at least 1000, got {text!r}")
    return n


def command(args):
    """Draw, print what the samples show, and check every claim."""
    samples, (ill, positive) = draw(args.samples, args.seed)
    print(f"{'distribution':16}{'mean':>9}{'E[X]':>9}{'variance':>12}{'Var[X]':>9}")
    rows = []
    for name, (_, mean, var) in probability.variables().items():
        rows += probability.moments(name, samples[name], mean, var)
        print(f"{name:16}{rows[-2][1]:9.4f}{mean:9.4f}{rows[-1][1]:12.4f}{var:9.4f}")
    events = [*probability.large_numbers(samples["categorical"]), *probability.bayes(ill, positive)]
    for name, value, p, _ in events:
        print(f"{name:25}{value:9.4f}, by the formula {p:.4f}")
    return claims.conclude("probability", args, [claims.claim(*row) for row in rows + events], lambda: figures(samples),
                           samples=args.samples)


def draw(n, seed):
    """n samples of each variable, {name: NumPy array (n,) of float64}, and the medical test.

    For independent runs take seeds that are far apart: MXNet draws in turn from up to 1024 generators, with seeds seed,
    seed + 1, ..., so neighbours share most of their numbers (5 and 6 have 87% of 100000 in common).
    """
    d2l.seed_all(seed)
    samples = {name: sampler(n).asnumpy().astype("float64")
               for name, (sampler, _, _) in probability.variables().items()}
    return samples, probability.medical_test(n)


def figures(samples):
    """Figures by file name: histograms beside mass or density, and the law of large numbers."""
    from d2lmx.figures.mathematics import plot_distributions

    panels = {name: (samples[name], *theory) for name, theory in distributions().items()}
    return {"distributions.png": plot_distributions(panels),
            "large_numbers.png": plot_large_numbers(samples["categorical"])}


def distributions():
    """{name: (x, mass or density at x, whether it is a mass)} of each variable."""
    from scipy.stats import expon, norm, poisson, uniform

    k, u, z, t = np.arange(13), np.linspace(-1, 3), np.linspace(-6, 8, 200), np.linspace(0, 14, 200)
    return {"Bernoulli(0.3)": (k[:2], [0.7, 0.3], True), "categorical": (k[:4], probability.P, True),
            "Poisson(4)": (k, poisson.pmf(k, 4), True), "uniform(-1, 3)": (u, uniform.pdf(u, -1, 4), False),
            "normal(1, 2)": (z, norm.pdf(z, 1, 2), False), "exponential(2)": (t, expon.pdf(t, scale=2), False)}


def plot_large_numbers(samples):
    """The relative frequency of each value of the categorical variable in the first n draws."""
    from d2lmx.figures import style

    figure, axes = style.subplots(width=8, height=4.5, title="relative frequencies tend to probabilities")
    n = np.unique(np.geomspace(1, len(samples), 500).astype(int))
    for k, p in enumerate(probability.P):
        line, = axes.plot(n, probability.running_mean(samples == k)[n - 1], label=f"X = {k}")
        axes.axhline(p, color=line.get_color(), linestyle="--", linewidth=1)
    axes.set(xscale="log", xlabel="number of draws", ylabel="relative frequency")
    axes.legend(title="dashed: probability")
    return figure
