"""One table for the same derivatives computed by hand, by autograd and by central differences."""
from d2lmx.commands import claims

KEYS = ("function", "at", "by_hand", "by_autograd", "by_differences")   # of a row, a dict
ROUNDING = 1e-12     # Autograd only rounds: a few times 2^-53 of values below 1000.
DIFFERENCES = 1e-6   # The error is about h^2 |f'''| / 6 + 2^-53 |f| / h: with h = 1e-5 near 1e-11 times either.


def rows(function, places, *ways):
    """The rows of one function: each of the three ways gives an array with a number for each place."""
    return [dict(zip(KEYS, (function, *row))) for row in zip(places, *(way.tolist() for way in ways))]


def show_table(kinds):
    """Print the rows of all kinds, {kind: rows}, with how far the three ways are apart; returns them in one list."""
    table = sum(kinds.values(), [])
    print(f"{'function':20}{'at':12}{'by hand':>14}{'autograd':>14}{'differences':>14}{'apart':>9}")
    for row in table:
        function, at, *ways = row.values()
        print(f"{function:20}{at:12}" + "".join(f"{way:14.8f}" for way in ways) + f"{max(ways) - min(ways):9.0e}")
    return table


def table_claims(kinds):
    """Of each kind, that autograd and central differences agree with the derivatives by hand."""
    for kind, table in kinds.items():
        _, _, by_hand, by_autograd, by_differences = zip(*(row.values() for row in table))
        yield claims.claim(f"{kind}: autograd against by hand", by_autograd, by_hand, ROUNDING)
        yield claims.claim(f"{kind}: central differences against by hand", by_differences, by_hand, DIFFERENCES)
