import pytest

from d2lmx.figures import style


def test_subplots_have_size_label_and_grid():
    figure, (one, two) = style.subplots(1, 2, width=3, height=2, label="this", sharey=True)
    assert (*figure.get_size_inches(), figure.get_label()) == (6, 2, "this")
    assert one.get_shared_y_axes().joined(one, two) and one.xaxis.get_gridlines()[0].get_visible()


@pytest.mark.parametrize("cols, size", [(None, [8, 1]), (3, [6, 2]), (9, [8, 1])])
def test_panels_fill_rows(cols, size):
    figure, panels = style.panels("abcd", cols, width=2, height=1)
    assert [axes.get_title() for axes in panels] == list("abcd") and panels == figure.axes
    assert figure.get_size_inches().tolist() == size


@pytest.mark.parametrize("last, ticks", [(1, [1]), (3, [1, 2, 3]), (80, range(10, 81, 10)), (100, range(10, 101, 10)),
                                         (120, range(20, 121, 20))])
def test_ticks_are_whole_numbers_within_the_data(last, ticks):
    _, axes = style.subplots()
    axes.plot([1, last], [0, 0])
    style.integer_ticks(axes)
    assert axes.get_xticks().tolist() == list(ticks)
