"""Whether a program will show something, told from its text, before it runs."""

from __future__ import annotations

import ast
import re

SHOWN = re.compile(r"\bprint\(|\.svg\b")
DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def probably(text: str) -> bool:
    """Whether what it does by itself prints or draws, mostly: a function that prints does so only
    where it is called, which an example for a framework often leaves to the framework."""
    if not SHOWN.search(text):
        return False
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    defined = {each.name for each in body if isinstance(each, DEFINED)}
    own = [each for each in body if not isinstance(each, DEFINED)]
    nodes = [node for each in own for node in ast.walk(each)]
    if any(isinstance(node, ast.Name) and node.id in defined for node in nodes):
        return True
    lines = text.split("\n")
    return any(SHOWN.search("\n".join(lines[one.lineno - 1 : one.end_lineno])) for one in own)
