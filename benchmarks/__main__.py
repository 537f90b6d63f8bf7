"""Time d2lmx beside its peers and beside the limit; print a table and ratios, write bench.json and sweeps.png.

    make bench                         about twenty minutes
    make bench BENCH=--quick           three to five minutes, for a first look

Contenders take turns, so that what slows the machine down for a while slows all of them. Quote the ratios.
"""
import argparse
import importlib.metadata
import json
import platform
import sys
import time
from pathlib import Path

import d2lmx as d2l
from benchmarks import products, startup, sweeps
from benchmarks.race import Contender, first_epochs, race, summary
from d2lmx.commands import options, runner
from d2lmx.data.fashion_mnist import FASHION_MNIST
from d2lmx.files import atomic_path
from d2lmx.runtime import threads

LR = {"softmax": 0.1, "mlp": 0.5, "linreg": 0.03}
SIZES = {"softmax": [784, 10], "mlp": [784, 256, 10]}
# What the ratios are held to: contender, the one it is compared with, and at most.
BARS = {
    "softmax": [("d2lmx, Gluon", "PyTorch, in memory", 0.6), ("d2lmx, Gluon", "d2lzh", 1 / 20),
                ("d2lmx, from scratch", "d2lmx, Gluon", 2.5), ("d2lmx, from scratch", "d2lzh", 0.5)],
    "mlp": [("d2lmx, Gluon", "PyTorch, in memory", 0.8), ("d2lmx, Gluon", "limit", 1.5),
            ("d2lmx, Gluon", "d2lzh", 1 / 6), ("d2lmx, from scratch", "d2lmx, Gluon", 2.5),
            ("d2lmx, from scratch", "d2lzh", 0.5)],
    "linreg": [("d2lmx, from scratch", "the book, from scratch", 0.5), ("d2lmx, Gluon", "the book, Gluon", 0.5)],
}


def contenders(model):
    """Who trains a classifier."""
    spec = {"model": model, "lr": LR[model]}
    return [Contender("d2lmx, from scratch", "ours", {**spec, "implementation": "scratch"}),
            Contender("d2lmx, Gluon", "ours", {**spec, "implementation": "gluon"}),
            Contender("d2lzh", "book", spec),
            Contender("PyTorch, in memory", "pytorch", spec),
            Contender("PyTorch, DataLoader", "pytorch", {**spec, "loader": "DataLoader"})]


def linreg_contenders():
    """Who trains linear regression."""
    spec = {"model": "linreg", "lr": LR["linreg"], "batch_size": 10, "num_examples": 1000}
    return [Contender(f"{who}, {words}", module, {**spec, "implementation": implementation})
            for who, module in (("d2lmx", "ours"), ("the book", "book"))
            for implementation, words in (("scratch", "from scratch"), ("gluon", "Gluon"))]


def libraries():
    """Who measures the limit: each library with one thread and with one per core."""
    return [Contender(f"{library}, {count} threads", "products", {"library": library},
                      {name: str(count) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")})
            for library in ("mxnet", "pytorch", "numpy") for count in sorted({1, threads.cores()})]


def classifiers(model, rounds):
    """Race the classifiers on Fashion-MNIST, and measure the limit in the same rounds."""
    network = {"sizes": SIZES[model], "num_examples": 60000, "batch_size": 256, "num_test": 10000}
    limit = [one._replace(spec={**one.spec, "networks": [network]}) for one in libraries()]
    raced = race([*contenders(model), *limit], rounds)
    seconds, = products.limits([network], [raced.pop(one.name)["rounds"] for one in limit])
    return {**table(raced), "limit": {"median": seconds}}


def table(raced):
    """Of each contender the seconds, the peak memory and what its last epoch gave."""
    return {name: {**summary([epoch["seconds"] for epoch in one["rounds"]]), "peak_memory": one["peak_memory"],
                   **{key: value for key, value in one["rounds"][-1].items() if key != "seconds"}}
            for name, one in raced.items()}


def ratios(model, results):
    """The ratios of medians that `BARS` asks for: by what they are, the value and the most it may be."""
    return {f"{model}: {one} / {other}": (results[one]["median"] / results[other]["median"], bar)
            for one, other, bar in BARS[model]}


def once_bars(once):
    """What importing and loading are held to, in the form of `ratios`."""
    return {name: (once[name]["median"], bar) for name, bar in startup.BARS.items()}


def say_table(title, results):
    """Print the rows of a race."""
    print(f"\n{title}\n{'':30}    min  median     max   seconds")
    for name, row in results.items():
        spread = "".join(f"{row[key]:8.4f}" if key in row else " " * 8 for key in ("min", "median", "max"))
        more = "".join(f"  {words} {row[key]:.3f}" for key, words in (
            ("loss", "loss"), ("train_acc", "train acc"), ("test_acc", "test acc")) if key in row)
        memory = f"  peak {row['peak_memory'] / 2 ** 20:5.0f} MiB" if "peak_memory" in row else ""
        print(f"{name:30}{spread}{more}{memory}", flush=True)


def say_bars(bars):
    """Print values beside the most they may be."""
    for what, (value, at_most) in bars.items():
        print(f"{what}: {value:.3f}, at most {at_most:.3f}{'' if value <= at_most else '   MISSED'}", flush=True)


def machine():
    """What the figures were measured on."""
    cpu = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), "") if Path("/proc/cpuinfo").exists() else platform.processor()
    versions = {name: importlib.metadata.version(name) for name in ("mxnet", "d2lzh", "torch", "numpy")}
    return {"cpu": cpu, "cores": threads.cores(), "python": platform.python_version(), **versions}


