"""Where arrays live and are computed."""
import itertools
import re

import mxnet as mx


def try_gpu(index=0):
    """GPU number `index` if MXNet can compute on it, else the CPU (section 4.6 of the book).

    Returns
    -------
    mxnet.Context
    """
    try:
        if index < mx.context.num_gpus():  # else MXNet would log to stderr that it was built without GPU support
            gpu = mx.gpu(index)
            mx.nd.zeros((1,), ctx=gpu).wait_to_read()
            return gpu
    except mx.MXNetError:  # an outdated driver, or a card that the build has no code for
        pass
    return mx.cpu()


def try_all_gpus():
    """The GPUs that MXNet can compute on, numbered from 0 without a gap, or the CPU if there is none.

    Returns
    -------
    list of mxnet.Context
    """
    devices = map(try_gpu, itertools.count())
    gpus = list(itertools.takewhile(lambda device: device.device_type == "gpu", devices))
    return gpus or [mx.cpu()]


def is_device(text):
    """Whether `text` is of the form that `parse_device` takes."""
    return bool(re.fullmatch("auto|(cpu|gpu)(:[0-9]{1,3})?", str(text)))


def parse_device(text):
    """The device that `text` names.

    Parameters
    ----------
    text : str
        "cpu", "gpu", "gpu:1", or "auto" for `try_gpu()`.

    Returns
    -------
    mxnet.Context

    Raises
    ------
    ValueError
        Another text, or a GPU that MXNet cannot compute on.
    """
    if text == "auto":
        return try_gpu()
    if not is_device(text):
        raise ValueError(f"device: expected auto, cpu, gpu or gpu:0, got {text!r}")
    kind, _, index = text.partition(":")
    if kind == "cpu":
        return mx.cpu(int(index or 0))
    gpu = try_gpu(int(index or 0))
    if gpu.device_type != "gpu":
        raise ValueError(f"device: MXNet cannot compute on {text} here (the wheel mxnet==1.9.1 is for the CPU; GPUs "
                         "need a mxnet-cu* build and a card it has code for); use --device cpu")
    return gpu
