"""Scripts as a page that is opened from a file can have them: see offline.js."""

from __future__ import annotations

import re
from pathlib import Path

from handbook.errors import HandbookError
from neverstale.problem import Problem

LOADER = Path(__file__).with_name("offline.js")
CALL = re.compile(r"(?<![.\w])(?P<name>import|fetch)\(")
NAMED = re.compile(r'^import \{ (?P<names>[\w, ]+) \} from "(?P<file>\./[\w./-]+)"$', re.MULTILINE)
WHOLE = re.compile(r'^import "(?P<file>\./[\w./-]+)"$', re.MULTILINE)
EXPORT = re.compile(
    r"^export (?P<kind>(?:async )?function|class|const) (?P<name>\w+)", re.MULTILINE
)
LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def plain(text: str) -> str:
    """A plain script whose imports and fetches are had from scripts."""
    return CALL.sub(r"offline.\g<name>(", text)


def is_module(text: str) -> bool:
    """Whether a script imports or exports by name."""
    return LEFT.search(text) is not None


def module(where: str, text: str) -> str:
    """A module as a plain script that hands over what it exports.

    Args:
        where: its file, for messages.
        text: the module.

    Raises:
        HandbookError: it imports or exports in a way that this does not know.
    """
    names = [match["name"] for match in EXPORT.finditer(text)]
    text = NAMED.sub(r'const { \g<names> } = await offlineImport("\g<file>")', text)
    text = WHOLE.sub(r'await offlineImport("\g<file>")', text)
    text = EXPORT.sub(r"\g<kind> \g<name>", text)
    if left := LEFT.search(text):
        message = (
            f"'{left[0][:60]}' cannot be had from a file; write import {{ a }} from \"./b.js\""
        )
        raise HandbookError(Problem(where, text.count("\n", 0, left.start()) + 1, message))
    returned = f"return {{ {', '.join(names)} }}"
    return f"offline.define(async offlineImport => {{\n{plain(text)}\n{returned}\n}})\n"


def data(text: str) -> str:
    """JSON as a script that hands it over."""
    return f"offline.got({text.strip()})\n"
