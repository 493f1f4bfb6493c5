"""The chooser on the guide's front page: questions, and the answer to them as first asked.

`[[gpu-chooser]]` renders here at build, so that the answer stands there before the script does, and
without it. The script fills the same templates with the same words; a test compares the two.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from gpuguide.catalogue import Gpu
from gpuguide.choose import (
    FORMS,
    GOALS,
    SOFTWARE,
    Choice,
    Constraints,
    Option,
    Rejection,
    capacity,
    choose,
    duration,
    middle,
    price_of,
    required,
)
from gpuguide.events import CLASSES
from gpuguide.memory import Range, Unknown, cublas_workspace, cuda_context
from gpuguide.workload import (
    FIELDS,
    GREATEST,
    LONGEST,
    NUMBERS,
    PHASES,
    SPLITS,
    VERSION,
    Workload,
    preset,
    presets,
)
from gpuguide.workload import PARTS as OF_MEMORY
from handbook.chooser_words import WORDS, fill, say

DEFAULT = "llama-8b-lora"
FIRST = 5  # options shown before all are asked for
CHEAPEST = 3  # cards named for each preset in the table
CURRENCIES = ("USD", "CNY")
CODES = ("memory", "time", "price", "power", "software", "form", "market")
MARKET = "China"
MINE = "mine"
"""The choice that is the reader's own model; no preset has this id."""
COMMAND = (
    ".venv/bin/gpuguide estimate my_model.py:build --input 32,3,224,224 "
    "--optimizer adamw --workload my_model.json"
)
FILE = [VERSION, FIELDS, NUMBERS, OF_MEMORY, PHASES, CLASSES, SPLITS, LONGEST, GREATEST]
"""What the script must know to read such a file as `gpuguide.workload.read` does."""
VALIDATION = Path(__file__).parents[2] / "records" / "validation.json"

PARTS = (
    "parameters",
    "gradients",
    "optimizer_state",
    "activations",
    "inputs",
    "temporaries",
    "allocator",
    "system",
)
"""What fills memory, in the order of the bar; `margin` and `free` come after."""

MERGED = {"buffers": "parameters", "workspaces": "temporaries", "rounding": "allocator"}
"""Part of a workload → the part that it is shown with."""

TEMPLATES = {
    "option": '<li data-gpu="{id}"><p class="hb-choose__head"><a href="{link}">{name}</a> '
    "<span>{price}</span></p>{bar}"
    '<p class="hb-choose__facts">{facts}</p><p class="hb-choose__why">{why} '
    '<button type="button" value="{id}" aria-label="{label}">{own}</button></p></li>',
    "bar": '<svg class="hb-choose__bar" aria-hidden="true">{rects}</svg>',
    "rect": '<rect x="{x}%" width="{width}%" height="100%" fill="url(#hb-{part})"></rect>',
    "part": '<li><svg aria-hidden="true"><rect width="100%" height="100%" fill="url(#hb-{part})">'
    "</rect></svg>{name} <span>{size}</span></li>",
    "text": "<li>{text}</li>",
    "parts": '<div class="hb-choose__parts"><p>{title}</p><ul>{items}</ul></div>',
    "lead": '<p class="hb-choose__lead">{text}</p><p class="hb-choose__query">{query}</p>'
    '<p class="hb-choose__query">{last}</p>',
    "options": '<ol class="hb-choose__options">{items}</ol>',
    "more": '<button type="button" class="hb-choose__more">{text}</button>',
    "dropped": '<div class="hb-choose__dropped"><p>{title}</p>{items}</div>',
    "reason": '<details data-code="{code}"><summary>{title} ({count})</summary>'
    "<ul>{items}</ul></details>",
    "reject": '<li><a href="{link}">{name}</a> <span>{why}</span></li>',
}
"""HTML that Python fills at build and the script on each keystroke."""

