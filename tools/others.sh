#!/usr/bin/env bash
# The packages of bench/others, in a folder of their own: the project depends on none of them.
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=$PWD/build/others  # tools run in folders of their own
PACKAGES="pytest-codeblocks==0.18.0 pytest-examples==0.0.18 sybil==10.1.0 markdown-exec==1.12.6
  mktestdocs==0.2.5 black==26.10.1 mypy_extensions pathspec platformdirs click pytokens packaging"
if [ ! -d "$FOLDER/sybil" ]; then
  # shellcheck disable=SC2086 # a list of words
  .venv/bin/pip install --quiet --no-deps --target "$FOLDER" $PACKAGES
fi
PYTHONPATH=$PWD/src:$PWD/bench:$FOLDER exec .venv/bin/python -m others