def main(argv=None):
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds and points")
    parser.add_argument("--out", type=options.folder, default=Path("out/bench"), metavar="DIR",
                        help="default: %(default)s")
    args = parser.parse_args(argv)
    FASHION_MNIST.get()  # downloads what is missing before all the contenders ask for it
    started = time.perf_counter()
    rounds = 2 if args.quick else 9
    result = {"machine": machine(), "rounds": rounds}
    print(", ".join(f"{name} {value}" for name, value in result["machine"].items()), f"{rounds} rounds", sep=", ")
    bars = {}
    for model in ("softmax", "mlp"):
        result[model] = classifiers(model, rounds)
        say_table(f"{model} on Fashion-MNIST, batch size 256, learning rate {LR[model]}", result[model])
        bars.update(ratios(model, result[model]))
    result["linreg"] = table(race(linreg_contenders(), 3 * rounds))
    say_table("linear regression, 1000 examples, batch size 10, learning rate 0.03", result["linreg"])
    bars.update(ratios("linreg", result["linreg"]))
    result["first_epoch"] = {name: summary(seconds) for name, seconds in
                             first_epochs(contenders("mlp"), 1 if args.quick else 3).items()}
    say_table("mlp, from the start of the process to the end of its first epoch", result["first_epoch"])
    result["once"] = startup.measure(3 if args.quick else 7)
    say_table("once", result["once"])
    bars.update(once_bars(result["once"]))
    result["sweeps"] = {}
    for name in sweeps.SWEEPS:
        result["sweeps"][name] = sweeps.sweep(name, args.quick, 1 if args.quick else 3, libraries())
        say_sweep(name, result["sweeps"][name])
    bars["seconds per row from 10,000 rows on, largest deviation from the mean"] = (
        sweeps.row_deviation(result["sweeps"]["num_examples"]), 0.2)
    result["bars"] = {what: {"value": value, "at_most": at_most} for what, (value, at_most) in bars.items()}
    print()
    say_bars(bars)
    save(args.out, result)
    print(f"took {time.perf_counter() - started:.0f} s")


def say_sweep(name, result):
    """Print the medians of a sweep, a column per value."""
    print(f"\n{name:20}" + "".join(f"{value:>10}" for value in result["values"]))
    for who, points in result.items():
        if who != "values":
            print(f"{who:20}" + "".join(f"{point['median']:10.4f}" for point in points), flush=True)


def save(folder, result):
    """Write bench.json and sweeps.png into `folder`, each whole or not at all."""
    with runner.writing(folder), atomic_path(folder / "bench.json") as path:
        path.write_text(json.dumps(result, indent=1) + "\n")
    figure = d2l.show(sweeps.plot(result["sweeps"]), folder / "sweeps.png")
    print(f"wrote {folder / 'bench.json'}\nwrote {figure}")


if __name__ == "__main__":
    try:
        main()
    except importlib.metadata.PackageNotFoundError as error:
        raise SystemExit(f"python -m benchmarks: {error.name} is not installed. Type: make bench") from None
    except (d2l.DataUnavailable, RuntimeError, ValueError) as error:
        raise SystemExit(f"python -m benchmarks: {error}") from None
    except KeyboardInterrupt:
        sys.exit(130)
