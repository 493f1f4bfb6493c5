"""Imported once by the process that builders are forked from: what is slow to import.

Only other people's packages are listed, so that each builder reads this project's own code anew.
"""

import contextlib
import importlib

for name in (
    "mkdocs.commands.build",
    "material.extensions.emoji",
    "mkdocs_jupyter.plugin",
    "mkdocstrings",
    "mkdocstrings_handlers.python.handler",
    "nbconvert.exporters.html",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.tabbed",
    "pymdownx.details",
    "pygments.lexers",
    "pygments.lexers.python",
    "bs4",
):
    with contextlib.suppress(ImportError):  # a builder that needs it says so, with a message
        importlib.import_module(name)
