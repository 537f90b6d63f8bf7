"""The form of a lesson file: short, plain, always in the same order, and from scratch where it says so."""
import ast
import re
import unicodedata
from pathlib import Path

import pytest

from chapters import CHAPTERS

MODULES = [chapter.module for chapter in CHAPTERS]
IMPORTS = (ast.Import, ast.ImportFrom)
NOT_IN_A_LESSON = re.compile(r"(argparse|json|pathlib|matplotlib|d2lmx\.commands|d2lmx\.figures)\b")
HEADINGS = ["From scratch", "With Gluon", "Both"]
# Each is a lesson in one call, which the half from scratch writes out.
OPERATORS = {"FullyConnected", "softmax", "log_softmax", "Dropout", "BatchNorm", "Convolution", "RNN", "sgd_update",
             "Activation", "relu", "sigmoid", "tanh", "SoftmaxOutput"}
PLUMBING = {"in_units", "ctx", "set_data", "as_in_context"}   # which the Gluon half leaves to d2l.train_both
HARMLESS = re.compile(r"(np\.(?!random\b)|init\.)")   # what a constant may call: NumPy's arrays, Gluon's initialisers
ALLOWED = set()   # (chapter, operator) where the operator is what the line teaches, as a comment in the line says


def violations(name, source):
    """What is against the form in the source of the lesson `name`, in words."""
    lines, tree = source.splitlines(), ast.parse(source)
    return [*too_large(lines, tree), *out_of_order(name, source, tree), *imports_or_prints(name, tree),
            *at_import(tree), *in_the_wrong_half(name, lines, tree), *too_little_lesson(lines, tree)]


def nodes(tree, *kinds):
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def line_numbers(node):
    return range(node.lineno, node.end_lineno + 1)


def imported(tree):
    """The full name of what is imported, by the name that it gets."""
    return {alias.asname or alias.name: f"{getattr(node, 'module', '')}.{alias.name}".lstrip(".")
            for node in nodes(tree, *IMPORTS) for alias in node.names}


def too_large(lines, tree):
    if len(lines) > 120:
        yield f"{len(lines)} lines"
    for number, line in enumerate(lines, 1):
        width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
        if width > 88:
            yield f"line {number}: {width} columns"
    for function in nodes(tree, ast.FunctionDef, ast.AsyncFunctionDef):
        if len(line_numbers(function)) > 15:
            yield f"{function.name}: {len(line_numbers(function))} lines"


def out_of_order(name, source, tree):
    title = r".+ \(.*[\u4e00-\u9fff]+\).*: sections? \w+\.\d+.*\n"
    if not re.match(rf"{title}(.*\n)+    python -m chapters\.{name}\n(.*\n)+The first ends with:\n    .",
                    ast.get_docstring(tree, clean=False) or ""):
        yield "docstring without title, section, command or last line"
    guard = f"if __name__ == '__main__':\n    from chapters.commands.{name} import main\n    raise SystemExit(main())"
    if ast.unparse(tree.body[-1]) != guard:
        yield "no guard at the end"
    are_imports = [isinstance(statement, IMPORTS) for statement in tree.body[1:]]
    if are_imports != sorted(are_imports, reverse=True):
        yield "an import below other code"
    found = re.findall(rf"^# --- ({'|'.join(HEADINGS)})\b", source, re.M)   # more may follow: From scratch: the data
    if found != sorted(found, key=HEADINGS.index):
        yield f"headings in the order {found}"
    defined = {node.name for node in nodes(tree, ast.FunctionDef)}
    trains = "train_both" in {node.attr for node in nodes(tree, ast.Attribute)}
    needed = HEADINGS if defined & {"build_scratch", "build_gluon"} else ["Both"] * trains
    if not set(needed) <= set(found):
        yield f"headings {found}, expected {needed}"


def imports_or_prints(name, tree):
    later = MODULES[MODULES.index(name):] if name in MODULES else []
    for full_name in imported(ast.Module(tree.body[:-1], [])).values():
        if NOT_IN_A_LESSON.match(full_name):
            yield f"imports {full_name}"
        if re.match(rf"chapters\.({'|'.join(['commands', *later])})\b", full_name):
            yield f"imports {full_name}, which is not an earlier chapter"
    if any(node.id == "print" for node in nodes(tree, ast.Name)):
        yield "prints"


