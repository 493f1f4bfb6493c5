#!/usr/bin/env bash
# numba-cuda 0.30.4 with numba 0.68.1, seen 2026-12-01 on Linux, Python 3.11.
#
# Expected: a package that a program does not import costs it nothing.
# Seen: numba-cuda leads `numba.cuda` to itself by a finder, which a .pth file installs whenever any
# Python of the environment starts, and the finder's own imports (importlib.abc, importlib.resources,
# pathlib …) come with it: `python -c pass` imports some sixty modules more. With what else a bare
# start does, it takes several times as long (42 ms in place of 11 on the machine where this
# was seen), which counts where a test suite starts Python a thousand times.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv --without-pip "$folder/bare"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numba==0.68.1 numba-cuda==0.30.4
modules() { "$1/bin/python" -c 'import sys; print(len(sys.modules), "_numba_cuda_redirector" in sys.modules)'; }

read -r bare _ <<<"$(modules "$folder/bare")"
read -r with there <<<"$(modules "$folder/venv")"
echo "modules of a program that imports nothing: $bare in a bare environment, $with with numba-cuda"
for each in bare venv; do
  begun=$(date +%s%N)
  for _ in 1 2 3 4 5 6 7 8 9 10; do "$folder/$each/bin/python" -c pass; done
  echo "$each: $((($(date +%s%N) - begun) / 10000000)) ms a start"
done
[ "$there" = True ] || { echo "numba-cuda is no longer imported by a program that does not ask for it"; exit 1; }
[ $((with - bare)) -gt 20 ] || { echo "it brings few modules with it now"; exit 1; }