# Shape of each part's pattern: families of colour, told apart by shape as well.
_SOLID = '<rect width="6" height="6" class="{family}"/>'
_STRIPES = '<rect width="6" height="6" class="{family} wash"/><path d="{d}" class="{family}"/>'
_UP, _DOWN = "M-1 1l2-2M0 6l6-6M5 7l2-2", "M-1 5l2 2M0 0l6 6M5-1l2 2"
_DOTS = (
    '<rect width="6" height="6" class="{family} wash"/>'
    '<circle cx="1.5" cy="1.5" r="1.1" class="{family}"/>'
    '<circle cx="4.5" cy="4.5" r="1.1" class="{family}"/>'
)
_PATTERNS = {
    "parameters": _SOLID.format(family="model"),
    "gradients": _STRIPES.format(family="model", d=_UP),
    "optimizer_state": _DOTS.format(family="model"),
    "activations": _SOLID.format(family="batch"),
    "inputs": _STRIPES.format(family="batch", d=_DOWN),
    "temporaries": _DOTS.format(family="batch"),
    "allocator": _STRIPES.format(family="system", d="M0 1.5h6M0 4.5h6"),
    "system": _SOLID.format(family="system"),
    "margin": '<path d="M0 6l6-6" class="margin"/>',
    "free": "",
}


def chooser(gpus: Sequence[Gpu], language: str, root: str) -> str:
    """Questions, answer, table of presets.

    Args:
        gpus: the entries.
        language: of the page.
        root: address of the site's root, ending in a slash.
    """
    assets = f"{root}{language}/assets/"
    workload, wishes = preset(DEFAULT), Constraints()
    answer = _Answer(gpus, language, f"{root}{language}/guide/table/")
    patterns = "".join(
        f'<pattern id="hb-{part}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f"{shape}</pattern>"
        for part, shape in _PATTERNS.items()
    )
    data = {
        "src": f"{root}choose.json",
        "table": answer.table,
        "language": language,
        "default": DEFAULT,
        "words": _json(WORDS[language]),
        "templates": _json(TEMPLATES),
        "parts": _json([PARTS, MERGED, CODES, FIRST]),
        "file": _json(FILE),
    }
    attributes = " ".join(f'data-{key}="{html.escape(text)}"' for key, text in data.items())
    return (
        f'<link rel="stylesheet" href="{assets}gpu-chooser.css">'
        f'<div class="hb-choose" data-search-exclude {attributes}>'
        f'<svg class="hb-choose__patterns" aria-hidden="true">{patterns}</svg>'
        f"{_form(gpus, language, workload, root)}"
        f'<section class="hb-choose__answer" aria-label="{say("answer", language)}">'
        f"{answer.of(workload, wishes)}</section>"
        f'<p class="hb-choose__said" role="status"></p>'
        f'<p class="hb-choose__share"><button type="button" name="copy">{say("copy", language)}'
        f'</button> <button type="button" name="reset">{say("reset", language)}</button> '
        f"<span></span></p>"
        f'<div class="hb-choose__notes"><p>{say("notes", language)}</p>'
        f"{_notes(language, root)}</div>"
        f"{_presets(gpus, language, answer.table)}</div>"
        f'<script type="module" src="{assets}gpu-chooser.js"></script>'
    )


def markdown(gpus: Sequence[Gpu], language: str) -> str:
    """The table of presets, for the page's Markdown twin."""
    heads = ("workload", "presets-need", "presets-cards")
    lines = ["| " + " | ".join(say(head, language) for head in heads), "|---|---:|---"]
    lines += ["| " + " | ".join(cells) for cells in _rows(gpus, language, "table.md")]
    notes = "\n".join(f"- {text}" for text in _note_texts(language))
    return "\n".join(f"{line} |" for line in lines) + "\n\n" + notes


def shares(workload: Workload, wishes: Constraints, gpu: Gpu) -> dict[str, float | None]:
    """Part → bytes on each GPU; together they are what `required` says. `system` may be unknown."""
    items = workload.items if wishes.items is None else wishes.items
    each = items / wishes.count if workload.split == "data" else items
    part_of = wishes.count if workload.split == "weights" else 1
    found: dict[str, float | None] = dict.fromkeys(PARTS, 0.0)

    def add(part: str, nbytes: float) -> None:
        found[part] = (found[part] or 0) + nbytes / part_of

    for part, nbytes in workload.parts(each).items():
        add(MERGED.get(part, part), nbytes)
    add("allocator", workload.reserve.at(each))
    workspace, context = cublas_workspace(gpu), cuda_context(gpu)
    system = 0.0 if isinstance(workspace, Unknown) else workspace * float(workload.blas)
    found["system"] = None if isinstance(context, Unknown) else system + context.high
    return found


