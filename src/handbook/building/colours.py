"""The colours of tokens.css where no style sheet goes along: in a notebook, in a book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TOKENS = "overrides/assets/tokens.css"
TOKEN = re.compile(r"^\s*(?P<name>--hb-[\w-]+): *(?P<value>[^;]+);", re.MULTILINE)
USE = re.compile(r"var\((?P<name>--hb-[\w-]+)(?:, *[^()]*)?\)")


def light(root: Path) -> Mapping[str, str]:
    """Name → colour in light, from the first block of the tokens; none of a site without them."""
    file = root / TOKENS
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {match["name"]: match["value"] for match in TOKEN.finditer(text.partition("}")[0])}


def literal(text: str, colours: Mapping[str, str]) -> str:
    """A drawing or a style sheet with the colours themselves in the place of their names."""
    return USE.sub(lambda use: colours.get(use["name"], use[0]), text)
