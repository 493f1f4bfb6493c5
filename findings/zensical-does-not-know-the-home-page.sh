#!/usr/bin/env bash
# zensical 0.0.73, mkdocs 1.6.1, mkdocs-material 9.8.1, seen 2026-11-30.
#
# Expected: the same mkdocs.yml gives the home page the same title, in the theme variant that is
# there to keep the look of Material; templates can tell the home page from others.
# Seen: page.is_homepage and nav.homepage are undefined in templates, in Zensical's own as well. A
# home page that nav calls "Home" is titled "Home - x" where Material writes "x", and a template's
# {% if page.is_homepage %} is false on every page. --strict says nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q zensical==0.0.73 mkdocs==1.6.1 mkdocs-material==9.8.1
cd "$folder"
mkdir docs overrides
cat >mkdocs.yml <<'END'
site_name: x
theme: {name: material, variant: classic, custom_dir: overrides, font: false}
nav: [{Home: index.md}, {Two: two.md}]
END
cat >overrides/main.html <<'END'
{% extends "base.html" %}
{% block extrahead %}<meta name="home" content="{{ 'yes' if page.is_homepage else 'no' }}">{% endblock %}
END
printf '# Home\n' >docs/index.md
printf '# Two\n' >docs/two.md
venv/bin/mkdocs build --strict >/dev/null 2>&1
grep -q '<title>x</title>' site/index.html
grep -q 'name="home" content="yes"' site/index.html
rm -rf site
venv/bin/zensical build --strict >/dev/null 2>&1
grep -q '<title>Home - x</title>' site/index.html || { echo "the title is another now"; exit 1; }
grep -q 'name="home" content="no"' site/index.html || { echo "the home page is known now"; exit 1; }
echo "zensical 0.0.73: no page is the home page, whose title becomes 'Home - x'"
