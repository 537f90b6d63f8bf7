#!/bin/sh
# Use other packages that need MXNet beside d2lmx: each in an environment of its own, from Python 3.13 on with NumPy 2.
#
#   other-packages.sh ~/envs                  all of them, with Python 3.13
#   other-packages.sh ~/envs 3.12 gluonts     one, with another Python (see find-python.sh)
#
# The first argument is a folder for the environments, kept for the next time: delete one to make it anew. pip installs
# the project, MXNet and the package with all that it requires. Then the package's program in other_packages/ runs: it
# does not import d2lmx, downloads nothing and prints one line. Where something fails, the script prints what was said
# and stops.
set -eu
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
python=$(sh "$here/find-python.sh" "${2:-3.13}")
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

mkdir -p "$folder"
for package in ${3:-gluoncv gluonnlp gluonts mxfusion}; do
    case $package in
        gluoncv) requirements="gluoncv==0.10.5.post0" ;;
        gluonnlp) requirements="gluonnlp==0.10.0" ;;       # needs a C compiler
        gluonts) requirements="gluonts==0.17.0 orjson" ;;  # it warns where orjson is missing
        mxfusion) requirements="mxfusion==0.3.1" ;;
        *) echo "There is no program for $package in $here/other_packages." >&2; exit 1 ;;
    esac
    venv=$folder/$package-$version
    log=$venv.log
    if [ ! -e "$venv/.installed" ]; then
        echo "Making $venv" >&2
        # $requirements are several words.
        "$python" -m venv --clear "$venv" >"$log" 2>&1 &&
            "$venv/bin/python" -m pip install -e "$here/.." >>"$log" 2>&1 &&
            "$venv/bin/python" -m d2lmx setup >>"$log" 2>&1 &&
            "$venv/bin/python" -m pip install $requirements >>"$log" 2>&1 &&
            touch "$venv/.installed" || { cat "$log" >&2; exit 1; }
    fi
    "$venv/bin/python" "$here/other_packages/try_$package.py" 2>"$log" || { cat "$log" >&2; exit 1; }
done