def at_import(tree):
    for statement in tree.body[1:-1]:
        if not isinstance(statement, (*IMPORTS, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)):
            yield f"line {statement.lineno}: runs at import"
        calls = [ast.unparse(node) for node in outside_functions(statement) if isinstance(node, ast.Call)]
        if not all(map(HARMLESS.match, calls)):
            yield f"line {statement.lineno}: calls at import"


def outside_functions(node):
    """A node and those in it, but for the bodies of functions, which do not run at import."""
    yield node
    body = node.body if isinstance(node, ast.FunctionDef) else [node.body] if isinstance(node, ast.Lambda) else []
    for child in ast.iter_child_nodes(node):
        if child not in body:
            yield from outside_functions(child)


def in_the_wrong_half(name, lines, tree):
    scratch, with_gluon, both = (
        next((number for number, line in enumerate(lines) if line.startswith(f"# --- {heading}")), len(lines))
        for heading in HEADINGS)
    names = imported(tree)
    for node in nodes(tree, ast.Attribute, ast.Name, ast.keyword):
        text = node.arg or "" if isinstance(node, ast.keyword) else ast.unparse(node)
        root, *parts = text.split(".")
        words = [*names.get(root, root).split("."), *parts]   # of nd.relu: mxnet, nd, relu
        place = f"line {node.lineno}: {text}"
        if scratch <= node.lineno <= with_gluon and words[0] != "chapters":
            allowed = (name, words[-1]) in ALLOWED and "#" in lines[node.lineno - 1]
            if "gluon" in words or words == ["getattr"] or len(words) > 1 and words[-1] in OPERATORS and not allowed:
                yield f"{place} is not from scratch"
        if with_gluon <= node.lineno <= both and words[-1] in PLUMBING:
            yield f"{place} is plumbing"


