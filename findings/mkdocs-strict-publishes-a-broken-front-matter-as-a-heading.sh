#!/usr/bin/env bash
# mkdocs 1.6.1, seen 2026-11-29.
#
# Expected: `mkdocs build --strict` refuses a page whose front matter is not YAML (here an unquoted
# colon in a description), or at least warns.
# Seen: it exits 0 without a warning. The description is not set, and the whole front matter becomes
# content: its closing --- turns the last line into a heading of the page, with an id of its own, that
# the table of contents lists. With the colon quoted, the same page is as meant.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q mkdocs==1.6.1
cd "$folder"
mkdir docs
printf 'site_name: x\nvalidation: {omitted_files: warn, anchors: warn}\n' >mkdocs.yml

build() { # the description as it stands in the front matter → what is built and what is said
  printf -- '---\ndescription: %s\n---\n\n# Title\n\nText.\n' "$1" >docs/index.md
  said=$(venv/bin/mkdocs build --strict 2>&1) || { echo "refused: $said"; exit 1; }
  page=$(cat site/index.html)
}

build 'What it is: a page'
! grep -qiE 'warning|error' <<<"$said" || { echo "it warns now: $said"; exit 1; }
grep -q '<h2 id="description-what-it-is-a-page">description: What it is: a page</h2>' <<<"$page"
grep -q 'href="#description-what-it-is-a-page"' <<<"$page"
! grep -q '<meta name="description"' <<<"$page"
build '"What it is: a page"'
! grep -q '<h2' <<<"$page"
echo "mkdocs 1.6.1 --strict: a front matter that is not YAML becomes a heading, without a word"
