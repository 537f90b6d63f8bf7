"""The memory of NDArrays, as NumPy sees it."""
import ctypes

import numpy as np
from mxnet import nd
from mxnet.base import _LIB, check_call


def view(array):
    """The memory of an NDArray on the CPU, as a NumPy array of its shape and dtype.

    The engine does not know of it: who reads waits for the array first, and who writes has it to themselves. It is
    valid as long as `array` lives.
    """
    address = ctypes.c_void_p()
    check_call(_LIB.MXNDArrayGetData(array.handle, ctypes.byref(address)))
    dtype = np.dtype(array.dtype)
    buffer = (ctypes.c_char * (array.size * dtype.itemsize)).from_address(address.value)
    return np.frombuffer(buffer, dtype).reshape(array.shape)


def gather(array, rows):
    """`array.take(rows)`, done by the thread that calls while the engine goes on.

    Parameters
    ----------
    array : NDArray of shape (n, ...), on the CPU
    rows : NumPy array of int
        From 0 to n - 1.

    Returns
    -------
    NDArray of shape (len(rows), ...)
    """
    array.wait_to_read()
    gathered = nd.empty((len(rows), *array.shape[1:]), dtype=array.dtype)
    # With mode "raise" NumPy would gather into a buffer of its own first.
    np.take(view(array), rows, axis=0, out=view(gathered), mode="clip")
    return gathered
