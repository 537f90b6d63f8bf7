"""Solutions of the book's exercises, in our own words: a module for each chapter, a function for each exercise.

A function's docstring has the exercise's number, what is asked and the answer; it returns the numbers that the answer
speaks of. ``python -m solutions.linreg`` runs those of a chapter and prints all of it; tests hold each answer to its
numbers.
"""
import inspect
import re

import d2lmx  # noqa: F401  first of all, because it lets the solutions import mxnet


def exercises(namespace):
    """The functions of a module of solutions, {number: function}, in the order of their numbers."""
    own = [one for one in namespace.values() if inspect.isfunction(one) and one.__module__ == namespace["__name__"]]
    numbers = [re.match(r"(\d+)\.(\d+)\.(\d+) ", inspect.getdoc(one) or "") for one in own]
    found = {tuple(map(int, number.groups())): one for number, one in zip(numbers, own) if number}
    return {".".join(map(str, number)): found[number] for number in sorted(found)}


def show(namespace):
    """Run the solutions of a module and print question, answer and numbers of each."""
    for function in exercises(namespace).values():
        print(inspect.getdoc(function))
        result = function()
        for name, value in (result if isinstance(result, dict) else {function.__name__: result}).items():
            print(f"    {name}: {value}")
        print(flush=True)
