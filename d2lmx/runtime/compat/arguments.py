"""NumPy's numbers as arguments of MXNet's operators.

MXNet hands an operator its parameters as text, by `str`. From NumPy 2 on a tuple's text names the types of the NumPy
numbers in it, ``(np.int64(3), 2)``, which the operator cannot read. So where MXNet calls `str`, it gets `as_text`.
"""


def as_text(value, str=str):
    """The text of a parameter as NumPy 1 wrote it: ``(3, 2)`` for ``(np.int64(3), 2)``."""
    text = str(value)
    return text if "np." not in text and "array(" not in text else _plain_text(value, str)


def _plain_text(value, write):
    """The text of `value`; `write` is `str` for the whole and `repr` for an item of a tuple or list."""
    import numpy

    if isinstance(value, numpy.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, str):
        return write(str(value))
    if isinstance(value, numpy.generic):
        return str(value)
    if isinstance(value, (tuple, list)):
        items = ", ".join(_plain_text(item, repr) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"({items},)" if len(value) == 1 else f"({items})"
    return write(value)


class Text:
    """Stands for `str` in a module that also asks ``isinstance(value, str)``."""

    def __call__(self, value):
        return as_text(value)

    def __instancecheck__(self, value):
        return isinstance(value, str)
