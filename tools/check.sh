#!/usr/bin/env bash
# The fast checks: lint, format, types, and the sources of the pages. Seconds, runs no snippet.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/step.sh

step "lint" ruff check .
step "format" ruff format --check .
step "types" mypy
# What changed in one language only stays a problem; see CONTRIBUTING.md.
[ -n "${CI:-}" ] || step "note the sections that changed in both" python -m neverstale confirm
step "sources and translations" python -m neverstale check
step "no number without its source" python -m gpuguide.catalogue.lock
