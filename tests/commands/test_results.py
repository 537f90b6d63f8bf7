import pytest
from mxnet import nd

from d2lmx.commands import results
from d2lmx.training.implementations import Trained


def trained(*losses):
    names = ("scratch", "gluon")
    return {name: Trained(None, [], [{"epoch": 1, "loss": loss}]) for name, loss in zip(names, losses)}


@pytest.mark.parametrize("losses, dtype, line", [
    ((0.5,), "float32", "one implementation only: scratch"),
    ((0.5, 0.5), "float64", "scratch and Gluon: the losses are equal (float64)"),
    ((1, 1 + 2 ** -20), "float32", "scratch and Gluon: losses differ by at most 9.5e-07 (relative, float32)"),
    ((1.0, 1.25), "float32", "scratch and Gluon: losses differ by 2.0e-01, amplified rounding: see --dtype float64"),
    ((1.0, 1.25), "float64", "scratch and Gluon: losses differ by at most 2.0e-01 (relative, float64)"),
])
def test_agreement(losses, dtype, line):
    assert results.agreement(trained(*losses), dtype) == line


def test_epochs_are_printed_in_one_line(capsys):
    record = {"epoch": 3, "loss": 0.25, "train_acc": 0.5, "test_acc": 0.75, "seconds": 1.5}
    results.print_epoch("gluon", record)
    assert capsys.readouterr().out == "gluon    epoch 3  loss 0.250000  train acc 0.500  test acc 0.750  1.50 s\n"


@pytest.mark.parametrize("num_epochs, printed", [(3, [1, 2, 3]), (12, [3, 6, 9, 12]), (100, [20, 40, 60, 80, 100])])
def test_some_epochs_the_last_in_any_case(num_epochs, printed, capsys):
    for epoch in range(1, num_epochs + 1):
        results.print_some_epochs(num_epochs, "gluon", {"epoch": epoch, "loss": 1.0, "seconds": 0.0})
    assert [int(line.split()[2]) for line in capsys.readouterr().out.splitlines()] == printed


def test_parameters_and_metrics_are_there_before_figures_and_old_ones_are_gone(tmp_path):
    (tmp_path / "scratch.params").touch()
    one = {"gluon": Trained(None, [nd.ones(2)], [{"epoch": 1, "loss": 0.5}])}
    found = []

    def figures():
        found.extend(sorted(path.name for path in tmp_path.iterdir()))
        return {}

    results.save(tmp_path, "a title", {"chapter": "mlp"}, one, figures)
    assert found == ["gluon.params", "metrics.json"]
    assert [array.asnumpy().tolist() for array in nd.load(str(tmp_path / "gluon.params"))] == [[1, 1]]
