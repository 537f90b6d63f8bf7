"""NumPy's numbers as arguments of MXNet's operators give what Python's give."""
import ctypes
import re

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, gluon, nd
from mxnet.base import _LIB, OpHandle, SymbolHandle, c_str_array, check_call, get_last_ffi_error, mx_uint

from d2lmx.runtime.compat.arguments import as_text

TWO, THREE, ONE = np.int64(2), np.int32(3), np.int64(1)


@pytest.mark.parametrize("value, expected", [
    (3, "3"), (np.int64(3), "3"), (np.array(3), "3"), ("a", "a"), ("np.", "np."), (None, "None"), (True, "True"),
    ((np.int64(3), 2), "(3, 2)"), ((np.int64(3),), "(3,)"), ((), "()"), ([np.int64(3)], "[3]"),
    ((np.float32(0.1), np.float64(1e-5), np.float16(0.1)), "(0.1, 1e-05, 0.1)"),
    ((np.bool_(True), False), "(True, False)"), ((np.float64("nan"), -np.float64("inf")), "(nan, -inf)"),
    (((np.int64(1), 2), [np.array(3)]), "((1, 2), [3])"), ((np.str_("a"), np.int8(1)), "('a', 1)"),
    ((np.int64(3), None, "write"), "(3, None, 'write')"), (np.str_("np."), "np."),
])
def test_text_is_that_of_numpy_1(value, expected):
    assert as_text(value) == expected


X = nd.arange(6).reshape((2, 3))
CALLS = {
    "zeros": lambda two, three, one: nd.zeros((three, 2)),
    "normal": lambda two, three, one: nd.random.normal(shape=(two, three)).shape,
    "broadcast_to": lambda two, three, one: nd.ones((1, 3)).broadcast_to((two, three)),
    "tile": lambda two, three, one: nd.tile(X, reps=(two, three)),
    "sum": lambda two, three, one: nd.ones((2, 3, 4)).sum(axis=(one, two)),
    "slice": lambda two, three, one: X[one:two, :three],
    "list": lambda two, three, one: X[:, [one, two]],
    "reshape": lambda two, three, one: X.reshape((three, two)),
    "transpose": lambda two, three, one: X.transpose((one, 0)),
    "expand_dims": lambda two, three, one: X.expand_dims(axis=one),
    "one_hot": lambda two, three, one: nd.one_hot(nd.array([0, 1]), three),
    "clip": lambda two, three, one: X.clip(one, three),
    "dense": lambda two, three, one: layer(gluon.nn.Dense(three, in_units=two), nd.ones((1, 2))),
    "conv": lambda two, three, one: layer(gluon.nn.Conv2D(two, kernel_size=(three, three), strides=(one, one)),
                                          nd.ones((1, 1, 4, 4))),
    "mx.np.ones": lambda two, three, one: mx.np.ones((two, three)),
    "mx.np.reshape": lambda two, three, one: mx.np.reshape(mx.np.arange(6), (three, two)),
    "mx.np.sum": lambda two, three, one: mx.np.sum(mx.np.ones((2, 3, 4)), axis=(one, two)),
    "mx.np.uniform": lambda two, three, one: mx.np.random.uniform(size=(two, three)).shape,
    "symbol": lambda two, three, one: mx.sym.zeros((two, three)).eval()[0],
    "variable": lambda two, three, one: mx.sym.Variable("x", shape=(two, three)).infer_shape()[0],
    "reduce": lambda two, three, one: mx.sym.sum(mx.sym.ones((2, 3, 4)), axis=(one, two)).eval()[0],
}


def layer(net, x):
    net.initialize(mx.init.One())
    return net(x)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_call_gives_what_python_numbers_give(call):
    plain, numpys, zero_dim = (call(*numbers) for numbers in (
        (2, 3, 1), (TWO, THREE, ONE), tuple(map(np.array, (2, 3, 1)))))
    for one in (numpys, zero_dim):
        if isinstance(plain, (tuple, list)):
            assert one == plain
        else:
            assert one.dtype == plain.dtype
            np.testing.assert_array_equal(one.asnumpy(), plain.asnumpy())


