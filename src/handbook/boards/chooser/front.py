"""Price against speed, drawn: those on the line are beaten by none in both."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gpuguide.choice.choose import Choice, middle
from gpuguide.choice.fit import Option
from gpuguide.choice.picks import comparable, front
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Unknown
from handbook.boards.chooser.digits import fixed
from handbook.boards.chooser.templates import put
from handbook.boards.chooser.voice import Voice

LEFT, RIGHT, TOP, BOTTOM = 18, 306, 26, 136  # of the area that is drawn in


def show(voice: Voice, choice: Choice, workload: Workload, wishes: Constraints) -> str:
    """The chart with its caption; nothing where it has fewer than two points on the line."""
    line, found = front(choice), comparable(choice)
    if len(line) < 2:
        return ""
    prices, times = [one.price or 1 for one in found], [_time(one) for one in found]
    names = {one.gpu for one in line}

    def place(one: Option) -> tuple[str, str]:
        x = LEFT + (RIGHT - LEFT) * _share(one.price or 1, prices)
        return fixed(x, 1), fixed(TOP + (BOTTOM - TOP) * _share(_time(one), times), 1)

    dots = ""
    for one in sorted(found, key=lambda one: one.gpu in names):  # those on the line above
        kind = "on" if one.gpu in names else "off"
        x, y = place(one)
        title = voice.say("between").join(
            (voice.name(one.gpu, wishes), voice.price(one, wishes),
             voice.pace(one, workload, wishes))
        )  # fmt: skip
        kind = "first" if one.gpu == choice.options[0].gpu else kind
        dots += put("dot", kind=kind, x=x, y=y, title=title)
    listed = voice.say("comma").join(voice.name(one.gpu, wishes) for one in line)
    text = voice.say("front", names=listed)
    ends = voice.money(min(prices), wishes.currency)
    return put(
        "front", label=text, text=text, dots=dots, price=voice.say("front-price"), ends=ends,
        speed=voice.say("front-speed"), line=" ".join(",".join(place(one)) for one in line),
    )  # fmt: skip


def _share(value: float, among: Sequence[float]) -> float:
    """Where a value stands between the lowest (0) and the highest (1), by ratios."""
    low, high = min(among), max(among)
    return math.log(value / low) / math.log(high / low) if high > low else 0.0


def _time(one: Option) -> float:
    assert not isinstance(one.seconds, Unknown)
    return middle(one.seconds)
