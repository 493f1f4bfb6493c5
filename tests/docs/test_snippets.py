"""A reader who downloads a snippet can run it: it declares what it imports."""

from __future__ import annotations

import sys
from importlib import metadata

from neverstale.project import Project
from neverstale.running import shapes
from neverstale.source.sources import Sources


def test_every_import_is_declared(written: Sources) -> None:
    distributions = metadata.packages_distributions()
    undeclared = []
    for name, item in written.snippets.items():
        siblings = {path.stem for path in item.path.parent.glob("*.py")}
        for module in item.packages - set(sys.stdlib_module_names) - siblings:
            names = {each.lower() for each in distributions.get(module, [module])}
            if not names & {each.lower() for each in item.options.dependencies}:
                undeclared.append(f"{name} imports {module}")
    assert not undeclared, "\n".join(undeclared)


def test_every_shape_in_a_comment_is_held_against_a_value(site: Project, written: Sources) -> None:
    """Wherever one stands beside nothing that a run could look at, it may be wrong unseen."""
    unheld = [
        f"{name}:{line}: put it beside the value, or say it otherwise"
        for name, item in written.snippets.items()
        for line in shapes.unheld(item.text, site.compilers)
    ]
    assert not unheld, "\n".join(unheld)