def test_slices_are_assigned():
    x = nd.zeros((3, 4))
    x[ONE:THREE, TWO] = np.float32(5)
    x[np.int64(0)] = x[ONE, TWO].asscalar() - 4
    np.testing.assert_array_equal(x.asnumpy(), [[1, 1, 1, 1], [0, 0, 5, 0], [0, 0, 5, 0]])


def test_trainer_takes_numbers_of_numpy():
    def weight(one):
        net = gluon.nn.Dense(1, in_units=2)
        net.initialize(mx.init.One())
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": one(0.5), "wd": one(0.25)})
        with autograd.record():
            loss = net(nd.ones((1, 2)))
        loss.backward()
        trainer.step(1)
        return net.weight.data().asnumpy()

    np.testing.assert_array_equal(weight(np.float32), weight(float))


# --- All operators: a symbol is made of each with each of its parameters, which are read at that moment.

def operators():
    """Operators that one calls, and the types of their parameters: (name, handle, {parameter: type})."""
    size, names = mx_uint(), ctypes.POINTER(ctypes.c_char_p)()
    check_call(_LIB.MXListAllOpNames(ctypes.byref(size), ctypes.byref(names)))
    for name in sorted({names[i].decode() for i in range(size.value)}):
        if "_backward_" in name or name == "reset_arrays":  # these crash where nothing but parameters is there
            continue
        handle = OpHandle()
        check_call(_LIB.NNGetOpHandle(name.encode(), ctypes.byref(handle)))
        yield name, handle, parameters(handle)


def parameters(handle):
    text = [ctypes.c_char_p() for _ in range(4)]
    num = mx_uint()
    lists = [ctypes.POINTER(ctypes.c_char_p)() for _ in range(3)]
    check_call(_LIB.MXSymbolGetAtomicSymbolInfo(
        handle, *map(ctypes.byref, (text[0], text[1], num, *lists, text[2], text[3]))))
    names, types, _ = lists
    return {names[i].decode(): types[i].decode() for i in range(num.value)
            if not re.match("NDArray|Symbol", types[i].decode())}


def value_of(kind, integer, real, truth):
    """A value for a parameter of this type, made of these three numbers; a text or None where it takes no number."""
    if kind.startswith("{"):
        return kind.split("'")[1]
    if kind.startswith("Shape"):
        return (integer(2), integer(1))
    if "tuple of" in kind:
        number = real if "float" in kind or "double" in kind else integer
        return (number(1), number(2))
    for start, value in (("int", integer(1)), ("long", integer(1)), ("float", real(0.5)), ("double", real(0.5)),
                         ("boolean", truth(True))):
        if kind.startswith(start):
            return value
    return None


def made(handle, parameters):
    """The parameters of an operator as it has read them, or what it says of them."""
    symbol = SymbolHandle()
    status = _LIB.MXSymbolCreateAtomicSymbol(handle, mx_uint(len(parameters)), c_str_array(parameters), c_str_array(
        [mx._ctypes.symbol.str(value) for value in parameters.values()]), ctypes.byref(symbol))
    return mx.sym.Symbol(symbol).list_attr() if status == 0 else str(get_last_ffi_error())


def test_each_parameter_of_each_operator():
    compared = 0
    for name, handle, kinds in operators():
        required = {key: value_of(kind, int, float, bool) for key, kind in kinds.items() if kind.endswith("required")}
        for key, kind in kinds.items():
            plain = value_of(kind, int, float, bool)
            if plain is None or isinstance(plain, str):
                continue
            read, of_numpy = (made(handle, {**required, key: value})
                              for value in (plain, value_of(kind, np.int64, np.float32, np.bool_)))
            assert of_numpy == read, (name, key, kind)
            compared += isinstance(read, dict)
    assert compared > 1000
