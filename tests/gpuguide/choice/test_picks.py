"""What a friend would say: four answers, and what speaks against each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gpuguide.catalogue import find, load
from gpuguide.choice.buying import on_sale, rent
from gpuguide.choice.choose import choose, middle
from gpuguide.choice.fit import Option, consider
from gpuguide.choice.known import preset, presets
from gpuguide.choice.picks import AGAINST, against, comparable, front, pick
from gpuguide.choice.wishes import GOALS, Constraints
from gpuguide.cost.memory import Range, Unknown

LORA = preset("llama-8b-lora")


def named(option: Option | None) -> str:
    return "" if option is None else option.gpu


def test_the_four_are_what_they_are_called() -> None:
    for workload in presets():
        for goal in GOALS:
            wishes = Constraints(goal=goal)
            choice = choose(workload, wishes)
            found = pick(workload, wishes, choice)
            assert found.first == (choice.options[0] if choice.options else None)
            if found.first is not None and found.first.kind == "used" and found.second:
                assert found.second.kind == "new" or found.second == choice.options[1]
            assert found.second is None or found.second.gpu != named(found.first)
            seen = [
                one.price for one in choice.options if one.kind in ("new", "used") and one.price
            ]
            assert (found.cheapest.price if found.cheapest else None) == min(seen, default=None)
            if found.rent is not None:
                rented = find(found.rent.gpu)
                assert on_sale(rented) == "data centre" or rent(rented, "USD") is not None


def test_who_does_not_want_a_used_one_is_told_the_best_new_one() -> None:
    """Also where it costs less used, and so stands in the ranking by that price."""
    choice = choose(preset("resnet50-training"))
    found = pick(preset("resnet50-training"), Constraints(), choice)
    assert found.first is not None and found.second is not None
    assert (found.first.kind, found.second.kind) == ("used", "new")
    ranked = next(one for one in choice.options if one.gpu == found.second.gpu)
    assert ranked.kind == "used"


def test_what_cannot_be_bought_is_never_among_the_three() -> None:
    for workload in presets():
        wishes = Constraints(software=None, markets=("China",))
        found = pick(workload, wishes, choose(workload, wishes))
        for one in (found.first, found.second, found.cheapest):
            assert one is None or on_sale(find(one.gpu)) in ("new", "used")


def test_nothing_to_buy_still_leaves_something_to_rent() -> None:
    big, poor = preset("llama-70b-fp16"), Constraints(max_price=9000)
    found = pick(big, poor, choose(big, poor))
    assert found.first is found.second is found.cheapest is found.hour is None
    assert found.rent is not None and found.rent.memory > 141e9


def test_renting_by_the_readers_own_prices() -> None:
    """The cheapest for the work, not for the hour."""
    dear = Constraints(hourly={"h100-sxm-80gb": 0.2, "l4": 0.19})
    cheap = replace(dear, hourly={"h100-sxm-80gb": 0.2, "l4": 0.001})
    assert named(pick(LORA, dear, choose(LORA)).rent) == "h100-sxm-80gb"
    assert named(pick(LORA, cheap, choose(LORA)).rent) == "l4"
    found = pick(LORA, Constraints(hours=20), choose(LORA))
    assert found.first is not None and found.first.price is not None
    assert found.hour == pytest.approx(found.first.price / 20 / 52)


def test_renting_by_prices_that_were_seen() -> None:
    """The least for the work; in yuan by prices in yuan; whatever the reader's own computer is."""
    choice, found = choose(LORA), []
    for gpu in load():
        seen = rent(gpu, "USD")
        option = consider(LORA, Constraints(unsold=True), gpu)
        if seen is not None and isinstance(option, Option) and isinstance(option.seconds, Range):
            found.append((seen.low * middle(option.seconds), gpu.id))
    assert len(found) > 8
    assert named(pick(LORA, Constraints(), choice).rent) == min(found)[1]
    yuan = Constraints(currency="CNY")
    assert rent(find(named(pick(LORA, yuan, choose(LORA, yuan)).rent)), "CNY") is not None
    small = Constraints(supply=300, length=100, slots=1, system="macos", software=("cuda",))
    assert not choose(LORA, small).options
    assert named(pick(LORA, small, choose(LORA, small)).rent) == min(found)[1]


def test_a_launch_price_is_held_against_no_rent() -> None:
    launched = replace(find("rtx-6000-ada"), seen_new=None, seen_used=None)
    only = [launched, find("a100-pcie-80gb")]
    found = pick(LORA, Constraints(), choose(LORA, None, only), only)
    assert found.first is not None and found.first.kind == "launch"
    assert named(found.first) == "rtx-6000-ada" and named(found.rent) == "a100-pcie-80gb"
    assert found.cheapest is None and found.hour is None


def test_none_beats_those_on_the_front_in_both() -> None:
    for workload in presets():
        choice = choose(workload)
        line, all_ = front(choice), comparable(choice)

        def key(one: Option) -> tuple[float, float]:
            assert isinstance(one.seconds, Range) and one.price is not None
            return one.price, middle(one.seconds)

        for one in all_:
            beaten = any(
                all(a <= b for a, b in zip(key(other), key(one), strict=True))
                and key(other) != key(one)
                for other in all_
            )
            assert beaten == (key(one) not in [key(other) for other in line]), one.gpu
        best = choice.options[0] if choice.options else None
        if best and best in all_:  # most work for the money is on it
            assert key(best) in [key(one) for one in line]


def test_what_speaks_against_a_card() -> None:
    def told(gpu: str, markets: tuple[str, ...] = (), **more: object) -> tuple[str, ...]:
        option = Option(gpu, 1, 1e9, 2e9, Unknown("x"), 100.0, "used", 200.0)
        wanted = replace(option, **more)  # type: ignore[arg-type]
        return against(wanted, find(gpu), "2026-11-29", markets)

    assert told("rtx-3090", power=350.0) == ("used", "old", "power")
    assert told("rtx-3090", power=350.0, count=2) == ("used", "old")  # 175 W each
    assert "power" not in told("dgx-station-gb300", power=1600.0)  # it brings its own supply
    assert told("rtx-5060-ti-8gb", kind="launch", power=None) == ("stock",)
    assert told("rtx-5090", kind="launch", power=None) == ()  # shops had it, in some currency
    assert "market" in told("rtx-5090-d")
    assert told("rx-7900-xtx")[0] == "software"
    assert "restricted" not in told("rtx-5090") and "restricted" in told("rtx-5090", ("China",))
    seen = {
        code
        for gpu in load()
        for code in told(gpu.id, ("China",), kind="launch", power=gpu.power and gpu.power.value)
    }
    assert seen == set(AGAINST)


def test_old_begins_on_a_day() -> None:
    gpu = find("rtx-3090")
    option = Option(gpu.id, 1, 1e9, 2e9, Unknown("x"), 100.0, "used", 200.0)

    def old(release: str, today: str) -> bool:
        assert gpu.release is not None
        told = against(option, replace(gpu, release=replace(gpu.release, value=release)), today)
        return "old" in told

    for release, day, before in (
        ("2020-09-24", "2025-09-24", "2025-09-23"),
        ("2020-09", "2025-10-01", "2025-09-30"),
        ("2020", "2025-12-31", "2025-12-30"),
    ):
        assert old(release, day) and not old(release, before), release
