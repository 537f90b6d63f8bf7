"""Model selection: section 3.11.

    python -m solutions.model_selection
"""
import numpy as np

from chapters.model_selection import cubic, error, fit
from solutions import show


def cubic_on_a_line(sizes=(10, 1000), noise=1.0, num_sets=300):
    """3.11.1 What can go wrong where a cubic model is fitted to the data of a linear function?

    The model is more complex than the truth, so it can overfit. The true coefficients of x^2 and x^3 are 0, but those
    fitted are not: they follow the noise. So the cubic has less training error than the line, and more test error. With
    ten examples it is several times as much; with a thousand the two coefficients are almost 0, and so is the harm.
    """
    generator, found = np.random.RandomState(0), {}
    for n in sizes:
        for degree in (1, 3):
            rows = []
            for _ in range(num_sets):                  # the means over so many data sets
                x, x_test = generator.uniform(-2.5, 2.5, (2, n))
                y, y_test = (5 + 1.2 * x + noise * generator.standard_normal(n) for x in (x, x_test))
                model = fit(x, y, degree)
                higher = model.convert(kind=np.polynomial.Polynomial).coef[2:]
                rows.append([error(model, x, y), error(model, x_test, y_test), *np.abs(higher)])
            names = ("training error", "test error", "size of x^2", "size of x^3")
            found[f"{n} examples, degree {degree}"] = dict(zip(names, np.mean(rows, axis=0).tolist()))
    return found


def training_error_of_zero(nums_params=(4, 20, 50, 100), n=100, noise=0.1, num_sets=500):
    """3.11.2 Can the training error of 100 examples of the cubic, which have noise, be 0 in expectation?

    Not with the cubic: the noise is no function of x, so four parameters follow only four hundredths of it, and the
    training error is noise^2 / 2 (1 - 4 / 100) in expectation. Each further parameter follows one more hundredth. With
    100 of them a polynomial goes through all the examples and the error is 0. It has learned the noise: on new labels
    of the same x its error is noise^2 / 2 (1 + 100 / 100), twice that of the truth.
    """
    generator = np.random.RandomState(0)
    nodes = np.cos(np.pi * (np.arange(n) + 0.5) / n)   # with these x even degree 99 is fitted without large rounding
    y, y_new = cubic(2.5 * nodes)[:, None] + noise * generator.standard_normal((2, n, num_sets))
    found = {}
    for d in nums_params:
        X = np.polynomial.chebyshev.chebvander(nodes, d - 1)   # d parameters: a polynomial of degree d - 1
        y_hat = X @ np.linalg.lstsq(X, y, rcond=None)[0]
        training, new = (float(np.mean((y_hat - labels) ** 2) / 2) for labels in (y, y_new))
        found[f"{d} parameters"] = {"training error": training, "expected": noise ** 2 / 2 * (1 - d / n),
                                    "error on new labels": new, "expected of these": noise ** 2 / 2 * (1 + d / n)}
    return found


if __name__ == "__main__":
    show(globals())
