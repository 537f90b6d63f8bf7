"""The limit: the matrix products of an epoch alone, at their exact shapes, and one read of the inputs."""
import time

from benchmarks.worker import repeat


def layer_products(sizes, num_examples, batch_size, num_test=0, test_batch=2048):
    """The products of one epoch of a network with layers of `sizes`, inputs first.

    Returns
    -------
    list of (str, int, int, int, int)
        Kind, rows, inputs and outputs of the layer, and how often: "forward" is XW, "weights" the gradient of W, and
        "inputs" that of X, which the first layer does without.
    """
    products = []
    for rows, count in ((batch_size, num_examples // batch_size), (num_examples % batch_size, 1)):
        for index, (num_inputs, num_outputs) in enumerate(zip(sizes, sizes[1:])):
            for kind in ("forward", "weights", "inputs")[:3 if index else 2]:
                products.append((kind, rows, num_inputs, num_outputs, count))
    for rows, count in ((test_batch, num_test // test_batch), (num_test % test_batch, 1)):
        products += [("forward", rows, *layer, count) for layer in zip(sizes, sizes[1:])]
    return [product for product in products if product[1] and product[-1]]


def build(library, networks):
    """What `library` takes for the products of each of `networks`, a list of dicts of `layer_products`' arguments.

    An epoch gives under "products" the seconds of each product of each network, under "reads" those of one read.
    """
    array, product, finish, read = {"mxnet": _mxnet, "pytorch": _pytorch, "numpy": _numpy}[library]()
    inputs = {(network["num_examples"] + network.get("num_test", 0), network["sizes"][0]) for network in networks}
    inputs = {shape: array(*shape) for shape in inputs}

    def run(kind, rows, num_inputs, num_outputs, count):
        X, W, delta = array(rows, num_inputs), array(num_outputs, num_inputs), array(rows, num_outputs)
        finish(product(kind, X, W, delta))
        started = time.perf_counter()
        for _ in range(count):
            result = product(kind, X, W, delta)
        finish(result)
        return time.perf_counter() - started

    def read_all(network):
        X = inputs[network["num_examples"] + network.get("num_test", 0), network["sizes"][0]]
        started = time.perf_counter()
        finish(read(X))
        return time.perf_counter() - started

    def epoch():
        return {"products": [[run(*one) for one in layer_products(**network)] for network in networks],
                "reads": [read_all(network) for network in networks]}

    return repeat(epoch)


def limits(networks, results):
    """Seconds of each network at the least: of each product the fastest library's median, and the fastest read.

    Parameters
    ----------
    networks : list of dict
    results : list of list of dict
        Of each library the results of its rounds.
    """
    def fastest(pick):
        return min(sorted(pick(one) for one in rounds)[len(rounds) // 2] for rounds in results)

    return [sum(fastest(lambda one, i=i, j=j: one["products"][i][j]) for j in range(len(layer_products(**network))))
            + fastest(lambda one, i=i: one["reads"][i]) for i, network in enumerate(networks)]


def _mxnet():
    from mxnet import nd

    def product(kind, X, W, delta):
        if kind == "forward":
            return nd.FullyConnected(X, W, num_hidden=W.shape[0], no_bias=True)
        return nd.dot(delta, X, transpose_a=True) if kind == "weights" else nd.dot(delta, W)

    return lambda *shape: nd.random.uniform(shape=shape), product, lambda result: nd.waitall(), lambda X: X.sum()


def _pytorch():
    import torch

    return torch.rand, _product, lambda result: None, lambda X: X.sum()


def _numpy():
    import numpy as np

    generator = np.random.default_rng(0)
    return (lambda *shape: generator.random(shape, dtype=np.float32)), _product, lambda result: None, lambda X: X.sum()


def _product(kind, X, W, delta):
    return {"forward": lambda: X @ W.T, "weights": lambda: delta.T @ X, "inputs": lambda: delta @ W}[kind]()
