"""Kinds of faults in words and numbers: what a page says, in one language or in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from handbook.proving.claims import DECIMAL, claims
from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import CHECK, Maker, Scratch, run
from neverstale.running import shapes
from neverstale.source import pages
from neverstale.source.pages import Page
from neverstale.translation import drift

SOURCES = ("pytest", "tests/docs/test_sources.py")
QUOTED = ("pytest", "tests/docs/test_quoted.py")
CONFIRM = ("neverstale", "confirm")
SIZE = r"(?<=[(, ])\d+(?=[,)])"  # a number that is the whole size of a dimension
LOCK = "translations.lock"


def _pairs(scratch: Scratch) -> list[tuple[Page, Page]]:
    """Both editions of every page written as Markdown."""
    one, two = scratch.project.editions
    found = {(page.edition, page.name): page for page in scratch.pages()}
    names = [name for edition, name in found if edition == one and (two, name) in found]
    return [(found[one, name], found[two, name]) for name in names]


def _confirmed(scratch: Scratch, new: dict[str, str]) -> dict[str, str]:
    """Edits of pages, and the lock as it is once somebody confirmed them all."""
    lock = scratch.text(LOCK)
    for path, text in new.items():
        page = next(page for page in scratch.pages() if page.path == path)
        now = drift.sections(pages.parse(page.edition, page.name, path, text))
        for key, (_, before) in drift.sections(page).items():
            if key in now:
                old = re.search(rf'(?m)^"{re.escape(key)}" = .*$', lock)
                if old:
                    line = old[0].replace(drift.digest(before), drift.digest(now[key][1]))
                    lock = lock.replace(old[0], line)
    return {**new, LOCK: lock} if lock != scratch.text(LOCK) else new


def _added(scratch: Scratch, both: tuple[Page, Page], texts: tuple[str, str]) -> dict[str, str]:
    """A paragraph at the end of each edition, confirmed."""
    new = {
        page.path: page.text.rstrip("\n") + f"\n\n{text}\n"
        for page, text in zip(both, texts, strict=True)
    }
    return _confirmed(scratch, new)


def _typed(
    kind: str,
    scratch: Scratch,
    both: tuple[Page, Page],
    form: str,
    text: str,
    check: tuple[str, ...] = CHECK,
) -> Fault:
    """A paragraph of the same text at the end of both editions, confirmed."""
    return Fault(kind, f"{both[0].name}, {form}", _added(scratch, both, (text, text)), check)


def name_changed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A heading's id changed in both editions, and a sentence in one of them."""
    for both in _pairs(scratch):
        heading = random.choice(both[0].headings)
        edits = {}
        for page in both:
            text = re.sub(rf"#{heading.id}(?![\w-])", f"#{heading.id}-x", page.text)
            edits[page.path] = text
        changed = random.choice(both)
        line = next(h.line for h in changed.headings if h.id == heading.id)
        lines = edits[changed.path].split("\n")
        lines[line:line] = ["", "此外另有一句。" if changed.edition == "zh" else "And one more."]
        edits[changed.path] = "\n".join(lines)
        edits[LOCK] = scratch.text(LOCK) + "\n"  # noted, and put back afterwards
        target = f"{changed.path}#{heading.id}"
        yield Fault("name changed", target, edits, CHECK, before=CONFIRM)


