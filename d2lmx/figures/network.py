"""The diagram of a fully connected network, as in the notes: a circle for each unit, a line for each weight."""
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from d2lmx.validation import positive_integer

MAX_SHOWN = 10  # units of a layer that are all drawn; of a larger layer, the first and the last few
_FIRST, _LAST = 5, 3

# All lengths are in distances between neighbours in a layer, which is this many inches.
_INCHES = 0.75
_RADIUS, _RISE, _MARGIN = 0.36, 2.1, 0.6
_LABEL_WIDTH = 2.2

_COLOURS = {"input": "#cfe3f5", "hidden": "#fde6bd", "output": "#cdeacd"}


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
    layers = [_places(size) for size in sizes]
    half_width = max(max(places.values()) for places in layers) + _MARGIN
    left, right = -half_width - _LABEL_WIDTH, half_width
    bottom, top = -_MARGIN, _RISE * (len(sizes) - 1) + _MARGIN + (0.5 if title else 0)

    figure = Figure(figsize=(_INCHES * (right - left), _INCHES * (top - bottom)),
                    label=title or "network " + "-".join(map(str, sizes)))
    axes = figure.add_axes([0, 0, 1, 1], xlim=(left, right), ylim=(bottom, top))
    axes.set_axis_off()
    axes.text(0, top - 0.2, title or "", ha="center", va="top", fontsize=13)
    for depth in range(len(sizes)):
        if depth > 0:
            _draw_connections(axes, sizes, depth, layers[depth - 1], layers[depth])
        _draw_units(axes, sizes, depth, layers[depth])
        axes.text(left + 0.15, _RISE * depth, _description(sizes, depth), ha="left", va="center", fontsize=12)
    return figure


def _places(size):
    """Where the units of a layer lie from left to right, by their number; number 0 is the dots of those left out."""
    shown = list(range(1, size + 1))
    if size > MAX_SHOWN:
        shown[_FIRST:-_LAST] = [0]
    return {unit: place - (len(shown) - 1) / 2 for place, unit in enumerate(shown)}


def _draw_connections(axes, sizes, depth, lower, upper):
    dense = len(lower) * len(upper) > 40
    style = {"color": "#7a7a7a", "linewidth": 0.6 if dense else 1.1, "zorder": 1}
    for i, start in lower.items():
        for j, end in upper.items():
            if i and j:
                axes.plot([start, end], [_RISE * (depth - 1), _RISE * depth],
                          gid=f"{_name(sizes, depth - 1, i)}-{_name(sizes, depth, j)}", **style)


def _draw_units(axes, sizes, depth, places):
    for unit, place in places.items():
        if unit:
            axes.add_patch(Circle((place, _RISE * depth), _RADIUS, facecolor=_COLOURS[_kind(sizes, depth)],
                                  edgecolor="#333333", linewidth=1.2, zorder=2, gid=_name(sizes, depth, unit)))
        axes.text(place, _RISE * depth, _symbol(sizes, depth, unit) if unit else r"$\cdots$", ha="center",
                  va="center", fontsize=14 if unit < 1000 else 11, math_fontfamily="cm", zorder=3)


def _kind(sizes, depth):
    return "input" if depth == 0 else "output" if depth == len(sizes) - 1 else "hidden"


def _name(sizes, depth, unit):
    """x1, o1 and h1, with the layer before it (h2_1) where there are several hidden ones."""
    letter = {"input": "x", "hidden": "h", "output": "o"}[_kind(sizes, depth)]
    return f"{letter}{depth}_{unit}" if letter == "h" and len(sizes) > 3 else f"{letter}{unit}"


def _symbol(sizes, depth, unit):
    name = _name(sizes, depth, unit)
    if "_" in name:
        return f"$h^{{({depth})}}_{{{unit}}}$"
    return f"${name[0]}_{{{unit}}}$"


def _description(sizes, depth):
    kind, size = _kind(sizes, depth), sizes[depth]
    number = f" {depth}" if kind == "hidden" and len(sizes) > 3 else ""
    unit = "unit" if kind == "hidden" else kind
    return f"{kind} layer{number}\n{size} {unit}{'s' if size > 1 else ''}"
