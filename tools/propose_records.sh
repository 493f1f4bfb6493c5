#!/usr/bin/env bash
# Puts GPU records that a runner made onto a branch, and opens or updates the pull request.
#
#   tools/propose_records.sh FOLDER     FOLDER holds what the runner's records/ held
#
# Takes nothing but CUDA records from it: a runner must not be able to change anything else.
# A pull request opened by a workflow starts no checks by itself: close and reopen it, or push.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
  echo "usage: tools/propose_records.sh FOLDER" >&2
  exit 2
fi
folder=$(realpath "$1")
branch=gpu-records

(cd "$folder" && find . -type f \( -name '*.cuda.json' -o -path '*.cuda/*.svg' \) -print0) |
  while IFS= read -r -d '' file; do
    install -D -m 644 "$folder/$file" "records/$file"
  done
if [ -z "$(git status --porcelain -- records)" ]; then
  echo "no new records"
  exit 0
fi
gh auth setup-git
git checkout -B "$branch"
git add records
git -c user.name="GPU runner" -c user.email="gpu-runner@users.noreply.github.com" \
  commit -m "Records from a GPU" -m "Machine-written by the GPU workflow."
git push --force origin "$branch"
if [ "$(gh pr list --head "$branch" --state open --json number --jq length)" -eq 0 ]; then
  gh pr create --head "$branch" --title "Records from a GPU" \
    --body "Made by the GPU workflow from reviewed code. Close and reopen this to start the checks."
fi