def too_little_lesson(lines, tree):
    with_docstring = nodes(tree, ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [node.body[0] for node in with_docstring if ast.get_docstring(node)]
    code = {number for number, line in enumerate(lines, 1) if line.strip() and not line.strip().startswith("#")}
    code = code.difference(*map(line_numbers, docstrings))
    plumbing = [node for node in tree.body if isinstance(node, (*IMPORTS, ast.If))]
    lesson = code.difference(*map(line_numbers, plumbing))
    if len(lesson) < 0.7 * len(code):
        yield f"{len(lesson)} of {len(code)} lines of code are lesson"


@pytest.mark.parametrize("name", MODULES)
def test_lesson_has_the_form(name):
    assert violations(name, (Path(__file__).parents[2] / "chapters" / f"{name}.py").read_text("utf-8")) == []


TOY = '''"""Toy model (玩具模型): section 9.9 of the book.

    python -m chapters.toy

The first ends with:
    toy: losses are equal
"""
import numpy as np
from mxnet import gluon, nd
from mxnet.gluon import nn

import d2lmx as d2l
from chapters import mlp

RATE = 2 ** -np.array([3])


# --- From scratch: the model

def relu(X):
    """max(x, 0)."""
    return nd.where(X > 0, X, nd.zeros_like(X))


def squared_loss(y_hat, y):
    """Half the square of each difference."""
    error = y_hat - y
    return error ** 2 / 2


def build_scratch(params, lr=RATE):
    """Network, loss and step."""
    def net(X):
        for W, b in params[:-1]:
            X = relu(nd.dot(X, W) + b)
        W, b = params[-1]
        return mlp.relu(nd.dot(X, W) + b)

    def step(n):
        for W, b in params:
            W[:] = W - lr * W.grad / n
            b[:] = b - lr * b.grad / n

    return net, squared_loss, step


# --- With Gluon

def build_gluon(lr):
    """Network, loss and step."""
    net = nn.HybridSequential()
    net.add(nn.Dense(1, activation="relu"))
    net.initialize()
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd")
    return net, nd.relu, trainer


# --- Both

def run(data):
    """Both."""
    return d2l.train_both(data)


if __name__ == "__main__":
    from chapters.commands.toy import main
    raise SystemExit(main())
'''
WHERE = "nd.where(X > 0, X, nd.zeros_like(X))"


def test_toy_lesson_has_the_form(monkeypatch):
    assert violations("toy", TOY) == []
    monkeypatch.setattr(f"{__name__}.ALLOWED", {("toy", "relu")})
    assert violations("toy", TOY.replace(WHERE, "nd.relu(X)")) == ["line 22: nd.relu is not from scratch"]
    assert violations("toy", TOY.replace(WHERE, "nd.relu(X)  # in one call")) == []


@pytest.mark.parametrize("found, old, new", [
    ("148 lines", "RATE = ", "#\n" * 80 + "RATE = "),
    ("line 21: 100 columns", "max(x, 0)", "max(x, 0)" + "大" * 40),
    ("net: 16 lines", "    def net(X):\n", "    def net(X):\n" + "        X = X + 1\n" * 11),
    ("docstring without", "Toy model (玩具模型)", "Toy model"),
    ("docstring without", "    python -m chapters.toy", "    python -m chapters.mlp"),
    ("docstring without", "The first ends with:", "The first prints:"),
    ("no guard", "commands.toy", "commands.mlp"),
    ("no guard", "main())\n", "main())\nRATE = 1\n"),
    ("an import below", "def relu", "import numpy as np\n\ndef relu"),
    ("expected ['From scratch', 'With Gluon', 'Both']", "# --- With Gluon", "# With Gluon"),
    ("expected ['Both']", TOY[TOY.index("# --- From"):TOY.index("def run")], ""),
    ("headings in the order", "# --- Both\n", "# --- Both\n\n# --- From scratch\n"),
    ("imports argparse", "import d2lmx as d2l", "import argparse\nimport d2lmx as d2l"),
    ("imports json", "import d2lmx as d2l", "from json import dumps\nimport d2lmx as d2l"),
    ("imports pathlib.Path", "    net.initialize()", "    from pathlib import Path"),
    ("imports matplotlib.pyplot", "    net.initialize()", "    import matplotlib.pyplot as plt"),
    ("imports d2lmx.commands.options", "from chapters import mlp", "from d2lmx.commands import options"),
    ("prints", "    net.initialize()", "    print(net)"),
    ("line 15: calls", "np.array([3])", "np.random.rand()"),
    ("line 31: calls", "lr=RATE", "lr=float(1)"),
    ("line 15: runs", "RATE = 2", "d2l.seed_all(2)\nRATE = 2"),
    ("line 15: runs", "RATE = 2", "if d2l:\n    RATE = 2"),
    ("nd.relu is not from scratch", WHERE, "nd.relu(X)"),
    ("mx.nd.Activation is not from scratch", WHERE, "mx.nd.Activation(X)"),
    ("F.FullyConnected is not from scratch", "nd.dot(X, W) + b", "F.FullyConnected(X, W, b)"),
    ("X.softmax is not from scratch", WHERE, "X.softmax()"),
    ("(0.5 * X).log_softmax is not from scratch", WHERE, "(0.5 * X).log_softmax()"),
    ("log is not from scratch", WHERE, "log(X)\n\n\nfrom mxnet.nd import relu as log"),
    ("getattr is not from scratch", WHERE, "getattr(nd, 'relu')(X)"),
    ("nn.Dense is not from scratch", WHERE, "nn.Dense(1)(X)"),
    ("in_units is plumbing", "activation=", "in_units=2, activation="),
    ("ctx is plumbing", "net.initialize()", "net.initialize(ctx=d2l.ctx)"),
    ("net[0].weight.set_data is plumbing", "net.initialize()", "net[0].weight.set_data(W)"),
    ("lines of code are lesson", "import numpy as np\n", "import numpy as np\n" * 20),
])
def test_each_clause_is_seen(found, old, new):
    assert any(found in text for text in violations("toy", TOY.replace(old, new)))


def test_a_lesson_builds_on_earlier_ones_only():
    lesson = TOY.replace("toy", "dropout")
    assert violations("dropout", lesson) == []
    later = violations("dropout", lesson.replace("mlp", "house_prices"))
    assert later == ["imports chapters.house_prices, which is not an earlier chapter"]
