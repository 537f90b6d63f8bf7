"""Probability (概率): section A.3 of the book.

Expectation (期望) and variance (方差)           E[X] = sum_x x P(X = x),  Var[X] = E[(X - E[X])^2]
Law of large numbers (大数定律)                  the mean of n independent draws tends to E[X]
Conditional probability (条件概率), Bayes        P(A | B) = P(A, B) / P(B) = P(B | A) P(A) / P(B)

Samples of shape (n,) come from nd.random. MXNet has no sampler for Bernoulli: a uniform number is below p with
probability p; its sampler for a categorical variable (类别分布) is nd.random.multinomial. Whether the samples have the
distribution that they should is decided by a test of SciPy: chi-square for counts, Kolmogorov-Smirnov for densities.

    python -m chapters.probability
    python -m chapters.probability --samples 1000000 --seed 1 --out out

The first ends with: probability: 16 checks passed
"""
import argparse
from typing import Any, NamedTuple

import numpy as np
import scipy  # scipy.stats loads when it is first used
from mxnet import nd

import d2lmx as d2l
from d2lmx.commands import options as cli
from d2lmx.commands import results as reporting

# A right sampler fails a test with this probability; with at most 25 tests in a run, one run in a million (Bonferroni).
SIGNIFICANCE = 1e-6 / 25


# --- Random variables

def bernoulli(p, n):
    """n draws that are 1 with probability p, else 0; p is a number, or an NDArray (n,) with one for each draw."""
    return nd.random.uniform(shape=n) < p   # (n,)


def categorical(p, n):
    """n draws of k with probability p[k]."""
    return nd.random.multinomial(nd.array(p), shape=n)   # (n,)


class Variable(NamedTuple):
    """A random variable: how MXNet draws it, and SciPy's distribution."""

    name: str
    draw: Any      # from n to NDArray (n,)
    theory: Any
    discrete: bool


def variables():
    """The six distributions of this chapter."""
    p = (0.1, 0.4, 0.2, 0.3)
    return [
        Variable("Bernoulli(0.3)", lambda n: bernoulli(0.3, n), scipy.stats.bernoulli(0.3), True),
        Variable("categorical", lambda n: categorical(p, n), scipy.stats.rv_discrete(values=(range(4), p)), True),
        Variable("Poisson(4)", lambda n: nd.random.poisson(4, shape=n), scipy.stats.poisson(4), True),
        Variable("uniform(-1, 3)", lambda n: nd.random.uniform(-1, 3, shape=n), scipy.stats.uniform(-1, 4), False),
        Variable("normal(1, 2)", lambda n: nd.random.normal(1, 2, shape=n), scipy.stats.norm(1, 2), False),
        Variable("exponential(2)", lambda n: nd.random.exponential(2, shape=n), scipy.stats.expon(scale=2), False),
    ]


# --- Goodness of fit

def chi_square(samples, theory):
    """Pearson's statistic sum (counted - expected)^2 / expected over the values, its critical value, and p."""
    n = len(samples)
    last = int(theory.ppf(1 - 5 / n))   # it and all above are one cell, so that the test expects at least 5 in each
    counted = [*((samples == k).sum() for k in range(last)), (samples >= last).sum()]
    expected = n * np.array([*(theory.pmf(k) for k in range(last)), theory.sf(last - 1)])
    statistic, p = scipy.stats.chisquare(counted, expected)
    return statistic, scipy.stats.chi2.isf(SIGNIFICANCE, last), p


def kolmogorov_smirnov(samples, theory):
    """The largest distance between the samples' cumulative distribution and theory's, its critical value, and p."""
    statistic, p = scipy.stats.kstest(samples, theory.cdf)
    return statistic, scipy.stats.kstwo.isf(SIGNIFICANCE, len(samples)), p


# --- Expectation and variance

def critical_z():
    """How many standard errors an estimate is off with probability SIGNIFICANCE."""
    return scipy.stats.norm.isf(SIGNIFICANCE / 2)


def standard_errors(samples, theory):
    """How far mean and variance of the samples are from theory, each in units of its standard deviation: (2,)."""
    mean, variance, kurtosis = (float(moment) for moment in theory.stats(moments="mvk"))
    n = len(samples)
    return np.array([(samples.mean() - mean) / np.sqrt(variance / n),
                     (samples.var() - variance) / (variance * np.sqrt((kurtosis + 2) / n))])


# --- Law of large numbers

def running_mean(samples):
    """Mean of the first 1, 2, ..., n samples: (n,)."""
    return np.cumsum(samples) / np.arange(1, len(samples) + 1)


def band(n):
    """How far the means of the first 1, 2, ..., n draws from [0, 1] stay from the expectation, all at once: (n,).

    The mean of k is off by t with probability at most 2 exp(-2 k t^2) (Hoeffding): here SIGNIFICANCE / (k (k + 1)),
    which summed over k is SIGNIFICANCE.
    """
    k = np.arange(1, n + 1)
    return np.sqrt(np.log(2 * k * (k + 1) / SIGNIFICANCE) / (2 * k))


# --- Conditional probability

ILL, DETECTED, FALSE_ALARM = 0.1, 0.9, 0.2   # P(ill), P(positive | ill), P(positive | healthy)


def medical_test(n):
    """n people: who is ill, and whose test is positive, NumPy arrays (n,) of bool."""
    ill = bernoulli(ILL, n)
    positive = bernoulli(nd.where(ill, nd.full(n, DETECTED), nd.full(n, FALSE_ALARM)), n)
    return ill.asnumpy() == 1, positive.asnumpy() == 1


