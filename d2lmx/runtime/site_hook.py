"""The import hook: a plain ``import mxnet`` that works, in any order, with or without d2lmx.

It is a copy of the package compat in the site-packages of the running environment, and a .pth file with the line that
Python runs at each start to install it.
"""
import compileall
import contextlib
import shutil
import sysconfig
from pathlib import Path

from d2lmx.files import atomic_path
from d2lmx.runtime import compat

# It runs at each start of Python, so it stays silent where the copy is gone. (`\n` is two characters here: one line.)
PTH_LINE = r"""import sys; exec("try:\n import _d2lmx_mxnet as m\nexcept ImportError: pass\nelse: m.install()")"""


def enable():
    """Switch the hook on for this environment, or bring it up to date; it acts from the next start of Python.

    Raises
    ------
    PermissionError
        The environment's site-packages cannot be written.
    """
    with _clear_error():
        for path, content in _contents().items():  # the .pth file last, when what it imports is there
            with atomic_path(path) as temporary:
                temporary.write_bytes(content)
        compileall.compile_dir(_copy(), quiet=2)  # else a Python told to write no bytecode compiles at each start


def disable():
    """Switch the hook off for this environment, from the next start of Python; where it is off, change nothing.

    Raises
    ------
    PermissionError
        The environment's site-packages cannot be written.
    """
    with _clear_error():
        (site_packages() / "d2lmx-mxnet.pth").unlink(missing_ok=True)
        if _copy().exists():
            shutil.rmtree(_copy())


def status():
    """Whether the hook is there.

    Returns
    -------
    {"on", "off", "stale"}
        "stale": the files are not those of this version of d2lmx, or one is missing; `enable` brings them up to date.
    """
    found = [path.read_bytes() if path.is_file() else None for path in _contents()]
    if found == list(_contents().values()):
        return "on"
    return "stale" if any(content is not None for content in found) else "off"


def site_packages():
    """The folder of the running environment that the hook's files go to, a Path."""
    return Path(sysconfig.get_path("purelib"))


def _copy():
    return site_packages() / "_d2lmx_mxnet"


def _contents():
    sources = sorted(Path(compat.__file__).parent.glob("*.py"))
    return {**{_copy() / source.name: source.read_bytes() for source in sources},
            site_packages() / "d2lmx-mxnet.pth": PTH_LINE.encode() + b"\n"}


@contextlib.contextmanager
def _clear_error():
    try:
        yield
    except OSError as error:
        raise PermissionError(
            f"{site_packages()} cannot be written ({error.strerror}): use a virtual environment (make install), or no "
            "hook, as `import d2lmx` before `import mxnet` does the same.") from error
