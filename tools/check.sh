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
step "no number of the catalogue without its source" python -m gpuguide.catalogue.lock