def numbers_differ(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A number that one edition gives otherwise, and that was confirmed."""
    forms = (("准确率 {}。", "The accuracy is {}."), ("用时 {} ms。", "It takes {} ms."),
             ("| a |\n|-|\n| {} |", "| a |\n|-|\n| {} |"),
             ("见 [[gpu:{}]]。", "See [[gpu:{}]]."))  # fmt: skip
    for i, both in enumerate(_pairs(scratch)):
        zh, en = forms[i % len(forms)]
        given = ("h100-sxm-80gb", "a100-sxm-80gb") if "gpu" in zh else ("0.4471", "0.1471")
        edits = _added(scratch, both, (zh.format(given[0]), en.format(given[1])))
        yield Fault("numbers differ", both[0].name, edits, CHECK)


def conflict_left(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A marker of a merge left in a page, and confirmed."""
    for both in random.sample(_pairs(scratch), 12):
        mark = random.choice(("<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"))
        text = f"one\ntwo\n{mark}\nthree"
        yield _typed("conflict marker", scratch, both, mark, text)


def proof_typed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A proof line or an output typed as text, or code hidden, and confirmed."""
    for form, text in LOOKALIKES.items():
        for both in random.sample(_pairs(scratch), 4):
            yield _typed("typed proof", scratch, both, form, text)


LOOKALIKES = {
    "proof line": "✓ Verified · CPU",
    "proof line, Chinese": "✓ 已验证 · CPU",
    "class of a proof": '<p class="ns-proof">CPU</p>',
    "class of an output": "accuracy { .ns-output }",
    "prompt": ">>> model(x)",
    "tensor": "tensor([1])",
    "hidden": "<div hidden>a step that is not shown</div>",
    "details": "<details><summary>x</summary>a step</details>",
}


def heading_form(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A heading in another form, without an id, or with one that is taken; confirmed."""
    for both in random.sample(_pairs(scratch), 16):
        taken = both[0].headings[0].id
        text = random.choice(
            ("##More", "More\n----", f"More {{#{taken}}}\n----", f"##More {{#{taken}}}",
             "<h2>More</h2>", "!!! note\n\n    ## More {#more-more}")
        )  # fmt: skip
        yield _typed("heading form", scratch, both, text.splitlines()[0], text)


def shape_wrong(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A shape in a comment that is not the value's."""
    for item in scratch.snippets():
        if not scratch.quick(item):
            continue
        lines = item.text.split("\n")
        shown = [n for n in shapes.said(item.text) if not lines[n - 1].startswith((" ", "\t"))]
        plain = [n for n in shown if re.match(rf"\w+ = .*# .*{SIZE}", lines[n - 1])]
        if not plain:
            continue
        number = random.choice(plain)
        code, _, comment = lines[number - 1].rpartition("# ")
        found = [m for m in re.finditer(SIZE, comment) if m.start() > comment.rfind("(")]
        if not found:
            continue
        digits = random.choice(found)
        wrong = f"{comment[: digits.start()]}{int(digits[0]) + 1}{comment[digits.end() :]}"
        lines[number - 1] = f"{code}# {wrong}"
        edits = {scratch.path(item): "\n".join(lines)}
        yield Fault("wrong shape", f"{item.name}:{number}", edits, run(item.name))


def number_without_source(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A quantity in the guide with nothing behind it, or with a source that is none."""
    guide = [both for both in _pairs(scratch) if both[0].name.startswith("guide/")]
    for form, text in UNSOURCED.items():
        for both in random.sample(guide, 3):
            yield _typed("no source", scratch, both, form, text, SOURCES)


UNSOURCED = {
    "milliseconds": "Y: 4713 ms.",
    "percent": "Y: 47.13%.",
    "PFLOPS": "Y: 4713 PFLOPS.",
    "euros": "Y: 4713 €, or €4713.",
    "inline code": "Y: 4713 GB, `x`.",
    "formula": "Y: 4713 GB; a × b = c.",
    "undefined note": "Y: 4713 GB.[^nowhere]",
    "another number's note": "Y: 4713 GB. Z: 5 W.[^y]\n\n[^y]: [Y](https://example.org), read "
    "2026-01-01; 2026-01-01 读取.",
    "note of 2099": "Y: 4713 GB.[^y]\n\n[^y]: [Y](https://example.org), read 2099-01-01.",
    "title": '<abbr title="4713 GB">Y</abbr>',
}


def output_misquoted(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A decimal in the tutorial that quotes an output, with one digit changed, confirmed."""
    for page in scratch.pages():
        if page.name.startswith(("guide/", "contributing/", "reference/")):
            continue
        found = [c for c in claims(page, DECIMAL) if "." in c.text and "=" not in c.sentence]
        plain = [c for c in found if not re.search(r"[≈×÷−+/(\[]", c.sentence)]
        # A sentence with a formula is read in other letters than it is written in.
        plain = [c for c in plain if c.sentence in page.text]
        for claim in random.sample(plain, min(2, len(plain))):
            wrong = f"{(int(claim.text[0]) + 4) % 10}7{claim.text[1:]}"
            sentence = claim.sentence.replace(claim.text, wrong, 1)
            edits = _confirmed(scratch, {page.path: page.text.replace(claim.sentence, sentence)})
            yield Fault("misquoted output", f"{page.path}, {claim.text}", edits, QUOTED)


def pair_changed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """What an edition prints in the place of a word, altered after the run, or two exchanged."""
    paired = [item for item in scratch.snippets() if item.options.words]
    for i, item in enumerate(random.sample(paired, min(20, len(paired)))):
        edition, words = random.choice(list(item.options.words.items()))
        word = random.choice(list(words))
        forms = {word: f"{words[word]}！"}
        if i % 2 and (others := [each for each in words if each != word]):
            other = random.choice(others)
            forms = {word: words[other], other: words[word]}
        head, table, rest = item.text.partition(f"# [tool.neverstale.words.{edition}]\n")
        for each, said in forms.items():
            rest = rest.replace(f'# "{each}" = "{words[each]}"\n', f'# "{each}" = "{said}"\n', 1)
        target = f"{item.name}, {', '.join(forms)}"
        edits = {scratch.path(item): head + table + rest}
        yield Fault("word of a pair changed", target, edits, CHECK)


WORD_KINDS: dict[str, Maker] = {
    "name changed": name_changed,
    "numbers differ": numbers_differ,
    "conflict marker": conflict_left,
    "typed proof": proof_typed,
    "heading form": heading_form,
    "wrong shape": shape_wrong,
    "no source": number_without_source,
    "misquoted output": output_misquoted,
    "word of a pair changed": pair_changed,
}
