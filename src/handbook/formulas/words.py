"""A formula as a line of text, `(Q K⊤) / √d`: for the search, and for the checks of numbers."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from handbook.errors import Mistake
from handbook.formulas.mathml import mathml
from neverstale.source import formula
from neverstale.source.formula import Formula

MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot);)\w+;")  # of HTML's names, those that XML lacks
_UNSEEN = dict.fromkeys((0x2061, 0x2062, 0x2063), None)  # "applied to", "times", "and"
# Operators that stand apart from both of their sides.
_APART = frozenset("=≈≠<>≤≥+−×÷·⋅⊙∗→∈")
_MARKS = ("′", "″", "⊤", "*")  # what is raised without being a power


def say(math: str) -> str:
    """A `<math>` element of ours as text."""
    root = ElementTree.fromstring(_NAMED.sub(lambda name: html.unescape(name[0]), math))
    return " ".join(_said(root).translate(_UNSEEN).split())


def told(math: str) -> str:
    """What somebody may have made of a `<math>` element, for a message."""
    try:
        return say(math)
    except (ElementTree.ParseError, IndexError):
        return math[:60]


def in_place(content: str) -> str:
    """Some HTML with each formula as text."""
    return MATH.sub(lambda math: html.escape(say(math[0]), quote=False), content)


def prose(text: str) -> str:
    """Some Markdown with each formula as text; lines keep their numbers."""
    return formula.replaced(text, _or_tex)


def _or_tex(found: Formula) -> str:
    try:
        return say(mathml(found.tex, found.block))
    except Mistake:  # which the build tells of
        return found.source


def _said(part: Element) -> str:
    inner = [_said(each) for each in part]
    text = part.text or ""
    match part.tag:
        case "mo":
            return f" {text} " if text in _APART else f"{text} " if text == "," else text
        case "mfrac":
            return f"{_bracketed(inner[0])} / {_bracketed(inner[1])}"
        case "msqrt":
            return f"√{_bracketed(''.join(inner))}"
        case "msup" | "mover":
            return f"{inner[0]}{_raised(inner[1])}"
        case "msub" | "munder":
            return f"{inner[0]}_{_grouped(inner[1])}"
        case "msubsup" | "munderover":
            low, high = f"_{_grouped(inner[1])}", _raised(inner[2])
            return inner[0] + (high + low if high in _MARKS else low + high)
        case "mspace":
            return " " if part.get("width") else ""
        case "mtr":
            return " ".join(inner) + "; "
        case _:
            return text + "".join(inner)


def _bracketed(text: str) -> str:
    return f"({text.strip()})" if re.search(r"[ /]", text.strip()) else text.strip()


def _grouped(text: str) -> str:
    text = text.replace(" ", "")
    return text if re.fullmatch(r"[−-]?\w+|[−-]∞", text) else f"({text})"


def _raised(text: str) -> str:
    return text if text in _MARKS else f"^{_grouped(text)}"
