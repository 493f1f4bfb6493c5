"""Others' models and what an estimate makes of each, `[[zoo]]`: read from what `make zoo` wrote."""

from __future__ import annotations

import re
from typing import Any

from handbook.boards.tables import Recorded, Table

DIFFERS = r"(\w+) (\d+), on the CPU (\d+)"
"""How `make zoo` writes a figure that is not equal."""
OUTCOMES = ("works", "at most", "refused", "wrong")

WORDS = {
    "en": {
        "head": ("Library", "Calls", "Equal to the CPU", "Upper bound", "Refused", "Wrong"),
        "told": "{all} calls, tried on {date}: {works} equal to a step on the CPU, {most} an upper "
        "bound, {refused} refused, {wrong} wrong.",
        "none": "No models have been tried yet.",
        "torch": "torch, as in tutorials",
        "rest": ("Call", "Outcome", "Reason"),
        "outcomes": {"at most": "upper bound", "refused": "refused", "wrong": "wrong"},
        "differs": "{what} {said:,} (on the CPU {real:,})",
        "join": ", ",
        "kinds": {
            "parameters": "parameters",
            "buffers": "buffers",
            "gradients": "gradients",
            "optimizer_state": "optimizer state",
            "activations": "activations",
            "flops": "FLOPs",
        },
    },
    "zh": {
        "head": ("库", "调用", "与 CPU 相同", "上限", "拒绝", "出错"),
        "told": "{date} 共试 {all} 种调用：{works} 种与 CPU 上的一步相同，{most} 种给出上限，"
        "{refused} 种被拒绝，{wrong} 种出错。",
        "none": "尚未试过任何模型。",
        "torch": "torch，教程的写法",
        "rest": ("调用", "结果", "原因"),
        "outcomes": {"at most": "上限", "refused": "拒绝", "wrong": "出错"},
        "differs": "{what} {said:,}（CPU 上 {real:,}）",
        "join": "，",
        "kinds": {
            "parameters": "参数",
            "buffers": "缓冲区",
            "gradients": "梯度",
            "optimizer_state": "优化器状态",
            "activations": "激活值",
            "flops": "FLOPs",
        },
    },
}  # fmt: skip


def _read(say: Any, data: Any) -> tuple[str, list[Table]]:
    """The sentence above, the counts by library, and every call that is not equal."""
    rows, versions = data["rows"], data["versions"]
    counts = {
        library: [
            sum((one["library"], one["outcome"]) == (library, outcome) for one in rows)
            for outcome in OUTCOMES
        ]
        for library in versions
    }
    works, most, refused, wrong = (sum(column) for column in zip(*counts.values(), strict=True))
    told = say["told"].format(
        all=len(rows), date=data["date"], works=works, most=most, refused=refused, wrong=wrong
    )
    table = [
        [_name(say, library, versions[library]), str(sum(found)), *map(str, found)]
        for library, found in counts.items()
    ]
    rest = [
        [
            f"{one['library']}: {one['name']}",
            say["outcomes"][one["outcome"]],
            _reason(say, one["reason"]),
        ]
        for one in rows
        if one["outcome"] != "works"
    ]
    tables = [Table(say["head"], table)]
    return told, [*tables, Table(say["rest"], rest)] if rest else tables


def _reason(say: Any, text: str) -> str:
    """What differs, in the edition's words; an error message stays as it was raised, in English."""
    parts = re.findall(DIFFERS, text)
    if ", ".join(f"{key} {said}, on the CPU {real}" for key, said, real in parts) != text:
        return text
    return str(say["join"]).join(
        say["differs"].format(what=say["kinds"][key], said=int(said), real=int(real))
        for key, said, real in parts
    )


def _name(say: Any, library: str, version: str) -> str:
    return f"{say.get(library, library)} {version}" if library != "torch" else str(say["torch"])


BOARD = Recorded("zoo.json", "zoo", WORDS, _read)
show, markdown = BOARD.show, BOARD.markdown
