#!/usr/bin/env bash
# An outside tool runs the Python blocks of the published Markdown, and sees that alone, not the
# project's pytest settings.
#
#   tools/markdown.sh EDITION      zh or en, as built in site/
#
# The pages import siblings (`from simple_cnn import SimpleCNN`), as a reader with the downloads
# does. Left out are the labs, which train for a minute each: tests/site/test_files.py makes sure that
# what their pages say is, statement by statement, the snippet that `neverstale run` has run. The
# guide, which measures, runs in one language; the same tests see that both have the same statements.
set -euo pipefail
cd "$(dirname "$0")/.."

edition=$1
sampled=(! -path '*-lab/*')
[ "$edition" = zh ] || sampled+=(! -path "$edition/guide/*")
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

mkdir "$temporary/work"
(cd site && find "$edition" -name index.md "${sampled[@]}" -print0 | tar -c --null -T -) |
  tar -x -C "$temporary"
touch "$temporary/pytest.ini"
cp tools/markdown_conftest.py "$temporary/conftest.py"
find snippets -type f ! -name '*.py' ! -path '*/__pycache__/*' -exec cp {} "$temporary/work" ';'
chapters=$(printf '%s:' "$PWD"/snippets/*/)
export PROJECT=$PWD PYTHONPATH=$chapters PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=svg
cd "$temporary/work"
CUDA_VISIBLE_DEVICES="" python -m pytest -q -c ../pytest.ini --rootdir .. -p no:cacheprovider \
  --codeblocks "../$edition"
