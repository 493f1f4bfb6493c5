"""The answer as HTML. What the script does, in the same order."""

from __future__ import annotations

import html
from collections.abc import Sequence

from gpuguide.catalogue import Gpu
from gpuguide.choice.buying import capacity, forms_of, on_sale, software_of, support, systems
from gpuguide.choice.choose import Choice, choose, value_of
from gpuguide.choice.fit import Option, Rejection, duration, price_of, required, supply_of
from gpuguide.choice.jobs import jobs, whole
from gpuguide.choice.picks import pick
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Range, Unknown
from handbook.boards.chooser import front, picks
from handbook.boards.chooser.digits import capacity_text, fixed, gigabytes, plain, size, three
from handbook.boards.chooser.parts import shares
from handbook.boards.chooser.templates import put
from handbook.boards.chooser.voice import UNITS, Voice

FIRST = 5  # options shown before all are asked for
CODES = (
    "memory", "time", "price", "power", "supply", "size", "support", "software", "system", "form",
    "market", "sale",
)  # fmt: skip


class Answer(Voice):
    """The answer's HTML. What the script does, in the same order."""

    def of(self, workload: Workload, wishes: Constraints, guide: str = "") -> str:
        """The whole of it; given the `guide`'s address, the four sentences and a link there."""
        choice = choose(workload, wishes, self.gpus.values())
        items = choice.options[:FIRST]
        found = pick(workload, wishes, choice, self.gpus.values())
        timed = choice.options or tuple(one for one in (found.rent,) if one)
        self.unit = _unit(timed, workload, wishes)
        options = [
            self.option(one, choice.options[0], workload, wishes, place)
            for place, one in enumerate(items)
        ]
        more = ""
        if len(choice.options) > FIRST:
            more = put("more", text=self.say("more", count=len(choice.options)))
        text, last = self.lead(choice, workload, wishes)
        query = self.query(workload, wishes)
        short = put("lead", text=text) + picks.show(self, found, choice, workload, wishes)
        if guide:
            return short + put("all", guide=guide, text=self.say("all-questions"))
        return (
            short
            + front.show(self, choice, workload, wishes)
            + put("ranking", title=self.say("ranking"), query=query, last=last)
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
        missing = sum(value_of(one, wishes.goal) is None for one in choice.options)
        first = choice.options[0]
        if missing == count and not (wishes.goal == "value" and first.kind):
            timed = any(isinstance(one.seconds, Range) for one in choice.options)
            return self.say("first-unknown" if timed else "first-unordered", count=count), ""
        unsure = value_of(first, wishes.goal) is None
        key, best = self.headline(choice, wishes.goal) if count > 1 else ("first-only", "")
        best = best and self.name(best, wishes)
        text = self.say(key, name=self.name(first.gpu, wishes), count=count, best=best)
        last = [self.say(f"last-{wishes.goal}", count=missing)] if missing and not unsure else []
        later = sum(one.kind == "launch" for one in choice.options)
        if wishes.goal in ("value", "price") and later and first.kind != "launch":
            last.insert(0, self.say("last-launch", count=later))
        return text, self.say("sentence").join(last)

    def headline(self, choice: Choice, goal: str) -> tuple[str, str]:
        """Which words say why the first is first, and which GPU it is held against."""
        first = choice.options[0]
        if goal == "price":
            return f"first-price-{first.kind}", ""
        if value_of(first, goal) is not None:
            launch = goal == "value" and first.kind == "launch"
            return "first-value-launch" if launch else f"first-{goal}", ""
        for one in choice.options:
            alike = (one.kind == "launch") == (first.kind == "launch")
            if value_of(one, goal) is not None and alike:
                return "first-untimed", one.gpu
        return f"first-price-{first.kind}", ""

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
            self.pace(one, workload, wishes),
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
        value, best = value_of(one, goal), value_of(first, goal)
        if goal in ("value", "price") and one.kind == "launch" != first.kind:
            return self.say("rank-launch")
        if value is None or best is None:
            later = goal in ("price", "power") and not isinstance(one.seconds, Unknown)
            return self.say(f"rank-unknown-{goal}") + (self.say("by-time") if later else "")
        if place == 0:
            return self.say(f"rank-first-{goal}")
        if value == best:
            return self.say("rank-same")
        if goal == "price":
            return self.say("rank-price", more=self.money(value - best, wishes.currency))
        if goal == "value":
            return self.say("rank-value", share=fixed(100 * best / value, 0))
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
            if not isinstance(seconds, Unknown):
                values = {"span": self.span(seconds, "s" if seconds.low >= 1 else "ms")}
        elif code == "price":
            price, _ = price_of(wishes, gpu)
            values = None if price is None else {"price": self.money(price, wishes.currency)}
        elif code == "power" and gpu.power is not None:
            values = {"power": plain(gpu.power.value * wishes.count)}
        elif code == "supply":
            supply = supply_of(wishes, gpu)
            values = None if supply is None else {"supply": plain(supply)}
        elif code == "size":
            if gpu.slots is not None and (gpu.length is not None or wishes.length is None):
                values = {
                    "length": "–" if gpu.length is None else plain(gpu.length.value),
                    "slots": plain(gpu.slots.value * wishes.count),
                }
        elif code == "system":
            found = self.say("comma").join(self.say(one) for one in systems(gpu))
            values = {"systems": found} if found else None
        elif code == "software":
            values = {"software": self.say(software_of(gpu))}
        elif code == "form":
            values = {"form": self.say(forms_of(gpu)[0])}
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


def _unit(options: Sequence[Option], workload: Workload, wishes: Constraints) -> str:
    """The largest unit of which the median GPU takes one or more for the job."""
    job = jobs().get(workload.id)
    known = [one.seconds for one in options if isinstance(one.seconds, Range)]
    if job is None or not known:
        return "s"
    lows = sorted(whole(workload, wishes, one, job).low for one in known)
    return next((unit for unit, size in UNITS.items() if lows[len(lows) // 2] >= size), "ms")
