#!/usr/bin/env bash
# The fast checks: lint, format, types, and the sources of the pages. Seconds, runs no snippet.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/step.sh

step "lint" ruff check .
step "format" ruff format --check .
step "types" mypy
step "sources and translations" python -m neverstale check
