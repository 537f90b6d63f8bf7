"""Loaders and training utilities for *Dive into Deep Learning*, first edition, on MXNet Gluon.

``import d2lmx as d2l`` makes ``import mxnet`` work on today's Python and NumPy. The public names stand in
``__init__.pyi``, where editors find them. Each is loaded when it is first used, so that importing d2lmx is quick and
``python -m d2lmx`` can report on a machine where MXNet does not load.
"""
import importlib
import re
from pathlib import Path

from d2lmx.runtime import compat, threads

__version__ = "0.3.0"

_STUB = Path(__file__).with_suffix(".pyi").read_text("utf-8")
_MODULE_OF = {name: module for module, name in re.findall(r"^from (\S+) import (\w+) as", _STUB, re.M)}
__all__ = list(_MODULE_OF)

compat.install(threads.importing)


def __getattr__(name):
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'd2lmx' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_MODULE_OF[name]), name)
    return value


def __dir__():
    return sorted({*globals(), *__all__})
