"""Validation of arguments, at the public edge: each function gives the value, or an error that names the argument."""
import numbers

SMALLEST, LARGEST = 1.2e-38, 3.4e38  # less than these is 0 in float32, or more infinity
POSITIVE = f"a number above 0, at least {SMALLEST:g} and at most {LARGEST:g}"
SEED = "an integer from 0 to 4294967295"


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
    if not is_positive(value):
        raise ValueError(f"{name}: expected {POSITIVE}, got {value}")
    return float(value)


def is_positive(value):
    """Whether a number is above 0 in float32, and finite."""
    return SMALLEST <= value <= LARGEST


def float_type(dtype):
    """The name "float32" or "float64" of a dtype, which may be NumPy's type; a ValueError for any other."""
    name = getattr(dtype, "__name__", str(dtype))
    if name not in ("float32", "float64"):
        raise ValueError(f"dtype: expected 'float32' or 'float64', got {dtype!r}")
    return name


def seed_number(seed):
    """`seed` as an int, where all generators take it; else a TypeError or ValueError."""
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral):
        raise TypeError(f"seed: expected {SEED}, got {seed!r}")
    if not is_seed(seed):
        raise ValueError(f"seed: expected {SEED}, got {seed}")
    return int(seed)


def is_seed(value):
    """Whether all generators take an integer as seed."""
    return 0 <= value < 2 ** 32


def is_drop_probability(value):
    """Whether a number is from 0 to below 1, in float32 too: what is left is divided by 1 - value."""
    return 0 <= value < 1 - 2 ** -24


def drop_probabilities(values, num_layers):
    """`values`, where they are a number from 0 to below 1 for each hidden layer; else a ValueError."""
    if len(values) != num_layers or not all(map(is_drop_probability, values)):
        raise ValueError(f"drop_probs: expected a number from 0 to below 1 for each of the {num_layers} hidden layers, "
                         f"got {', '.join(f'{value:g}' for value in values)}")
    return values
