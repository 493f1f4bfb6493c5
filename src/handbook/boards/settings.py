"""Every setting of the engine, and every rule, as tables: `[[neverstale-settings]]`,
`[[neverstale-rules]]`. In English each is said where it is defined; `settings.zh.toml` says it in
Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from handbook.boards.tables import Table, region, to_markdown
from handbook.errors import HandbookError
from neverstale.problem import Problem
from neverstale.rules import RULES
from neverstale.setting import SETTINGS

CHINESE = "settings.zh.toml"
TABLES = ("settings", "rules")
WORDS = {
    "en": {
        "settings": ("Setting", "If not said", "What it is"),
        "rules": ("Rule", "What it demands"),
    },
    "zh": {"settings": ("设置", "不写时", "是什么"), "rules": ("规则", "要求什么")},
}
NAMES = {"en": "the settings of neverstale", "zh": "neverstale 的设置"}


def show(which: str, language: str) -> str:
    """The table of `settings` or of `rules`, as HTML.

    Raises:
        HandbookError: one is not said in Chinese, or a sentence is of none.
    """
    label = f"{NAMES[language]}: {which}"
    return region(label, _table(which, language))


def markdown(which: str, language: str) -> str:
    """The same as Markdown, for the page's twin.

    Raises:
        HandbookError: as above.
    """
    return "\n".join(to_markdown([_table(which, language)])[1:])


def _table(which: str, language: str) -> Table:
    return Table(WORDS[language][which], [*rows(which, language)])


def rows(which: str, language: str) -> Iterator[tuple[str, ...]]:
    """The cells of each line."""
    said = _said(which)
    for name in sorted(said) if which == "rules" else said:
        chinese = said[name]
        if which == "rules":
            yield f"`{name}`", RULES[name] if language == "en" else chinese[0]
        else:
            english = (SETTINGS[name].default, SETTINGS[name].says)
            yield f"`{name}`", *(english if language == "en" else chinese)


def _said(which: str) -> dict[str, list[str]]:
    """Name → its cells in Chinese, in the order of the code."""
    path = Path(__file__).with_name(CHINESE)
    texts: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))[which]
    known = SETTINGS if which == "settings" else RULES
    if wrong := sorted(known.keys() ^ texts.keys()):
        message = f"{which}: {', '.join(wrong)}: said here or defined there, not both"
        raise HandbookError(Problem(f"src/handbook/boards/{CHINESE}", 0, message))
    return {name: texts[name] for name in known}
