"""`python -m d2lmx setup`: complete an environment, so that MXNet works in it."""
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from d2lmx.runtime import environment, site_hook
from d2lmx.runtime.compat import messages

MXNET = "mxnet==1.9.1"
ROOT = Path(__file__).parents[2]


def complete(wheel=None):
    """Install what d2lmx requires and MXNet, and switch the import hook on; what is there already stays.

    Parameters
    ----------
    wheel : path, optional
        MXNet's wheel, where it is at hand; else it is downloaded.

    Raises
    ------
    RuntimeError
        Where MXNet cannot run on this machine, or an installation failed; it says what to do.
    PermissionError
        The environment's site-packages cannot be written.
    """
    problem = messages.machine_problem()
    if problem:
        raise RuntimeError(problem)
    install(*requirements())
    if environment.versions()["mxnet"] != MXNET.partition("==")[2]:
        install("--no-deps", str(wheel or MXNET))  # pip knows no other way around MXNet's own numpy<2
    site_hook.enable()


def requirements():
    """What d2lmx requires, as arguments of pip: d2lmx itself where it runs from a folder without being installed."""
    try:
        required = importlib.metadata.requires("d2lmx")
    except importlib.metadata.PackageNotFoundError:
        return ["-e", str(ROOT)]
    # An extra's requirements carry a condition on `extra`; MXNet comes by itself.
    return [one for one in required if "extra ==" not in one and not one.startswith("mxnet")]


def install(*arguments):
    """Install into the running environment with pip or, where it has none, with uv."""
    done = subprocess.run([*installer(), "--quiet", *arguments])
    if done.returncode:
        raise RuntimeError(f"The installation of {arguments[-1]} failed: see above.")


def installer():
    """The command that installs into the running environment."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", sys.executable]
    raise RuntimeError("This environment has no pip, and uv was not found. Type:\n    python -m ensurepip")
