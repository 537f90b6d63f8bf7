"""Fashion-MNIST: its four official files, how to get them, and the arrays they hold.

MXNet is imported where NDArrays are made, because some callers need only the files.
"""
import numpy as np

from d2lmx.data.idx import read_idx
from d2lmx.data.storage import DataFiles, File

LABELS = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
FASHION_MNIST = DataFiles(
    folder="fashion-mnist",
    title="Fashion-MNIST",
    hosts=("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
           "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"),
    files={
        "train-images-idx3-ubyte.gz": File(
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26421880, (60000, 28, 28)),
        "train-labels-idx1-ubyte.gz": File(
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29515, (60000,)),
        "t10k-images-idx3-ubyte.gz": File(
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4422102, (10000, 28, 28)),
        "t10k-labels-idx1-ubyte.gz": File(
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5148, (10000,)),
    })


def load_fashion_mnist(root=None):
    """Fashion-MNIST (section 3.5 of the book): 60000 images to train, 10000 to test.

    Without `root` the four official files are read from `$D2LMX_DATA/fashion-mnist` if that has all of them, else from
    the user's cache. Files that the cache lacks are downloaded, from `$D2LMX_MIRROR` where that is set, else from the
    official hosts.

    Parameters
    ----------
    root : str or Path, optional
        Folder whose `fashion-mnist` has the files, or gets the missing ones.

    Returns
    -------
    ImageData
        X of shape (n, 1, 28, 28), each pixel divided by 255.

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        A file is damaged or not the official one, `$D2LMX_DATA/fashion-mnist` lacks some of the four, `root` is not a
        folder, or `$D2LMX_MIRROR` is not a URL.
    """
    from d2lmx.data.images import ImageData

    folder = FASHION_MNIST.get(root)
    train, test = ((_read_images(folder / f"{part}-images-idx3-ubyte.gz"),
                    _read_labels(folder / f"{part}-labels-idx1-ubyte.gz")) for part in ("train", "t10k"))
    return ImageData("fashion-mnist", train, test, LABELS)


def read(path):
    """The array in one of the four files, NumPy array of uint8."""
    return read_idx(path, FASHION_MNIST.files[path.name].shape)


def _read_images(path, rows=1024):
    from mxnet import nd

    pixels = read(path)[:, np.newaxis]
    X = nd.empty(pixels.shape)
    for start in range(0, len(X), rows):
        # Piece by piece into MXNet's memory, because a second copy of all pixels would double the memory needed.
        X[start:start + rows][:] = np.divide(pixels[start:start + rows], 255, dtype="float32")
    return X


def _read_labels(path):
    from mxnet import nd

    y = read(path)
    if y.max() >= len(LABELS):
        raise ValueError(f"{path}: expected labels from 0 to {len(LABELS) - 1}, got {y.max()}; "
                         "put the official file of this name there")
    return nd.array(y, dtype="int32")
