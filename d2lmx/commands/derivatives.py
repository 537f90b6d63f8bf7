"""One table for the same derivatives computed by hand, by autograd and by central differences."""
from typing import NamedTuple

from d2lmx.commands import results as reporting


class Row(NamedTuple):
    """One derivative at one place, in three ways.

    Attributes
    ----------
    function, at : str
    by_hand, by_autograd, by_differences : float
    """

    function: str
    at: str
    by_hand: float
    by_autograd: float
    by_differences: float


def rows(function, places, by_hand, by_autograd, by_differences):
    """Rows of one function.

    Parameters
    ----------
    function : str
    places : sequence of n str
        Where the derivatives are taken.
    by_hand, by_autograd, by_differences : NDArray, NumPy array or sequence of n numbers

    Returns
    -------
    list of Row

    Raises
    ------
    ValueError
        Not n numbers.
    """
    columns = [values.asnumpy() if hasattr(values, "asnumpy") else values
               for values in (by_hand, by_autograd, by_differences)]
    lengths = [len(values) for values in columns]
    if lengths != [len(places)] * 3:
        raise ValueError(f"{function}: expected a derivative for each of {len(places)} places, got {lengths}")
    return [Row(function, at, *map(float, values)) for at, *values in zip(places, *columns)]


def show_table(table, say):
    """Print the rows, a list of Row, with how far the three ways are apart in each, a line at a time by `say`."""
    say(f"{'function':20}{'at':12}{'by hand':>14}{'autograd':>14}{'differences':>14}{'apart':>9}")
    for function, at, *ways in table:
        say(f"{function:20}{at:12}" + "".join(f"{way:14.8f}" for way in ways) + f"{max(ways) - min(ways):9.0e}")


def check_table(kind, table, autograd_tolerance, difference_tolerance):
    """Autograd and central differences against the derivatives by hand.

    Parameters
    ----------
    kind : str
        What the rows have in common, for the names of the checks.
    table : list of Row
    autograd_tolerance, difference_tolerance : float
        Largest absolute difference that passes.

    Returns
    -------
    list of dict
        Two checks, as `d2lmx.commands.results.check` makes them.
    """
    _, _, by_hand, by_autograd, by_differences = zip(*table)
    return [reporting.check(f"{kind}: autograd against by hand", by_autograd, by_hand, autograd_tolerance),
            reporting.check(f"{kind}: central differences against by hand", by_differences, by_hand,
                            difference_tolerance)]
