#!/usr/bin/env bash
# Lighthouse on a sample of the built site: tests/lighthouse, served compressed, in Chromium.
# npm brings it, into a folder of its own.
#
# CHROMIUM  the browser to use, if it is not on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=$PWD/build/lighthouse
VERSION=12.8.2
if ! command -v npm >/dev/null; then
  echo "error: not run: Lighthouse needs Node.js and npm" >&2
  exit 1
fi
if [ ! -d "$FOLDER/node_modules/lighthouse" ]; then
  npm install --silent --ignore-scripts --no-fund --no-audit --prefix "$FOLDER" "lighthouse@$VERSION"
fi
export LIGHTHOUSE=$FOLDER/node_modules/lighthouse/cli/index.js
exec .venv/bin/python -m pytest -p no:cacheprovider -s tests/lighthouse
