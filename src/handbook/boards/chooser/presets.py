"""All presets with the best value among the cards for each: the answer for who has no script."""

from __future__ import annotations

import html
from collections.abc import Sequence

from gpuguide.catalogue import Gpu
from gpuguide.choice.choose import choose
from gpuguide.choice.known import common
from handbook.boards.chooser.answer import Answer
from handbook.boards.chooser.digits import gigabytes
from handbook.boards.chooser.form import at_home
from handbook.boards.chooser.words import say

NAMED = 3  # cards for each preset


def table(gpus: Sequence[Gpu], language: str, address: str) -> str:
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{need}</td><td>{cards}</td></tr>'
        for name, need, cards in rows(gpus, language, address, links=False)
    )
    return (
        f'<div class="hb-choose__presets"><p>{say("presets", language)}</p>'
        f'<table class="hb-choose__table"><thead><tr><th scope="col">{say("workload", language)}'
        f'</th><th scope="col">{say("presets-need", language)}</th>'
        f'<th scope="col">{say("presets-cards", language)}</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def rows(
    gpus: Sequence[Gpu], language: str, address: str, *, links: bool = True
) -> list[tuple[str, str, str]]:
    """Preset with its batch, memory needed, first cards: Markdown with links, or HTML."""
    by_id = {gpu.id: gpu for gpu in gpus}
    answer, wishes = Answer(gpus, language, address), at_home(language)
    found = []
    for one in common():
        options = choose(one, wishes, gpus).options
        cards = []
        for option in options[:NAMED]:
            gpu = by_id[option.gpu]
            text = (
                f"[{gpu.name}]({address}#{gpu.id})"
                if links
                else f'<a href="{address}#{gpu.id}">{html.escape(gpu.name)}</a>'
            )
            price = answer.price(option, wishes)
            cards.append(say("presets-card", language, name=text, price=price))
        label = say(
            "presets-batch", language, workload=html.escape(one.name[language]),
            items=one.items, item=one.item[language],
        )  # fmt: skip
        need = gigabytes(options[0].need) if options else say("price-unknown", language)
        cards = cards or [say("presets-none", language)]
        found.append((label, need, say("comma", language).join(cards)))
    return found
