#!/usr/bin/env bash
# Puts the notebooks of a built site onto the branch that services open them from, and nothing else:
# each publication takes the place of the one before, so the repository does not grow.
#
#   tools/publish_notebooks.sh FOLDER     FOLDER holds the built site
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
  echo "usage: tools/publish_notebooks.sh FOLDER" >&2
  exit 2
fi
folder=$(realpath "$1")
branch=notebooks
address=$(git remote get-url origin)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

(cd "$folder" && find . -name '*.ipynb' -print0 | tar -c --null -T -) | tar -x -C "$temporary"
if [ -z "$(ls "$temporary")" ]; then
  echo "error: $1 holds no notebook; build the site first" >&2
  exit 1
fi
[ -z "${GH_TOKEN:-}" ] || gh auth setup-git
git init --quiet --initial-branch "$branch" "$temporary"
git -C "$temporary" add .
git -C "$temporary" -c user.name="Publisher" -c user.email="publisher@users.noreply.github.com" \
  commit --quiet -m "Notebooks of the published pages"
git -C "$temporary" push --quiet --force "$address" "$branch"
