"""The four official files of Fashion-MNIST: where they are, and how to get them."""
from d2lmx.data.storage import find_folder, get_folder

LABELS = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
HOSTS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
)
# By name: sha256, size in bytes, and the shape of the array inside.
FILES = {
    "train-images-idx3-ubyte.gz":
        ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26421880, (60000, 28, 28)),
    "train-labels-idx1-ubyte.gz":
        ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29515, (60000,)),
    "t10k-images-idx3-ubyte.gz":
        ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4422102, (10000, 28, 28)),
    "t10k-labels-idx1-ubyte.gz":
        ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5148, (10000,)),
}


def find_fashion_mnist(root=None):
    """The folder that has the four files of Fashion-MNIST, or None; nothing is downloaded, nor read.

    Parameters
    ----------
    root : str or Path, optional
        See `d2lmx.load_fashion_mnist`.

    Returns
    -------
    Path or None
    """
    return find_folder("fashion-mnist", FILES, root)


def fashion_mnist_folder(root=None):
    """The folder with the four files, those that were missing downloaded.

    What lies in `root` or `$D2LMX_DATA` is the user's own: it is taken as it is, whatever its hash, and not replaced.
    What lies in the cache must have the right hash.

    Parameters
    ----------
    root : str or Path, optional
        See `d2lmx.load_fashion_mnist`.

    Returns
    -------
    Path

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        `$D2LMX_DATA/fashion-mnist` lacks some of the four, `root` is not a folder, or `$D2LMX_MIRROR` is no URL.
    """
    return get_folder("fashion-mnist", "Fashion-MNIST", FILES, HOSTS, root)
