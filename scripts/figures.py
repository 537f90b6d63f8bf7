"""Draw docs/mlp-curves.png, the learning curves of the front page, from a run on Fashion-MNIST in float64.

    python scripts/figures.py          (or: make figures)

The figure keeps the lines that the run printed, so that a test can compare it with the front page.
"""
import contextlib
import io
from pathlib import Path

import d2lmx as d2l
from chapters import mlp
from d2lmx.commands.results import agreement, print_epoch
from d2lmx.figures.style import styled

PATH = Path(__file__).resolve().parents[1] / "docs" / "mlp-curves.png"


@styled
def main():
    """Train, draw, and write the figure with what was printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        trained = mlp.run(d2l.load_fashion_mnist(), dtype="float64", on_epoch=print_epoch)
        print(agreement(trained, "float64"))
    histories = {name: one.history for name, one in trained.items()}
    figure = d2l.plot_history(histories, title="multilayer perceptron on Fashion-MNIST, float64")
    figure.savefig(PATH, dpi=130, bbox_inches="tight", metadata={"Description": printed.getvalue()})
    print(printed.getvalue() + f"wrote {PATH}")


if __name__ == "__main__":
    main()
