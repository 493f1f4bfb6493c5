#!/usr/bin/env bash
# pytest-codeblocks 0.18.0, pytest 9.2.0, seen 2026-11-30; Sybil 10.1.0 for its code blocks alike.
#
# Expected: a block that ends in `if __name__ == "__main__": main()` runs main, as a copy of it in a
# file does.
# Seen: the block is executed with a global `__MODULE__` and no `__name__`, which is then found in
# builtins and is "builtins": main is never called, so a block whose main raises, or whose output
# is wrong only there, passes. Sybil's blocks in ```python have no `__name__` either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pytest-codeblocks==0.18.0 sybil==10.1.0 pytest==9.2.0
cd "$folder"
printf '[pytest]\n' >pytest.ini
cat >code.py <<'PYTHON'
def main():
    raise ValueError("reached")


if __name__ == "__main__":
    main()
PYTHON
{ printf '# Page\n\n```python\nassert __name__ == "builtins"\n'; cat code.py; echo '```'; } >page.md
said=$(venv/bin/python -m pytest -q --codeblocks page.md 2>&1) || { echo "fails now: $said"; exit 1; }
grep -q '1 passed' <<<"$said"
cat >conftest.py <<'PYTHON'
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
PYTHON
said=$(venv/bin/python -m pytest -q page.md 2>&1) || { echo "Sybil fails now: $said"; exit 1; }
grep -q '1 passed' <<<"$said"
said=$(venv/bin/python code.py 2>&1) && { echo "plain Python passes"; exit 1; }
grep -q 'ValueError: reached' <<<"$said"
echo "pytest-codeblocks 0.18.0, Sybil 10.1.0: what stands under the main guard is never run"
