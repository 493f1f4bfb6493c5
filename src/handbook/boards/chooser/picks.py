"""What a friend would say, in four sentences: one card, a runner-up, the cheapest, what to rent."""

from __future__ import annotations

import html

from gpuguide.choice.buying import rent, software_of
from gpuguide.choice.choose import Choice
from gpuguide.choice.fit import Option, supply_of
from gpuguide.choice.picks import Picks, against, hourly
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from handbook.boards.chooser.digits import capacity_text, gigabytes, plain, three
from handbook.boards.chooser.templates import put
from handbook.boards.chooser.voice import Voice

WEEKS = 52  # of a year


def show(
    voice: Voice, found: Picks, choice: Choice, workload: Workload, wishes: Constraints
) -> str:
    """The four sentences as HTML."""
    rows = []
    for role, one in (("first", found.first), ("second", found.second)):
        if one is None:
            continue
        label = role
        if role == "second" and found.first and found.first.kind == "used" and one.kind == "new":
            label = "second-new"
        text = bought(voice, one, workload, wishes, _offer(one) == _offer(found.cheapest))
        rows.append(put("pick", role=role, label=voice.say(f"pick-{label}"), text=text))
    named = (_offer(found.first), _offer(found.second))
    label = voice.say("pick-cheapest")
    if found.cheapest and _offer(found.cheapest) not in named:
        text = bought(voice, found.cheapest, workload, wishes, False)
        rows.append(put("pick", role="cheapest", label=label, text=text))
    elif found.first and not found.cheapest:
        currency = voice.say(f"{wishes.currency}-name")
        text = voice.say("pick-unpriced", count=len(choice.options), currency=currency)
        rows.append(put("pick", role="cheapest", label=label, text=text))
    text = voice.say("pick-unrented")
    if found.rent:
        text = rented(voice, found.rent, found, workload, wishes)
    rows.append(put("pick", role="rent", label=voice.say("pick-rent"), text=text))
    return put("picks", items="".join(rows))


def bought(voice: Voice, one: Option, workload: Workload, wishes: Constraints, lowest: bool) -> str:
    """Memory left, how fast, what price, and what speaks against it."""
    texts = [voice.say("pick", **_facts(voice, one, workload, wishes))]
    if lowest:
        texts.append(voice.say("pick-lowest"))
    minus = [
        _minus(voice, code, one, wishes)
        for code in against(one, voice.gpus[one.gpu], voice.today, wishes.markets)
    ]
    if minus:
        texts.append(voice.say("pick-against", list=voice.say("comma").join(minus)))
    return _named(voice, one, texts, wishes)


def rented(voice: Voice, one: Option, found: Picks, workload: Workload, wishes: Constraints) -> str:
    """The same of what is rented, and how long one can rent it for the price of the first.

    Where its price of an hour is unknown: from which price on buying is cheaper.
    """
    facts = _facts(voice, one, workload, wishes)
    gpu, hours = voice.gpus[one.gpu], plain(wishes.hours)
    each, seen = hourly(wishes, gpu), rent(gpu, wishes.currency)
    if each is None:
        texts = [voice.say("rented", **facts)]
        if found.hour is not None:
            hour = voice.money(found.hour, wishes.currency)
            texts.append(voice.say("rented-even", hours=hours, hour=hour))
        return _named(voice, one, texts, wishes)
    each *= wishes.count
    facts |= {
        "price": voice.money(each, wishes.currency),
        "hours": hours,
        "year": voice.say(wishes.currency, value=three(each * wishes.hours * WEEKS)),
    }
    if seen is None or one.gpu in wishes.hourly:
        texts = [voice.say("rented-priced", **facts)]
    else:
        old = "" if voice.today <= seen.fresh_until else "-old"
        market = voice.say(f"market-{seen.market}")
        texts = [voice.say(f"rented-seen{old}", **facts, market=market, date=seen.date[:7])]
    if found.hour is not None and each:
        years = found.hour / each
        count = three(years * wishes.hours * WEEKS)
        texts.append(voice.say("rented-for", count=count, years=three(years)))
    return _named(voice, one, texts, wishes)


def _offer(one: Option | None) -> tuple[str, str] | None:
    """The same GPU may be had new and used."""
    return None if one is None else (one.gpu, one.kind)


def _facts(voice: Voice, one: Option, workload: Workload, wishes: Constraints) -> dict[str, object]:
    return {
        "left": gigabytes(one.memory - one.need),
        "memory": capacity_text(one.memory),
        "pace": voice.pace(one, workload, wishes),
        "price": voice.price(one, wishes),
    }


def _named(voice: Voice, one: Option, texts: list[str], wishes: Constraints) -> str:
    link = f"{voice.table}#{one.gpu}"
    text = voice.say("sentence").join(texts)
    name = put("link", link=link, name=voice.name(one.gpu, wishes))
    return voice.say("pick-named", name=name, text=text)


def _minus(voice: Voice, code: str, one: Option, wishes: Constraints) -> str:
    gpu = voice.gpus[one.gpu]
    supply = supply_of(wishes, gpu) if code == "power" else None
    return voice.say(
        f"against-{code if supply is None else 'supply'}",
        software=voice.say(software_of(gpu)),
        market=voice.say(f"market-{gpu.market}") if gpu.market else "",
        year="" if gpu.release is None else html.escape(gpu.release.value[:4]),
        power="" if one.power is None else plain(one.power),
        supply="" if supply is None else plain(supply),
    )
