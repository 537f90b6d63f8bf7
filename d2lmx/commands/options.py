"""The command line that all chapters share: options, and what becomes of an error."""
import argparse
import contextlib
import json
import os
import sys
import traceback
from functools import partial
from pathlib import Path

from d2lmx.runtime.devices import is_device
from d2lmx.training.implementations import VERSIONS
from d2lmx.training.loop import Diverged
from d2lmx.validation import LARGEST


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see --help\n")  # one line, without the usage


def base_parser(doc):
    """The parser with the options that every chapter has.

    Parameters
    ----------
    doc : str
        Docstring of the chapter, shown by --help.

    Returns
    -------
    argparse.ArgumentParser
    """
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


def chapter_parser(doc, num_epochs, batch_size, lr):
    """`base_parser` and the options of the chapters that train; the book's settings are the defaults."""
    parser = base_parser(doc)
    add = parser.add_argument
    add("--impl", choices=("both", *VERSIONS), default="both", help="which versions (default: %(default)s)")
    add("--epochs", type=positive_int, default=num_epochs, metavar="N", help="passes (default: %(default)s)")
    add("--batch-size", type=positive_int, default=batch_size, metavar="N", help="default: %(default)s")
    add("--lr", type=positive_float, default=lr, help="learning rate (default: %(default)s)")
    add("--device", type=device, default="cpu", metavar="NAME",
        help="cpu, gpu, gpu:1, or auto: a GPU if there is one (default: %(default)s)")
    return parser


def image_parser(doc, num_epochs, batch_size, lr):
    """`chapter_parser` and the options of the chapters that train on images."""
    parser = chapter_parser(doc, num_epochs, batch_size, lr)
    parser.add_argument("--data", choices=("auto", "fashion-mnist", "digits"), default="auto",
                        help="auto: Fashion-MNIST if it can be had, else digits (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR",
                        help="folder that has or gets fashion-mnist/ (default: $D2LMX_DATA, then the user's cache)")
    return parser


def positive_int(text):
    """An integer of at least 1, as an option's value."""
    return number(text, int, lambda value: value >= 1, "an integer of at least 1")


def positive_float(text):
    """A number above 0 that float32 holds, as an option's value."""
    return number(text, float, lambda value: 0 < value <= LARGEST, f"a number above 0, and at most {LARGEST:g}")


def seed(text):
    """An integer from 0 to 2^32 - 1, which all generators take, as an option's value."""
    return number(text, int, lambda value: 0 <= value < 2 ** 32, "an integer from 0 to 4294967295")


def device(text):
    """The name of a device, as an option's value."""
    if not is_device(text):
        raise argparse.ArgumentTypeError(f"expected auto, cpu, gpu or gpu:0, got {text!r}")
    return text


def folder(text):
    """The path of a folder, as an option's value."""
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a folder, got ''")
    return Path(text)


def number(text, kind, is_valid, expected):
    """`text` as a number of the given kind, where that is valid; else the error that argparse shows."""
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not is_valid(value):
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
    return value


def main(parser, argv, command):
    """Run a chapter's command and turn what goes wrong into one line on stderr.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        From `chapter_parser`.
    argv : list of str or None
        None for the process's own arguments.
    command : callable
        `command(args, say)` does the work, tells its progress to `say(text)`, and returns the dict that --json prints.

    Returns
    -------
    int
        Exit status: 0, or 1 for what failed while running. Bad arguments leave with 2, as argparse does.
    """
    if hasattr(sys.stdout, "reconfigure"):  # a notebook's has not
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no Chinese
    args = parser.parse_args(argv)
    try:
        if args.out:
            with writing(args.out):
                args.out.mkdir(parents=True, exist_ok=True)  # before the work, not after
        result = command(args, partial(_say, args))
        if args.json:
            print(json.dumps(result, allow_nan=False))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output, such as `head`, has read enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  for Python's own flush at the end
        return 1
    except KeyboardInterrupt:
        return _fail(parser, args, "interrupted", 130)
    except Diverged as error:
        return _fail(parser, args, f"with --lr {args.lr:g} {error}")
    except Exception as error:
        speaks = isinstance(error, (ValueError, OSError, ImportError, ArithmeticError))  # for itself, without its type
        return _fail(parser, args, str(error) if speaks else _in_one_line(error))
    return 0


@contextlib.contextmanager
def writing(folder):
    """Name the folder of --out in the error, where it cannot be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise OSError(f"--out {folder}: cannot be written ({why}); choose another folder") from error


def _in_one_line(error):
    # MXNet's messages start with a trace of its own and have what matters last.
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no message"]
    name = type(error).__name__
    return f"{name}: {lines[-1].replace(f'{name}: ', '')} (--debug shows more)"


def _fail(parser, args, message, status=1):
    if args.debug:
        traceback.print_exc()
    lines = message.strip().splitlines() or ["failed without a message"]
    print(f"{parser.prog}: {lines[0]}", *lines[1:], sep="\n", file=sys.stderr)
    return status


def _say(args, text):
    if not args.quiet:
        print(text, file=sys.stderr if args.json else sys.stdout, flush=True)


def warn(text):
    """One line that even --quiet and --json do not hide: on stderr."""
    print(text, file=sys.stderr, flush=True)


def versions(args):
    """The versions that --impl asks for, a tuple of str."""
    return VERSIONS if args.impl == "both" else (args.impl,)
