"""Files that are there whole or not at all."""
import contextlib
import os
import tempfile
from pathlib import Path


@contextlib.contextmanager
def atomic_path(path):
    """A temporary path beside `path` that takes its place when the block ends without an error.

    Parameters
    ----------
    path : str or Path
        Its folder is made where it is missing.

    Yields
    ------
    Path
        An empty file with the same suffix, to be written by the block.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes files that their owner alone can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
