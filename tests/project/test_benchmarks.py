import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import __main__ as command, arrays, products, race, sweeps
from d2lmx.runtime import threads

LINREG = {"model": "linreg", "lr": 0.03, "batch_size": 10, "num_examples": 100}


def test_products_of_an_epoch():
    found = products.layer_products([7, 5, 3], num_examples=23, batch_size=10, num_test=9, test_batch=4)
    assert found == [
        ("forward", 10, 7, 5, 2), ("weights", 10, 7, 5, 2),
        ("forward", 10, 5, 3, 2), ("weights", 10, 5, 3, 2), ("inputs", 10, 5, 3, 2),
        ("forward", 3, 7, 5, 1), ("weights", 3, 7, 5, 1),
        ("forward", 3, 5, 3, 1), ("weights", 3, 5, 3, 1), ("inputs", 3, 5, 3, 1),
        ("forward", 4, 7, 5, 2), ("forward", 4, 5, 3, 2), ("forward", 1, 7, 5, 1), ("forward", 1, 5, 3, 1)]


def test_limit_takes_the_fastest_library_for_each_product_and_for_the_read():
    network = {"sizes": [3, 2], "num_examples": 10, "batch_size": 10}  # forward and weights, once each
    one = [{"products": [[seconds, 5.0]], "reads": [0.5]} for seconds in (1.0, 9.0, 2.0)]
    other = [{"products": [[3.0, 4.0]], "reads": [0.25]}]
    assert products.limits([network], [one, other]) == [2.0 + 4.0 + 0.25]


def test_the_limit_is_measured_with_one_thread_and_with_one_per_core():
    found = [(one.spec["library"], one.environ["OMP_NUM_THREADS"]) for one in command.libraries()]
    counts = sorted({"1", str(threads.cores())})
    assert found == [(library, count) for library in ("mxnet", "pytorch", "numpy") for count in counts]


@pytest.mark.parametrize("library", ["mxnet", "numpy"])
def test_libraries_multiply_in_the_right_shapes(library):
    array, product, finish, _ = {"mxnet": products._mxnet, "numpy": products._numpy}[library]()
    X, W, delta = array(6, 4), array(3, 4), array(6, 3)
    for kind, shape in (("forward", (6, 3)), ("weights", (3, 4)), ("inputs", (6, 4))):
        result = product(kind, X, W, delta)
        finish(result)
        assert result.shape == shape


@pytest.mark.slow
def test_contenders_take_turns_and_learn():
    contenders = [race.Contender(name, "ours", {**LINREG, "implementation": name}) for name in ("scratch", "gluon")]
    raced = race.race(contenders, rounds=2)
    for one in raced.values():
        assert len(one["rounds"]) == 2
        assert all(epoch["seconds"] > 0 for epoch in one["rounds"])
        assert one["rounds"][0]["loss"] > one["rounds"][1]["loss"]
        assert one["peak_memory"] > 50 * 2 ** 20
    losses = [one["rounds"][1]["loss"] for one in raced.values()]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    seconds = race.first_epochs(contenders[:1], 1)
    assert seconds["scratch"][0] > raced["scratch"]["rounds"][0]["seconds"]


def test_a_contender_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no such contender ended with:(.|\n)*No module named 'benchmarks.missing'"):
        race.race([race.Contender("no such contender", "missing", {})], 1)


def test_summary():
    assert race.summary([3.0, 1.0, 2.0, 10.0]) == {"min": 1.0, "median": 2.5, "max": 10.0}


def test_deviation_of_the_time_per_row():
    points = [{"median": seconds} for seconds in (100.0, 0.9, 11.0)]
    assert sweeps.row_deviation({"values": [1000, 10_000, 100_000], "d2lmx, Gluon": points}) == pytest.approx(0.1)


def test_figure_of_the_sweeps():
    one = {"values": [16, 20_000], "limit": [{"median": 1}, {"median": 2}], "PyTorch": [{"median": 3}, {"median": 4}]}
    figure = sweeps.plot({"batch_size": one, "num_examples": one})
    first, second = figure.axes
    assert [line.get_xydata().tolist() for line in second.lines] == [[[16, 1], [20_000, 2]], [[16, 3], [20_000, 4]]]
    assert [text.get_text() for text in first.get_xticklabels()] == ["16", "20k"]
    assert (first.get_xlabel(), second.get_xlabel()) == ("batch size", "examples")
    legend, = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["limit", "PyTorch"]
    figure.draw_without_rendering()
    assert legend.get_window_extent().y0 > first.get_window_extent().y1   # on no curve


def test_synthetic_rows_are_the_same_for_all():
    (X, y), (X_again, y_again) = arrays.synthetic(50, 6), arrays.synthetic(50, 6)
    np.testing.assert_array_equal(X, X_again)
    np.testing.assert_array_equal(y, y_again)
    assert X.shape == (50, 6) and X.dtype == "float32" and set(y) <= set(range(10))


@pytest.mark.slow
def test_worker_keeps_what_contenders_print_from_the_answers():
    spec = json.dumps({**LINREG, "implementation": "gluon"})
    done = subprocess.run([sys.executable, "-m", "benchmarks.worker", "ours", spec],
                          input="\n\n", capture_output=True, text=True, cwd=race.ROOT, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0] == {}
    assert [sorted(answer) for answer in answers[1:]] == 2 * [["loss", "seconds"]]
