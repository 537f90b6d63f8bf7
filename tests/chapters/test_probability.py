import numpy as np
import pytest
import scipy.stats
from mxnet import nd

import d2lmx as d2l
from chapters import probability as chapter

# Far apart: MXNet draws from up to 1024 generators seeded with seed, seed + 1, ..., which neighbours share.
FAR_SEEDS = [10007 * i for i in range(1, 9)]
N = 100000


def silent(_):
    pass


def test_of_fit(variable):
    return chapter.chi_square if variable.discrete else chapter.kolmogorov_smirnov


test_of_fit.__test__ = False


@pytest.mark.parametrize("seed", [*range(8), *FAR_SEEDS])
@pytest.mark.parametrize("n", [1000, 20000])
def test_all_that_is_claimed_holds_for_any_seed(seed, n):
    samples, (ill, positive) = chapter.run(n, seed)
    checks = [check for variable, drawn in samples for check in chapter.fit(variable, drawn, silent)]
    checks += [chapter.control(n), chapter.large_numbers(samples[0][1], silent), *chapter.bayes(ill, positive, silent)]
    assert [check["check"] for check in checks if not check["ok"]] == []
    # Mean and variance are one check and two tests. A right sampler fails a run less often than once in 10000.
    assert (len(checks) + len(samples)) * chapter.SIGNIFICANCE <= 1e-4


# Each is near the right one: off by little in a parameter, or another distribution of the same mean and variance.
IMPOSTORS = {
    "Bernoulli(0.3)": lambda n: chapter.bernoulli(0.32, n),
    "categorical": lambda n: chapter.categorical((0.1, 0.4, 0.22, 0.28), n),
    "Poisson(4)": lambda n: nd.random.poisson(4.1, shape=n),
    "uniform(-1, 3)": lambda n: nd.random.normal(1, 4 / 12 ** 0.5, shape=n),
    "normal(1, 2)": lambda n: nd.random.uniform(1 - 12 ** 0.5, 1 + 12 ** 0.5, shape=n),
    "exponential(2)": lambda n: nd.random.exponential(2.1, shape=n),
}


@pytest.mark.parametrize("seed", FAR_SEEDS[:4])
@pytest.mark.parametrize("name", IMPOSTORS)
def test_a_wrong_distribution_is_seen(name, seed):
    d2l.seed_all(seed)
    variable = next(variable for variable in chapter.variables() if variable.name == name)
    wrong = IMPOSTORS[name](N).asnumpy().astype("float64")
    assert not chapter.fit(variable, wrong, silent)[0]["ok"]


@pytest.mark.parametrize("factor, shift", [(1.03, 0), (1, 0.05)])
def test_a_wrong_variance_or_mean_is_seen(factor, shift):
    d2l.seed_all(1)
    variable = chapter.variables()[4]
    wrong = 1 + shift + factor * (variable.draw(N).asnumpy().astype("float64") - 1)
    assert not chapter.fit(variable, wrong, silent)[1]["ok"]


def test_p_values_of_right_samplers_are_uniform():
    p_values = {variable.name: [] for variable in chapter.variables() if variable.name != "Bernoulli(0.3)"}
    for seed in range(0, 60 * 10007, 10007):
        for variable, samples in chapter.run(2000, seed)[0]:
            if variable.name in p_values:   # the p-values of Bernoulli take few values
                p_values[variable.name].append(test_of_fit(variable)(samples, variable.theory)[2])
    for name, values in p_values.items():
        assert scipy.stats.kstest(values, "uniform").pvalue > 1e-5, name


@pytest.mark.parametrize("index", range(6))
def test_statistic_is_critical_where_p_is_the_significance(index, monkeypatch):
    d2l.seed_all(2)
    variable = chapter.variables()[index]
    samples = variable.draw(20000).asnumpy().astype("float64")
    test = test_of_fit(variable)
    statistic, _, p = test(samples, variable.theory)
    monkeypatch.setattr(chapter, "SIGNIFICANCE", p)
    assert test(samples, variable.theory)[1] == pytest.approx(statistic, rel=2e-3)


