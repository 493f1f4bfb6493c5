"""A GPU record that shows no use of a GPU, or what none can do, is refused wherever it is read."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.page import published
from neverstale.problem import NeverstaleError
from neverstale.proof import possible, record
from neverstale.proof import status as statuses
from neverstale.proof.record import Record

if TYPE_CHECKING:
    from conftest import Site

GOOD: dict[str, Any] = {
    "device": "cuda",
    "device_name": "NVIDIA H200",
    "cuda": "13.0",
    "peak_memory_bytes": 2**20,
    "gpu": {"memory_bytes": 150_119_055_360, "capability": "9.0"},
    "output": ((9, "peak 50 TFLOPS\n"),),
}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"peak_memory_bytes": 0}, "the run took no memory there"),
    ({"peak_memory_bytes": -1}, "the run took no memory there"),
    ({"cuda": None}, "it names no version of CUDA"),
    ({"gpu": None}, "does not say what GPU the driver saw"),
    ({"gpu": {"memory_bytes": 5}}, "does not say what GPU the driver saw"),
    ({"gpu": "NVIDIA H200"}, "does not say what GPU the driver saw"),
    ({"gpu": {"memory_bytes": "5", "capability": "9.0"}}, "does not say what GPU the driver saw"),
    ({"peak_memory_bytes": "5"}, "the run took no memory there"),
    ({"peak_memory_bytes": float("nan")}, "the run took no memory there"),
    ({"peak_memory_bytes": 2**40}, "took more memory than its GPU has"),
    ({"output": ((9, "peak unknown\n"),)}, "prints nothing like"),
    ({"output": ((9, "peak 0.1 TFLOPS\n"),)}, "fp32 of 0.1 is no more than the CPU's, 0.2"),
    ({"output": ((9, "peak 900 TFLOPS\n"),)}, "fp32 of 900 is too much"),
    ({"output": ((9, "peak 1,050 TFLOPS\n"),)}, "fp32 of 1050 is too much"),
    ({"output": ((9, "peak 1e3 TFLOPS\n"),)}, "fp32 of 1000 is too much"),
    ({"output": ((9, "peak nan TFLOPS\n"),)}, "prints no number for fp32"),
    ({"output": ((9, "peak inf TFLOPS\n"),)}, "prints no number for fp32"),
    ({"output": ((9, "peak 1e999 TFLOPS\n"),)}, "prints no number for fp32"),
    ({"device_name": "NVIDIA B200"}, "NVIDIA B200 is not of capability 9.0"),
]
BOUNDS = """\
def impossible(device, told):
    if device != "NVIDIA H200":
        return f"{device} is not of capability {told['capability']}"
    return f"fp32 of {told['fp32']:g} is too much" if told.get("fp32", 1) > 77 else None
"""


def put(site: Site, **changes: Any) -> Record:
    """A record, sealed as a forger would seal it."""
    settings = site.load()
    item = site.sources().snippet("a.py")
    found = Record(
        snippet="a.py",
        fingerprint=item.fingerprint,
        text=record.hash_text(item.text),
        device="cpu",
        device_name="2 × Some CPU",
        python="3.11.7",
        packages={},
        cuda=None,
        date="2026-11-23",
        seconds=0.1,
        peak_memory_bytes=2**20,
        output=((9, "peak 0.2 TFLOPS\n"),),
        figures={},
        lines={"a.py": record.ranges(each.first for each in item.statements)},
    )
    found = dataclasses.replace(found, **changes)
    record.write(settings, found, {})
    return found


@pytest.fixture
def rated(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A snippet with a rate, proved on the CPU, and a project that knows what a GPU can do."""
    settings = site.read("pyproject.toml").replace(
        "possible = false", 'possible = "bounds_of_h200:impossible"'
    )
    site.write("pyproject.toml", settings)
    site.write("packages/bounds_of_h200.py", BOUNDS)
    monkeypatch.syspath_prepend(str(site.root / "packages"))
    monkeypatch.setenv("PYTHONPATH", str(site.root / "packages"))
    options = "devices = ['cpu', 'cuda']\nmeasured = 'a rate here'\n"
    options += "gpu-prints = ['^peak (?P<fp32>\\S+) TFLOPS']\n"
    site.snippet("a.py", "print('peak', 0.2, 'TFLOPS')", options)
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    put(site)
    return site


def state(site: Site) -> statuses.Status:
    return statuses.of(site.load(), site.sources().snippet("a.py"), "cuda")


