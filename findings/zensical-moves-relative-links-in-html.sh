#!/usr/bin/env bash
# zensical 0.0.73, mkdocs 1.6.1, seen 2026-11-30.
#
# Expected: a relative link in HTML, which neither generator can check, leads to the same address
# under both, as the same Markdown and settings do elsewhere.
# Seen: MkDocs leaves <a href="../two/"> as it is, so that it starts from the page's address.
# Zensical lets it start from the page's file and writes ../../two/, one folder too high. A link
# that is a query alone, href="?a=1", it leaves as it is. --strict says nothing of either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q zensical==0.0.73 mkdocs==1.6.1
cd "$folder"
mkdir docs
printf 'site_name: x\n' >mkdocs.yml
printf '# Home\n' >docs/index.md
printf '# One\n\n<a href="../two/">two</a> <a href="?a=1">one</a>\n' >docs/one.md
printf '# Two\n' >docs/two.md
venv/bin/mkdocs build --strict >/dev/null 2>&1
grep -q '<a href="../two/">two</a> <a href="?a=1">' site/one/index.html
rm -rf site
venv/bin/zensical build --strict >/dev/null 2>&1
grep -q '<a href="../../two/">two</a> <a href="?a=1">' site/one/index.html ||
  { echo "the links are others now"; exit 1; }
echo "zensical 0.0.73: a relative link in HTML leads one folder higher than under MkDocs"
