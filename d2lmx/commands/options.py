"""The options that the commands of several chapters share."""
import argparse
import sys
from pathlib import Path

from d2lmx.runtime.devices import is_device, parse_device
from d2lmx.training.implementations import IMPLEMENTATIONS
from d2lmx.validation import POSITIVE, SEED, is_positive, is_seed


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see --help\n")  # one line, without the usage


def base_parser(doc):
    """The parser with the options that every chapter has; `doc`, the chapter's docstring, is shown by --help."""
    spec = sys.modules["__main__"].__spec__  # None in a notebook; argparse's own default would be linreg.py
    parser = _Parser(prog=spec and f"python -m {spec.name}", description=doc,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--seed", type=seed, default=0, help="default: %(default)s")
    add("--out", type=folder, metavar="DIR", help="write figures, metrics.json and what was learned there")
    add("--json", action="store_true", help="print one JSON object on stdout; progress goes to stderr")
    add("--quiet", action="store_true", help="no progress")
    add("--debug", action="store_true", help="show the traceback of an error")
    return parser


def training_parser(doc, num_epochs, batch_size, lr):
    """`base_parser` and the options of the chapters that train; the book's settings are the defaults."""
    parser = base_parser(doc)
    add = parser.add_argument
    add("--impl", choices=("both", *IMPLEMENTATIONS), default="both", help="implementation (default: %(default)s)")
    add("--dtype", choices=("float32", "float64"), default="float32", help="of all numbers (default: %(default)s)")
    add("--epochs", type=positive_int, default=num_epochs, metavar="N", help="passes (default: %(default)s)")
    add("--batch-size", type=positive_int, default=batch_size, metavar="N", help="default: %(default)s")
    add("--lr", type=positive_float, default=lr, help="learning rate (default: %(default)s)")
    add("--device", type=device, default="cpu", metavar="NAME",
        help="cpu, gpu, gpu:1, or auto: a GPU if there is one (default: %(default)s)")
    return parser


def image_parser(doc, num_epochs, batch_size, lr):
    """`training_parser` and the options of the chapters that train on images."""
    parser = training_parser(doc, num_epochs, batch_size, lr)
    parser.add_argument("--data", choices=("auto", "fashion-mnist", "digits"), default="auto",
                        help="auto: Fashion-MNIST if it can be had, else digits (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR",
                        help="folder that has or gets fashion-mnist/ (default: $D2LMX_DATA, then the user's cache)")
    return parser


def training(args):
    """The options of `training_parser` as keyword arguments of `d2lmx.train_both`."""
    return {"num_epochs": args.epochs, "batch_size": args.batch_size, "lr": args.lr, "seed": args.seed,
            "dtype": args.dtype, "ctx": parse_device(args.device),
            "implementations": IMPLEMENTATIONS if args.impl == "both" else (args.impl,)}


def positive_int(text):
    """An integer of at least 1, as an option's value."""
    return number(text, int, lambda value: value >= 1, "an integer of at least 1")


def positive_float(text):
    """A number above 0 that float32 holds, as an option's value."""
    return number(text, float, is_positive, POSITIVE)


def seed(text):
    """An integer from 0 to 2^32 - 1, which all generators take, as an option's value."""
    return number(text, int, is_seed, SEED)


def device(text):
    """The name of a device, as an option's value."""
    if not is_device(text):
        raise argparse.ArgumentTypeError(f"expected auto, cpu, gpu or gpu:0, got {text!r}")
    return text


def folder(text):
    """The path of a folder, as an option's value."""
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a folder, got ''")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"expected the name of a folder in UTF-8, got {text!r}") from None
    return Path(text)


def hidden_sizes(text):
    """Sizes of the hidden layers, as an option's value: 256 or 256,128."""
    return numbers(text, int, lambda size: size >= 1, "sizes of at least 1 such as 256 or 256,128")


def numbers(text, kind, are_valid, expected):
    """Numbers with commas between them, each of which is valid, as a list; else the error that argparse shows."""
    try:
        return [number(part, kind, are_valid, expected) for part in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}") from None


def number(text, kind, is_valid, expected):
    """`text` as a number of the given kind, where that is valid; else the error that argparse shows."""
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not is_valid(value):
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
    return value
