"""Contenders, each in a process of its own, take turns: what slows the machine down for a while slows all of them."""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Contender(NamedTuple):
    """Who runs: the name in the table, a module of this folder, the arguments of its `build`, and its environment."""

    name: str
    module: str
    spec: dict
    environ: dict = {}


class Process:
    """A contender that has been started; an epoch of it runs when it is asked for."""

    def __init__(self, contender):
        command = [sys.executable, "-m", "benchmarks.worker", contender.module, json.dumps(contender.spec)]
        self.name, self.started = contender.name, time.perf_counter()
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  a pipe that nobody reads would stop it when full
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **contender.environ}, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self._answer()

    def epoch(self):
        """Run an epoch and return what the contender says of it."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.name} ended with:\n{self.errors.read().strip()}")
        return json.loads(line)

    def stop(self):
        """End the process and return the memory it took at most, in bytes."""
        self.process.stdin.close()
        _, _, usage = os.wait4(self.process.pid, 0)
        self.process.stdout.close()
        self.errors.close()
        self.process.returncode = 0
        return usage.ru_maxrss * 1024


def race(contenders, rounds, turn_seconds=0):
    """Give each contender a turn in each of `rounds`, after an epoch that all begin with.

    A turn is two epochs, or as many more as `turn_seconds` take: the last one counts, because the first ones find the
    caches full of what others left there. With two each, all have trained alike at the end.

    Returns
    -------
    dict of str to dict
        By name: "rounds", what the epoch that counts gave in each, and "peak_memory" in bytes.
    """
    processes = []
    try:
        for contender in contenders:
            processes.append(Process(contender))
            processes[-1].epoch()
        results = {process.name: {"rounds": []} for process in processes}
        for number in range(rounds):
            # In another order each time: the threads of some go on for a moment, which should not always hit the same.
            for process in random.Random(number).sample(processes, len(processes)):
                results[process.name]["rounds"].append(_turn(process, turn_seconds))
        for process in processes:
            results[process.name]["peak_memory"] = process.stop()
    finally:
        for process in processes:
            process.process.kill()  # what has ended is not there any more
    return results


def _turn(process, turn_seconds):
    ends = time.perf_counter() + turn_seconds
    process.epoch()
    result = process.epoch()
    while time.perf_counter() < ends:
        result = process.epoch()
    return result


def first_epochs(contenders, rounds):
    """Seconds from the start of the process to the end of the first epoch, {name: [one per round]}."""
    seconds = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            process = Process(contender)
            ready = time.perf_counter() - process.started
            seconds[contender.name].append(ready + process.epoch()["seconds"])
            process.stop()
    return seconds


def summary(seconds):
    """Minimum, median and maximum of a list of seconds, as a dict."""
    return {"min": min(seconds), "median": statistics.median(seconds), "max": max(seconds)}