class _Answer:
    """The answer's HTML. What the script does, in the same order."""

    def __init__(self, gpus: Iterable[Gpu], language: str, table: str) -> None:
        self.gpus = {gpu.id: gpu for gpu in gpus}
        self.language = language
        self.table = table

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def of(self, workload: Workload, wishes: Constraints) -> str:
        choice = choose(workload, wishes, self.gpus.values())
        items = choice.options[:FIRST]
        options = [
            self.option(one, choice.options[0], workload, wishes, place)
            for place, one in enumerate(items)
        ]
        more = ""
        if len(choice.options) > FIRST:
            more = fill(TEMPLATES["more"], {"text": self.say("more", count=len(choice.options))})
        text, last = self.lead(choice, workload, wishes)
        query = self.query(workload, wishes)
        return (
            fill(TEMPLATES["lead"], {"text": text, "query": query, "last": last})
            + self.parts(choice, workload, wishes)
            + fill(TEMPLATES["options"], {"items": "".join(options)})
            + more
            + self.dropped(choice, workload, wishes)
        )

    def lead(self, choice: Choice, workload: Workload, wishes: Constraints) -> tuple[str, str]:
        """The answer in a sentence, and how many come last because something is unknown."""
        count = len(choice.options)
        if not count:
            return self.say("nothing", item=html.escape(workload.item[self.language])), ""
        missing = sum(_value(one, wishes.goal) is None for one in choice.options)
        if missing == count:
            return self.say("first-unknown", count=count), ""
        first = self.name(choice.options[0].gpu, wishes)
        text = self.say(f"first-{wishes.goal}", name=first, count=count)
        return text, self.say(f"last-{wishes.goal}", count=missing) if missing else ""

    def query(self, workload: Workload, wishes: Constraints) -> str:
        return self.say(
            "query",
            workload=html.escape(workload.name[self.language]),
            items=three(float(workload.items if wishes.items is None else wishes.items)),
            item=html.escape(workload.item[self.language]),
            cards=self.say("query-one" if wishes.count == 1 else "query-two"),
            software=self.say(wishes.software[0] if wishes.software else "query-software"),
            form=self.say(wishes.forms[0] if wishes.forms else "query-form"),
        )

    def parts(self, choice: Choice, workload: Workload, wishes: Constraints) -> str:
        gpu = self.gpus[choice.options[0].gpu]
        items = []
        for part, nbytes in shares(workload, wishes, gpu).items():
            if nbytes is None:
                items.append(fill(TEMPLATES["text"], {"text": self.say("system-unknown")}))
            elif nbytes >= 5e5:
                items.append(self.part(part, size(nbytes)))
        items += [self.part("margin", ""), self.part("free", "")]
        return fill(TEMPLATES["parts"], {"title": self.say("parts"), "items": "".join(items)})

    def part(self, part: str, text: str) -> str:
        values = {"part": part, "name": self.say(f"part-{part}"), "size": text}
        return fill(TEMPLATES["part"], values)

    def option(
        self, one: Option, first: Option, workload: Workload, wishes: Constraints, place: int
    ) -> str:
        gpu = self.gpus[one.gpu]
        facts = [
            self.say(
                "fit",
                need=gigabytes(one.need),
                memory=capacity_text(one.memory),
                free=fixed(100 * (1 - one.need / one.memory), 0),
            ),
            self.say("time-unknown")
            if isinstance(one.seconds, Unknown)
            else self.say(
                "time",
                span=self.span(one.seconds),
                step=html.escape(workload.step[self.language]),
            ),
            self.say("power-unknown") if one.power is None else self.watts(one.power),
        ]
        return fill(
            TEMPLATES["option"],
            {
                "id": one.gpu,
                "link": f"{self.table}#{one.gpu}",
                "name": self.name(one.gpu, wishes),
                "price": self.price(one, wishes),
                "bar": self.bar(one, workload, wishes),
                "facts": self.say("between").join(facts),
                "why": self.why(one, first, wishes, place),
                "label": self.say("own-for", name=html.escape(gpu.name)),
                "own": self.say("own"),
            },
        )

    def name(self, gpu: str, wishes: Constraints) -> str:
        text = html.escape(self.gpus[gpu].name)
        return text if wishes.count == 1 else self.say("two-of", name=text)

    def watts(self, power: float) -> str:
        return self.say("power", power=plain(power))

    def span(self, seconds: Range) -> str:
        unit, scale = ("s", 1.0) if seconds.low >= 1 else ("ms", 1e3)
        return self.say(
            "span", low=three(seconds.low * scale), high=three(seconds.high * scale), unit=unit
        )

    def money(self, value: float, currency: str) -> str:
        return self.say(currency, value=plain(value))

    def price(self, one: Option, wishes: Constraints) -> str:
        if one.price is None:
            return self.say("price-unknown")
        text = self.money(one.price, wishes.currency)
        if wishes.count > 1:
            each = self.money(one.price / wishes.count, wishes.currency)
            text = self.say("double", each=each, both=text)
        price = self.gpus[one.gpu].price
        if one.own_price or price is None:
            return self.say("yours", price=text)
        return self.say("launch", price=text, date=price.date[:7])

    def bar(self, one: Option, workload: Workload, wishes: Constraints) -> str:
        free = one.memory - one.need
        margin = min(free, one.memory * wishes.margin)
        filled = shares(workload, wishes, self.gpus[one.gpu])
        ends = {**filled, "margin": margin, "free": free - margin}
        rects, start = "", 0.0
        for part, nbytes in ends.items():
            width = 100 * (nbytes or 0) / one.memory
            if width >= 0.05:
                values = {"part": part, "x": fixed(start, 2), "width": fixed(width, 2)}
                rects += fill(TEMPLATES["rect"], values)
            start += width
        return fill(TEMPLATES["bar"], {"rects": rects})

    def why(self, one: Option, first: Option, wishes: Constraints, place: int) -> str:
        goal = wishes.goal
        value, best = _value(one, goal), _value(first, goal)
        if value is None or best is None:
            later = "" if goal == "time" or isinstance(one.seconds, Unknown) else "by-time"
            return self.say(f"rank-unknown-{goal}") + (self.say(later) if later else "")
        if place == 0:
            return self.say(f"rank-first-{goal}")
        if value == best:
            return self.say("rank-same")
        if goal == "price":
            return self.say("rank-price", more=self.money(value - best, wishes.currency))
        if goal == "power":
            return self.say("rank-power", more=plain(value - best))
        times = three(value / best)
        return self.say("rank-same" if times == "1" else f"rank-{goal}", times=times)

    def dropped(self, choice: Choice, workload: Workload, wishes: Constraints) -> str:
        groups = ""
        for code in CODES:
            found = [one for one in choice.rejected if one.code == code]
            if not found:
                continue
            items = "".join(self.reject(one, workload, wishes) for one in found)
            values = {"title": self.say(f"code-{code}"), "count": len(found)}
            groups += fill(TEMPLATES["reason"], {"code": code, "items": items, **values})
        if not groups:
            return ""
        title = self.say("dropped", count=len(choice.rejected), all=len(self.gpus))
        return fill(TEMPLATES["dropped"], {"title": title, "items": groups})

    def reject(self, one: Rejection, workload: Workload, wishes: Constraints) -> str:
        gpu = self.gpus[one.gpu]
        values = {
            "link": f"{self.table}#{gpu.id}",
            "name": html.escape(gpu.name),
            "why": self.reason(one.code, gpu, workload, wishes),
        }
        return fill(TEMPLATES["reject"], values)

    def reason(self, code: str, gpu: Gpu, workload: Workload, wishes: Constraints) -> str:
        """Why a GPU was dropped, in the page's words; the numbers are the library's."""
        values: dict[str, object] | None = None
        if code == "memory" and gpu.memory is not None:
            values = {
                "need": gigabytes(required(workload, wishes, gpu)),
                "usable": gigabytes(capacity(gpu) * (1 - wishes.margin)),
                "memory": capacity_text(capacity(gpu)),
            }
        elif code == "time":
            seconds = duration(workload, wishes, gpu)
            values = None if isinstance(seconds, Unknown) else {"span": self.span(seconds)}
        elif code == "price":
            price, _ = price_of(wishes, gpu)
            values = None if price is None else {"price": self.money(price, wishes.currency)}
        elif code == "power" and gpu.power is not None:
            values = {"power": plain(gpu.power.value * wishes.count)}
        elif code == "software":
            values = {"software": self.say(SOFTWARE[gpu.vendor])}
        elif code == "form":
            values = {"form": self.say(FORMS.get(gpu.form, "module"))}
        elif code == "market":
            values = {"market": self.say(f"market-{gpu.market}")}
        return (
            self.say(f"why-{code}-unknown") if values is None else self.say(f"why-{code}", **values)
        )


