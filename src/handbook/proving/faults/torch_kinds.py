"""Faults of the next release of torch: a call that snippets make is gone, warns, or gives another
tensor."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from random import Random

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import STUB, Maker, Scratch, run
from neverstale.proof import record
from neverstale.source.snippet import Snippet

# As snippets name them → as the stub does.
MODULES = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}
# What makes the tensors that a snippet works on.
MAKERS = ("torch.randn", "torch.rand", "torch.arange", "torch.zeros", "torch.ones")
SEED = "torch.manual_seed"


def renamed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A call of torch that is gone from the next release."""
    for item in _quick(scratch):
        names = sorted(set(called(scratch, item)))
        names = [name for name in names if not name.endswith(("manual_seed", "is_available"))]
        if names:
            yield _stubbed("torch renamed", scratch, item, random.choice(names), "gone")


def deprecated(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A call of torch that the next release warns of."""
    for item in _quick(scratch):
        names = sorted(set(called(scratch, item)).intersection((SEED, *MAKERS)))
        if names:
            name = SEED if SEED in names else names[0]
            yield _stubbed("torch deprecated", scratch, item, name, "deprecated")


def otherwise(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A call of torch that gives another tensor than before: other numbers, one dimension more."""
    for item in _quick(scratch):
        if item.options.measured is not None:
            continue  # prints times, which no tensor changes
        names = [name for name in called(scratch, item) if name in MAKERS]
        if names:  # the first one: what follows works on it
            yield _stubbed("torch otherwise", scratch, item, names[0], "otherwise")


def called(scratch: Scratch, item: Snippet) -> list[str]:
    """What of torch a snippet calls in statements that were reached, as their runs' records say, by
    the snippets that would show a fault in it; in the file's order."""
    reached: set[int] = set()
    for runner in scratch.runners(item):
        found = record.read(scratch.project, runner.name, "cpu")
        assert found is not None  # the copy is clean
        reached |= found.reached(item.name)
    lines = {
        line
        for each in item.statements
        if each.first in reached
        for line in range(each.first, each.last + 1)
    }
    calls = [node for node in _now(ast.parse(item.text)) if node.lineno in lines]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    names = [ast.unparse(node.func).partition(".") for node in calls]
    return [
        f"{MODULES[holder]}.{rest}"
        for holder, _, rest in names
        if holder in MODULES and re.fullmatch(r"\w+(?:\.\w+)*", rest)
    ]


def _now(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls in a program that are made where they stand, not when a lambda is called."""
    if isinstance(tree, ast.Call):
        yield tree
    if not isinstance(tree, ast.Lambda):
        for node in ast.iter_child_nodes(tree):
            yield from _now(node)


def _quick(scratch: Scratch) -> list[Snippet]:
    """Snippets that use torch and run in a moment."""
    found = scratch.snippets()
    return [item for item in found if "import torch" in item.text and scratch.quick(item)]


def _stubbed(kind: str, scratch: Scratch, item: Snippet, name: str, how: str) -> Fault:
    holder, _, last = name.rpartition(".")
    text = NEXT_TORCH.format(holder=holder, name=last, how=how)
    runners = [runner.name for runner in scratch.runners(item)]
    return Fault(kind, f"{item.name}, {name}", {STUB: text}, run(*runners))


NEXT_TORCH = '''\
"""Plays the next release of torch: one call gone, deprecated, or giving another tensor."""

import sys
import warnings

if "neverstale.running.forkserver" in sys.orig_argv:
    import torch
    import torch.nn.functional

    holder, name = {holder}, "{name}"
    real = getattr(holder, name)

    def otherwise(*args, **kwargs):
        found = real(*args, **kwargs)
        first, *others = found if isinstance(found, tuple) else (found,)
        first = (first * 2 + 1 if first.dtype.is_floating_point else first + 1)[None]
        return (first, *others) if others else first

    def deprecated(*args, **kwargs):
        warnings.warn(f"{{name}} is deprecated", FutureWarning, stacklevel=2)
        return real(*args, **kwargs)

    if "{how}" == "gone":
        delattr(holder, name)
    else:
        setattr(holder, name, {how})
'''

TORCH_KINDS: dict[str, Maker] = {
    "torch renamed": renamed,
    "torch deprecated": deprecated,
    "torch otherwise": otherwise,
}
