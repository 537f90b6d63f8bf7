"""Softmax regression: sections 3.4 to 3.7.

    python -m solutions.softmax_regression
"""
import time

import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon.data import ArrayDataset, DataLoader, vision
from mxnet.gluon.data.vision import transforms

import d2lmx as d2l
from chapters import softmax_regression
from solutions import show


def maximum_likelihood(n=20):
    """3.4.1 What does minimising the cross-entropy have to do with maximum likelihood?

    It is the same. The likelihood is the product of the probabilities that the model gives to the labels, and minus its
    logarithm is the sum of the cross-entropies. So the parameters with the least cross-entropy have the largest
    likelihood. Take a model without inputs: its best logits are the logarithms of the frequencies of the classes, and
    others have more cross-entropy. One takes the logarithm because a product of many probabilities rounds to 0, in
    float64 too.
    """
    d2l.seed_all(0)
    o, y = nd.random.normal(shape=(n, 3), dtype="float64"), nd.array([0, 0, 0, 1, 2] * (n // 5))
    log_frequencies = nd.array([[0.6, 0.2, 0.2]], dtype="float64").log()
    moves = 0.1 * nd.concat(nd.eye(3), -nd.eye(3), dim=0).astype("float64").expand_dims(1)   # one logit, up or down
    sums = [softmax_regression.cross_entropy((log_frequencies + move).repeat(n, axis=0), y).sum().asscalar()
            for move in (nd.zeros_like(moves[0]), *moves)]
    return {"likelihood": np.prod(softmax_regression.softmax(o).pick(y).asnumpy()),
            "exp(-sum of cross-entropies)": np.exp(-softmax_regression.cross_entropy(o, y).sum().asscalar()),
            "cross-entropy of the frequencies": sums[0], "of others": sums[1:],
            "product of 0.1, 1000 times": np.prod(np.full(1000, 0.1))}


def synthetic_images(n):
    """Noise in the shape of Fashion-MNIST: bytes (n, 28, 28, 1), and classes (n,)."""
    d2l.seed_all(0)
    X = nd.random.uniform(0, 256, shape=(n, 28, 28, 1)).astype("uint8")
    return X, nd.arange(n).astype("int32") % 10


def read(data_iter):
    """Read all minibatches once: how many there are, how many examples, and the seconds it takes."""
    nd.waitall()
    started = time.perf_counter()
    lengths = [len(y) for _, y in data_iter]
    nd.waitall()
    return {"batches": len(lengths), "examples": sum(lengths), "seconds": time.perf_counter() - started}


def batch_of_one(n=1000):
    """3.5.1 Does it take longer to read the data where the batch size is 1?

    Yes, several times as long. Each minibatch costs time of its own, to put its examples together and to hand it over,
    however few they are, and with 1 there are as many minibatches as examples. The same is true of a loader that only
    slices arrays.
    """
    X, y = synthetic_images(n)
    images, found = ArrayDataset(X, y).transform_first(transforms.ToTensor()), {}
    for batch_size in (1, 256):
        found["Gluon", batch_size] = read(DataLoader(images, batch_size))
        found["d2lmx", batch_size] = read(d2l.ArrayLoader(X.astype("float32") / 255, y, batch_size))
    return found


def prepare_slowly(image):
    """What takes a millisecond more for each image than ToTensor."""
    time.sleep(0.001)
    return transforms.ToTensor()(image)


def workers(n=200, batch_size=20):
    """3.5.2 How do workers, processes beside the program, change the time it takes to read the data?

    They give the same minibatches. They save time where it takes long to prepare an example, as with photographs that
    are decoded, cut and coloured. With small images the way between the processes can cost more than they save. The
    loader of d2lmx needs none: the images are in one array, numbers from 0 to 1 already, and a minibatch is some of its
    rows.
    """
    X, y = synthetic_images(n)
    numbers = X.transpose((0, 3, 1, 2)).astype("float32") / 255      # (n, 1, 28, 28)
    loaders = {"d2lmx": d2l.ArrayLoader(numbers, y, batch_size, shuffle=False)}
    for name, prepare in (("quick", transforms.ToTensor()), ("slow", prepare_slowly)):
        for num_workers in (0, 2):
            images = ArrayDataset(X, y).transform_first(prepare)
            loaders[name, num_workers] = DataLoader(images, batch_size, num_workers=num_workers)
    batches = {name: nd.concat(*[images.as_in_context(X.context) for images, _ in loader], dim=0).asnumpy()
               for name, loader in loaders.items()}
    return {**{name: read(loader) for name, loader in loaders.items()},
            "largest difference": max(abs(one - batches["d2lmx"]).max() for one in batches.values())}


def data_sets():
    """3.5.3 Which other data sets does Gluon have?

    `mxnet.gluon.data.vision` has MNIST (handwritten digits), CIFAR10 and CIFAR100 (colour photographs in 10 and 100
    classes). ImageFolderDataset and ImageRecordDataset read images of one's own, from folders named by class, or from a
    record file.
    """
    return sorted(name for name, one in vars(vision).items() if isinstance(one, type) and hasattr(one, "__getitem__"))


def other_transforms():
    """3.5.4 Which other transforms does Gluon have?

    `mxnet.gluon.data.vision.transforms` has some that prepare each image in the same way, such as Resize, CenterCrop
    and Normalize. Others, whose names begin with Random, vary the images of the training set: they flip, cut, rotate or
    colour them. Compose joins several. Normalize subtracts a mean and divides by a standard deviation; it comes after
    ToTensor, which makes float32 from 0 to 1 of bytes and puts the channel first.
    """
    image, scale = synthetic_images(1)[0][0], transforms.ToTensor()
    made = {"as it is": image, "Resize(14)": transforms.Resize(14)(image),
            "CenterCrop(20)": transforms.CenterCrop(20)(image), "ToTensor()": scale(image),
            "and Normalize(0.5, 0.5)": transforms.Compose([scale, transforms.Normalize(0.5, 0.5)])(image)}
    names = [name for name, one in vars(transforms).items()
             if isinstance(one, type) and one.__module__ == transforms.__name__]
    return {"names": sorted(names), **{name: {
        "shape": one.shape, "dtype": np.dtype(one.dtype).name, "least": float(one.min().asscalar()),
        "largest": float(one.max().asscalar())} for name, one in made.items()}}


def softmax_by_definition(o):
    """exp(o) divided by its sum in each row, as the formula stands."""
    exp = o.exp()
    return exp / exp.sum(axis=1, keepdims=True)


# Rows of logits that are ordinary, too large and too small for exp in float32.
LOGITS = [[1, 2], [50, 49], [1000, 999], [-1000, -999]]


def overflow():
    """3.6.1 What goes wrong with softmax as the formula stands?

    exp(50) is 5e21 already, and in float32 exp overflows at 89. Then inf / inf is NaN, although the probabilities of
    the logits 1000 and 999 are those of 1 and 0. Where all logits are far below 0, all exp round to 0, and 0 / 0 is NaN
    as well.
    """
    return {"exp of 50, 88, 89": nd.array([50, 88, 89]).exp().asnumpy(),
            "softmax": softmax_by_definition(nd.array(LOGITS)).asnumpy()}


def loss_and_gradient(loss, o, y):
    """The loss of logits o (n, num_outputs) and classes y (n,), and its gradient with respect to o."""
    o.attach_grad()
    with autograd.record():
        value = loss(o, y)
    value.backward()
    return {"loss": value.asnumpy(), "gradient": o.grad.asnumpy()}


def cross_entropy_by_definition(o, y):
    """-log of the probability of the class, as the formula stands, and softmax without overflow."""
    return -softmax_regression.softmax(o).pick(y).log()


def logarithm_of_zero():
    """3.6.2 What goes wrong with cross-entropy as the formula stands?

    The logarithm is defined above 0 only, but a probability can round to 0. Of the logits 0 and 200 the first has the
    probability exp(-200), which float32 does not hold. The loss is then inf in the place of 200, and the gradient NaN:
    after one update so is the network. An example that is wrong with much confidence is enough.
    """
    return loss_and_gradient(cross_entropy_by_definition, nd.array([[0, 200]]), nd.array([0]))


def remedies():
    """3.6.3 How are the two repaired?

    Subtract the largest logit of the row first, which changes no probability: exp is then at most 1, and the sum at
    least 1, so nothing overflows and no 0 / 0 is left. And do not take the logarithm of a probability: it is
    o - log(sum(exp(o))), with the same shift. So does our lesson, and so does Gluon's loss. The loss is then 200, and
    the gradient is softmax(o) minus 1 at the class.
    """
    o, y = nd.array([[0, 200]]), nd.array([0])
    return {"softmax": softmax_regression.softmax(nd.array(LOGITS)).asnumpy(),
            "lesson": loss_and_gradient(softmax_regression.cross_entropy, o, y),
            "Gluon": loss_and_gradient(gloss.SoftmaxCrossEntropyLoss(), o, y)}


def train(data, lr, batch_size, num_epochs=10):
    """The history of softmax regression on `data` with Gluon."""
    return softmax_regression.run(data, num_epochs, batch_size, lr, implementations=["gluon"])["gluon"].history


def hyperparameters(rates=(0.01, 0.1, 1, 10), batch_sizes=(16, 256)):
    """3.7.1 What do other learning rates, batch sizes and numbers of epochs do?

    A small rate with large minibatches learns least, because its steps are few and short. On the digits a rate of 1
    with minibatches of 16 is the best of these, or near it. Ten epochs are better than one. At a rate of 10 the loss of
    the first epoch is far above ln 10 = 2.3, which is that of guessing, but it recovers. One chooses by examples held
    out of the training set; the test set is for the chosen values alone.
    """
    digits, found = d2l.load_digits(), {}
    held_out = digits._replace(train=tuple(array[:1100] for array in digits.train),
                               test=tuple(array[1100:] for array in digits.train))
    for lr in rates:
        for batch_size in batch_sizes:
            first, *_, last = train(held_out, lr, batch_size)
            found[lr, batch_size] = {"first loss": first["loss"], "first accuracy": first["test_acc"],
                                     "last accuracy": last["test_acc"]}
    best = max(found, key=lambda values: found[values]["last accuracy"])
    return {**found, "best": best, "test accuracy of the best": train(digits, *best)[-1]["test_acc"]}


if __name__ == "__main__":
    show(globals())
