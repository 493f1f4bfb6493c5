#!/usr/bin/env bash
# mkdocs 1.6.1, seen 2026-11-30.
#
# Expected: `mkdocs build --strict --quiet` fails where `mkdocs build --strict` does, and only says
# less; so a script or a cron job may ask for quiet.
# Seen: --quiet raises the level of the logger, and --strict counts what the logger lets through: of
# a dead link, or of a plugin's warning, nothing is counted, the site is built, and it exits 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q mkdocs==1.6.1
cd "$folder"
mkdir docs
printf 'site_name: x\n' >mkdocs.yml
printf '# Page\n\n[gone](gone.md)\n' >docs/index.md
said=$(venv/bin/mkdocs build --strict 2>&1) && { echo "a dead link passes --strict: $said"; exit 1; }
grep -q 'Aborted with 1 warnings in strict mode' <<<"$said"
said=$(venv/bin/mkdocs build --strict --quiet 2>&1) || { echo "refused now: $said"; exit 1; }
[ -z "$said" ] || { echo "it says something now: $said"; exit 1; }
grep -q 'href="gone.md"' site/index.html
echo "mkdocs 1.6.1: with --quiet, --strict lets a dead link through and exits 0"
