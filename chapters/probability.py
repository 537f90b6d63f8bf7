"""Probability (概率): section A.3 of the book.

Expectation (期望)                  E[X] = sum_x x P(X = x)
Variance (方差)                     Var[X] = E[(X - E[X])^2]
Law of large numbers (大数定律)     the mean of n independent draws tends to E[X]
Conditional probability (条件概率)  P(A | B) = P(A, B) / P(B)
Bayes (贝叶斯公式)                  P(A | B) = P(B | A) P(A) / P(B)

Each claim is (name, simulated, by the formula, tolerance). A mean of n draws is off by
about one standard error (标准误), sqrt(Var[X] / n). The tolerance is 8 of them: chance
exceeds it in about two runs in a million with 1000 samples, and in fewer with more.

    python -m chapters.probability
    python -m chapters.probability --samples 1000000 --seed 1 --out out

The first ends with:
    probability: 18 claims hold
"""
from functools import partial

import numpy as np
from mxnet import nd

STANDARD_ERRORS = 8
P = (0.1, 0.4, 0.2, 0.3)     # of the values 0, 1, 2, 3 of the categorical variable
ILL = 0.1                    # P(ill)
DETECTED = 0.9               # P(positive | ill)
FALSE_ALARM = 0.2            # P(positive | healthy)


# --- Sampling

def bernoulli(p, n):
    """n draws that are 1 with probability p, else 0: (n,)."""
    return nd.random.uniform(shape=n) < p


def categorical(p, n):
    """n draws that are k with probability p[k]: (n,), as nd.random.multinomial."""
    ends = nd.array(np.cumsum(p)[:-1])     # they cut [0, 1) into pieces of length p[k]
    u = nd.random.uniform(shape=(n, 1))    # lies in piece k with probability p[k]
    return (u >= ends).sum(axis=1)         # counts the ends that u has passed


# --- Expectation and variance

def expectation(x, p):
    """E[X], where X is x[k] with probability p[k]."""
    return (x * p).sum()


def variance(x, p):
    """Var[X], where X is x[k] with probability p[k]."""
    return expectation((x - expectation(x, p)) ** 2, p)


def variables():
    """{name: (sampler, E[X], Var[X])}; sampler(n) makes n draws (n,)."""
    k = np.arange(len(P))
    return {
        "Bernoulli(0.3)": (partial(bernoulli, 0.3), 0.3, 0.3 * (1 - 0.3)),
        "categorical": (partial(categorical, P), expectation(k, P), variance(k, P)),
        "Poisson(4)": (partial(nd.random.poisson, 4), 4, 4),
        "uniform(-1, 3)": (partial(nd.random.uniform, -1, 3), 1, 4 ** 2 / 12),
        "normal(1, 2)": (partial(nd.random.normal, 1, 2), 1, 2 ** 2),
        "exponential(2)": (partial(nd.random.exponential, 2), 2, 2 ** 2),
    }


def near(name, samples, mean, var):
    """The claim that the samples have about this mean; `var` is that of a draw."""
    standard_error = np.sqrt(var / len(samples))
    return name, samples.mean(), mean, STANDARD_ERRORS * standard_error


def moments(name, samples, mean, var):
    """The claims on mean and variance, which is the mean of (X - E[X])^2."""
    squares = (samples - mean) ** 2
    return [near(f"{name}: mean", samples, mean, var),
            near(f"{name}: variance", squares, var, squares.var())]


# --- Law of large numbers

def running_mean(samples):
    """Mean of the first 1, 2, ..., n samples (n,): (n,)."""
    return np.cumsum(samples) / np.arange(1, len(samples) + 1)


def frequency(name, event, p):
    """The claim that an event, true or false in each draw, has probability p."""
    return near(name, event, p, p * (1 - p))


def large_numbers(samples):
    """The claims on P(X = 1) of the categorical variable, from more and more draws."""
    sizes = [n for n in 10 ** np.arange(2, 9) if n <= len(samples)]
    return [frequency(f"P(X = 1) in {n} draws", samples[:n] == 1, P[1]) for n in sizes]


# --- Conditional probability

def medical_test(n):
    """n people: who is ill, and whose test is positive, NumPy arrays (n,) of bool."""
    ill = bernoulli(ILL, n)
    chance = nd.where(ill, nd.full(n, DETECTED), nd.full(n, FALSE_ALARM))
    return ill.asnumpy() == 1, bernoulli(chance, n).asnumpy() == 1


def bayes(ill, positive):
    """The claims on P(positive), from ill and healthy, and on P(ill | positive)."""
    p_positive = DETECTED * ILL + FALSE_ALARM * (1 - ILL)
    p_ill = DETECTED * ILL / p_positive       # P(positive | ill) P(ill) / P(positive)
    return [frequency("P(positive)", positive, p_positive),
            frequency("P(ill | positive)", ill[positive], p_ill)]


if __name__ == "__main__":
    from chapters.commands.probability import main
    raise SystemExit(main())
