#!/usr/bin/env bash
# Makes .venv and installs what a target needs, pinned by constraints.txt.
#
#   tools/environment.sh EXTRAS       e.g. tools/environment.sh snippets,site
#
# PYTHON    the interpreter to use (default: the first Python >= 3.11 found)
# PIP_ARGS  passed to pip, e.g. to take torch from an index of CPU builds
set -euo pipefail
cd "$(dirname "$0")/.."

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

fail() {
  echo "error: $*" >&2
  exit 1
}

choose_python() {
  if [ -n "${PYTHON:-}" ]; then
    "$PYTHON" -c "$new_enough" 2>/dev/null ||
      fail "PYTHON=$PYTHON is not Python 3.11 or newer ($("$PYTHON" -V 2>&1 | head -1))"
    return
  fi
  for PYTHON in python3 python3.13 python3.12 python3.11; do
    if "$PYTHON" -c "$new_enough" 2>/dev/null; then return; fi
  done
  fail "Python 3.11 or newer is needed; install it, or name one: PYTHON=/path/to/python make …"
}

if ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
  choose_python
  echo "▸ making .venv with $("$PYTHON" -V)"
  rm -rf .venv
  "$PYTHON" -m venv .venv ||
    fail "$PYTHON cannot make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv)"
fi

echo "▸ installing the packages for: $1 (the first time takes minutes; torch is large)"
# shellcheck disable=SC2086  # PIP_ARGS is several words on purpose
.venv/bin/python -m pip install ${PIP_ARGS:-} -c constraints.txt -e ".[$1]" ||
  fail "pip could not install the packages; see above (PIP_ARGS='…' passes options to pip)"
