"""`python -m chapters` lists the chapters; `python -m chapters --smoke` runs them all, small and offline."""
import argparse
import importlib
import time

from chapters import CHAPTERS


def main(argv=None):
    """List the chapters or, with --smoke, run them; the exit status is that of the worst."""
    parser = argparse.ArgumentParser(prog="python -m chapters", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run all, both implementations, small and offline")
    args = parser.parse_args(argv)
    if args.smoke:
        return max([smoke(chapter) for chapter in CHAPTERS])
    for chapter in CHAPTERS:
        print(f"{chapter.section:9} python -m chapters.{chapter.module:20} {chapter.title}")
    return 0


def smoke(chapter):
    """Run a chapter with its smoke options, print one line on how it went, and return its exit status."""
    started = time.perf_counter()
    status = importlib.import_module(f"chapters.commands.{chapter.module}").main([*chapter.smoke, "--quiet"])
    print(f"{'ok' if status == 0 else 'FAILED':7}{chapter.module:20}{time.perf_counter() - started:5.1f} s", flush=True)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
