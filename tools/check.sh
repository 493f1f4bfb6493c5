#!/usr/bin/env bash
# The fast checks: lint, format, types, the sources of the pages, fresh records. Seconds; runs no
# snippet.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/step.sh

step "lint" ruff check .
step "format" ruff format --check .
step "types" mypy
# What changed in one language only stays a problem; see CONTRIBUTING.md.
[ -n "${CI:-}" ] || step "note the sections that changed in both" python -m neverstale confirm
step "sources, records, translations" python -m neverstale check
step "words, sources of numbers" python -m pytest tests/docs
# Compared with main too: a lock edited by hand would agree with anything. Of a pull request, CI
# checks out what it would make of main: a merge, whose first parent is main.
since=()
if [ -n "${CI:-}" ]; then
  since=(--since HEAD^1)
elif base=$(git merge-base HEAD origin/main 2>/dev/null); then
  since=(--since "$base")
fi
step "no number of the catalogue without its source" python -m gpuguide.catalogue.lock "${since[@]}"
