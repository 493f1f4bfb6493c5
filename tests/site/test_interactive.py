"""The interactive figures as readers use them, by keyboard and by touch, and their numbers."""

from __future__ import annotations

import gzip
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from sklearn.datasets import load_sample_image
from torch import Tensor

from handbook.boards.interactive.figures import FIGURES
from handbook.boards.interactive.words import COMMON, WORDS

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "overrides" / "assets"
EDITIONS = ("zh", "en")
SCRIPT_KIB = 6
PAGES = {"kernel": "cnn/convolution/", "window": "cnn/convolution/"}
TARGET = 24  # pixels, the least side of what is pressed: WCAG 2.2, 2.5.8

torch.set_default_dtype(torch.float64)


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
            keyboard.press("Home")
            low, step = (float(field.get_attribute(one) or 0) for one in ("min", "step"))
            for _ in range(round((value - low) / step)):
                keyboard.press("ArrowRight")
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
        if value and int(digits) and math.isfinite(float(value)):
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
    page.goto(f"/en/{PAGES[name]}", wait_until="networkidle")
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
    """Come to without a reload, as the theme does it, and come back to."""
    page = visit("/en/start/")
    page.evaluate("window.stays = true")
    for _ in range(2):
        page.evaluate(
            "to => { const link = document.createElement('a'); link.href = to;"
            " document.querySelector('.md-content').append(link); link.click() }",
            f"/en/{PAGES[name]}",
        )
        figure = at_work(page, name)
        assert all(read(figure).values())
        page.go_back()
        expect(page).to_have_url(re.compile("/en/start/$"))
    assert page.evaluate("window.stays")


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


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "window"])
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


def test_the_photograph_is_the_tutorials(tower: Tensor) -> None:
    with Image.open(ASSETS / "tower.png") as image:
        found = torch.tensor(list(image.getdata())).reshape(80, 80)
    assert (found / 255 - tower).abs().max() <= 0.5001 / 255


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
    phone.goto(f"/en/{PAGES['kernel']}", wait_until="networkidle")
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
    phone.goto(f"/zh/{PAGES['window']}", wait_until="networkidle")
    figure = at_work(phone, "window")
    last = int(read(figure)["side"]) - 1
    cell = figure.locator("svg .cell").last
    cell.scroll_into_view_if_needed()
    cell.tap(force=True)
    assert (value(figure, "row"), value(figure, "column")) == (last, last)
    tap(figure, 0.02, 0.02)
    assert (value(figure, "row"), value(figure, "column")) == (0, 0)