def _value(one: Option, goal: str) -> float | None:
    """What an option is ranked by, or None where unknown."""
    if goal == "time":
        return None if isinstance(one.seconds, Unknown) else middle(one.seconds)
    if goal == "rent":
        return None if one.rent is None else middle(one.rent)
    return one.price if goal == "price" else one.power


# ---------------------------------------------------------------- Questions
def _form(gpus: Sequence[Gpu], language: str, workload: Workload, root: str) -> str:
    def words(key: str, **values: object) -> str:
        return html.escape(say(key, language, **values))

    def options(pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
        return "".join(
            f'<option value="{value}"{" selected" if value == chosen else ""}>'
            f"{html.escape(text)}</option>"
            for value, text in pairs
        )

    def radios(name: str, pairs: Sequence[tuple[str, str]]) -> str:
        return "".join(
            f'<label><input type="radio" name="{name}" value="{value}"'
            f"{'' if place else ' checked'}> {text}</label>"
            for place, (value, text) in enumerate(pairs)
        )

    def number(name: str, label: str, more: str = "") -> str:
        return (
            f'<label><span>{label}</span><input type="number" name="{name}" min="0" step="any" '
            f'inputmode="decimal" autocomplete="off"{more}></label>'
        )

    groups = "".join(
        f'<optgroup label="{words("training" if training else "inference")}">'
        + options(
            ((one.id, one.name[language]) for one in presets() if one.training == training),
            workload.id,
        )
        + "</optgroup>"
        for training in (True, False)
    )
    kinds = list(dict.fromkeys(SOFTWARE.values()))
    software = options([(one, say(one, language)) for one in kinds], "cuda")
    forms = options([(one, say(one, language)) for one in ("card", "module", "computer", "cloud")])
    money = options([(one, say(f"{one}-name", language)) for one in CURRENCIES], "USD")
    cards = options((gpu.id, gpu.name) for gpu in sorted(gpus, key=lambda gpu: gpu.name.lower()))
    anything = f'<option value="">{words("any")}</option>'
    assumes = say("sentence", language).join(workload.assumes[language])
    currency = words("USD-name")
    return (
        f'<form class="hb-choose__form" aria-label="{words("label")}" autocomplete="off">'
        f"<fieldset><legend>{words('what')}</legend>"
        f'<label class="hb-choose__wide"><span>{words("workload")}</span>'
        f'<select name="run">{groups}<option value="{MINE}">{words("mine")}</option></select>'
        "</label>"
        + number(
            "batch",
            f"<span data-batch>{words('batch', item=workload.item[language])}</span>",
            f' value="{workload.items}"',
        )
        + f'<p class="hb-choose__assumes">{words("assumes", text=assumes)}</p>'
        f"{_mine(language, root)}</fieldset>"
        f"<fieldset><legend>{words('where')}</legend>"
        f'<div role="radiogroup" aria-label="{words("cards")}">'
        f"{radios('cards', [('1', words('one')), ('2', words('two'))])}</div>"
        f'<label><span>{words("software")}</span><select name="on">{software}'
        f'<option value="any">{words("all-software")}</option></select></label>'
        f'<label><span>{words("form")}</span><select name="kind">{anything}{forms}</select></label>'
        "</fieldset>"
        f"<fieldset><legend>{words('goal')}</legend><div>"
        + radios("by", [(goal, words(f"goal-{goal}")) for goal in GOALS])
        + f"</div></fieldset>"
        f'<details class="hb-choose__limits"><summary>{words("limits")}</summary><div>'
        + number("price", f"<span data-money>{words('max-price', currency=currency)}</span>")
        + number("power", words("max-power"))
        + number("time", words("max-time"))
        + number("free", words("margin"), ' value="10" max="99"')
        + number("steps", words("steps"))
        + f'<label><span>{words("currency")}</span><select name="money">{money}</select></label>'
        f'<label class="hb-choose__tick"><input type="checkbox" name="market" value="{MARKET}"> '
        f"{words('market')}</label>"
        f'<label class="hb-choose__wide"><span>{words("own-card")}</span>'
        f'<select name="card"><option value="">{words("own-pick")}</option>{cards}</select></label>'
        f'<div class="hb-choose__own"></div>'
        "</div></details></form>"
    )


def _mine(language: str, root: str) -> str:
    """The panel for the reader's own model; the script unfolds it."""

    def words(key: str) -> str:
        return html.escape(say(key, language))

    return (
        f'<div class="hb-choose__mine" hidden><p>{words("mine-how")}</p>'
        f"<p><code>{html.escape(COMMAND)}</code></p>"
        f'<p><a href="{root}{language}/guide/estimate/#workload">{words("mine-more")}</a></p>'
        f"<label><span>{words('mine-file')}</span>"
        '<input type="file" name="file" accept=".json,application/json"></label>'
        f"<label><span>{words('mine-text')}</span>"
        '<textarea name="text" rows="3" spellcheck="false" autocapitalize="off" '
        'aria-describedby="hb-mine"></textarea></label>'
        '<p id="hb-mine" class="hb-choose__heard" role="status"></p>'
        f'<p>{words("mine-private")} <button type="button" name="forget" hidden>'
        f"{words('mine-forget')}</button></p></div>"
    )


def _note_texts(language: str) -> list[str]:
    tested = VALIDATION.is_file()
    texts = [
        say("note-memory", language),
        say("note-time", language),
        say("note-tested", language, link="validation.json")
        if tested
        else say("note-untested", language),
        say("note-price", language),
    ]
    return texts


def _notes(language: str, root: str) -> str:
    link = f'<a href="{root}validation.json">validation.json</a>'
    items = (html.escape(text).replace("validation.json", link) for text in _note_texts(language))
    return f"<ul>{''.join(f'<li>{text}</li>' for text in items)}</ul>"


# ---------------------------------------------------------------- Presets
def _presets(gpus: Sequence[Gpu], language: str, table: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{need}</td><td>{cards}</td></tr>'
        for name, need, cards in _rows(gpus, language, table, links=False)
    )
    return (
        f'<div class="hb-choose__presets"><p>{say("presets", language)}</p>'
        f'<table class="hb-choose__table"><thead><tr><th scope="col">{say("workload", language)}'
        f'</th><th scope="col">{say("presets-need", language)}</th>'
        f'<th scope="col">{say("presets-cards", language)}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rows(
    gpus: Sequence[Gpu], language: str, table: str, *, links: bool = True
) -> list[tuple[str, str, str]]:
    """Preset with its batch, memory needed, cheapest cards: Markdown with links, or HTML."""
    by_id = {gpu.id: gpu for gpu in gpus}
    found = []
    for one in presets():
        options = choose(one, None, gpus).options
        cards = []
        for option in options[:CHEAPEST]:
            gpu = by_id[option.gpu]
            text = (
                f"[{gpu.name}]({table}#{gpu.id})"
                if links
                else (f'<a href="{table}#{gpu.id}">{html.escape(gpu.name)}</a>')
            )
            if option.price is None or gpu.price is None:
                price = say("price-unknown", language)
            else:
                money = say(gpu.price.unit, language, value=plain(option.price))
                price = say("presets-price", language, price=money, date=gpu.price.date[:7])
            cards.append(say("presets-card", language, name=text, price=price))
        label = say(
            "presets-batch", language, workload=html.escape(one.name[language]),
            items=one.items, item=one.item[language],
        )  # fmt: skip
        need = gigabytes(options[0].need) if options else say("price-unknown", language)
        cards = cards or [say("presets-none", language)]
        found.append((label, need, say("comma", language).join(cards)))
    return found


# ---------------------------------------------------------------- Numbers, as in the script
def fixed(value: float, digits: int) -> str:
    """So many decimals, halves upwards, as JavaScript's toFixed does."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def plain(value: float) -> str:
    """At most two decimals, thousands apart."""
    text = f"{Decimal(fixed(value, 2)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def three(value: float) -> str:
    """Three significant digits; from 100 on a whole number, thousands apart."""
    if value >= 100:
        return f"{Decimal(fixed(value, 0)):,f}"
    if value == 0:
        return "0"
    text = fixed(value, 2 - Decimal(value).adjusted())
    return text.rstrip("0").rstrip(".") if "." in text else text


def gigabytes(nbytes: float) -> str:
    """10⁹ bytes, one decimal."""
    return fixed(nbytes / 1e9, 1)


def capacity_text(nbytes: float) -> str:
    """10⁹ bytes, one decimal where it is not 0."""
    return plain(float(gigabytes(nbytes)))


def size(nbytes: float) -> str:
    """Gigabytes, or megabytes where it is less than 0.1 GB."""
    if nbytes < 1e8:
        return f"{three(nbytes / 1e6)}\u00a0MB"
    return f"{gigabytes(nbytes)}\u00a0GB"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
