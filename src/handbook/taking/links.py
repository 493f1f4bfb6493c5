"""The links on the home pages to what can be taken along, with its size; none to what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handbook.boards import wheel
from handbook.boards.take import PLACE

FOLDER = "ai-gpu-handbook"  # what the zip unpacks to, and what all that is made here begins with
WORDS = {
    "en": {
        "take": "Take it along: ",
        "pdf": "PDF",
        "epub": "EPUB",
        "zip": "the whole site in both languages as a zip; unpack it and open index.html",
        "size": " ({size} MB)",
        "comma": ", ",
        "stop": ".",
    },
    "zh": {
        "take": "带走这本手册：",
        "pdf": "PDF",
        "epub": "EPUB",
        "zip": "整个网站的 zip，两种语言都在，解压后打开 index.html",
        "size": "（{size} MB）",
        "comma": "、",
        "stop": "。",
    },
}


def name(kind: str, tag: str) -> str:
    """A file below the site: "downloads/ai-gpu-handbook-zh.pdf"; the zip holds both editions."""
    return f"{wheel.FOLDER}/{FOLDER}{'' if kind == 'zip' else f'-{tag}'}.{kind}"


def names(tags: tuple[str, ...]) -> tuple[str, ...]:
    """All that can be there."""
    return tuple(dict.fromkeys(name(kind, tag) for tag in tags for kind in ("pdf", "epub", "zip")))


def block(site: Path, tag: str) -> str:
    """What stands in the place on the home page of an edition; the empty place if nothing is there.

    Args:
        site: the built site, with what was made of it.
        tag: the edition.
    """
    say = WORDS[tag]
    links = say["comma"].join(_links(site, tag))
    inside = f"<p>{say['take']}{links}{say['stop']}</p>" if links else ""
    return PLACE.replace("></div>", f">{inside}</div>")


def _links(site: Path, tag: str) -> Iterator[str]:
    say = WORDS[tag]
    for kind in ("pdf", "epub", "zip"):
        file = site / name(kind, tag)
        if file.is_file():
            size = say["size"].format(size=f"{file.stat().st_size / 1e6:.1f}")
            yield f'<a href="../{name(kind, tag)}" download>{say[kind]}</a>{size}'


def fill(site: Path, tag: str) -> None:
    """Put them on the home page of an edition."""
    home = site / tag / "index.html"
    text = home.read_text(encoding="utf-8")
    home.write_text(text.replace(PLACE, block(site, tag), 1), encoding="utf-8")


def emptied(site: Path, tag: str, text: str) -> str:
    """A home page as it was built: what `fill` puts there taken away, and nothing else."""
    return text.replace(block(site, tag), PLACE, 1)
