"""Validation of arguments, at the public edge: each function gives the value, or an error that names the argument."""
import numbers

LARGEST = 3.4e38  # more than this is infinity in float32


def positive_integer(value, name):
    """`value` as an int, where it is an integer of at least 1; else a TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}: expected an integer of at least 1, got {value!r}")
    if value < 1:
        raise ValueError(f"{name}: expected an integer of at least 1, got {value}")
    return int(value)


def positive_number(value, name):
    """`value` as a float, where it is above 0 and float32 holds it; else a TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: expected a number above 0, got {value!r}")
    if not 0 < value <= LARGEST:
        raise ValueError(f"{name}: expected a number above 0, and at most {LARGEST:g}, got {value}")
    return float(value)


def float_type(dtype):
    """The name "float32" or "float64" of a dtype, which may be NumPy's type; a ValueError for any other."""
    name = getattr(dtype, "__name__", str(dtype))
    if name not in ("float32", "float64"):
        raise ValueError(f"dtype: expected 'float32' or 'float64', got {dtype!r}")
    return name


def drop_probabilities(values, num_layers):
    """`values`, where they are a number from 0 to below 1 for each hidden layer; else a ValueError."""
    if len(values) != num_layers or not all(0 <= value < 1 for value in values):
        raise ValueError(f"drop_probs: expected a number from 0 to below 1 for each of the {num_layers} hidden layers, "
                         f"got {', '.join(f'{value:g}' for value in values)}")
    return values
