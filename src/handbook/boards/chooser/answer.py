"""The answer as HTML. What the script does, in the same order."""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import UTC, datetime

from gpuguide.catalogue import Gpu
from gpuguide.choice.buying import capacity, form_of, offers, on_sale, software_of, support
from gpuguide.choice.choose import (
    Choice,
    Constraints,
    Option,
    Rejection,
    choose,
    duration,
    middle,
    price_of,
    required,
)
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Range, Unknown
from handbook.boards.chooser.digits import capacity_text, fixed, gigabytes, plain, size, three
from handbook.boards.chooser.parts import shares
from handbook.boards.chooser.templates import put
from handbook.boards.chooser.words import say

FIRST = 5  # options shown before all are asked for
CODES = ("memory", "time", "price", "power", "support", "software", "form", "market", "sale")


class Answer:
    """The answer's HTML. What the script does, in the same order."""

    def __init__(self, gpus: Iterable[Gpu], language: str, table: str, today: str = "") -> None:
        self.gpus = {gpu.id: gpu for gpu in gpus}
        self.language = language
        self.table = table
        self.today = today or datetime.now(UTC).date().isoformat()
        self.unit = "s"  # of all times of an answer, so that they compare at sight

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def of(self, workload: Workload, wishes: Constraints) -> str:
        choice = choose(workload, wishes, self.gpus.values())
        items = choice.options[:FIRST]
        self.unit = _unit(choice)
        options = [
            self.option(one, choice.options[0], workload, wishes, place)
            for place, one in enumerate(items)
        ]
        more = ""
        if len(choice.options) > FIRST:
            more = put("more", text=self.say("more", count=len(choice.options)))
        text, last = self.lead(choice, workload, wishes)
        query = self.query(workload, wishes)
        return (
            put("lead", text=text, query=query, last=last)
            + self.parts(choice, workload, wishes)
            + put("options", items="".join(options))
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
            timed = any(isinstance(one.seconds, Range) for one in choice.options)
            return self.say("first-unknown" if timed else "first-unordered", count=count), ""
        first = choice.options[0]
        key = f"first-price-{first.kind}" if wishes.goal == "price" else f"first-{wishes.goal}"
        text = self.say(key, name=self.name(first.gpu, wishes), count=count)
        last = [self.say(f"last-{wishes.goal}", count=missing)] if missing else []
        later = sum(one.kind == "launch" for one in choice.options)
        if wishes.goal == "price" and later and first.kind != "launch":
            last.insert(0, self.say("last-launch", count=later))
        return text, self.say("sentence").join(last)

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
                items.append(put("text", text=self.say("system-unknown")))
            elif nbytes >= 5e5:
                items.append(self.part(part, size(nbytes)))
        items += [self.part("margin", ""), self.part("free", "")]
        return put("parts", title=self.say("parts"), items="".join(items))

    def part(self, part: str, text: str) -> str:
        return put("part", part=part, name=self.say(f"part-{part}"), size=text)

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
        return put(
            "option",
            id=one.gpu,
            link=f"{self.table}#{one.gpu}",
            name=self.name(one.gpu, wishes),
            price=self.price(one, wishes),
            bar=self.bar(one, workload, wishes),
            facts=self.say("between").join(facts),
            why=self.why(one, first, wishes, place),
            label=self.say("own-for", name=html.escape(gpu.name)),
            own=self.say("own"),
        )

    def name(self, gpu: str, wishes: Constraints) -> str:
        text = html.escape(self.gpus[gpu].name)
        return text if wishes.count == 1 else self.say("two-of", name=text)

    def watts(self, power: float) -> str:
        return self.say("power", power=plain(power))

    def span(self, seconds: Range) -> str:
        scale = 1.0 if self.unit == "s" else 1e3
        low, high = three(seconds.low * scale), three(seconds.high * scale)
        return self.say("span", low=low, high=high, unit=self.unit)

    def money(self, value: float, currency: str) -> str:
        return self.say(currency, value=plain(value))

    def price(self, one: Option, wishes: Constraints) -> str:
        if one.price is None:
            return self.say("price-unknown")
        currency = wishes.currency
        text = self.money(one.price, currency)
        if wishes.count > 1:
            each = self.money(one.price / wishes.count, currency)
            text = self.say("double", each=each, both=text)
        price = offers(self.gpus[one.gpu], currency).get(one.kind)
        if price is None:
            return self.say("yours", price=text)
        if one.kind == "launch":
            return self.say("launch", price=text, date=price.date[:7])
        if price.low < price.high and wishes.count == 1:
            text = self.say("range", low=plain(price.low), high=self.money(price.high, currency))
        key = f"seen-{one.kind}" + ("" if self.today <= price.fresh_until else "-old")
        where = self.say(f"market-{price.market}")
        return self.say(key, price=text, date=price.date[:7], market=where)

    def bar(self, one: Option, workload: Workload, wishes: Constraints) -> str:
        free = one.memory - one.need
        margin = min(free, one.memory * wishes.margin)
        filled = shares(workload, wishes, self.gpus[one.gpu])
        ends = {**filled, "margin": margin, "free": free - margin}
        rects, start = "", 0.0
        for part, nbytes in ends.items():
            width = 100 * (nbytes or 0) / one.memory
            if width >= 0.05:
                rects += put("rect", part=part, x=fixed(start, 2), width=fixed(width, 2))
            start += width
        return put("bar", rects=rects)

    def why(self, one: Option, first: Option, wishes: Constraints, place: int) -> str:
        goal = wishes.goal
        value, best = _value(one, goal), _value(first, goal)
        if value is None or best is None:
            later = "" if goal == "time" or isinstance(one.seconds, Unknown) else "by-time"
            return self.say(f"rank-unknown-{goal}") + (self.say(later) if later else "")
        if place == 0:
            return self.say(f"rank-first-{goal}")
        if goal == "price" and one.kind == "launch" != first.kind:
            return self.say("rank-launch")
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
            title = self.say(f"code-{code}")
            groups += put("reason", code=code, items=items, title=title, count=len(found))
        if not groups:
            return ""
        title = self.say("dropped", count=len(choice.rejected), all=len(self.gpus))
        return put("dropped", title=title, items=groups)

    def reject(self, one: Rejection, workload: Workload, wishes: Constraints) -> str:
        gpu = self.gpus[one.gpu]
        why = self.reason(one.code, gpu, workload, wishes)
        return put("reject", link=f"{self.table}#{gpu.id}", name=html.escape(gpu.name), why=why)

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
            values = {"software": self.say(software_of(gpu))}
        elif code == "form":
            values = {"form": self.say(form_of(gpu))}
        elif code == "sale" and on_sale(gpu):
            values = {"sale": self.say(f"sale-{on_sale(gpu)}")}
        elif code == "support":
            values = {"lacks": self.say(f"lacks-{lacking(gpu, workload)}")}
        elif code == "market":
            values = {"market": self.say(f"market-{gpu.market}")}
        return (
            self.say(f"why-{code}-unknown") if values is None else self.say(f"why-{code}", **values)
        )


def lacking(gpu: Gpu, workload: Workload) -> str:
    """The first thing that today's software lacks there and this work needs."""
    needed = ("kernels", "bf16") if workload.computes_in("bfloat16") else ("kernels",)
    return next(code for code in support(gpu) if code in needed)


def _value(one: Option, goal: str) -> float | None:
    """What an option is ranked by, or None where unknown."""
    if goal == "time":
        return None if isinstance(one.seconds, Unknown) else middle(one.seconds)
    if goal == "rent":
        return None if one.rent is None else middle(one.rent)
    return one.price if goal == "price" else one.power


def _unit(choice: Choice) -> str:
    """Seconds where the median GPU takes one or more, else milliseconds."""
    lows = sorted(one.seconds.low for one in choice.options if isinstance(one.seconds, Range))
    return "s" if lows and lows[len(lows) // 2] >= 1 else "ms"
