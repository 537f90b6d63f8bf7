#!/bin/sh
# Make the virtual environment $1, unless it is there and works, with the Python $2 (see find-python.sh).
set -e
venv=$1
wanted=$2
here=$(dirname "$0")

describe='import sys; print("Python %d.%d.%d" % sys.version_info[:3], "of", sys.base_prefix)'

if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    [ -n "$wanted" ] || exit 0
    python=$(sh "$here/find-python.sh" "$wanted")
    found=$("$venv/bin/python" -c "$describe")
    expected=$("$python" -c "$describe")
    [ "$found" = "$expected" ] && exit 0
    echo "$venv was made with $found, and PYTHON=$wanted is $expected. Type one of:
    make clean VENV=$venv          # then the same command again
    make VENV=.venv-other ...      # to have both" >&2
    exit 1
fi

if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ -n "$(ls -A "$venv")" ]; then
    echo "VENV=$venv is there and is not a virtual environment: choose another name." >&2
    exit 1
fi
python=$(sh "$here/find-python.sh" "$wanted")
# Said here, before anything is downloaded; messages.py needs the standard library alone.
PYTHONPATH=$here/../d2lmx/runtime/compat "$python" -c 'import sys, messages; sys.exit(messages.machine_problem())'
echo "Making $venv with $("$python" -c "$describe")"
"$python" -m venv --clear "$venv"
