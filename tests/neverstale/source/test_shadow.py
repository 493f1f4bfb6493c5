"""A file of ours in the place of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neverstale.source import shadow

if TYPE_CHECKING:
    from conftest import Site


def test_a_file_that_would_be_imported_in_the_place_of_a_library_is_told_of(site: Site) -> None:
    """Whoever runs the snippet elsewhere gets the library, and other output."""
    shadows = {
        "snippets/ch/random.py": "random",  # of the standard library
        "src/markdown/__init__.py": "markdown",  # installed
        "src/pytest.py": "pytest",
        "src/sitecustomize.py": "sitecustomize",  # run before all else
    }
    for name in (*shadows, "src/ours.py", "src/ours_too/__init__.py", "snippets/ch/linear.py"):
        site.write(name, "x = 1\n")
    assert [str(problem) for problem in shadow.check(site.load())] == [
        f"{name.removesuffix('/__init__.py')}: would be imported in the place of the library "
        f"{library}; rename it"
        for name, library in shadows.items()
    ]
