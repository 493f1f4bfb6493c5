#!/usr/bin/env bash
# The packages of other people's sites, and of the tools beside which they are run, in a virtual
# environment of its own: the project depends on none of them.
#
#   tools/adopt.sh ../fastapi ../sqlmodel ../typer    checkouts; their settings: bench/adopting
set -euo pipefail
[ $# -gt 0 ] || { echo 'error: name the checkouts: make adopt SITES="../fastapi ../typer"' >&2; exit 1; }
SITES=("${@/#\~/$HOME}")
for site in "${SITES[@]}"; do git -C "$site" rev-parse HEAD >/dev/null; done
mapfile -t SITES < <(realpath "${SITES[@]}")
cd "$(dirname "$0")/.."
FOLDER=build/adopt
TOOLS="pytest-codeblocks==0.18.0 sybil==10.1.0 markdown-exec==1.12.6 mkdocs==1.6.1 beautifulsoup4"
# What the sites' examples import besides; their own lists hold linters and browsers as well.
EXAMPLES="httpx httpx2 python-multipart jinja2 pwdlib[argon2] pyjwt pydantic-settings
  pydantic-extra-types email-validator orjson strawberry-graphql a2wsgi flask anyio[trio] pytest
  pyyaml psycopg[binary] rich uvicorn"
if [ ! -d "$FOLDER" ]; then .venv/bin/python -m venv "$FOLDER"; fi
# shellcheck disable=SC2086 # lists of words
"$FOLDER/bin/pip" install --quiet ${PIP_ARGS:-} $TOOLS $EXAMPLES "${SITES[@]}"
# The engine as anyone has it: from its package, compiled.
# shellcheck disable=SC2086
"$FOLDER/bin/pip" install --quiet ${PIP_ARGS:-} --force-reinstall --no-deps ./packages/neverstale
PYTHONPATH=$PWD/bench exec "$FOLDER/bin/python" bench/adopt.py "${SITES[@]}"
