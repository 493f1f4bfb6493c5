"""A reader who downloads a snippet can run it: it declares what it imports."""

from __future__ import annotations

import sys
from importlib import metadata

from neverstale.project import Project
from neverstale.source import sources


def test_every_import_is_declared(site: Project) -> None:
    distributions = metadata.packages_distributions()
    undeclared = []
    for name, item in sources.read(site).snippets.items():
        siblings = {path.stem for path in item.path.parent.glob("*.py")}
        for module in item.packages - set(sys.stdlib_module_names) - siblings:
            names = {each.lower() for each in distributions.get(module, [module])}
            if not names & {each.lower() for each in item.options.dependencies}:
                undeclared.append(f"{name} imports {module}")
    assert not undeclared, "\n".join(undeclared)
