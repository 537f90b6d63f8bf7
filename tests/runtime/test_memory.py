import numpy as np
import pytest
from mxnet import nd

from d2lmx.runtime import memory


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8", "float64"])
def test_a_view_is_the_memory_of_the_array(dtype):
    array = nd.arange(24).reshape((2, 3, 4)).astype(dtype)
    array.wait_to_read()
    view = memory.view(array)
    assert view.shape == (2, 3, 4) and view.dtype == dtype
    np.testing.assert_array_equal(view, array.asnumpy())
    view[1, 2] = 7
    assert array[1, 2].asnumpy().tolist() == [7] * 4
    np.testing.assert_array_equal(memory.view(array[1:]), array[1:].asnumpy())


@pytest.mark.parametrize("shape", [(9,), (9, 4), (9, 2, 3)])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_gather_is_take(shape, dtype):
    array = nd.arange(np.prod(shape)).reshape(shape).astype(dtype)
    rows = np.array([3, 8, 0, 3])
    gathered = memory.gather(array, rows)
    assert gathered.shape == (4, *shape[1:]) and gathered.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(gathered.asnumpy(), array.take(nd.array(rows)).asnumpy())


def test_gather_waits_for_what_is_still_being_computed():
    for _ in range(5):
        X = nd.random.uniform(shape=(700, 700))
        product = nd.dot(nd.dot(X, X), X)
        np.testing.assert_array_equal(memory.gather(product, np.array([699])).asnumpy(), product[699:].asnumpy())
