"""Training a hybridized network on an `ArrayLoader` as one graph.

The graph holds network, loss and gradients, so a minibatch costs Python ten calls where the loop in training/loop.py
needs a hundred. It has the operators that the loop calls one by one, so both give the same numbers to the last bit.
"""
import ctypes

import numpy as np
from mxnet import cpu, gluon, name, nd, sym
from mxnet.base import _LIB, c_handle_array, c_str, c_str_array, check_call
from mxnet.gluon.parameter import DeferredInitializationError
from mxnet.optimizer import SGD

from d2lmx.data.loader import ArrayLoader
from d2lmx.runtime import memory, threads

# Names that no parameter has.
FEATURES, LABELS, ROWS = "d2lmx_X", "d2lmx_y", "d2lmx_rows"


def graph_of(net, loss, step, train_iter, num_threads=None):
    """Compile this training step into a `Graph`, or return None.

    That takes a hybridized `net`, a `loss` that is hybridized or one of Gluon's own, the `step` of a `gluon.Trainer`
    whose parameters are all in them, and arrays of one dtype on the CPU.
    """
    trainer = getattr(step, "__self__", None)
    if not (type(trainer) is gluon.Trainer and step == trainer.step and type(train_iter) is ArrayLoader
            and train_iter.X.context == cpu() and _is_hybridized(net) and _is_hybridized(loss)):
        return None
    if net._cached_op is None:
        net._build_cache(train_iter.X[:1])  # as its first call does: finds open shapes, and computes nothing
    of_net, of_loss = dict(net.collect_params()), dict(loss.collect_params())
    if any(of_loss.get(name, param) is not param for name, param in of_net.items()):
        return None  # The graph would take parameters of one name for one.
    params = {**of_net, **of_loss}
    trained = [param for param in trainer._params if param.grad_req != "null"]
    if hasattr(trainer, "_amp_loss_scaler") or not all(
            _is_plain(param, train_iter.X.dtype) for param in [*params.values(), *trained]):
        return None
    if not trainer._kv_initialized:
        trainer._init_kvstore()
    if trainer._kvstore:
        return None
    graph = Graph(net, loss, trainer, params, train_iter, num_threads)
    return graph if {param.name for param in trained} <= set(graph.symbol.list_arguments()) else None


def _is_hybridized(block):
    return (isinstance(block, gluon.HybridBlock) and type(block).forward is gluon.HybridBlock.forward
            and type(block).__call__ is gluon.HybridBlock.__call__
            and (block._active or type(block).__module__ == gluon.loss.__name__)
            and not block._forward_hooks and not block._forward_pre_hooks)


def _is_plain(param, dtype):
    return (param._data is not None and param.list_ctx() == [cpu()] and param.grad_req in ("write", "null")
            and np.dtype(param.dtype) == dtype and param._stype == param._grad_stype == "default")


