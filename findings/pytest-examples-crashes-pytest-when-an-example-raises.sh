#!/usr/bin/env bash
# pytest-examples 0.0.18, pytest 9.2.0, seen 2026-11-30 with Python 3.11 on Linux.
#
# Expected: an example that raises fails its test, with the exception and the line in the page; the
# other examples are tested all the same.
# Seen: pytest itself breaks with an INTERNALERROR ("generator raised StopIteration": the traceback
# that is made up for the page has no positions, which Python 3.11 asks for), names neither the
# exception nor the page, and tests nothing that comes after. A wrong `#>` line is told as expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pytest-examples==0.0.18 pytest==9.2.0
cd "$folder"
mkdir docs
printf '# Page\n\n```python\nraise ValueError("on purpose")\n```\n' >docs/a.md
printf '# Page\n\n```python\nprint(1)\n#> 2\n```\n' >docs/b.md
cat >test_docs.py <<'PYTHON'
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples


@pytest.mark.parametrize("example", sorted(find_examples("docs"), key=str), ids=str)
def test_docs(example: CodeExample, eval_example: EvalExample):
    eval_example.run_print_check(example)
PYTHON
printf '[pytest]\n' >pytest.ini
said=$(venv/bin/python -m pytest -q test_docs.py 2>&1) && { echo "it passes now: $said"; exit 1; }
grep -q 'INTERNALERROR> RuntimeError: generator raised StopIteration' <<<"$said"
! grep -q 'on purpose' <<<"$said" || { echo "it tells the exception now: $said"; exit 1; }
! grep -q '+#> 1' <<<"$said" || { echo "it goes on now: $said"; exit 1; }
rm docs/a.md
said=$(venv/bin/python -m pytest -q test_docs.py 2>&1) && { echo "it passes now: $said"; exit 1; }
grep -q '+#> 1' <<<"$said"
echo "pytest-examples 0.0.18: an example that raises ends pytest; nothing after it is tested"
