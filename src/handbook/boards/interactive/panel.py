"""An interactive figure put together: HTML for the page, and what its Markdown twin says."""

from __future__ import annotations

import html
import json

from handbook.boards.interactive.figures import FIGURES
from handbook.boards.interactive.words import COMMON, WORDS


def show(name: str, language: str, root: str) -> str:
    """Controls, room for the picture, and the numbers; hidden where no script runs.

    Args:
        name: one of `FIGURES`.
        language: of the page.
        root: address of the site's root, ending in a slash.
    """
    figure, words = FIGURES[name], {**COMMON[language], **WORDS[name][language]}
    assets = f"{root}{language}/assets/"
    controls = "".join(control.show(words) for control in figure.controls)
    numbers = "".join(
        f'<div><dt>{words[one]}</dt><dd data-number="{one}" data-digits="{digits}">–</dd></div>'
        for one, digits in figure.numbers.items()
    )
    drawn = {key: words[key] for key in ("said", "wrong", *figure.drawn)}
    said = json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))
    data = {"figure": name, "words": said}
    data |= {key: assets + file for key, file in figure.files.items()}
    to = words["try"].format(table=f"{root}{language}/guide/table/")
    legend = "".join(f'<li class="{kind}">{words[f"legend-{kind}"]}</li>' for kind in figure.legend)
    attributes = " ".join(f'data-{key}="{html.escape(text)}"' for key, text in data.items())
    return (
        f'<link rel="stylesheet" href="{assets}interactive.css">'
        f'<figure class="hb-interactive" data-search-exclude {attributes}>'
        f"<figcaption><b>{words['title']}</b> {to}</figcaption>"
        f'<form autocomplete="off">{controls}'
        f'<button type="reset">{words["reset"]}</button></form>'
        f'<div class="hb-interactive__seen"><svg role="img" aria-label="{words["picture"]}"></svg>'
        f"{f'<ul>{legend}</ul>' if legend else ''}<dl>{numbers}</dl></div>"
        '<p class="hb-interactive__said" role="status"></p></figure>'
    )


def markdown(name: str, language: str) -> str:
    """One line: there is a figure to try on the page itself."""
    words = {**COMMON[language], **WORDS[name][language]}
    return f"*{words['twin'].format(title=words['title'])}*"
