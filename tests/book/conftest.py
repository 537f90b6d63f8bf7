import numpy as np
import pytest
from mxnet import nd

from d2lmx.book import images
from d2lmx.data.fashion_mnist import LABELS
from d2lmx.data.images import ImageData


@pytest.fixture
def small(monkeypatch):
    """Fashion-MNIST of 70 and 30 images, which the book's functions find."""
    draw = np.random.RandomState(0)
    train, test = ((nd.array(draw.randint(0, 256, (n, 1, 28, 28)).astype("float32") / 255),
                    nd.array(draw.randint(0, 10, n), dtype="int32")) for n in (70, 30))
    data = ImageData("fashion-mnist", train, test, LABELS)
    monkeypatch.setattr(images, "load_fashion_mnist", lambda root: data)
    return data
