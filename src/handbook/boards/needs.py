"""How much memory common jobs need, and the size of card to look for: the chooser's estimates."""

from __future__ import annotations

import html

from gpuguide.catalogue import load
from gpuguide.choice.buying import USABLE
from gpuguide.choice.fit import required
from gpuguide.choice.known import common
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from handbook.boards.catalogue_words import say
from handbook.boards.chooser.digits import gigabytes
from neverstale.wording import words

SIZES = (8, 12, 16, 24, 32, 48, 96)
"""Memory of cards for a desk, in GiB."""
FREE = 1 - Constraints().margin


def rows(language: str) -> list[tuple[str, str, str, str]]:
    """Job with its batch, what it takes for granted, bytes needed in GB, size to look for."""
    found = []
    for one in common():
        need = most(one)
        size = next((size for size in SIZES if need <= size * 2**30 * USABLE * FREE), None)
        job = say("need-job", language, job=one.name[language], items=one.items,
                  item=one.item[language])  # fmt: skip
        look = say("need-more", language) if size is None else f"{size}\u00a0GB"
        assumes = say("need-sentence", language).join(one.assumes[language])
        found.append((job, assumes, gigabytes(need), look))
    return found


def most(workload: Workload) -> float:
    """Bytes that a job needs on the NVIDIA card for a desk whose libraries take most."""
    cards = [gpu for gpu in load() if gpu.vendor == "NVIDIA" and gpu.form == "PCIe card"]
    return max(required(workload, Constraints(), gpu) for gpu in cards)


def table(language: str) -> str:
    """The table as HTML."""
    heads = "".join(f'<th scope="col">{say(f"need-{one}", language)}</th>' for one in HEADS)
    body = "".join(
        f'<tr><th scope="row">{html.escape(job)}<br><small>{html.escape(assumes)}</small></th>'
        f'<td>{need}</td><td><a href="#cards">{look}</a></td></tr>'
        for job, assumes, need, look in rows(language)
    )
    return (
        f'<table class="hb-choose__table hb-needs"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def markdown(language: str) -> str:
    """The same for the page's Markdown twin."""
    colon = words(language, {})["colon"]
    lines = [
        "| " + " | ".join(say(f"need-{one}", language) for one in HEADS) + " |",
        "|---|---:|---|",
    ]
    lines += [
        f"| {job}{colon}{assumes} | {need} | {look} |"
        for job, assumes, need, look in rows(language)
    ]
    return "\n".join(lines)


HEADS = ("what", "gb", "look")
