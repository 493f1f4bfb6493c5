#!/usr/bin/env bash
# zensical 0.0.73, mkdocs 1.6.1, mkdocstrings-python 2.0.11, seen 2026-11-30.
#
# Expected: with the plugin mkdocstrings in the same mkdocs.yml, Zensical links what MkDocs links: in
# the list of arguments a type leads to the documentation of that type, or nowhere.
# Seen: Zensical takes every heading of every page for a possible target. An argument `x: list` leads
# to the heading "Price list" of another page, because its id is `list`. mkdocstrings looks at
# headings only if the plugin autorefs is named with scan_toc, which Zensical has no option for;
# --strict says nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q zensical==0.0.73 mkdocs==1.6.1 mkdocs-material==9.8.1 \
  mkdocstrings-python==2.0.11
cd "$folder"
mkdir docs
cat >mkdocs.yml <<'END'
site_name: x
theme: {name: material, font: false}
plugins:
  mkdocstrings:
    handlers:
      python:
        paths: [.]
        options: {docstring_section_style: list}
markdown_extensions: [attr_list]
END
printf 'def f(x: list):\n    """Do it.\n\n    Args:\n        x: what to do it with.\n    """\n' >mod.py
printf '# API\n\n::: mod\n' >docs/index.md
printf '# Prices\n\n## Price list {#list}\n' >docs/prices.md
venv/bin/mkdocs build --strict >/dev/null 2>&1
grep -q 'prices/#list' site/index.html && { echo "MkDocs links it too"; exit 1; }
rm -rf site
venv/bin/zensical build --strict >/dev/null 2>&1
grep -q '<a[^>]*href="prices/#list"[^>]*>list</a>' site/index.html || { echo "no such link now"; exit 1; }
echo "zensical 0.0.73: the type list of an argument leads to the heading 'Price list'"
