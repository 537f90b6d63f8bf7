"""How the time of an epoch grows with the number of examples, the width of the hidden layer and the batch size."""
from benchmarks.products import limits
from benchmarks.race import Contender, race, summary
from d2lmx.figures.style import GREY, log_ticks, panels, styled

# By what changes: the values, those of a quick run, and what stays the same. Random examples in 10 classes; the MLP.
SWEEPS = {
    "num_examples": ((1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000), (1000, 10_000, 100_000),
                     {"num_inputs": 64, "num_hiddens": 256, "batch_size": 256}),
    "num_hiddens": ((64, 128, 256, 512, 1024, 2048, 4096), (64, 256, 1024),
                    {"num_inputs": 784, "num_examples": 12_000, "batch_size": 256}),
    "batch_size": ((16, 64, 256, 1024, 4096), (16, 256, 4096),
                   {"num_inputs": 784, "num_examples": 12_000, "num_hiddens": 256}),
}
TURN_SECONDS = 0.3  # the shortest epochs take milliseconds
TITLES = {"num_examples": "examples", "num_hiddens": "hidden units", "batch_size": "batch size"}


def network(values):
    """The arguments of `layer_products` for an MLP of these values."""
    return {"sizes": [values["num_inputs"], values["num_hiddens"], 10], "num_examples": values["num_examples"],
            "batch_size": values["batch_size"]}


def sweep(name, quick, rounds, libraries):
    """Run one of `SWEEPS`.

    Parameters
    ----------
    libraries : list of Contender
        Those that measure the limit, without their networks.

    Returns
    -------
    dict
        "values", and by contender the minimum, median and maximum of its seconds for each value.
    """
    values, quick_values, fixed = SWEEPS[name]
    points = [{**fixed, name: value} for value in (quick_values if quick else values)]
    networks = [network(point) for point in points]
    measured = race([one._replace(spec={**one.spec, "networks": networks}) for one in libraries], rounds)
    result = {"values": [point[name] for point in points],
              "limit": [{"median": seconds} for seconds in
                        limits(networks, [one["rounds"] for one in measured.values()])]}
    contenders = {(who, index): Contender(f"{who}, {name} {point[name]}", module,
                                          {"model": "mlp", "lr": 0.1, **more, **point})
                  for index, point in enumerate(points)
                  for who, module, more in (("d2lmx, Gluon", "ours", {"implementation": "gluon"}),
                                            ("PyTorch, in memory", "pytorch", {}))}
    # All points in one race: else the machine's speed at the time of each would show in the curve.
    raced = race(list(contenders.values()), rounds, TURN_SECONDS)
    for (who, _), contender in contenders.items():
        result.setdefault(who, []).append(summary([epoch["seconds"] for epoch in raced[contender.name]["rounds"]]))
    return result


@styled
def plot(sweeps):
    """A figure with a panel for each sweep, {name: what `sweep` returned}; the legend lies above, on no curve."""
    figure, all_axes = panels([""] * len(sweeps), width=4.2)
    for axes, (name, result) in zip(all_axes, sweeps.items()):
        values = result["values"]
        for who, points in result.items():
            if who != "values":
                style = {"color": GREY, "linestyle": "--"} if who == "limit" else {}
                axes.loglog(values, [point["median"] for point in points], marker="o", label=who, **style)
        log_ticks(axes.yaxis)
        axes.set_xticks(values, map(_short, values))
        axes.set_xticks([], minor=True)
        axes.set_xlabel(TITLES[name])
    all_axes[0].set_ylabel("seconds for an epoch of the MLP")
    figure.legend(*axes.get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, 1), ncol=3)
    return figure


def _short(value):
    return f"{value // 1_000_000}M" if value >= 1_000_000 else f"{value // 1000}k" if value >= 10_000 else str(value)


def row_deviation(result):
    """Largest relative deviation of the time per row from its mean, of d2lmx at 10,000 rows and more."""
    rows = [point["median"] / n for n, point in zip(result["values"], result["d2lmx, Gluon"]) if n >= 10_000]
    mean = sum(rows) / len(rows)
    return max(abs(one / mean - 1) for one in rows)
