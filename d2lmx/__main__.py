"""Report the environment, complete it, or switch the hook that makes a plain `import mxnet` work.

python -m d2lmx                  report
python -m d2lmx setup            install MXNet and what else is missing, and switch the hook on
python -m d2lmx hook on|off      switch the hook, in this environment
"""
import argparse
import importlib
import os
import platform
import sys

from d2lmx.runtime import environment, setup, site_hook, threads
from d2lmx.runtime.compat import messages


def main(argv=None):
    """Run the command line and return the exit status: 1 where MXNet cannot be used or what was asked failed."""
    parser = argparse.ArgumentParser(prog="python -m d2lmx", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("hook", help="switch the hook on or off").add_argument("state", choices=("on", "off"))
    setup_parser = commands.add_parser("setup", help="install MXNet and what else is missing")
    setup_parser.add_argument("--wheel", metavar="FILE", help="MXNet's wheel, where it is at hand")
    args = parser.parse_args(argv)
    try:
        if args.command == "hook":
            return switch(args.state)
        if args.command == "setup":
            setup.complete(args.wheel)
            importlib.invalidate_caches()
        return report()
    except BrokenPipeError:  # whoever read the output, such as `head`, has read enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  for Python's own flush at the end
        return 1
    except (OSError, RuntimeError) as error:
        print(f"python -m d2lmx: {error}", file=sys.stderr)
        return 1


def switch(state):
    """Switch the hook "on" or "off" and say so."""
    before = site_hook.status()
    site_hook.enable() if state == "on" else site_hook.disable()
    did = "was" if before == state else "brought up to date, now" if (before, state) == ("stale", "on") else "is now"
    print(f"hook: {did} {state} in {site_hook.site_packages()}")
    return 0


def report():
    """Print the environment, and what to do where MXNet cannot be used."""
    for name, version in environment.versions().items():
        line(name, version or "not installed")
    platform_problem = messages.unsupported_platform() or messages.unsupported_python()
    line("platform", f"{platform.system()} {platform.machine()}: {'not ' if platform_problem else ''}supported")
    line("hook", {"on": "on: a plain `import mxnet` works", "off": "off: `import d2lmx` before `import mxnet`",
                  "stale": "of another version; type: python -m d2lmx hook on"}[site_hook.status()])
    problem = platform_problem or environment.mxnet_problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    line("book", f"`import d2lzh` gives {environment.book_names()}; IPython has set_matplotlib_formats; FashionMNIST "
         "takes the official files")
    line("threads", threads_in_words())
    line("device", device_in_words())
    for folder, found in environment.data().items():
        line("data", f"{folder}: has {' and '.join(found) or 'neither Fashion-MNIST nor the house prices'}")
    return 0


def threads_in_words():
    """The line on MXNet's threads."""
    setting = threads.user_setting()
    if setting:
        return f"as {setting} says, of {threads.processors()} processors"
    return (f"{threads.cores()} for wide layers, 1 for narrow ones, of {threads.processors()} processors "
            "(OMP_NUM_THREADS changes that)")


def device_in_words():
    """The line on the device."""
    chosen, num_gpus = environment.device()
    if num_gpus and chosen.startswith("cpu"):
        seen, them = ("1 GPU", "it") if num_gpus == 1 else (f"{num_gpus} GPUs", "them")
        return f"{chosen}: MXNet sees {seen} and has no code that runs on {them}"
    return chosen if num_gpus else f"{chosen}: MXNet sees no GPU"


def line(name, text):
    """Print one fact."""
    print(f"{name:13} {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
