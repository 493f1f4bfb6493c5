#!/usr/bin/env bash
# Everything that is checked before a change is taken, in the order in which it fails fastest.
# Called by `make test`, which has installed what it needs. Ends with the summary of the browser
# tests; the first step that fails ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/step.sh

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# The outside tool sees the published Markdown alone, not the project's pytest settings. The
# pages import siblings (`from simple_cnn import SimpleCNN`), as a reader with the downloads does.
# Sampled: the labs, which train for a minute, and the guide, which measures, run in one language;
# tests/site/test_files.py makes sure that the other language has the same statements.
published_markdown() {
  mkdir "$temporary/work"
  (cd site && find zh en -name index.md ! -path 'en/*-lab/*' \
    ! -path 'en/guide/*' -print0 | tar -c --null -T -) |
    tar -x -C "$temporary"
  touch "$temporary/pytest.ini"
  cp tools/markdown_conftest.py "$temporary/conftest.py"
  find snippets -type f ! -name '*.py' ! -path '*/__pycache__/*' -exec cp {} "$temporary/work" ';'
  (
    root=$PWD
    chapters=$(printf '%s:' "$PWD"/snippets/*/)
    cd "$temporary/work"
    PROJECT=$root PYTHONPATH=$chapters PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=svg CUDA_VISIBLE_DEVICES="" \
      python -m pytest -q -c ../pytest.ini --rootdir .. -p no:cacheprovider --codeblocks ../zh ../en
  )
}

start=$SECONDS
step "lint" ruff check .
step "format" ruff format --check .
step "types" mypy
step "unit tests" python -m pytest --ignore tests/site
step "sources, records, translations" python -m neverstale check
step "every snippet on the CPU, compared with its record" python -m neverstale run --all
step "both editions, strict" python -m handbook build
step "every published block has its proof" python -m neverstale published
step "every GPU number as the catalogue has it" python -m handbook readback
step "links" lychee --offline --include-fragments --index-files index.html --no-progress \
  --root-dir "$PWD/site" site
step "published Markdown, by pytest-codeblocks" published_markdown
echo "▸ browser tests ($((SECONDS - start)) s so far)"
python -m pytest tests/site
