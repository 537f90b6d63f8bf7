import pytest

from solutions import dropout, exercises
from solutions.dropout import BOOK, NONE

pytestmark = pytest.mark.slow  # they train


def test_a_quarter_of_the_training_labels_is_wrong(digits):
    (X, y), test_set = dropout.noisy_digits()
    right = digits.train[1][:400].asnumpy()
    assert (y.asnumpy() != right).sum() == 100
    assert (X.asnumpy() == digits.train[0][:400].asnumpy()).all()
    assert (test_set[1].asnumpy() == digits.test[1].asnumpy()).all()


def test_decay_is_on_the_weights_alone():
    net, _, step = dropout.build([64, 8, 8, 10], 0.1, BOOK, 0.5)
    assert {name[-4:]: param.wd_mult for name, param in net.collect_params().items()} == {"ight": 1, "bias": 0}
    assert step.__self__.optimizer.wd == 0.5


def test_swapped_rates_fit_less_of_the_training_set_and_differ_little_on_the_test_set():
    none, book, swapped = dropout.swapped_rates().values()
    assert swapped["training"] < book["training"] < none["training"] - 0.04
    assert abs(swapped["test"] - book["test"]) < 0.5 * (min(swapped["test"], book["test"]) - none["test"])
    assert min(swapped["test"], book["test"]) > none["test"] + 0.03


def test_more_epochs_overfit_and_with_dropout_less_so():
    none, none_later, book, book_later = dropout.more_epochs().values()
    assert none_later["training"] > none["training"] + 0.05
    assert book_later["training"] > book["training"] + 0.03
    assert none["test"] - none_later["test"] > max(0.03, 2 * (book["test"] - book_later["test"]))
    assert book["test"] > book_later["test"]


def test_dropout_helps_more_in_a_larger_model():
    small, small_dropped, large, large_dropped = dropout.larger_model().values()
    assert large["training"] > small["training"] + 0.08
    assert abs(small_dropped["test"] - small["test"]) < 0.025
    assert large_dropped["test"] > large["test"] + 0.035


def test_dropout_and_decay_both_help_and_together_more_where_the_decay_is_small():
    neither, dropped, decayed, both, decayed_more, both_more = (
        found["test"] for found in dropout.with_weight_decay().values())
    assert min(dropped, decayed, decayed_more) > neither + 0.025
    assert both > max(dropped, decayed) + 0.004
    assert abs(both_more - decayed_more) < 0.025
    assert abs(decayed_more - dropped) < 0.025
    assert decayed_more > decayed
    assert abs(both - both_more) < 0.025


def test_all_exercises_of_the_section_are_there():
    assert list(exercises(vars(dropout))) == ["3.13.1", "3.13.2", "3.13.3", "3.13.4"]
    assert (NONE, BOOK) == ((0, 0), (0.2, 0.5))
