"""What to say where MXNet cannot be used: why, and what to type."""
import sys

SUPPORTED_PYTHON = ((3, 9), (3, 14))
SYSTEM_LIBRARIES = {"libgomp.so.1": "libgomp1", "libquadmath.so.0": "libquadmath0"}  # with their packages in Debian


def unsupported_platform():
    """Why MXNet 1.9.1 cannot run on this platform and what to do, or None where it can."""
    import platform

    system, machine = platform.system(), platform.machine().lower()
    if (system, machine) in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")}:
        if system == "Linux" and platform.libc_ver()[0] != "glibc":
            return "MXNet 1.9.1 has no build for Linux without glibc (Alpine): use Debian, such as python:3.11-slim."
        return None
    remedy = {
        "Windows": "use WSL 2 (type: wsl --install), and install there",
        "Darwin": "use a Linux container or virtual machine, or an Intel (Rosetta) build of Python",
    }.get(system, "use Linux on x86_64 or aarch64")
    return f"MXNet 1.9.1 has no build for {system} on {machine}: {remedy}."


def unsupported_python():
    """Why this Python is not supported and what to do, or None where it is."""
    low, high = SUPPORTED_PYTHON
    if low <= sys.version_info[:2] <= high:
        return None
    return "d2lmx supports Python {}.{} to {}.{}, this is {}.{}: install one of those.".format(
        *low, *high, *sys.version_info[:2])


def missing_system_libraries():
    """The system libraries that MXNet needs and this machine lacks: a list of file names."""
    import platform

    if platform.system() != "Linux":
        return []
    # Only the build for x86_64 comes with a libgfortran, which needs libquadmath.
    needed = SYSTEM_LIBRARIES if platform.machine().lower() == "x86_64" else ["libgomp.so.1"]
    return [library for library in needed if not _loads(library)]


def _loads(library):
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def machine_problem():
    """Why MXNet cannot run on this machine with this Python and what to do, or None where it can."""
    missing = missing_system_libraries()
    return unsupported_platform() or unsupported_python() or (how_to_get(missing) if missing else None)


def how_to_get(libraries):
    """What to say where these system libraries are missing."""
    return (f"MXNet needs {' and '.join(libraries)}, which this system lacks. Type:\n"
            f"    sudo apt-get install {' '.join(SYSTEM_LIBRARIES[library] for library in libraries)}\n"
            f"(on Fedora: sudo dnf install {' '.join(library.partition('.')[0] for library in libraries)})")


def how_to_install():
    """What to say where MXNet is not installed."""
    return machine_problem() or "MXNet is not installed. Type:\n    python -m d2lmx setup"


def how_to_complete(module):
    """What to say where MXNet is installed without `module`, which it imports."""
    return f"MXNet needs {module.partition('.')[0]}, which is not installed. Type:\n    python -m d2lmx setup"


def how_to_load(error):
    """What to say where MXNet is installed and its library does not load; `error` is the OSError of the loader."""
    return machine_problem() or (
        f"MXNet's library does not load ({error}). Reinstall it:\n"
        f"    python -m pip install --force-reinstall --no-deps mxnet==1.9.1")
