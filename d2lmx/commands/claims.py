"""The claims of a chapter that computes rather than trains: each a statement with the number that supports it."""
import numpy as np

from d2lmx.commands import results


def claim(name, value, expected, tolerance):
    """Compare NDArrays, NumPy arrays or numbers of one shape: a dict with the largest difference, and whether it holds.

    `tolerance` is the largest absolute difference that passes.
    """
    value, expected = (a.asnumpy() if hasattr(a, "asnumpy") else np.asarray(a) for a in (value, expected))
    if value.shape != expected.shape:
        raise ValueError(f"{name}: expected shape {expected.shape}, got {value.shape}")
    difference = float(np.abs(value.astype("float64") - expected).max())
    return {"check": name, "difference": difference, "tolerance": tolerance, "ok": bool(difference <= tolerance)}


def conclude(chapter, args, claims, figures, data="synthetic", **more):
    """Print the claims, write what --out asks for, and return what --json prints, with `more` values by name.

    `figures()` makes the figures by file name. Raises ArithmeticError if a claim does not hold.
    """
    for row in claims:
        how_far = f": {row['difference']:.1e}, at most {row['tolerance']:.1e}" if row["tolerance"] else ""
        print(f"{'ok' if row['ok'] else 'FAILED':7}{row['check']}{how_far}")
    failed = [row["check"] for row in claims if not row["ok"]]
    if failed:
        raise ArithmeticError(f"{len(failed)} of {len(claims)} claims do not hold: {'; '.join(failed)}")
    result = {"chapter": chapter, "seed": args.seed, "data": data, "checks": claims, **more}
    if args.out:
        results.save_metrics(args.out, result)
        results.save_figures(args.out, figures)
    print(f"{chapter}: {len(claims)} claims hold")
    return result
