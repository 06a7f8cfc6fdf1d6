#!/bin/sh
# Makes the virtual environment $1 with the Python named by $PYTHON, or else the newest one found.
# Says what to install where that cannot be done.
set -eu

target=$1
found=
lacking=
too_old=

for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    version=$("$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if ! "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        too_old="$candidate ($version)"
    elif ! "$candidate" -c 'import ensurepip, sqlite3, ssl, venv' 2>/dev/null; then
        lacking=${lacking:-"$candidate ($version)"}
    else
        found=$candidate
        break
    fi
done

if [ -z "$found" ]; then
    if [ -n "$lacking" ]; then
        missing=$("${lacking%% *}" -c '
from importlib import import_module
for name in ("venv", "ensurepip", "sqlite3", "ssl"):
    try:
        import_module(name)
    except ImportError:
        print(name, end=" ")')
        echo "$lacking cannot make a virtual environment; it lacks: $missing" >&2
        echo "Install what is missing, and run make again:" >&2
        echo "  Debian, Ubuntu:  apt-get install python3-venv" >&2
        echo "  Fedora, RHEL:    dnf install python3 python3-pip" >&2
        echo "  Alpine:          apk add python3 py3-pip" >&2
        echo "  macOS:           brew install python" >&2
    elif [ -n "$too_old" ]; then
        echo "worktraq needs Python 3.11 or newer; the newest found is $too_old." >&2
        echo "Install a newer one, or name it: make PYTHON=/path/to/python3 ..." >&2
    else
        echo "worktraq needs Python 3.11 or newer; ${PYTHON:-python3} cannot be run." >&2
        echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3 ..." >&2
    fi
    exit 1
fi

rm -rf "$target"
if ! output=$("$found" -m venv "$target" 2>&1); then
    rm -rf "$target"
    echo "$output" >&2
    echo "$found could not make a virtual environment in $target (Debian, Ubuntu: apt-get install python3-venv)." >&2
    exit 1
fi
