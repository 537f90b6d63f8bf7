import numpy as np
import pytest

from d2lmx.figures.lines import COLOURS, plot_lines

PANELS = {"a": {"lines": {"up": (range(3), [1, 2, 3]), "down": ([0, 1, 2], [3, 2, 1], {"yerr": [1, 1, 1]})},
                "xlabel": "epoch"},
          "b": {"lines": {"up": ([0.5, 1.5], [1e-9, 1], {"color": "red"})}, "yscale": "log"},
          "c": {"lines": {"up": ([1], [1])}}}


def test_lines_labels_and_scales():
    one, other, _ = plot_lines(PANELS, title="all").axes
    assert [line.get_ydata().tolist() for line in (c.lines[0] for c in one.containers)] == [[1, 2, 3], [3, 2, 1]]
    assert [c.lines[0].get_color() for c in one.containers] == list(COLOURS[:2])
    assert [text.get_text() for text in one.get_legend().get_texts()] == ["up", "down"]
    assert (one.get_title(), one.get_xlabel(), other.get_yscale()) == ("a", "epoch", "log")
    assert other.containers[0].lines[0].get_color() == "red"
    assert other.get_legend() is None   # one line says nothing new


def test_ticks_between_whole_numbers_are_left_out():
    figure = plot_lines(PANELS)
    figure.canvas.draw()
    assert all(tick == int(tick) for tick in figure.axes[0].get_xticks())
    assert not all(tick == int(tick) for tick in figure.axes[1].get_xticks())


def test_grid_with_shared_range():
    axes = plot_lines(PANELS, num_cols=2, share_y=True).axes
    assert len(axes) == 4
    assert [one.axison for one in axes] == [True, True, True, False]
    assert len({one.get_ylim() for one in axes[:3]}) == 1
    assert np.sum([one.get_legend() is not None for one in axes]) == 1


@pytest.mark.parametrize("panels", [{}, {"a": {"lines": {}}}, {"a": {"xlabel": "x"}}])
def test_nothing_to_draw(panels):
    with pytest.raises(ValueError, match="expected panels with at least one line each"):
        plot_lines(panels)
