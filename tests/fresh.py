"""Fresh interpreters: what an import does can be seen once per process."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The environment's own hook, which `make install` switches on, would hide what is tested.
WITHOUT_HOOK = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "MXNetFinder"]
"""


def run(command, **environ):
    """Run a command to its end and return it with its text; `environ` adds to the environment, None takes away."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL, env={k: str(v) for k, v in environ.items() if v is not None})


def python(code, *options, **environ):
    """Run code in a fresh interpreter without the hook, and return what it prints; it must not fail."""
    done = run([sys.executable, *options, "-c", WITHOUT_HOOK + code], **environ)
    assert done.returncode == 0, done.stderr
    return done.stdout
