"""Arguments checked at the public edge."""
import numbers

LARGEST = 3.4e38  # more than this is infinity in float32


def positive_integer(value, name):
    """`value` as an int, where it is an integer of at least 1; else a TypeError or ValueError that names `name`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}: expected an integer of at least 1, got {value!r}")
    if value < 1:
        raise ValueError(f"{name}: expected an integer of at least 1, got {value}")
    return int(value)


def positive_number(value, name):
    """`value` as a float, where it is above 0 and float32 holds it; else a TypeError or ValueError naming `name`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: expected a number above 0, got {value!r}")
    if not 0 < value <= LARGEST:
        raise ValueError(f"{name}: expected a number above 0, and at most {LARGEST:g}, got {value}")
    return float(value)
