"""What a figure shows, in words; that it saves whole; and that no test leaves anything behind."""
import sys
import warnings
from inspect import cleandoc
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest

import d2lmx as d2l


@pytest.fixture(autouse=True)
def nothing_is_left_behind(capsys):
    """No test changes a setting, prints, or leaves a figure to pyplot."""
    settings = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == settings and capsys.readouterr().out == ""
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


@pytest.fixture
def save(tmp_path):
    """`save(figure)` writes it as PNG, and as SVG, whose root it returns."""
    def save(figure):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", module="d2lmx")  # a missing glyph or a failed layout warns
            png, svg = d2l.show(figure, tmp_path / "new" / "figure.PNG"), d2l.show(figure, str(tmp_path / "figure.svg"))
        height, width = matplotlib.image.imread(png, format="png").shape[:2]
        assert width >= 800 and height >= 300
        assert {path.name for path in tmp_path.rglob("*.*")} == {"figure.PNG", "figure.svg"}
        return ElementTree.parse(svg).getroot()

    return save


@pytest.fixture
def shows(save):
    """`shows(figure, text)` compares what each panel shows with the text, and saves the figure."""
    def shows(figure, text):
        assert "\n".join(row for axes in figure.axes for row in rows(axes)) == cleandoc(text)
        save(figure)

    return shows


def rows(axes):
    """A panel in words: title, axes, some four points of each line, bars, images, texts, and if it has a legend."""
    yield f"{axes.get_title()!r}: {axes.get_ylabel()!r} against {axes.get_xlabel()!r}, {axes.get_yscale()}"
    for line in axes.lines:
        label = "" if line.get_label().startswith("_") else line.get_label()
        yield f"line {label!r}: {numbers(line.get_xydata()[::len(line.get_xydata()) // 4 + 1])}"
    yield from [f"bar {numbers(bar.get_bbox().bounds)}" for bar in axes.patches if bar.get_height()]
    yield from [f"image {numbers(image.get_clim())}: {numbers(image.get_array())}" for image in axes.images]
    yield from [f"text {numbers(text.get_position())}: {text.get_text()!r}" for text in axes.texts]
    yield from ["legend"] * (axes.get_legend() is not None)


def numbers(values):
    """Numbers of four digits; those of a point or a row belong together."""
    return " ".join(",".join(f"{value:.4g}" for value in np.atleast_1d(row)) for row in np.round(values, 9) + 0.0)
