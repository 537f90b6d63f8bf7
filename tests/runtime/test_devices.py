import mxnet as mx
import pytest

import d2lmx as d2l
from d2lmx.runtime import devices


def test_try_gpu_and_parse_device():
    assert d2l.try_gpu().device_type in ("cpu", "gpu")
    assert d2l.parse_device("cpu") == mx.cpu()
    for text in ("tpu", "gpu:x"):
        with pytest.raises(ValueError, match="device: expected"):
            d2l.parse_device(text)
    if d2l.try_gpu().device_type == "cpu":
        with pytest.raises(ValueError, match="MXNet cannot compute on gpu"):
            d2l.parse_device("gpu")


@pytest.mark.parametrize("num_gpus, expected", [(0, [mx.cpu()]), (2, [mx.gpu(0), mx.gpu(1)])])
def test_all_gpus_or_the_cpu(num_gpus, expected, monkeypatch):
    monkeypatch.setattr(devices, "try_gpu", lambda index: mx.gpu(index) if index < num_gpus else mx.cpu())
    assert d2l.try_all_gpus() == expected