def test_what_a_gpu_can_do_stands(rated: Site) -> None:
    put(rated, **GOOD)
    assert (state(rated).state, state(rated).refused) == ("verified", False)
    assert rated.engine("check").returncode == 0


@pytest.mark.parametrize(("changes", "why"), BAD)
def test_what_none_can_do_is_refused_everywhere(
    rated: Site, build: Any, changes: dict[str, Any], why: str
) -> None:
    put(rated, **GOOD | changes)
    found = state(rated)
    assert found.refused and why in found.reason and found.record is None
    for command in ("check", "status"):
        done = rated.engine(command)
        assert done.returncode == 1 and why in done.stdout + done.stderr
    build(rated)
    problems = [str(problem) for problem in published.check(rated.statuses())]
    assert len([told for told in problems if why in told]) == 2  # one in each edition
    assert all("NVIDIA" not in rated.read(f"site/{e}/a/index.html") for e in ("zh", "en"))


def test_an_old_record_that_shows_no_use_is_refused_too(rated: Site) -> None:
    put(rated, **GOOD | {"peak_memory_bytes": 0, "text": "of another version"})
    assert state(rated).refused
    put(rated, **GOOD | {"text": "of another version", "output": ()})
    assert (state(rated).state, state(rated).refused) == ("stale", False)
    put(rated, **GOOD | {"text": "of another version", "device_name": "NVIDIA B200"})
    assert state(rated).refused


def test_a_group_that_took_no_part_is_no_number(rated: Site) -> None:
    options = rated.sources().snippet("a.py").options
    options = dataclasses.replace(options, gpu_prints=(r"^peak(?: (?P<fp32>\d+)!)?",))
    found = put(rated, **GOOD)
    why = possible.impossible(rated.load(), options, found, None)
    assert why == "prints no number for fp32, as a run on a GPU does"


def test_no_group_takes_the_place_of_what_the_driver_said(
    rated: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        possible, "_hook", lambda project: lambda _, told: str(told["memory_bytes"])
    )
    options = rated.sources().snippet("a.py").options
    options = dataclasses.replace(options, gpu_prints=(r"^peak (?P<memory_bytes>\d+)",))
    why = possible.impossible(rated.load(), options, put(rated, **GOOD), None)
    assert why == "150119055360"


def test_a_rate_is_not_held_against_another_version_on_the_cpu(rated: Site) -> None:
    faster = put(rated, fingerprint="of another version", output=((9, "peak 60 TFLOPS\n"),))
    options = rated.sources().snippet("a.py").options
    assert possible.impossible(rated.load(), options, put(rated, **GOOD), faster) is None


def test_a_skip_hides_no_bad_record(rated: Site) -> None:
    until = datetime.date.today() + datetime.timedelta(days=1)
    rated.snippet(
        "a.py",
        "print('peak', 0.2, 'TFLOPS')",
        "devices = ['cpu', 'cuda']\n[tool.neverstale.skip.cuda]\n"
        f'reason = "no such card here"\nuntil = {until}\n',
    )
    put(rated)
    put(rated, **GOOD)
    assert (state(rated).state, state(rated).refused) == ("skipped", False)
    put(rated, **GOOD | {"peak_memory_bytes": 0})
    found = state(rated)
    assert (found.state, found.refused) == ("skipped", True)
    done = rated.engine("check")
    assert done.returncode == 1 and "the run took no memory there; delete it" in done.stderr


def test_a_record_for_a_device_that_the_head_does_not_list_is_told(rated: Site) -> None:
    rated.snippet("a.py", "print('peak', 0.2, 'TFLOPS')")
    put(rated)
    put(rated, **GOOD)
    done = rated.engine("check")
    assert done.returncode == 1
    assert "records/a.cuda.json: is of no snippet that lists cuda" in done.stderr


def test_a_record_of_the_cpu_is_not_asked(rated: Site) -> None:
    assert possible.unused(put(rated)) is None


@pytest.mark.parametrize("name", ["nowhere:at_all", "bounds_of_h200:missing", "bounds_of_h200", ""])
def test_a_setting_that_leads_nowhere_is_one_line(rated: Site, name: str) -> None:
    text = rated.read("pyproject.toml")
    rated.write("pyproject.toml", text.replace("bounds_of_h200:impossible", name))
    put(rated, **GOOD)
    with pytest.raises(NeverstaleError, match=r"possible: .*write module:function"):
        state(rated)
