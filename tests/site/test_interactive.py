"""The interactive figures as readers use them, by keyboard and by touch, and their numbers."""

from __future__ import annotations

import gzip
import math
import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from sklearn.datasets import load_sample_image
from torch import Tensor

from gpuguide.catalogue import Gpu, find, load
from handbook.boards.interactive.figures import FIGURES
from handbook.boards.interactive.words import COMMON, WORDS

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "overrides" / "assets"
EDITIONS = ("zh", "en")
SCRIPT_KIB = 6
PAGES = {
    "kernel": "cnn/convolution/",
    "window": "cnn/convolution/",
    "shift": "cnn/pooling/",
    "gates": "rnn/lstm/",
    "gradient": "rnn/lstm/",
    "roofline": "guide/measure/",
    "rent": "guide/buying/",
}
TARGET = 24  # pixels, the least side of what is pressed: WCAG 2.2, 2.5.8


@pytest.fixture(autouse=True, scope="module")
def exactly() -> Iterator[None]:
    """Python's side computes as scripts do: in float64."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)


def opened(visit: Callable[[str], Page], name: str, edition: str = "en") -> Locator:
    """A figure at work."""
    return at_work(visit(f"/{edition}/{PAGES[name]}"), name)


def at_work(page: Page, name: str) -> Locator:
    """A figure of the page, once it is in sight and its script has run."""
    found = page.locator(f".hb-interactive[data-figure={name}]")
    page.evaluate("document.fonts.ready.then(() => true)")  # it does not move any more
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-ready", "done")
    return found


def put(figure: Locator, **values: Any) -> None:
    """Set controls as somebody does who has a keyboard and nothing else."""
    keyboard = figure.page.keyboard
    for name, value in values.items():
        field = figure.locator(f"[name={name}]")
        field.focus()
        kind = field.evaluate("field => field.type")
        if kind == "number":
            keyboard.press("Control+A")
            keyboard.type(str(value))
        elif kind == "range":
            step, *places = field.evaluate(
                "({ step, valueAsNumber, min, max }) => [step, valueAsNumber, min, max].map(Number)"
            )
            ways = [round((value - place) / step) for place in places]
            key, way = min(zip(("", "Home", "End"), ways, strict=True), key=lambda one: abs(one[1]))
            if key:
                keyboard.press(key)
            for _ in range(abs(way)):
                keyboard.press("ArrowRight" if way > 0 else "ArrowLeft")
        else:
            names = [one.get_attribute("value") for one in field.locator("option").all()]
            keyboard.press("Home")
            for _ in range(names.index(value)):
                keyboard.press("ArrowDown")
        assert field.input_value() == str(value) or float(field.input_value()) == float(value)


def read(figure: Locator) -> dict[str, str]:
    """The numbers at full precision, by name; each is also shown, to as many digits as it says."""
    found: list[list[str]] = figure.locator("[data-number]").evaluate_all(
        "all => all.map(one => [one.dataset.number, one.firstChild.value,"
        " one.textContent, one.dataset.digits])"
    )
    for name, value, text, digits in found:
        if int(digits) and re.match(r"-?\d", value):
            seen = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$", _power, text.replace(" × 10", "e"))
            seen = seen.replace("−", "-").replace(",", "")
            half = 0.5000001 * 10 ** (1 - int(digits))
            assert float(seen) == pytest.approx(float(value), rel=half, abs=0), name
    return {name: value for name, value, _, _ in found}


def _power(found: re.Match[str]) -> str:
    return "".join("-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".index(sign)] for sign in found[0])


def agree(found: dict[str, str], wanted: dict[str, float], told: object) -> None:
    """Each number wanted is there, to nine digits."""
    for name, value in wanted.items():
        assert float(found[name]) == pytest.approx(value, rel=1e-9, abs=1e-12), (name, told)


# ---------------------------------------------------------------- All of them
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_in_both_languages(name: str, edition: str, visit: Callable[[str], Page]) -> None:
    """It has numbers at once, its parts can be pressed, and axe finds nothing in it."""
    figure = opened(visit, name, edition)
    expect(figure).to_contain_text(WORDS[name][edition]["title"])
    assert all(read(figure).values())
    for width in (1280, 360):
        figure.page.set_viewport_size({"width": width, "height": 900})
        small = figure.locator("input, select, button").evaluate_all(
            f"all => all.map(one => one.getBoundingClientRect()).filter(({{ width, height }}) =>"
            f" width < {TARGET} || height < {TARGET}).length"
        )
        assert not small, width
        over = figure.evaluate("one => one.scrollWidth - one.clientWidth")
        assert over <= 0, width
        figure.page.evaluate(Axe().axe_script)
        wrong = figure.evaluate("one => axe.run(one).then(found => found.violations)")
        assert not wrong, [rule["id"] for rule in wrong]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_small_and_is_fetched_when_it_comes_near(name: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"/en/{PAGES[name]}")
    page.wait_for_load_state("networkidle")
    for script in (f"interactive-{name}.js", "interactive.js"):
        assert len(gzip.compress((ASSETS / script).read_bytes())) <= SCRIPT_KIB * 1024
    assert f"interactive-{name}.js" not in asked
    at_work(page, name)
    assert asked.count(f"interactive-{name}.js") == 1


@pytest.mark.parametrize("name", FIGURES)
def test_without_a_script_there_is_a_still_picture(name: str, browser: Browser, base: str) -> None:
    """The figure is not seen, and the picture before it is."""
    with browser.new_context(base_url=base, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/en/{PAGES[name]}")
        figure = page.locator(f".hb-interactive[data-figure={name}]")
        expect(figure).to_be_hidden()
        before = page.locator(f".ns-figure:has(~ .hb-interactive[data-figure={name}])")
        expect(before.last.locator("svg")).to_be_visible()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_after_another_page(name: str, visit: Callable[[str], Page]) -> None:
    """One comes back to it: the figure works the second time too."""
    page = opened(visit, name).page
    page.locator(".md-footer__link--next").click()
    expect(page.locator(f".hb-interactive[data-figure={name}]")).to_have_count(0)
    page.go_back()
    assert all(read(at_work(page, name)).values())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_goes_back_and_tells_little(
    name: str, edition: str, visit: Callable[[str], Page]
) -> None:
    """What was changed can be undone; what changed is told once, after it came to rest."""
    figure = opened(visit, name, edition)
    first, told = read(figure), figure.locator("[role=status]")
    expect(told).to_have_text("")
    field = figure.locator("input").first
    field.focus()
    figure.page.keyboard.press("ArrowUp")
    expect(told).not_to_have_text("")
    assert read(figure) != first
    figure.locator("[type=reset]").press("Enter")
    figure.page.wait_for_timeout(50)
    assert read(figure) == first


TYPED = ("kernel", "gates", "roofline", "rent")
"""Figures with numbers that are typed."""


@pytest.mark.parametrize("name", TYPED)
def test_what_is_no_number_is_said(name: str, edition: str, visit: Callable[[str], Page]) -> None:
    figure = opened(visit, name, edition)
    field = figure.locator("[type=number]").first
    field.fill("")
    told = figure.locator("[role=status]")
    expect(told).to_be_visible()
    expect(told).to_contain_text(COMMON[edition]["wrong"].partition("{low}")[2][:2])
    expect(field).to_have_attribute("aria-invalid", "true")
    assert not any(read(figure).values())
    field.fill("1")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert all(read(figure).values())


# ---------------------------------------------------------------- A kernel over the photograph
@pytest.fixture(scope="module")
def tower() -> Tensor:
    """The photograph as the snippet has it: (80, 80), from 0 to 1."""
    photo = torch.tensor(load_sample_image("china.jpg"))[20:420, 10:410].double().mean(dim=-1)
    return F.avg_pool2d(photo[None] / 255, 5)[0]


def test_the_photographs_are_the_tutorials(tower: Tensor) -> None:
    photo = torch.tensor(load_sample_image("china.jpg")).double().mean(dim=-1)
    for name, wanted in {"tower": tower, "china": F.avg_pool2d(photo[None] / 255, 4)[0]}.items():
        with Image.open(ASSETS / f"{name}.png") as image:
            assert image.mode == "L"
            found = torch.tensor(np.array(image))
        assert (found / 255 - wanted).abs().max() <= 0.5001 / 255, name


def test_a_kernel_gives_what_torch_gives(tower: Tensor, visit: Callable[[str], Page]) -> None:
    """Presets and kernels of one's own, at several positions, by keyboard."""
    figure = opened(visit, "kernel")
    image = (tower * 255).round()[None, None] / 255
    source = random.Random(20261130)
    edges = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    presets = {
        "vertical": edges,
        "horizontal": edges.T,
        "blur": torch.full((3, 3), 1 / 9),
        "sharpen": torch.tensor([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    }
    cases = list(presets.items())
    for _ in range(4):
        weights = [[round(source.uniform(-9, 9), source.choice((0, 2))) for _ in range(3)]] * 3
        cases.append(("own", torch.tensor(weights) * torch.tensor([[1.0], [-2], [1]])))
    for name, kernel in cases:
        row, column = source.randrange(78), source.randrange(78)
        if name == "own":
            cells = {f"w{y}{x}": kernel[y, x].item() for y in range(3) for x in range(3)}
            put(figure, **cells, divisor=4)
            kernel = kernel / 4
        else:
            put(figure, preset=name)
        put(figure, row=row, column=column)
        maps = F.conv2d(image, kernel[None, None])[0, 0]
        wanted = {
            "here": maps[row, column].item(),
            "least": maps.min().item(),
            "most": maps.max().item(),
            "mean": maps.mean().item(),
        }
        agree(read(figure), wanted, (name, row, column))
        assert figure.locator("[name=preset]").input_value() == name


@pytest.fixture
def phone(browser: Browser, base: str) -> Any:
    """A phone's page: 360 px, touched."""
    with browser.new_context(
        base_url=base, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as context:
        yield context.new_page()


def tap(figure: Locator, across: float, down: float) -> None:
    """Touch the picture at a share of its width and height."""
    svg = figure.locator("svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    assert box
    figure.page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])


def value(figure: Locator, name: str) -> int:
    return int(figure.locator(f"[name={name}]").input_value())


def test_the_window_goes_where_one_touches(phone: Page) -> None:
    phone.goto(f"/en/{PAGES['kernel']}")
    figure = at_work(phone, "kernel")
    before = read(figure)
    tap(figure, 0.01, 0.98)
    assert (value(figure, "row"), value(figure, "column")) == (77, 0)
    assert read(figure)["here"] != before["here"]
    tap(figure, 0.99, 0.02)
    assert abs(value(figure, "row") - 1) <= 1 and value(figure, "column") >= 76


# ---------------------------------------------------------------- Size, stride, padding, dilation
def sees(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Tensor:
    """Which pixels each output sees, by gradients: (out, out, size, size), or (0,) if none."""
    x = torch.zeros(1, 1, size, size, requires_grad=True)
    weight = torch.ones(1, 1, kernel, kernel)
    try:
        out = F.conv2d(x, weight, stride=stride, padding=padding, dilation=dilation)[0, 0]
    except RuntimeError:
        return torch.zeros(0)
    used = [torch.autograd.grad(one, x, retain_graph=True)[0][0, 0] for one in out.flatten()]
    return torch.stack(used).reshape(*out.shape, size, size)


def test_a_window_sees_what_gradients_say(edition: str, visit: Callable[[str], Page]) -> None:
    figure = opened(visit, "window", edition)
    source = random.Random(20261130)
    fitted = 0
    cases = [(3, 5, 1, 0, 1), (12, 5, 3, 2, 3), (12, 1, 1, 2, 1), (7, 3, 1, 0, 2)]
    for _ in range(12):
        cases.append(
            (
                source.randint(3, 12),
                source.randint(1, 5),
                source.randint(1, 3),
                source.randint(0, 2),
                source.randint(1, 3),
            )
        )
    for case in cases:
        keys = ("size", "kernel", "stride", "padding", "dilation")
        put(figure, **dict(zip(keys, case, strict=True)))
        used = sees(*case)
        if not used.numel():
            assert read(figure)["side"] == WORDS["window"][edition]["nowhere"], case
            continue
        fitted += 1
        side = used.shape[0]
        row, column = source.randrange(side), source.randrange(side)
        put(figure, row=row, column=column)
        found = read(figure)
        assert int(found["side"]) == side, case
        size, kernel, _, _, _ = case
        lines = {
            name: [int(one) for one in found[name].replace("−", "-").split(", ")]
            for name in ("rows", "columns")
        }
        inside = {name: [one for one in line if 0 <= one < size] for name, line in lines.items()}
        wanted = used[row, column].nonzero().tolist()
        assert [[y, x] for y in inside["rows"] for x in inside["columns"]] == wanted, case
        assert int(found["zeros"]) == kernel**2 - len(wanted), case
        assert len(lines["rows"]) == len(lines["columns"]) == kernel
        assert figure.locator("svg .seen").count() == kernel**2
        assert figure.locator("svg .seen:not(.zero)").count() == len(wanted)
        first, twice, padding, reach, step, one = map(int, re.findall(r"\d+", found["formula"]))
        assert (first + twice * padding - reach) // step + one == side
    assert fitted > 8


def test_an_output_is_chosen_by_touch(phone: Page) -> None:
    phone.goto(f"/zh/{PAGES['window']}")
    figure = at_work(phone, "window")
    last = int(read(figure)["side"]) - 1
    cell = figure.locator("svg .cell").last
    cell.scroll_into_view_if_needed()
    cell.tap(force=True)
    assert (value(figure, "row"), value(figure, "column")) == (last, last)
    tap(figure, 0.02, 0.02)
    assert (value(figure, "row"), value(figure, "column")) == (0, 0)


# ---------------------------------------------------------------- Pooling a shifted map
def test_pooling_after_a_shift_changes_what_torch_says(visit: Callable[[str], Page]) -> None:
    """Every pooling at several shifts, and the numbers that the page's snippet prints."""
    figure = opened(visit, "shift")
    photo = torch.tensor(load_sample_image("china.jpg")).double().mean(dim=-1)
    exact = F.avg_pool2d(photo[None, None], 4)
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    with Image.open(ASSETS / "china.png") as image:
        rounded = torch.tensor(np.array(image), dtype=torch.float64)[None, None]
    edges, unrounded = (F.conv2d(one / 255, sobel).abs() for one in (rounded, exact))
    poolings: dict[str, Callable[[Tensor], Tensor]] = {
        "max1": lambda x: x,
        **{f"max{k}": partial(F.max_pool2d, kernel_size=k) for k in (2, 4, 8)},
        **{f"mean{k}": partial(F.avg_pool2d, kernel_size=k) for k in (2, 4, 8)},
        "mean80": lambda x: x.mean(dim=(2, 3), keepdim=True),
    }
    for name, pool in poolings.items():
        window = int(re.sub(r"\D", "", name))
        put(figure, pooling=name)
        for shift in (0, 1, 4, 5, 8):
            put(figure, shift=shift)
            found = read(figure)
            changes = []
            for one in (edges, unrounded):
                before, after = (pool(one[..., 8:88, 8 + d : 88 + d]) for d in (0, shift))
                changes.append(((after - before).norm() / before.norm()).item())
            assert changes[0] == pytest.approx(changes[1], abs=0.005)  # as the snippet prints it
            agree(found, {"change": changes[0], "cells": shift / window}, (name, shift))
            if shift % window:
                assert found["along"] == WORDS["shift"]["en"]["between"]
            else:
                assert float(found["along"]) == 0, (name, shift)


# ---------------------------------------------------------------- An LSTM of one unit
def unrolled(weights: Tensor, sequence: list[float]) -> list[dict[str, float]]:
    """States by `nn.LSTMCell`, and gates from its weights: rows i, f, g, o; of x, of h, bias."""
    cell = torch.nn.LSTMCell(1, 1)
    with torch.no_grad():
        cell.weight_ih.copy_(weights[:, :1])
        cell.weight_hh.copy_(weights[:, 1:2])
        cell.bias_ih.copy_(weights[:, 2])
        cell.bias_hh.zero_()
        h = c = torch.zeros(1, 1)
        steps = []
        for x in sequence:
            raw = weights @ torch.tensor([x, h.item(), 1.0])
            i, f, g, o = (
                *raw[:2].sigmoid().tolist(),
                raw[2].tanh().item(),
                raw[3].sigmoid().item(),
            )
            h, c = cell(torch.tensor([[x]]), (h, c))
            found = {"i": i, "f": f, "g": g, "o": o, "c": c.item(), "h": h.item()}
            steps.append({"x": x, **found})
    return steps


def weights_of(figure: Locator) -> Tensor:
    fields = figure.locator("td input").evaluate_all("all => all.map(one => Number(one.value))")
    return torch.tensor(fields, dtype=torch.float64).reshape(4, 3)


def test_the_gates_open_as_torch_says(edition: str, visit: Callable[[str], Page]) -> None:
    """Each cell on each sequence, then a cell and a sequence of one's own."""
    figure = opened(visit, "gates", edition)
    pulses = [0.0] * 30
    pulses[3], pulses[12], pulses[20] = 0.8, 0.4, 1.0
    sequences = {
        "pulses": pulses,
        "wave": [round(20 * math.sin(2 * math.pi * t / 10)) / 20 for t in range(30)],
        "block": [0.5 if 5 <= t < 15 else 0.0 for t in range(30)],
    }
    seen = set()
    for cell in ("keep", "sum", "fresh", "open"):
        for name, sequence in sequences.items():
            put(figure, cell=cell, sequence=name)
            weights = weights_of(figure)
            seen.add(tuple(weights.flatten().tolist()))
            for step in (0, 12, 29):
                put(figure, at=step)
                agree(read(figure), unrolled(weights, sequence)[step], (cell, name, step))
    assert len(seen) == 4
    source = random.Random(20261130)
    own = torch.tensor([[round(source.uniform(-3, 3), 1) for _ in range(3)] for _ in range(4)])
    put(figure, **{f"w{y}{x}": own[y, x].item() for y in range(4) for x in range(3)})
    assert figure.locator("[name=cell]").input_value() == "own"
    sequence = list(sequences["block"])
    for step, value_ in ((2, -0.75), (7, 1.0), (18, 0.35)):
        put(figure, at=step, value=value_)
        sequence[step] = value_
    assert figure.locator("[name=sequence]").input_value() == "drawn"
    for step in (1, 2, 8, 18, 29):
        put(figure, at=step)
        assert float(figure.locator("[name=value]").input_value()) == sequence[step]
        agree(read(figure), unrolled(own, sequence)[step], step)


def test_a_sequence_is_drawn_by_touch(phone: Page) -> None:
    phone.goto(f"/zh/{PAGES['gates']}")
    figure = at_work(phone, "gates")
    before = read(figure)
    tap(figure, 0.5, 30 / 366)
    assert 10 < value(figure, "at") < 18
    assert float(read(figure)["x"]) > 0.5 != float(before["x"])
    tap(figure, 0.98, 0.5)
    assert value(figure, "at") == 29


# ---------------------------------------------------------------- A gradient on its way back
def left_over(weight: float, size: float, bias: float) -> tuple[Tensor, Tensor]:
    """By autograd: the last state's gradient by that of k steps before, k from 0 to 50."""
    x = [size * math.sin(2 * math.pi * t / 11) for t in range(1, 51)]
    h = [torch.zeros((), requires_grad=True)]
    c = [torch.zeros((), requires_grad=True)]
    forget, let_in, half = torch.sigmoid(torch.tensor([bias, -bias, 0.0]))
    for now in x:
        h.append(torch.tanh(weight * h[-1] + now))
        candidate = torch.tanh(weight * half * torch.tanh(c[-1]) + now)
        c.append(forget * c[-1] + let_in * candidate)
    plain = torch.autograd.grad(h[-1], h)
    gated = torch.autograd.grad(c[-1], c)
    return torch.stack(plain).flip(0), torch.stack(gated).flip(0)


def test_a_gradient_shrinks_and_grows_as_autograd_says(visit: Callable[[str], Page]) -> None:
    figure = opened(visit, "gradient")
    for weight, size, bias in (
        (0.8, 0.5, 1),
        (0.5, 0, -2),
        (2, 0, 3),
        (2.5, 1, 6),
        (1, 0.25, 2.5),
        (1.25, 0, 0),
    ):
        put(figure, weight=weight, size=size, bias=bias)
        plain, gated = left_over(weight, size, bias)
        for steps in (0, 1, 20, 50):
            put(figure, steps=steps)
            wanted = {
                "plain": plain[steps].item(),
                "gated": gated[steps].item(),
                "forget": 1 / (1 + math.exp(-bias)),
            }
            found = read(figure)
            for name, one in wanted.items():
                assert float(found[name]) == pytest.approx(one, rel=1e-8), (weight, size, bias)


def test_steps_back_are_chosen_by_touch(phone: Page) -> None:
    phone.goto(f"/en/{PAGES['gradient']}")
    figure = at_work(phone, "gradient")
    tap(figure, 0.97, 0.4)
    assert value(figure, "steps") == 0
    tap(figure, 0.5, 0.4)
    assert 20 < value(figure, "steps") < 35


# ---------------------------------------------------------------- A roofline
def rates(gpu: Gpu) -> dict[str, float]:
    """What is known of a GPU, in TFLOPS and GB/s, dense and of itself alone."""
    found = {"bandwidth": gpu.bandwidth, **{key: gpu.rates.get(key) for key in BYTES}}
    return {
        key: one.value * (2**30 / 1e9 if one.unit == "GiB/s" else 1)
        for key, one in found.items()
        if one and "sparsity not stated" not in one.basis and "per system" not in one.basis
    }


BYTES = {"bf16": 2, "fp16": 2, "tf32": 4, "fp32": 4}


def roof(peak: float, speed: float, bytes_: int, m: int, k: int, n: int) -> dict[str, float]:
    """By hand: FLOP and bytes of a product, and the time that each of the two takes."""
    flop, moved = 2.0 * m * k * n, float(bytes_ * (m * k + k * n + m * n))
    seconds = max(flop / (peak * 1e12), moved / (speed * 1e9))
    return {
        "intensity": flop / moved,
        "ridge": peak * 1e12 / (speed * 1e9),
        "rate": flop / seconds / 1e12,
        "share": 100 * flop / seconds / (peak * 1e12),
        "time": seconds * 1e6,
    }


def test_a_roofline_of_the_catalogues_gpus(edition: str, visit: Callable[[str], Page]) -> None:
    figure = opened(visit, "roofline", edition)
    options = figure.locator("[name=gpu] option")
    listed = options.evaluate_all("all => all.map(one => one.value)")
    known = {gpu.id: rates(gpu) for gpu in load()}
    wanted = {key for key, one in known.items() if "bandwidth" in one and len(one) > 1}
    assert set(listed) == wanted | {"own"} and len(listed) > 80
    source = random.Random(20261130)
    bounds = set()
    for name in ["rtx-4090", *source.sample(sorted(wanted), 5)]:
        figure.locator("[name=gpu]").select_option(name)
        kind = source.choice(sorted(known[name].keys() - {"bandwidth"}))
        figure.locator("[name=format]").select_option(kind)
        assert figure.locator("[name=format] option:disabled").count() == 5 - len(known[name])
        m, k, n = source.choice((1, 3, 4096)), source.randint(1, 5000), source.randint(1, 5000)
        put(figure, rows=m, inputs=k, outputs=n)
        peak, speed = known[name][kind], known[name]["bandwidth"]
        found = read(figure)
        agree(found, roof(peak, speed, BYTES[kind], m, k, n), (name, kind))
        words = WORDS["roofline"][edition]
        low = roof(peak, speed, BYTES[kind], m, k, n)
        bound = words["memory"] if low["intensity"] < low["ridge"] else words["compute"]
        assert found["bound"] == bound
        bounds.add(bound)
        address = figure.locator("figcaption a").get_attribute("href") or ""
        assert address.endswith(f"/{edition}/guide/table/#{name}")
    assert len(bounds) == 2
    put(figure, peak=0.5, bandwidth=21.5, rows=7, inputs=30, outputs=200)
    assert figure.locator("[name=gpu]").input_value() == "own"
    figure.locator("[name=format]").select_option("fp32")
    agree(read(figure), roof(0.5, 21.5, 4, 7, 30, 200), "own")


def test_rows_are_chosen_by_touch(phone: Page) -> None:
    phone.goto(f"/en/{PAGES['roofline']}")
    figure = at_work(phone, "roofline")
    tap(figure, 0.3, 0.5)
    assert value(figure, "rows") == 1
    tap(figure, 0.75, 0.5)
    assert 30 < value(figure, "rows") < 3000


# ---------------------------------------------------------------- Rent or buy
def test_rent_or_buy_as_by_hand(edition: str, visit: Callable[[str], Page]) -> None:
    figure = opened(visit, "rent", edition)
    words = WORDS["rent"][edition]
    figure.locator("[name=gpu]").select_option("own")
    source, cheaper = random.Random(20261130), set()
    cases = [(2000, 600, 0.8, 400, 300, 0.15, 20, 3), (1000, 0, 0.1, 500, 500, 0.3, 40, 2)]
    for _ in range(5):
        cases.append(
            (
                source.randint(300, 9000),
                source.randint(0, 300),
                round(source.uniform(0.05, 3), 2),
                source.randint(50, 700),
                source.randint(0, 300),
                round(source.uniform(0.05, 0.5), 3),
                source.randint(1, 168),
                source.randint(0, 12) / 2,
            )
        )
    for case in cases:
        price, resale, rate, watts, rest, kwh, weekly, years = case
        put(figure, price=price, resale=resale, rate=rate, watts=watts, rest=rest)
        put(figure, kwh=kwh, weekly=weekly, years=years)
        running = (watts + rest) / 1000 * kwh
        hours = weekly * 52 * years
        found = read(figure)
        wanted = {
            "running": running,
            "saved": rate - running,
            "rented": rate * hours,
            "bought": price - resale + running * hours,
        }
        agree(found, wanted, case)
        if rate > running:
            even = (price - resale) / (rate - running)
            agree(found, {"even": even, "even_years": even / weekly / 52}, case)
            assert (hours > even) == (found["cheaper"] == words["buying"]), case
        else:
            assert found["even"] == found["even_years"] == words["never"], case
        cheaper.add(found["cheaper"])
    assert cheaper == {words["renting"], words["buying"]}


def test_rent_or_buy_agrees_with_the_snippet(visit: Callable[[str], Page]) -> None:
    """The numbers that the page's program starts from give what it printed."""
    figure = opened(visit, "rent")
    text = (ROOT / "snippets/guide/rent_or_buy.py").read_text(encoding="utf-8")
    given = {key: float(one) for key, one in re.findall(r"^(\w+) = ([\d.]+)$", text, re.MULTILINE)}
    put(figure, price=given["price"], resale=given["resale"], rate=given["rent_per_hour"])
    put(figure, watts=given["watts"], rest=0, kwh=given["price_per_kwh"])
    record = (ROOT / "records/guide/rent_or_buy.cpu.json").read_text(encoding="utf-8")
    printed = re.search(r"break-even after (\d+) hours", record)
    assert printed and round(float(read(figure)["even"])) == int(printed[1])


def test_a_gpus_price_and_power_are_the_catalogues(visit: Callable[[str], Page]) -> None:
    figure = opened(visit, "rent")
    names = figure.locator("[name=gpu] option").evaluate_all("all => all.map(one => one.value)")
    assert len(names) > 20
    for name in [
        figure.locator("[name=gpu]").input_value(),
        *random.Random(1).sample(names[1:], 4),
    ]:
        figure.locator("[name=gpu]").select_option(name)
        gpu = find(name)
        price = gpu.seen_new or gpu.seen_used
        assert price and gpu.power
        assert float(figure.locator("[name=price]").input_value()) == price.value
        assert float(figure.locator("[name=watts]").input_value()) == gpu.power.value
        assert price.unit == "USD"


def test_years_are_chosen_by_touch(phone: Page) -> None:
    phone.goto(f"/zh/{PAGES['rent']}")
    figure = at_work(phone, "rent")
    tap(figure, 0.96, 0.5)
    assert float(figure.locator("[name=years]").input_value()) == 6
    tap(figure, 0.2, 0.5)
    assert float(figure.locator("[name=years]").input_value()) < 1.5
