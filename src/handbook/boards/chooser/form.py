"""The questions as HTML, answered as they first are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from gpuguide.catalogue import Gpu
from gpuguide.choice.buying import CONDITIONS, FORMS, SOFTWARE, SYSTEMS
from gpuguide.choice.language import forms, language, models
from gpuguide.choice.wishes import GOALS, Constraints
from gpuguide.choice.workload import Workload, traced
from handbook.boards import wheel
from handbook.boards.chooser.words import say

CURRENCIES = ("USD", "CNY")
MARKET = "China"
HANDBOOK = ("simple-cnn", "lstm-lm")
"""Presets that are this handbook's own networks."""
MINE = "mine"
"""The choice that is the reader's own model; no preset has this id."""
COMMAND = (
    "gpuguide estimate my_model.py:build --input 32,3,224,224 "
    "--optimizer adamw --workload my_model.json"
)


def at_home(language: str) -> Constraints:
    """What a reader of this edition wants unless they say otherwise: their market, its money."""
    return Constraints(markets=(MARKET,), currency="CNY") if language == "zh" else Constraints()


class Form:
    """The form's HTML, question by question."""

    def __init__(self, gpus: Iterable[Gpu], language: str, root: str) -> None:
        self.gpus = gpus
        self.language = language
        self.root = root

    def say(self, key: str, **values: object) -> str:
        return html.escape(say(key, self.language, **values))

    def of(self, workload: Workload, *, brief: bool = False) -> str:
        """Three questions, the others folded below them; `brief` folds the goal and more."""
        seldom, goal = self.seldom(workload, brief=brief), self.goal()
        rest = f"<div>{goal if brief else ''}{seldom}</div>"
        return (
            f'<form class="hb-choose__form" aria-label="{self.say("label")}" autocomplete="off">'
            f"{self.what(workload, brief=brief)}{self.money()}{'' if brief else goal}"
            f'<details class="hb-choose__limits"><summary>{self.say("limits")}</summary>{rest}'
            "</details></form>"
        )

    def what(self, workload: Workload, *, brief: bool) -> str:
        groups = "".join(
            f'<optgroup label="{html.escape(label)}">{_options(pairs, workload.id)}</optgroup>'
            for label, pairs in self.groups().items()
        )
        name = html.escape(workload.name[self.language])
        return (
            '<fieldset class="hb-choose__what"><label class="hb-choose__wide">'
            f"<span>{self.say('what')}</span>"
            f'<span class="hb-choose__run"><select name="run">{groups}'
            f'<option value="{MINE}">{self.say("mine")}</option></select>'
            f'<span aria-hidden="true">{name}</span></span></label>'
            f"{'' if brief else self.batch(workload)}{self.mine()}</fieldset>"
        )

    def groups(self) -> dict[str, list[tuple[str, str]]]:
        """Label of a group of the list → presets with their names."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key in ("learn", "train", "draw"):
            found[say(f"group-{key}", self.language)] = []
        for one in traced():
            key = "draw"
            if one.training:
                key = "learn" if one.id in HANDBOOK else "train"
            name = one.name[self.language]
            found[say(f"group-{key}", self.language)].append((one.id, name))
        for model in models():
            label = say("group-chat", self.language, family=model.family)
            named = (language(model, form) for form in reversed(forms(model)))
            pairs = [(one.id, one.name[self.language]) for one in named]
            found.setdefault(label, []).extend(pairs)
        return found

    def batch(self, workload: Workload) -> str:
        label = f"<span data-batch>{self.say('batch', item=workload.item[self.language])}</span>"
        assumes = say("sentence", self.language).join(workload.assumes[self.language])
        return (
            _number("batch", label, f' value="{workload.items}"')
            + _number("context", self.say("context"), ' value="8192" min="1" step="1"')
            + f'<p class="hb-choose__assumes">{self.say("assumes", text=assumes)}</p>'
        )

    def money(self) -> str:
        money = say(f"{at_home(self.language).currency}-name", self.language)
        price = self.say("max-price", currency=money)
        conditions = _options((one, say(f"buy-{one}", self.language)) for one in CONDITIONS)
        return (
            '<fieldset class="hb-choose__money">'
            + _number(
                "price", f"<span data-money>{price}</span>", f' placeholder="{self.say("any")}"'
            )
            + f'<label><span>{self.say("buy")}</span><select name="buy">{conditions}</select>'
            "</label></fieldset>"
        )

    def mine(self) -> str:
        """The panel for the reader's own model; the script unfolds it."""
        more = f"{self.root}{self.language}/guide/estimate/#workload"
        return (
            f'<div class="hb-choose__mine" hidden><ol><li><p>{self.coded("mine-how")}</p>'
            f"<p><code>pip install {html.escape(wheel.address('gpuguide'))}</code></p>"
            f"<p><code>{html.escape(COMMAND)}</code></p>"
            f'<p>{self.coded("mine-adapt")} <a href="{more}">{self.say("mine-more")}</a></p></li>'
            f"<li><label><span>{self.say('mine-file')}</span>"
            '<input type="file" name="file" accept=".json,application/json"></label>'
            f"<label><span>{self.say('mine-text')}</span>"
            '<textarea name="text" rows="3" spellcheck="false" autocapitalize="off" '
            'aria-describedby="hb-mine"></textarea></label></li></ol>'
            '<p id="hb-mine" class="hb-choose__heard" role="status"></p>'
            f'<p>{self.say("mine-private")} <button type="button" name="forget" hidden>'
            f"{self.say('mine-forget')}</button></p></div>"
        )

    def coded(self, key: str) -> str:
        """A phrase with code in it, between backticks."""
        return re.sub("`(.+?)`", r"<code>\1</code>", self.say(key))

    def where(self) -> str:
        kinds = dict.fromkeys(SOFTWARE.values())
        software = _options([(one, say(one, self.language)) for one in kinds], "cuda")
        forms = _options((one, say(one, self.language)) for one in FORMS)
        systems = _options((one, say(one, self.language)) for one in SYSTEMS)
        return (
            f'<div class="hb-choose__wide hb-choose__radios" role="radiogroup" '
            f'aria-label="{self.say("cards")}">'
            f"{_radios('cards', [('1', self.say('one')), ('2', self.say('two'))])}</div>"
            f'<label><span>{self.say("system")}</span><select name="system">'
            f'<option value="">{self.say("any")}</option>{systems}</select></label>'
            f'<label><span>{self.say("software")}</span><select name="on">{software}'
            f'<option value="any">{self.say("all-software")}</option></select></label>'
            f'<label><span>{self.say("form")}</span><select name="kind">'
            f'<option value="">{self.say("any")}</option>{forms}</select></label>'
        )

    def goal(self) -> str:
        goals = _radios("by", [(goal, self.say(f"goal-{goal}")) for goal in GOALS])
        return (
            f'<fieldset class="hb-choose__goal"><legend>{self.say("goal")}</legend>'
            f"<div>{goals}</div></fieldset>"
        )

    def seldom(self, workload: Workload, *, brief: bool) -> str:
        home, names = at_home(self.language), [f"{one}-name" for one in CURRENCIES]
        pairs = zip(CURRENCIES, (say(name, self.language) for name in names), strict=True)
        money, checked = _options(pairs, home.currency), " checked" if home.markets else ""
        by_name = sorted(self.gpus, key=lambda gpu: gpu.name.lower())
        cards = _options((gpu.id, gpu.name) for gpu in by_name)
        return (
            (self.batch(workload) if brief else "")
            + self.where()
            + f'<label><span>{self.say("currency")}</span><select name="money">{money}</select>'
            "</label>"
            + _number("supply", self.say("supply"))
            + _number("long", self.say("length"))
            + _number("slots", self.say("slots"))
            + f'<p class="hb-choose__hint">{self.say("room-rule")}</p>'
            + _number("hours", self.say("hours"), ' value="10" max="168"')
            + _number("time", self.say("max-time"))
            + _number("free", self.say("margin"), ' value="10" max="99"')
            + f'<label class="hb-choose__tick"><input type="checkbox" name="market" '
            f'value="{MARKET}"{checked}> {self.say("market")}</label>'
            f'<label class="hb-choose__tick"><input type="checkbox" name="unsold"> '
            f"{self.say('unsold')}</label>"
            f'<label class="hb-choose__wide"><span>{self.say("own-card")}</span>'
            f'<select name="card"><option value="">{self.say("own-pick")}</option>{cards}</select>'
            '</label><div class="hb-choose__own"></div>'
        )


def _options(pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>'
        f"{html.escape(text)}</option>"
        for value, text in pairs
    )


def _radios(name: str, pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<label><input type="radio" name="{name}" value="{value}"'
        f"{'' if place else ' checked'}> {text}</label>"
        for place, (value, text) in enumerate(pairs)
    )


def _number(name: str, label: str, more: str = "") -> str:
    return (
        f'<label><span>{label}</span><input type="number" name="{name}" min="0" step="any" '
        f'inputmode="decimal" autocomplete="off"{more}></label>'
    )
