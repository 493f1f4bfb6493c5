#!/usr/bin/env bash
# All that waits for a GPU, in one go and in a given time, on a machine with nothing installed but
# Python, torch with CUDA and what the snippets import: no network, no .venv.
#
#   tools/gpu.sh [SECONDS]     default 480; what is there when they end is kept
#
# PYTHON      the interpreter (default: python3)
# PYTHONPATH  further packages, such as wheels that were carried along and unpacked
#
# Leaves build/gpu/: a log of each step, and records.tar.gz with every record that was made, to be
# unpacked over the repository's root. Exits with 1 if a step failed, and says which.
set -uo pipefail
cd "$(dirname "$0")/.."

limit=${1:-480}
start=$SECONDS
python=${PYTHON:-python3}
export PYTHONPATH="$PWD/src${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1
failed=()
rm -rf build/gpu
mkdir -p build/gpu

left() { echo $((limit - (SECONDS - start))); }

# step NAME SHARE COMMAND…: run it for at most SHARE per cent of the whole time, and of what is left
step() {
  local name=$1 most=$((limit * $2 / 100)) status=0 begun=$SECONDS
  shift 2
  [ "$most" -le "$(left)" ] || most=$(left)
  if [ "$most" -lt 5 ]; then
    echo "– $name: no time left"
    failed+=("$name")
    return 1
  fi
  timeout --kill-after=5 "$most" "$@" >"build/gpu/$name.log" 2>&1 || status=$?
  echo "$([ "$status" -eq 0 ] && echo ✓ || echo ✗) $name, $((SECONDS - begun)) s (exit status $status)"
  tail -n 4 "build/gpu/$name.log" | sed 's/^/    /'
  [ "$status" -eq 0 ] || failed+=("$name")
  return "$status"
}

keep() {
  find records \( -name '*.cuda.json' -o -path '*.cuda/*' -o -name validation.json \) -print0 |
    tar -czf build/gpu/records.tar.gz --null -T -
}
trap keep EXIT

step doctor 15 "$python" -m neverstale doctor --device cuda
# Labs last: the short ones are many, and each record counts.
mapfile -t labs < <(grep -l '^# lab = true' snippets/*/*.py)
mapfile -t short < <(grep -L '^# lab = true' snippets/*/*.py)
step snippets 40 "$python" -m neverstale run --device cuda "${short[@]}"
step labs 40 "$python" -m neverstale run --device cuda "${labs[@]}"
step tests 20 "$python" -m pytest -p no:cacheprovider tests/snippets -k cuda
step validate 100 "$python" -m gpuguide.measuring.validate --add
keep
if [ ${#failed[@]} -gt 0 ]; then
  echo "not good: ${failed[*]}; the logs are in build/gpu" >&2
  exit 1
fi
echo "✓ all that waited for a GPU, $((SECONDS - start)) s; records in build/gpu/records.tar.gz"
