#!/bin/sh
# Print the path of a Python that the project can be set up with.
#
#   find-python.sh          the first of 3.9 to 3.14: python3, then python3.14 ... python3.9, then pyenv's
#   find-python.sh 3.12     that version
#   find-python.sh COMMAND  that command, if it is a supported Python
#
# Each candidate is run, since a pyenv shim can be there and not work, and since Debian ships Python without ensurepip.

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

candidates() {
    case $wanted in
        "") versions="3.14 3.13 3.12 3.11 3.10 3.9"; echo python3 ;;
        3.*) versions=$wanted ;;
        *) echo "$wanted"; return ;;
    esac
    for version in $versions; do echo "python$version"; done
    for version in $versions; do
        for python in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do echo "$python"; done
    done
}

wanted=$1
bare=
unfit=
while IFS= read -r python; do
    version=$(version "$python") || continue
    case $version in
        3.9|3.1[0-4]) ;;
        *) unfit=${unfit:-"$python is Python $version. "}; continue ;;
    esac
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        exec "$python" -c 'import sys; print(sys.executable)'
    fi
    bare=${bare:-$version}
done <<EOF
$(candidates)
EOF

if [ -n "$bare" ]; then
    echo "Python $bare is here without ensurepip, which makes virtual environments. Type:
    sudo apt-get install python$bare-venv" >&2
else
    case $wanted in
        "") echo "${unfit}No Python 3.9 to 3.14 was found. Type one of:" ;;
        3.*) echo "${unfit}No Python $wanted was found, or it does not run, or is not one of 3.9 to 3.14. Type one of:" ;;
        *) echo "${unfit:-$wanted does not run. }Expected a Python 3.9 to 3.14. Type one of:" ;;
    esac >&2
    echo "    sudo apt-get install python3 python3-venv     # Debian 11 to 13, Ubuntu 22.04 to 25.10
    sudo dnf install python3.12                   # Fedora
    pyenv install 3.12                            # elsewhere, see https://github.com/pyenv/pyenv
Where you have one that is not in PATH, name it: make PYTHON=/path/to/python3.12 ..." >&2
fi
exit 1
