"""Side-by-side timings of d2lmx and its peers: `make bench`, or `python -m benchmarks --help`."""
import d2lmx  # noqa: F401  first of all: it makes MXNet importable
