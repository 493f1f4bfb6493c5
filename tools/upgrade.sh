#!/usr/bin/env bash
# Takes newer packages into .venv and pins in constraints.txt what was taken.
#
#   tools/upgrade.sh torch     one package, and what it needs
#   tools/upgrade.sh all       everything
#
# PIP_ARGS  passed to pip, e.g. to take torch from an index of CPU builds
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ]; then
  echo "usage: tools/upgrade.sh PACKAGE, or all" >&2
  exit 2
fi
head=$(sed -n '/^#/p; /^[^#]/q' constraints.txt)
free=$(mktemp)
trap 'rm -f "$free"' EXIT
if [ "$1" != all ]; then
  # All stays where it is but the package itself and what its own new version demands.
  .venv/bin/python tools/loosened.py constraints.txt "$1" >"$free"
fi
echo "▸ upgrading: $1"
# shellcheck disable=SC2086  # PIP_ARGS is several words on purpose
.venv/bin/python -m pip install ${PIP_ARGS:-} --upgrade --upgrade-strategy eager \
  -c "$free" -e ".[snippets,site,test]"
{
  echo "$head"
  .venv/bin/python -m pip freeze --exclude-editable | sed 's/+.*//'
} >constraints.txt.new
mv constraints.txt.new constraints.txt
touch .venv/.site .venv/.test
echo "✓ constraints.txt is renewed; next: make verify test"
