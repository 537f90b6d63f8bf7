import re

import pytest

import d2lmx as d2l


def test_benchmark_prints_seconds_after_its_prefix(capsys):
    with d2l.Benchmark("work"), d2l.Benchmark():
        pass
    assert re.fullmatch(r"time: \d+\.\d{4} sec\nwork time: \d+\.\d{4} sec\n", capsys.readouterr().out)


def test_benchmark_lets_an_error_pass(capsys):
    with pytest.raises(KeyError), d2l.Benchmark():
        raise KeyError
    assert capsys.readouterr().out.startswith("time: ")


def test_folders_are_made_where_they_are_missing(tmp_path):
    for _ in range(2):
        d2l.mkdir_if_not_exist([str(tmp_path), "data", "kaggle"])
        d2l.mkdir_if_not_exist(str(tmp_path / "one" / "two"))
        d2l.mkdir_if_not_exist(tmp_path / "three")
    assert all((tmp_path / name).is_dir() for name in ("data/kaggle", "one/two", "three"))


def test_pandas_reads_text_as_the_book_expects():
    """Section 3.16 tells text columns by their dtype `object`, and lets NDArray take what `get_dummies` gives."""
    import pandas as pd
    from mxnet import nd

    table = pd.DataFrame({"area": [-1.0, None], "street": ["Pave", None]})
    assert list(table.dtypes[table.dtypes != "object"].index) == ["area"]
    features = nd.array(pd.get_dummies(table.fillna({"area": 0}), dummy_na=True).values)
    assert features.asnumpy().tolist() == [[-1, 1, 0], [0, 0, 1]]
