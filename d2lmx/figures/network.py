"""The diagram of a fully connected network, as in the book, and that of a computational graph."""
import itertools
import re

from matplotlib.figure import Figure
from matplotlib.patches import Circle

from d2lmx.figures.style import BLUE, CENTRED, ORANGE
from d2lmx.validation import positive_integer

FIRST, LAST = 5, 3  # units of a layer that are drawn, where it has more than 10

# All lengths are in distances between neighbours in a layer, which is this many inches.
INCHES = 0.75
RADIUS, RISE, MARGIN, LABEL_WIDTH = 0.36, 2.1, 0.6, 2.2

# By the letter of its units: the layer's kind, what it counts, and the units' colour.
KINDS = {"x": ("input", "input", "#cfe3f5"), "h": ("hidden", "unit", "#fde6bd"), "o": ("output", "output", "#cdeacd")}


def plot_network(sizes, title=None):
    """Diagram of a fully connected network, from the inputs at the bottom to the outputs at the top.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer: [2, 1] is a linear regression, [4, 3] a softmax regression, [4, 5, 3] a multilayer
        perceptron. Of a layer of more than 10, only the first and the last few are drawn.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure
        In an SVG of it, the line from x1 to h2 has the id ``x1-h2``.

    Raises
    ------
    ValueError
        If there are fewer than two layers, or one has no unit.
    """
    sizes = [positive_integer(size, "size of a layer") for size in sizes]
    if len(sizes) < 2:
        raise ValueError(f"expected the sizes of at least 2 layers, got {sizes}")
    hidden = ["h"] if len(sizes) == 3 else [f"h{depth}_" for depth in range(1, len(sizes) - 1)]
    names = ["x", *hidden, "o"]   # of units, before their number
    layers = [_layer(name, size, RISE * depth) for depth, (name, size) in enumerate(zip(names, sizes))]
    right = max(map(len, layers)) / 2 + 0.1
    left, top = -right - LABEL_WIDTH, RISE * (len(sizes) - 1) + MARGIN + 0.5
    figure = Figure(figsize=(INCHES * (right - left), INCHES * (top + MARGIN)),
                    label=title or "network " + "-".join(map(str, sizes)))
    axes = figure.add_axes([0, 0, 1, 1], xlim=(left, right), ylim=(-MARGIN, top))
    axes.set_axis_off()
    axes.text(0, top - 0.2, title or "", ha="center", va="top", fontsize=13)
    for lower, upper in zip(layers, layers[1:]):
        for (i, start), (j, end) in itertools.product(lower.items(), upper.items()):
            if i and j:
                axes.plot(*zip(start, end), color="#7a7a7a", linewidth=0.8, zorder=1, gid=f"{i}-{j}")
    for depth, (name, size, layer) in enumerate(zip(names, sizes, layers)):
        kind, unit, colour = KINDS[name[0]]
        _draw_units(axes, layer, colour)
        number = f" {depth}" if "_" in name else ""
        axes.text(left + 0.15, RISE * depth, f"{kind} layer{number}\n{size} {unit}{'s' * (size > 1)}", va="center",
                  fontsize=12)
    return figure


def _layer(name, size, y):
    """The centres of a layer's units by their names, from left to right; "" is the dots for those left out."""
    units = [f"{name}{unit}" for unit in range(1, size + 1)]
    if size > 10:
        units[FIRST:-LAST] = [""]
    return {unit: (place - (len(units) - 1) / 2, y) for place, unit in enumerate(units)}


def _draw_units(axes, layer, colour):
    for name, centre in layer.items():
        if name:
            axes.add_patch(Circle(centre, RADIUS, facecolor=colour, edgecolor="#333333", linewidth=1.2, zorder=2,
                                  gid=name))
        symbol = re.sub(r"(\d+)_", r"^{(\1)}", name)                  # h2_13 -> h^{(2)}13
        symbol = re.sub(r"(\d+)$", r"_{\1}", symbol) or r"\cdots"     # -> h^{(2)}_{13}
        axes.text(*centre, f"${symbol}$", fontsize=14, math_fontfamily="cm", zorder=3, **CENTRED)


def plot_graph(nodes, edges, inputs=()):
    """Diagram of a computational graph: forward along the edges, and back along the dashed ones.

    Parameters
    ----------
    nodes : dict of str to ((float, float), str)
        By name: where the node is, in columns and rows, and the text in it.
    edges : list of (str, str)
        From one node to another, by name.
    inputs : sequence of str
        Nodes without a gradient, to which nothing goes back.

    Returns
    -------
    matplotlib.figure.Figure
    """
    places = {name: (2.2 * column, 1.5 * row) for name, ((column, row), _) in nodes.items()}
    columns, rows = zip(*places.values())
    figure = Figure(figsize=(INCHES * (max(columns) + 2.2), INCHES * (max(rows) + 2)), label="computational graph")
    axes = figure.add_axes([0, 0, 1, 1], xlim=(-1.1, max(columns) + 1.1), ylim=(-1, max(rows) + 1))
    axes.set_axis_off()
    backward = [(end, start) for start, end in edges if start not in inputs]
    for some, colour, line in (edges, BLUE, "-"), (backward, ORANGE, "--"):
        for start, end in some:
            axes.annotate("", places[end], places[start], arrowprops={
                "arrowstyle": "-|>", "color": colour, "linestyle": line, "connectionstyle": "arc3,rad=0.12",
                "shrinkA": 27, "shrinkB": 27}).arrow_patch.set_gid(f"{start}-{end}")
    for name, (_, text) in nodes.items():
        axes.text(*places[name], text, fontsize=11, gid=name, zorder=2, **CENTRED, bbox={
            "boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "#333333"})
    axes.plot([], [], color=BLUE, label="forward")
    axes.plot([], [], "--", color=ORANGE, label="backward")
    axes.legend(loc="upper left", frameon=False)
    return figure
