"""What the book uses beside its lessons."""
import time
from pathlib import Path


class Benchmark:
    """Print the seconds that a `with` block takes; it does not wait for work that MXNet has queued.

    Parameters
    ----------
    prefix : str, optional
        Printed before the time.
    """

    def __init__(self, prefix=None):
        self.prefix = f"{prefix} " if prefix else ""

    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, *error):
        print(f"{self.prefix}time: {time.perf_counter() - self.start:.4f} sec")


def mkdir_if_not_exist(path):
    """Make a folder, and those it lies in, where they are missing.

    Parameters
    ----------
    path : str or Path, or a list of its parts
    """
    parts = path if isinstance(path, (list, tuple)) else [path]
    Path(*parts).mkdir(parents=True, exist_ok=True)
