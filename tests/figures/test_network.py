import pytest

import d2lmx as d2l
from d2lmx.figures.network import plot_graph


@pytest.mark.parametrize("sizes, names", [
    ([3, 2], "x1 x2 x3 o1 o2 x1-o1 x1-o2 x2-o1 x2-o2 x3-o1 x3-o2"),
    ([2, 2, 3], "x1 x2 h1 h2 o1 o2 o3 x1-h1 x1-h2 x2-h1 x2-h2 h1-o1 h1-o2 h1-o3 h2-o1 h2-o2 h2-o3")])
def test_network_in_svg_has_every_unit_and_connection_once(sizes, names, save):
    ids = [element.get("id") for element in save(d2l.plot_network(sizes)).iter() if element.get("id")]
    assert sorted(name for name in ids if name[0] in "xho" and name[1].isdigit()) == sorted(names.split())
    assert len(set(ids)) == len(ids)


def test_connections_end_at_the_units_they_name():
    axes, = d2l.plot_network([3, 2, 4, 1]).axes
    centres = {patch.get_gid(): [*patch.center] for patch in axes.patches}
    assert len({*map(tuple, centres.values())}) == 10
    for line in axes.lines:
        below, above = line.get_gid().split("-")
        assert line.get_xydata().tolist() == [centres[below], centres[above]]
        assert centres[below][1] < centres[above][1]  # from the bottom to the top


@pytest.mark.parametrize("sizes, num_lines, expected", [
    ([2, 3, 1, 2], 11, ["a net", "$x_{1}$", "$x_{2}$", "input layer\n2 inputs", "$h^{(1)}_{1}$", "$h^{(1)}_{2}$",
                             "$h^{(1)}_{3}$", "hidden layer 1\n3 units", "$h^{(2)}_{1}$", "hidden layer 2\n1 unit",
                             "$o_{1}$", "$o_{2}$", "output layer\n2 outputs"]),
    ([784, 1], 8, ["a net", "$x_{1}$", "$x_{2}$", "$x_{3}$", "$x_{4}$", "$x_{5}$", r"$\cdots$", "$x_{782}$",
                   "$x_{783}$", "$x_{784}$", "input layer\n784 inputs", "$o_{1}$", "output layer\n1 output"])])
def test_units_and_layers_are_labelled_and_large_ones_abbreviated(sizes, num_lines, expected):
    axes, = d2l.plot_network(sizes, "a net").axes
    assert [text.get_text() for text in axes.texts] == expected and len(axes.lines) == num_lines


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1]])
def test_network_without_layers_or_units(sizes):
    with pytest.raises(ValueError, match="layer"):
        d2l.plot_network(sizes)


def test_computational_graph_goes_forward_along_each_edge_and_back_but_to_inputs():
    figure = plot_graph({"X": ((0, 0), "X\n(2, 3)"), "z": ((1, 0), "z"), "J": ((2, 1), "J")},
                        [("X", "z"), ("z", "J")], inputs=["X"])
    axes, = figure.axes
    arrows = [text.arrow_patch.get_gid() for text in axes.texts if getattr(text, "arrow_patch", None)]
    assert sorted(arrows) == ["J-z", "X-z", "z-J"]
    assert {text.get_text() for text in axes.texts} >= {"X\n(2, 3)", "z", "J"}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["forward", "backward"]