def test_chi_square_by_hand():
    samples = np.array([0] * 30 + [1] * 70)
    statistic, _, p = chapter.chi_square(samples, scipy.stats.bernoulli(0.6))
    assert statistic == pytest.approx(10 ** 2 / 40 + 10 ** 2 / 60)
    assert p == pytest.approx(scipy.stats.chi2.sf(statistic, 1))


@pytest.mark.parametrize("n", [1000, 2000, 50000])
def test_cells_of_chi_square_hold_five_expected_counts(n, monkeypatch):
    seen = []
    monkeypatch.setattr(scipy.stats, "chisquare", lambda counted, expected: seen.append((counted, expected)) or (0, 1))
    for variable, samples in chapter.run(n, 0)[0][:3]:
        chapter.chi_square(samples, variable.theory)
        counted, expected = seen.pop()
        assert min(expected) >= 5
        assert sum(counted) == n
        assert sum(expected) == pytest.approx(n)


def test_standard_errors_by_hand():
    samples = np.array([0.0] * 60 + [1.0] * 40)
    mean, variance = chapter.standard_errors(samples, scipy.stats.bernoulli(0.3))
    assert mean == pytest.approx((0.4 - 0.3) / np.sqrt(0.21 / 100))
    # Var[(X - 0.3)^2] of a Bernoulli X is 0.3 * 0.7^4 + 0.7 * 0.3^4 - 0.21^2.
    assert variance == pytest.approx((0.24 - 0.21) / np.sqrt((0.3 * 0.7 ** 4 + 0.7 * 0.3 ** 4 - 0.21 ** 2) / 100))


def test_running_mean():
    assert chapter.running_mean([1, 0, 0, 1]).tolist() == [1, 1 / 2, 1 / 3, 1 / 2]


def test_band_narrows_and_excludes_another_expectation():
    width = chapter.band(N)
    assert (np.diff(width) < 0).all()
    by_hoeffding = 2 * np.exp(-2 * np.arange(1, N + 1) * width ** 2)
    np.testing.assert_allclose(by_hoeffding.sum(), chapter.SIGNIFICANCE, rtol=1e-4)
    d2l.seed_all(0)
    biased = chapter.bernoulli(0.35, N).asnumpy()
    assert not chapter.large_numbers(biased, silent)["ok"]


def test_samplers_by_hand():
    d2l.seed_all(0)
    assert chapter.bernoulli(nd.array([0, 1, 0, 1]), 4).asnumpy().tolist() == [0, 1, 0, 1]
    assert set(chapter.categorical((0.5, 0, 0.5), 200).asnumpy().tolist()) == {0, 2}


def test_bayes_needs_the_dependence():
    d2l.seed_all(0)
    ill, positive = chapter.medical_test(N)
    by_total, by_bayes = chapter.bayes(ill, positive, silent)
    assert by_total["ok"]
    assert by_bayes["ok"]
    independent = np.random.default_rng(0).permutation(positive)
    assert [check["ok"] for check in chapter.bayes(ill, independent, silent)] == [True, False]
    assert not chapter.bayes(ill, positive | ill, silent)[0]["ok"]


def test_command_fails_with_a_wrong_sampler(monkeypatch, capsys):
    right = nd.random.poisson
    monkeypatch.setattr(nd.random, "poisson", lambda lam, shape: right(lam * 1.05, shape=shape))
    assert chapter.main(["--quiet"]) == 1
    err = capsys.readouterr().err
    assert "checks failed: Poisson(4): chi_square statistic; Poisson(4): mean and variance" in err
    assert err.count("\n") == 1


def test_same_seed_same_samples_other_seed_others():
    def draws(seed):
        return [samples.tolist() for _, samples in chapter.run(1000, seed)[0]]

    assert draws(0) == draws(0)
    assert all(one != other for one, other in zip(draws(0), draws(1)))
