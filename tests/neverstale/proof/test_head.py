"""A head against what ran: a record is made only of what was so."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from neverstale.page.block import Place
from neverstale.page.proof_line import proof_lines
from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

NUMPY = metadata.version("numpy")
LATER = f">={sys.version_info.major}.{sys.version_info.minor + 1}"


def with_head(site: Site, requires_python: str, dependencies: str, code: str) -> tuple[str, str]:
    """Run a snippet with that head: verdict, and what is wrong, with its line."""
    site.snippet("a.py", code, dependencies=dependencies)
    text = site.read("snippets/a.py")
    if requires_python:
        text = text.replace("# dep", f'# requires-python = "{requires_python}"\n# dep', 1)
        site.write("snippets/a.py", text)
    entry = site.results()["a.py"]
    return entry["verdict"], (entry["problem"] or "").removeprefix("snippets/a.py")


@pytest.mark.parametrize(
    ("requires_python", "dependencies", "code", "told"),
    [
        ("", '["numpy==1.13"]', "import numpy", ": declares numpy==1.13, and numpy"),
        ("", '["numpy<2,>=1"]', "import numpy", ": declares numpy<2,>=1, and numpy"),
        ("", f'["numpy!={NUMPY}"]', "import numpy", f": declares numpy!={NUMPY}, and numpy"),
        ("", '["no-such-package"]', "x = 1", ": declares no-such-package, which is not installed"),
        (LATER, "[]", "x = 1", f': its head says requires-python = "{LATER}", and Python 3.'),
        ("<3", "[]", "x = 1", ': its head says requires-python = "<3", and Python 3.'),
        (
            "", '["numpy"]', "import numpy\nif 1:\n    from sklearn import datasets",
            ":8: imports sklearn, of the package scikit-learn, which its head does not name; add",
        ),
        ("", "[]", "def f():\n    import os, numpy", ":7: imports numpy, of the package numpy"),
        ("", "[]", "import sibling", ": imports numpy, of the package numpy, which its head"),
    ],
)  # fmt: skip
def test_a_head_that_is_not_so_makes_no_record(
    site: Site, requires_python: str, dependencies: str, code: str, told: str
) -> None:
    site.snippet("sibling.py", "import numpy", dependencies='["numpy"]')
    verdict, problem = with_head(site, requires_python, dependencies, code)
    assert (verdict, problem.startswith(told)) == ("failed", True), problem
    assert record.read(site.load(), "a.py", "cpu") is None


@pytest.mark.parametrize(
    ("requires_python", "dependencies", "code"),
    [
        (">=3.11,<5", f'["numpy=={NUMPY}"]', "import numpy"),
        ("", '["NumPy>=1,!=1.26.*"]', "import numpy.linalg"),
        ("", '["scikit_learn", "numpy~=2.0"]', "import sklearn.datasets\nimport numpy"),
        ("", "['no-such-package; sys_platform == \"win32\"']", "x = 1"),
        ("", f"['numpy==1; python_version < \"3\"', 'numpy=={NUMPY}']", "import numpy"),
        ("", "[]", "import ours\nimport json"),
        ("", "[]", "try:\n    import no_such\nexcept ImportError:\n    x = 1"),
    ],
)  # fmt: skip
def test_one_that_is_so_does(
    site: Site, requires_python: str, dependencies: str, code: str
) -> None:
    site.write("src/ours.py", "import numpy\n")  # no reader gets it
    assert with_head(site, requires_python, dependencies, code) == ("verified", "")


def test_the_proof_names_every_package_that_was_declared_and_torch_first(site: Site) -> None:
    site.snippet("a.py", "print(1)", dependencies='["scikit-learn", "torch", "numpy"]')
    assert site.verdict("a.py")[0] == "verified"
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    assert list(found.packages) == ["numpy", "scikit-learn", "torch"]
    statuses = site.statuses()
    place = Place(statuses, "en")
    line = proof_lines(place, site.sources().snippet("a.py"), statuses.by_name["a.py"])
    names = [f"{name} {metadata.version(name)}" for name in ("torch", "numpy", "scikit-learn")]
    assert " · ".join(names) in line
    assert line.partition("</summary>")[0].count("numpy") == 0  # one line; the rest opens