# --- Run

def run(n=100000, seed=0):
    """n samples of each variable, a list of (variable, NumPy array (n,) of float64), and those of the medical test.

    For independent runs take seeds that are far apart: MXNet draws in turn from up to 1024 generators, with seeds seed,
    seed + 1, ..., so that neighbours share most of their numbers (5 and 6 have 87% of 100000 in common).
    """
    d2l.seed_all(seed)
    samples = [(variable, variable.draw(n).asnumpy().astype("float64")) for variable in variables()]
    return samples, medical_test(n)


def fit(variable, samples, say):
    """Print mean, variance and the test of fit for samples of a variable, and return the checks."""
    test = chi_square if variable.discrete else kolmogorov_smirnov
    statistic, critical, p = test(samples, variable.theory)
    mean, variance = variable.theory.stats()
    say(f"{variable.name:16}{samples.mean():9.4f}{mean:9.4f}{samples.var():12.4f}{variance:9.4f}   "
        f"{test.__name__:20}{statistic:9.4f}{p:9.4f}")
    return [reporting.check(f"{variable.name}: {test.__name__} statistic", statistic, 0, critical),
            reporting.check(f"{variable.name}: mean and variance, in standard errors",
                            standard_errors(samples, variable.theory), np.zeros(2), critical_z())]


def control(n):
    """The test has to see that normal samples are not exponential, though mean and variance are the same."""
    impostor = nd.random.normal(2, 2, shape=n).asnumpy().astype("float64")
    statistic, critical, _ = kolmogorov_smirnov(impostor, scipy.stats.expon(scale=2))
    return reporting.check("normal(2, 2) instead of exponential(2) is rejected", statistic > critical, True, 0)


def large_numbers(samples, say):
    """Print the mean of more and more draws of Bernoulli(0.3), and check that all stay in the band."""
    means = running_mean(samples)
    sizes = [10 ** i for i in range(1, 9) if 10 ** i <= len(means)]
    say("mean of the first draws of Bernoulli(0.3): " + ", ".join(f"{means[k - 1]:.4f} of {k}" for k in sizes))
    return reporting.check("law of large numbers: running means, in widths of the band",
                           np.abs((means - 0.3) / band(len(means))).max(), 0, 1)


def bayes(ill, positive, say):
    """Print the probability of being ill when the test is positive, simulated and by Bayes, and check it."""
    p_positive = DETECTED * ILL + FALSE_ALARM * (1 - ILL)
    p_ill = DETECTED * ILL / p_positive
    say(f"P(ill | positive) = {ill[positive].mean():.4f} of {positive.sum()} people, by Bayes {p_ill:.4f}; "
        f"P(ill) = {ill.mean():.4f}, P(positive) = {positive.mean():.4f}")
    claims = {"P(positive), by total probability": (positive, p_positive), "P(ill | positive)": (ill[positive], p_ill)}
    return [reporting.check(name, outcomes.mean(), p, critical_z() * np.sqrt(p * (1 - p) / len(outcomes)))
            for name, (outcomes, p) in claims.items()]


def sample_size(text):
    """A number of samples, as an option's value: with fewer than 1000 the tests' approximations are too rough."""
    n = cli.positive_int(text)
    if n < 1000:
        raise argparse.ArgumentTypeError(f"expected at least 1000, got {text!r}")
    return n


def main(argv=None):
    """The command line of this chapter."""
    parser = cli.base_parser(__doc__)
    parser.add_argument("--samples", type=sample_size, default=100000, metavar="N", help="default: %(default)s")
    return cli.main(parser, argv, command)


def command(args, say):
    """Draw, and compare with theory."""
    samples, (ill, positive) = run(args.samples, args.seed)
    say(f"{'distribution':16}{'mean':>9}{'theory':>9}{'variance':>12}{'theory':>9}   {'test':20}statistic{'p':>9}")
    checks = [check for variable, drawn in samples for check in fit(variable, drawn, say)]
    checks += [control(args.samples), large_numbers(samples[0][1], say), *bayes(ill, positive, say)]
    return reporting.conclude("probability", args, checks, lambda: figures(samples), say, samples=args.samples)


def figures(samples):
    """Figures by file name: histograms against mass or density, and the law of large numbers."""
    from d2lmx.figures.lines import plot_lines  # only where figures are drawn
    from d2lmx.figures.mathematics import plot_distributions

    panels = {}
    for (name, _, theory, discrete), drawn in samples:
        low, high = theory.ppf([0.001, 0.999])
        x = np.arange(low, high + 1) if discrete else np.linspace(low, high, 400)
        panels[name] = drawn, x, theory.pmf(x) if discrete else theory.pdf(x), discrete
    means = running_mean(samples[0][1])   # of Bernoulli(0.3)
    k = np.unique(np.geomspace(1, len(means), 500).astype(int))
    width = band(len(means))[k - 1]
    lines = {"mean": (k, means[k - 1]), "expectation": (k, np.full(len(k), 0.3), {"linestyle": "--"}),
             "band of Hoeffding": (k, 0.3 + width, {"color": "grey"}), "": (k, 0.3 - width, {"color": "grey"})}
    look = {"xscale": "log", "ylim": (-0.05, 1.05), "xlabel": "n", "ylabel": "mean of the first n draws"}
    return {"distributions.png": plot_distributions(panels),
            "large_numbers.png": plot_lines({"Bernoulli(0.3)": {"lines": lines, **look}})}


if __name__ == "__main__":
    raise SystemExit(main())
