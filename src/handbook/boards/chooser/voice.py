"""What the answer says of one GPU, in one place: its name, price and pace, in the page's words."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from gpuguide.catalogue import Gpu
from gpuguide.choice.buying import offers
from gpuguide.choice.fit import Option
from gpuguide.choice.jobs import jobs, pace, whole
from gpuguide.choice.wishes import CURRENCIES, Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Range, Unknown
from handbook.boards.chooser.digits import plain, three
from handbook.boards.chooser.words import say

SEEN = ("new", "used")
UNITS = {"h": 3600.0, "min": 60.0, "s": 1.0, "ms": 1e-3}


class Voice:
    """The words of an answer.

    Args:
        gpus: the entries.
        language: of the page.
        table: address of the table of GPUs.
        today: `YYYY-MM-DD`; the day of the build if empty.
    """

    def __init__(self, gpus: Iterable[Gpu], language: str, table: str, today: str = "") -> None:
        self.gpus = {gpu.id: gpu for gpu in gpus}
        self.language = language
        self.table = table
        self.today = today or datetime.now(UTC).date().isoformat()
        self.unit = "s"  # of all jobs of an answer, so that they compare at sight

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def name(self, gpu: str, wishes: Constraints) -> str:
        text = html.escape(self.gpus[gpu].name)
        return text if wishes.count == 1 else self.say("two-of", name=text)

    def watts(self, power: float) -> str:
        return self.say("power", power=plain(power))

    def pace(self, one: Option, workload: Workload, wishes: Constraints) -> str:
        """How long the whole job takes; of work on demand, how much it does in a second."""
        if isinstance(one.seconds, Unknown):
            return self.say("time-unknown")
        job = jobs().get(workload.id)
        if job:
            span = self.span(whole(workload, wishes, one.seconds, job), self.unit)
            return self.say("pace-job", span=span, job=job.name[self.language])
        found = pace(workload, wishes, one.seconds)
        key = "pace-tokens" if workload.split == "weights" else "pace-items"
        item = html.escape(workload.item[self.language])
        return self.say(key, low=three(found.low), high=three(found.high), item=item)

    def span(self, seconds: Range, unit: str) -> str:
        low, high = three(seconds.low / UNITS[unit]), three(seconds.high / UNITS[unit])
        return self.say("span", low=low, high=high, unit=self.say(unit))

    def money(self, value: float, currency: str) -> str:
        return self.say(currency, value=plain(value))

    def price(self, one: Option, wishes: Constraints) -> str:
        currency = wishes.currency
        if one.price is None:
            return self._elsewhere(one, wishes) or self.say("price-unknown")
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
            value = self.say("range", low=plain(price.low), high=plain(price.high))
            text = self.say(currency, value=value)
        key = f"seen-{one.kind}" + ("" if self.today <= price.fresh_until else "-old")
        where = self.say(f"market-{price.market}")
        return self.say(key, price=text, date=price.date[:7], market=where)

    def _elsewhere(self, one: Option, wishes: Constraints) -> str:
        """What was seen in another currency, where nothing is known in the reader's."""
        found = ((to, offers(self.gpus[one.gpu], to)) for to in CURRENCIES)
        seen = ((to, kind, prices[kind]) for to, prices in found for kind in SEEN if kind in prices)
        first = next(seen, None)
        if first is None:
            return ""
        currency, kind, price = first
        other = replace(one, price=price.middle * wishes.count, kind=kind)
        text = self.price(other, replace(wishes, currency=currency))
        name = self.say(f"{wishes.currency}-name")
        return self.say("price-elsewhere", currency=name, price=text)
