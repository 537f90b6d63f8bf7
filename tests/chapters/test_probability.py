import numpy as np
import pytest
from mxnet import nd
from scipy import stats

import d2lmx as d2l
from chapters import probability
from chapters.commands.probability import draw, main
from d2lmx.commands.claims import claim

# Far apart: MXNet draws from up to 1024 generators seeded with seed, seed + 1, ..., which neighbours share.
FAR_SEEDS = range(10007, 9 * 10007, 10007)
N = 100000
# The distribution, and one near it: off by little in a parameter, or another of the same mean and variance.
THEORIES = {
    "Bernoulli(0.3)": (stats.bernoulli(0.3), stats.bernoulli(0.32)),
    "categorical": [stats.rv_discrete(values=(range(4), (0.1, 0.4, p, 0.5 - p))) for p in (0.2, 0.22)],
    "Poisson(4)": (stats.poisson(4), stats.poisson(4.1)),
    "uniform(-1, 3)": (stats.uniform(-1, 4), stats.norm(1, 4 / 12 ** 0.5)),
    "normal(1, 2)": (stats.norm(1, 2), stats.uniform(1 - 12 ** 0.5, 2 * 12 ** 0.5)),
    "exponential(2)": (stats.expon(scale=2), stats.expon(scale=2.1)),
}
EACH = pytest.mark.parametrize("name", THEORIES)


def failed(rows):
    return [row[0] for row in rows if not claim(*row)["ok"]]


def goodness_of_fit(samples, theory):
    """The p-value of a chi-square test for counts, and of one by Kolmogorov and Smirnov for densities."""
    if (samples % 1).any():
        return stats.kstest(samples, theory.cdf).pvalue
    last = int(theory.ppf(1 - 5 / N))   # it and all above are one cell: at least 5 are expected in each
    counted = np.bincount(samples.clip(0, last).astype(int))
    return stats.chisquare(counted, N * np.append(theory.pmf(range(last)), theory.sf(last - 1))).pvalue


@pytest.mark.parametrize("seed", [*range(8), *FAR_SEEDS])
@pytest.mark.parametrize("n", [1000, 20000])
def test_all_that_is_claimed_holds_for_any_seed(seed, n):
    samples, medical_test = draw(n, seed)
    rows = [row for name, (_, *theory) in probability.variables().items()
            for row in probability.moments(name, samples[name], *theory)]
    assert failed(rows + probability.large_numbers(samples["categorical"]) + probability.bayes(*medical_test)) == []


@EACH
def test_expectation_and_variance_are_those_of_theory(name):
    np.testing.assert_allclose(probability.variables()[name][1:], THEORIES[name][0].stats())


@pytest.mark.parametrize("seed", FAR_SEEDS[:4])
def test_samples_have_their_distribution_and_no_other(seed):
    for name, samples in draw(N, seed)[0].items():
        right, wrong = (goodness_of_fit(samples, theory) for theory in THEORIES[name])
        assert right > 1e-6 > wrong, name


@pytest.mark.parametrize("factor, shift, wrong", [(1.04, 0, "X: variance"), (1, 0.08, "X: mean")])
def test_a_wrong_variance_or_mean_is_seen(factor, shift, wrong):
    samples = np.random.default_rng(1).normal(1 + shift, 2 * factor, N)
    assert failed(probability.moments("X", samples, 1, 4)) == [wrong]


def test_a_die_by_hand():
    x, p = np.arange(1, 7), np.full(6, 1 / 6)
    assert probability.expectation(x, p) == pytest.approx(3.5)
    assert probability.variance(x, p) == pytest.approx(35 / 12)


def test_tolerance_is_eight_standard_errors():
    heads = np.array([0] * 60 + [1] * 40)
    assert probability.frequency("heads", heads, 0.3) == ("heads", 0.4, 0.3, pytest.approx(8 * (0.21 / 100) ** 0.5))
    # Of (X - 0.3)^2 sixty are 0.09 and forty 0.49: 0.25 on average, and 0.4^2 times the variance of X.
    assert probability.moments("heads", heads, 0.3, 0.21)[1] == (
        "heads: variance", pytest.approx(0.25), 0.21, pytest.approx(8 * (0.4 ** 2 * 0.24 / 100) ** 0.5))


def test_more_draws_come_nearer():
    rows = probability.large_numbers(np.arange(2000) % 4)
    assert rows == [(f"P(X = 1) in {n} draws", 0.25, 0.4, pytest.approx(8 * (0.24 / n) ** 0.5)) for n in (100, 1000)]
    assert probability.running_mean([1, 0, 0, 1]).tolist() == [1, 1 / 2, 1 / 3, 1 / 2]


def test_samplers_by_hand():
    d2l.seed_all(0)
    assert probability.bernoulli(nd.array([0, 1, 0, 1]), 4).asnumpy().tolist() == [0, 1, 0, 1]
    assert set(probability.categorical((0.5, 0, 0.5), 200).asnumpy().tolist()) == {0, 2}


def test_bayes_needs_the_dependence():
    d2l.seed_all(0)
    ill, positive = probability.medical_test(4 * N)
    assert failed(probability.bayes(ill, positive)) == []
    independent = np.random.default_rng(0).permutation(positive)
    assert failed(probability.bayes(ill, independent)) == ["P(ill | positive)"]
    assert "P(positive)" in failed(probability.bayes(ill, positive | ill))


def test_command_fails_with_a_wrong_sampler(monkeypatch, capsys):
    right = nd.random.poisson
    monkeypatch.setattr(nd.random, "poisson", lambda lam, shape: right(lam * 1.05, shape=shape))
    assert main(["--quiet"]) == 1
    assert capsys.readouterr().err.endswith("claims do not hold: Poisson(4): mean; Poisson(4): variance\n")


def test_same_seed_same_samples_other_seed_others():
    zero, again, one = (draw(1000, seed)[0] for seed in (0, 0, 1))
    for name in THEORIES:
        assert zero[name].tolist() == again[name].tolist() != one[name].tolist()
