"""Choices: who fits, in which order, and why not."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find, load
from gpuguide.choice.buying import SYSTEMS, Price, capacity, on_sale, systems
from gpuguide.choice.choose import choose, middle
from gpuguide.choice.export import chooser_json
from gpuguide.choice.fit import duration, link, required, span
from gpuguide.choice.known import preset, presets
from gpuguide.choice.language import models
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Line, traced
from gpuguide.cost.memory import Range, Unknown
from gpuguide.problem import GpuguideError

LORA, CNN = preset("llama-8b-lora"), preset("simple-cnn")
REPORTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "reported.toml").read_text(encoding="utf-8")
)["report"]
CARDS = [find(name) for name in ("rtx-4060", "rtx-4090", "rtx-5070", "rtx-5090", "mi300x")]


def reasons(wishes: Constraints) -> dict[str, str]:
    return {one.gpu: one.code for one in choose(LORA, wishes, CARDS).rejected}


def test_the_cheapest_that_fits_comes_first() -> None:
    found = choose(LORA, Constraints(goal="price"), CARDS)
    assert [one.gpu for one in found.options] == ["rtx-4090", "rtx-5090"]
    assert found.options[0].reason.startswith("cheapest: 2,527 USD seen used; needs ")
    assert {one.gpu: one.code for one in found.rejected} == {
        "rtx-4060": "memory",
        "rtx-5070": "memory",
        "mi300x": "software",
    }


def test_every_gpu_is_an_option_or_has_a_reason() -> None:
    for workload in presets():
        found = choose(workload)
        names = [*(one.gpu for one in found.options), *(one.gpu for one in found.rejected)]
        assert sorted(names) == sorted(gpu.id for gpu in load())
        assert all(one.reason for one in (*found.options, *found.rejected))


def test_goals() -> None:
    fast = choose(CNN, Constraints(goal="time"))
    known = [one for one in fast.options if isinstance(one.seconds, Range)]
    times = [middle(one.seconds) for one in known if isinstance(one.seconds, Range)]
    assert times == sorted(times) and fast.options[: len(known)] == tuple(known)
    value = choose(CNN, Constraints(goal="value")).options
    seen = [one for one in value if one.kind in ("new", "used") and one.price]
    worth = [(one.price or 0) * middle(one.seconds) for one in seen
             if isinstance(one.seconds, Range)]  # fmt: skip
    assert worth == sorted(worth) and value[0].price and value[-1].price is None
    power = [one.power for one in choose(CNN, Constraints(goal="power")).options if one.power]
    assert power == sorted(power)


def test_rejections_name_what_was_asked() -> None:
    assert reasons(Constraints(max_price=1700))["rtx-5090"] == "price"
    assert reasons(Constraints(max_power=460))["rtx-5090"] == "power"
    assert reasons(Constraints(max_seconds=1e-3))["rtx-4090"] == "time"
    assert reasons(Constraints(forms=("module",)))["rtx-4090"] == "form"
    assert reasons(Constraints(margin=0.3))["rtx-4090"] == "memory"
    assert reasons(Constraints(currency="EUR", max_price=1e6))["rtx-4090"] == "price"


def test_a_model_for_one_market_is_for_those_who_buy_there() -> None:
    def fits(*markets: str) -> bool:
        found = choose(CNN, Constraints(markets=markets), [find("rtx-5090-d")])
        return bool(found.options)

    assert fits("China") and not fits()


def test_the_readers_price_takes_the_launch_prices_place() -> None:
    wishes = Constraints(goal="price", prices={"rtx-5090": 1000.0})
    first = choose(LORA, wishes, CARDS).options[0]
    assert (first.gpu, first.price, first.kind) == ("rtx-5090", 1000.0, "own")
    assert "1,000 USD your price" in first.reason


def test_a_card_has_to_fit_the_computer_that_there_is() -> None:
    """Power supply, length and slots, of cards only; what is unknown is dropped, and said so."""

    def dropped(gpus: tuple[str, ...], **wishes: Any) -> dict[str, tuple[str, str]]:
        asked = Constraints(software=None, **wishes)
        found = choose(CNN, asked, [find(one) for one in gpus]).rejected
        return {one.gpu: (one.code, one.reason) for one in found}

    pair = ("rtx-3090", "rtx-5070")  # 336 mm, 3 slots, 750 W; 245 mm, 2 slots, 600 W
    assert dropped(pair, length=336, slots=3, supply=750) == {}
    assert set(dropped(pair, length=335)) == set(dropped(pair, slots=2)) == {"rtx-3090"}
    assert dropped(pair, supply=749)["rtx-3090"] == ("supply", "power supply 750 W; 749 W is there")
    # Two take twice the slots, and the second its power beside the first's supply.
    assert set(dropped(pair, slots=4, count=2, items=64)) == {"rtx-3090"}
    assert set(dropped(("rtx-5070",), supply=849, count=2, items=64)) == {"rtx-5070"}
    assert dropped(("rtx-5070",), supply=850, count=2, items=64) == {}
    none = ("arc-pro-b70",)
    assert dropped(none, supply=2000)["arc-pro-b70"] == ("supply", "power supply unknown")
    assert "length unknown" in dropped(none, length=900)["arc-pro-b70"][1]
    assert dropped(("gb10", "apple-m5"), supply=1, length=1, slots=1) == {}


def test_the_operating_system_rules_out() -> None:
    """Metal is Apple's, ROCm on Windows for RDNA 3 and 4, NVIDIA's small computers are Linux."""
    everything = {gpu.id: systems(gpu) for gpu in load()}
    assert set(SYSTEMS) == {one for found in everything.values() for one in found}
    assert everything["apple-m5"] == ("macos",)
    assert everything["gb10"] == everything["mi300x"] == everything["rx-7600"] == ("linux",)
    for name in ("rtx-3090", "rx-9070-xt", "rx-7900-xtx", "arc-b580", "ryzen-ai-max-plus-395"):
        assert everything[name] == ("windows", "linux")
    assert all(everything.values())
    for system in SYSTEMS:
        found = choose(CNN, Constraints(software=None, system=system, unsold=True))
        assert found.options
        assert all(system in everything[one.gpu] for one in found.options)
        wrong = {one.gpu for one in found.rejected if one.code == "system"}
        assert wrong == {gpu for gpu, known in everything.items() if system not in known}


def test_one_without_a_time_stands_before_what_costs_more() -> None:
    """Nobody knows how much it does for the money; but it is not behind what costs twenty times."""
    big = preset("llama-70b-int8")
    gpus = [replace(gpu, bandwidth=None) if gpu.id == "gb10" else gpu for gpu in load()]
    options = choose(big, Constraints(goal="value"), gpus).options
    spark = next(place for place, one in enumerate(options) if one.gpu == "gb10")
    assert isinstance(options[spark].seconds, Unknown) and options[spark].price
    for one in options[spark + 1 :]:
        seen = one.kind in ("new", "used") and isinstance(one.seconds, Range)
        assert not seen or (one.price or 0) > (options[spark].price or 0)
    for one in options[:spark]:
        assert isinstance(one.seconds, Range) and (one.price or 0) <= (options[spark].price or 0)


def test_two_that_share_data_hold_half_the_batch_each() -> None:
    workload, gpu = preset("resnet50-training"), find("rtx-4090")
    one = required(workload, Constraints(items=64), gpu)
    two = required(workload, Constraints(items=128, count=2), gpu)
    assert two == pytest.approx(one)
    alone = duration(workload, Constraints(items=64), gpu)
    both = duration(workload, Constraints(items=128, count=2), gpu)
    assert isinstance(alone, Range) and isinstance(both, Range)
    assert both.low == pytest.approx(alone.low) and both.high > alone.high


def test_two_that_share_weights_hold_half_of_them_each() -> None:
    workload = preset("llama-70b-int4")
    assert not choose(workload, None, [find("rtx-5090")]).options
    pair = choose(workload, Constraints(count=2), [find("rtx-5090")]).options
    assert len(pair) == 1 and pair[0].price == 2 * 4795


def test_one_sequence_needs_no_second_card_to_share_its_weights() -> None:
    workload = preset("llama-8b-fp16")
    assert choose(workload, Constraints(items=1, count=2), [find("rtx-3090")]).options


def test_a_card_of_one_maker_is_no_larger_for_its_unit() -> None:
    """24 GB of NVIDIA's and 24 GiB of AMD's are the same chips."""
    assert capacity(find("rtx-3090")) == capacity(find("rx-7900-xtx"))
    spark = find("gb10")
    assert spark.memory is not None and capacity(spark) == spark.memory.value * 1e9


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one["gpu"])
def test_capacity_is_what_torch_reports(report: dict[str, Any]) -> None:
    assert report["where"].startswith("https://")
    assert capacity(find(report["gpu"])) == pytest.approx(report["gib"] * 2**30, rel=0.015)


def test_what_one_cannot_buy_is_left_out_unless_asked_for() -> None:
    def codes(gpu: str, wishes: Constraints) -> set[str]:
        found = choose(CNN, wishes, [find(gpu)])
        return {one.code for one in found.rejected}

    everything = {"software": None, "markets": ("China",)}
    for gpu in load():
        state = on_sale(gpu)
        plain = codes(gpu.id, Constraints(**everything))  # type: ignore[arg-type]
        assert ("sale" in plain) == (state not in ("new", "used")), gpu.id
        asked = codes(gpu.id, Constraints(unsold=True, **everything))  # type: ignore[arg-type]
        assert "sale" not in asked, gpu.id
    laptops = Constraints(forms=("laptop",))
    assert not codes("rtx-5090-laptop", laptops)
    assert codes("rtx-3090", Constraints(condition="new")) == {"sale"}
    assert codes("a100-pcie-80gb", Constraints(forms=("card",))) == {"sale"}


def test_a_chip_that_laptops_and_desktops_have_is_found_as_either() -> None:
    def offered(form: str) -> set[str]:
        wishes = Constraints(forms=(form,), software=("mps",), unsold=True)
        return {one.gpu for one in choose(CNN, wishes).options}

    assert "apple-m4-max" in offered("laptop") & offered("computer")
    assert "apple-m3-ultra" in offered("computer") - offered("laptop")


def test_what_todays_software_lacks_is_left_out() -> None:
    wishes = Constraints(unsold=True)
    found = choose(LORA, wishes, [find("t4"), find("v100-sxm2-32gb")])
    assert [(one.gpu, one.code) for one in found.rejected] == [
        ("t4", "support"),
        ("v100-sxm2-32gb", "support"),
    ]
    assert "BF16" in found.rejected[0].reason and "kernels" in found.rejected[1].reason
    assert choose(preset("llama-8b-int4"), wishes, [find("t4")]).options


def test_seen_prices_come_before_launch_prices() -> None:
    """A launch price of years ago is lower than any of today, and no price of today."""
    seen, launch = find("rtx-5090"), find("radeon-ai-pro-r9700")
    wishes = Constraints(software=None)
    found = choose(preset("llama-8b-int4"), wishes, [launch, seen]).options
    assert [(one.gpu, one.kind) for one in found] == [
        ("rtx-5090", "used"),
        ("radeon-ai-pro-r9700", "launch"),
    ]
    used = choose(CNN, Constraints(), [find("rtx-3090-ti")]).options[0]
    assert (used.price, used.kind) == (None, "")  # its launch price is nobody's any more


def test_a_price_grows_old() -> None:
    def until(date: str) -> str:
        return Price(1, 1, date, 1, "").fresh_until

    assert until("2026-08-31") == "2026-11-29"
    assert until("2026-09") == "2026-12-29"
    assert until("2026-12") == "2027-03-31"
    assert until("2026") == "2026-05-01"


def test_links() -> None:
    assert link(find("rtx-4090")) == 31.5e9
    a100 = find("a100-sxm-80gb").interconnect
    assert a100 is not None and link(find("a100-sxm-80gb")) == a100.value * 1e9 / 2
    assert link(find("rtx-4060")) == 15.75e9  # 8 lanes
    assert isinstance(link(find("rtx-5060-laptop")), Unknown)


def test_the_batch_decides() -> None:
    workload, card = preset("resnet50-training"), [find("rtx-5070")]
    assert choose(workload, Constraints(items=64), card).options
    assert not choose(workload, Constraints(items=512), card).options


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Constraints(goal="luck"), "goal: 'luck'; use value, price, time, power"),
        (Constraints(count=3), "count: 3; use 1 or 2"),
        (Constraints(margin=1), "margin: 1; use 0 to 0.99"),
        (Constraints(items=0), "items: 0; use 1 or more"),
        (Constraints(items=1, count=2), "items: 1; use 2 or more"),
        (Constraints(condition="old"), "condition: 'old'; use either, new, used"),
        (
            Constraints(forms=("brick",)),
            "forms: 'brick'; use card, cloud, computer, laptop, module",
        ),
        (Constraints(hours=0), "hours: 0; use more than 0, to 168"),
        (
            Constraints(software=("opencl",)),
            "software: 'opencl'; use cann, cuda, mps, neuron, rocm, xla, xpu",
        ),
    ],
)
def test_wishes_that_make_no_sense(wishes: Constraints, message: str) -> None:
    with pytest.raises(GpuguideError) as error:
        choose(CNN, wishes)
    assert str(error.value) == message


def test_lines_never_go_below_zero() -> None:
    assert Line(-5, 1).at(2) == 0


def test_spans() -> None:
    assert span(Range(0.00029, 0.000841)) == "0.29 to 0.841 ms"
    assert span(Range(1.25, 1163.2)) == "1.25 to 1,163 s"


def test_the_json_holds_all_that_the_choice_needs() -> None:
    data = json.loads(chooser_json())
    assert [one["id"] for one in data["workloads"]] == [one.id for one in traced()]
    assert len(data["language"]["models"]) == len(models())
    assert len(data["gpus"]) == len(load())
    card = next(one for one in data["gpus"] if one["id"] == "rtx-4090")
    wishes = replace(Constraints(), items=3.0)
    stored = next(one for one in data["workloads"] if one["id"] == "llama-8b-lora")
    parts = max(
        sum(max(0.0, fixed + each * 3) for fixed, each in phase.values())
        for phase in stored["peaks"].values()
    )
    fixed, each = stored["reserve"]
    need = parts + max(0, fixed + 3 * each) + card["workspace"] * stored["blas"]
    assert need + card["context"][1] == pytest.approx(required(LORA, wishes, find("rtx-4090")))