class Graph:
    """The graph of a minibatch of each size that comes up, bound to the arrays of the parameters.

    For wide layers the engine computes with all cores, and the graph gathers the rows. For narrow ones it has one
    thread, and the thread that runs Python gathers them meanwhile.

    Attributes
    ----------
    num_threads : int or None
        As passed, else what suits the network; see `threads.threads_for`.
    """

    def __init__(self, net, loss, trainer, params, loader, num_threads):
        self._net, self._loss, self._loader, self._trainer = net, loss, loader, trainer
        self._y = loader.y.astype(loader.X.dtype, copy=False)  # losses of regression want it so, others take it
        self._params = params
        self._indices = [index for index, param in enumerate(trainer._params) if param.grad_req == "write"]
        self._weights = [trainer._params[index].data() for index in self._indices]
        self._grads = [trainer._params[index].grad() for index in self._indices]
        self.num_threads = num_threads or threads.threads_for(self._weights, loader.batch_size, threads.WIDE_IN_GRAPH)
        self._gathers = self.num_threads != 1
        self.symbol = self._trace()
        self._made_of = self._parts()
        self._minibatches, self._sgd_updates = {}, {}

    def _trace(self):
        X, y = sym.var(FEATURES), sym.var(LABELS)
        if self._gathers:
            X, y = (sym.take(array, sym.var(ROWS)) for array in (X, y))
        y_hat = _apply(self._net, X)
        return sym.Group([_apply(self._loss, y_hat, y), sym.BlockGrad(y_hat)])

    def _parts(self):
        """What the graph is made of, and what can be changed between epochs."""
        if self._loss._active:
            loss = self._loss._cached_graph
        else:
            with name.NameManager():  # the same names each time
                loss = self._loss(sym.var(FEATURES), sym.var(LABELS)).tojson()
        params = {**self._net.collect_params(), **self._loss.collect_params()}
        return [self._net._cached_graph, loss, self._loader.X, self._loader.y, *_arrays(params)]

    def holds(self):
        """Whether all that it is made of is as it was, so that it computes what the loop would."""
        if not (_is_hybridized(self._net) and _is_hybridized(self._loss)):
            return False
        try:
            parts = self._parts()
        except DeferredInitializationError:  # a new layer has no arrays yet
            return False
        return len(parts) == len(self._made_of) and all(
            one is other or (isinstance(one, str) and one == other)
            for one, other in zip(parts, self._made_of))

    def updates(self):
        """Update the parameters by each minibatch of an epoch; gives n, predictions, labels and losses of each."""
        self._make_states()
        for n, y, inputs in self._inputs():
            if n not in self._minibatches:
                self._minibatches[n] = self._bind(n)
            y_hat, batch_loss = self._minibatches[n](*inputs)
            self._update(n)
            yield n, y_hat, y, batch_loss

    def _inputs(self):
        """Of each minibatch the number of examples, their labels, and the inputs of the graph."""
        order, batch_size = self._loader.next_order(), self._loader.batch_size
        if not self._gathers:
            for X, y in self._loader.gathered(order, memory.gather, self._y):
                yield len(y), y, (X, y)
            return
        order, num_examples = nd.array(order, dtype="int32"), len(order)
        y = self._y.take(order)
        for start in range(0, num_examples, batch_size):
            stop = min(start + batch_size, num_examples)
            yield stop - start, y[start:stop], (order[start:stop],)

    def _bind(self, n):
        """A function from the inputs for n examples to predictions and losses, which also computes the gradients."""
        values = {name: param.data() for name, param in self._params.items()}
        grads = {name: param.grad() for name, param in self._params.items() if param.grad_req == "write"}
        X, y = self._loader.X, self._y
        if self._gathers:
            inputs, fixed = {ROWS: nd.zeros(n, dtype="int32")}, {FEATURES: X, LABELS: y}
        else:
            inputs, fixed = {name: nd.zeros((n, *array.shape[1:]), dtype=array.dtype)
                             for name, array in ((FEATURES, X), (LABELS, y))}, {}
        with threads.variables_set(MXNET_SUBGRAPH_VERBOSE="0"):  # else it logs what it would do for inference
            executor = self.symbol.bind(cpu(), {**values, **inputs, **fixed}, grads, dict.fromkeys(grads, "write"),
                                        {name: values[name] for name in self.symbol.list_auxiliary_states()})
        batch_loss, y_hat = executor.outputs
        heads = [nd.ones_like(batch_loss), nd.zeros_like(y_hat)]  # the gradients are of the sum of the losses
        head_handles = c_handle_array(heads)
        setters = [Call("_copy", [array], array) for array in inputs.values()]
        # Copies, for the executor's own arrays are those of its next minibatch too.
        get_predictions, get_losses = Call("_copy", [y_hat]), Call("_copy", [batch_loss])

        def minibatch(*values):
            for set_input, value in zip(setters, values):
                set_input(value)
            # executor.forward and .backward would look up outputs and handles each time.
            check_call(_LIB.MXExecutorForward(executor.handle, 1))
            check_call(_LIB.MXExecutorBackwardEx(executor.handle, len(heads), head_handles, 1))
            return get_predictions(), get_losses()

        return minibatch

    def _make_states(self):
        """The optimiser's states, as the first step makes them: of SGD none, where it has no momentum at that time."""
        updater, optimizer = self._trainer._updaters[0], self._trainer._optimizer
        for index, weight in zip(self._indices, self._weights):
            if index not in updater.states:
                updater.states[index] = optimizer.create_state_multi_precision(index, weight)
                updater.states_synced[index] = True
        self._is_plain_sgd = type(optimizer) is SGD and not (
            optimizer.momentum or any(updater.states[index] is not None for index in self._indices)
            or optimizer.clip_gradient or any(optimizer._get_wds(self._indices)))

    def _update(self, n):
        """Do what `trainer.step(n)` does, without looking up again each time what stays as it is."""
        optimizer = self._trainer._optimizer
        optimizer.rescale_grad = self._trainer._scale / n
        if self._is_plain_sgd:
            optimizer._update_count(self._indices)
            for index, lr in enumerate(optimizer._get_lrs(self._indices)):
                self._sgd_update(index, lr, optimizer.rescale_grad)
        else:
            self._trainer._updaters[0](self._indices, self._grads, self._weights)

    def _sgd_update(self, index, lr, rescale_grad):
        before, update = self._sgd_updates.get((index, rescale_grad), (None, None))
        if lr != before:
            weight = self._weights[index]
            update = Call("sgd_update", [weight, self._grads[index]], weight, lr=lr, rescale_grad=rescale_grad)
            self._sgd_updates[index, rescale_grad] = lr, update
        update()


def _apply(block, *inputs):
    """What a block makes of symbols: by the graph that it keeps, if hybridized, since its calls do the same."""
    if not block._active:
        return block(*inputs)
    data, output = block._get_graph(*inputs)
    return output(**{one.name: value for one, value in zip(data, inputs)})


def _arrays(params):
    return [array for param in params.values()
            for array in (param.data(), param.grad() if param.grad_req == "write" else None)]


class Call:
    """A call of an operator whose arguments, but for the first, are the same each time: they are looked up once.

    Parameters
    ----------
    operator : str
    inputs : list of NDArray
    output : NDArray, optional
        Array to write to; without it, each call makes a new one.
    attributes
        Of the operator.
    """

    def __init__(self, operator, inputs, output=None, **attributes):
        self._operator = ctypes.c_void_p()
        check_call(_LIB.NNGetOpHandle(c_str(operator), ctypes.byref(self._operator)))
        self._kept_alive, self._output = inputs, output
        self._inputs, self._num_inputs = c_handle_array(inputs), ctypes.c_int(len(inputs))
        self._attributes = (ctypes.c_int(len(attributes)), c_str_array(attributes),
                            c_str_array([str(value) for value in attributes.values()]))

    def __call__(self, first=None):
        if first is not None:
            self._inputs[0] = first.handle
        outputs, storage_types = ctypes.POINTER(ctypes.c_void_p)(), ctypes.POINTER(ctypes.c_int)()
        if self._output is not None:
            outputs = ctypes.pointer(self._output.handle)
        check_call(_LIB.MXImperativeInvokeEx(
            self._operator, self._num_inputs, self._inputs, ctypes.byref(ctypes.c_int(self._output is not None)),
            ctypes.byref(outputs), *self._attributes, ctypes.byref(storage_types)))
        return nd.NDArray(ctypes.c_void_p(outputs[0])) if self._output is None else self._output
