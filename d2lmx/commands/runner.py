"""What runs a chapter's command: where its output goes, and what becomes of an error."""
import contextlib
import json
import os
import sys
import traceback

from d2lmx.training.loop import Diverged


def main(parser, argv, command):
    """Run a chapter's command and turn what goes wrong into one line on stderr.

    `command(args)` does the work, prints its progress, and returns the dict that --json prints. The exit status is 0,
    or 1 for what failed while running; bad arguments leave with 2, as argparse does. `argv` None takes the process's.
    """
    if hasattr(sys.stdout, "reconfigure"):  # a notebook's has not
        # Each line appears at once, and a terminal without Chinese shows question marks.
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    args = parser.parse_args(argv)
    try:
        if args.out:
            with writing(args.out):
                args.out.mkdir(parents=True, exist_ok=True)  # before the work, not after
        with _progress(args):
            result = command(args)
        if args.json:
            print(json.dumps(result, allow_nan=False))
        if sys.stdout:  # None where it was closed
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
def _progress(args):
    """Send what is printed nowhere with --quiet, and to stderr with --json."""
    with open(os.devnull, "w") as nowhere:
        target = nowhere if args.quiet else sys.stderr if args.json else sys.stdout
        with contextlib.redirect_stdout(target):
            yield


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


def warn(text):
    """One line that even --quiet and --json do not hide: on stderr."""
    print(text, file=sys.stderr, flush=True)
