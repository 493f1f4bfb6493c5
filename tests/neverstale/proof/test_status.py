"""How snippets stand, and what is published of that."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.proof import record, verification
from neverstale.proof import status as statuses
from neverstale.source import sources

if TYPE_CHECKING:
    from conftest import Site

TODAY = datetime.date.today()
SKIP = '[tool.neverstale.skip.cpu]\nreason = "not yet"\nuntil = '


def of(site: Site, device: str = "cpu") -> tuple[str, str]:
    settings = site.load()
    status = statuses.of(settings, sources.read(settings).snippet("ch/a.py"), device)
    return status.state, status.reason


@pytest.fixture(scope="module")
def ran(new_site: Callable[[], Site]) -> Site:
    site = new_site()
    site.write("src/ours.py", "x = 1\n")
    site.snippet(
        "ch/a.py",
        "# --8<-- [start:one]\nimport ours\nprint(ours.x)\n# --8<-- [end:one]",
        options='devices = ["cpu", "cuda"]',
    )
    site.page("ch/a.md", '--8<-- "ch/a.py:one"')
    assert site.verdict("ch/a.py")[0] == "verified"
    return site


def test_the_published_list_has_one_entry_per_snippet_and_device(ran: Site) -> None:
    settings = ran.load()
    now = sources.read(settings).snippet("ch/a.py").fingerprint
    found = record.read(settings, "ch/a.py", "cpu")
    assert found is not None
    shared = {
        "snippet": "ch/a.py",
        "sections": ["one"],
        "pages": ["zh/ch/a.md", "en/ch/a.md"],
        "fingerprint": now,
        "torch": None,
        "cuda": None,
    }
    counts = {"shown": 2, "through": 0, "through_snippets": {}, "awaited": 0, "excused": 0}
    assert verification.entries(ran.statuses()) == [
        {
            **shared,
            "device": "cpu",
            "device_name": found.device_name,
            "status": "verified",
            "reason": "",
            "python": found.python,
            "date": TODAY.isoformat(),
            "seconds": found.seconds,
            "peak_memory_bytes": found.peak_memory_bytes,
            "unconfined": False,
            "record": json.loads(ran.read("records/ch/a.cpu.json"))["digest"],
            "statements": {**counts, "reached": 2},
        },
        {
            **shared,
            "device": "cuda",
            "device_name": None,
            "status": "missing",
            "reason": "never run on cuda",
            "python": None,
            "date": None,
            "seconds": None,
            "peak_memory_bytes": None,
            "unconfined": None,
            "record": None,
            "statements": {**counts, "reached": 0},
        },
    ]


def test_a_changed_file_and_a_changed_import_are_told_apart(ran: Site) -> None:
    assert of(ran) == ("verified", "")
    module, file = ran.read("src/ours.py"), ran.read("snippets/ch/a.py")
    ran.write("src/ours.py", "x = 2\n")
    assert of(ran) == ("stale", f"code that it imports changed after the run of {TODAY}")
    ran.write("src/ours.py", module)
    ran.write("snippets/ch/a.py", file + "# more\n")
    assert of(ran) == ("stale", f"it changed after the run of {TODAY}")
    ran.write("snippets/ch/a.py", file)
    assert of(ran) == ("verified", "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, ("skipped", f"not yet (until {TODAY + datetime.timedelta(1)})")),
        (0, ("skipped", f"not yet (until {TODAY})")),
        (-1, ("failed", f"the skip ended on {TODAY - datetime.timedelta(1)}: not yet")),
    ],
)
def test_a_skip_holds_until_its_day_has_passed(
    site: Site, days: int, expected: tuple[str, str]
) -> None:
    site.snippet("ch/a.py", "x = 1", options=SKIP + str(TODAY + datetime.timedelta(days)))
    assert of(site) == expected


def test_a_record_that_cannot_be_trusted_is_stale(site: Site) -> None:
    site.snippet("ch/a.py", "x = 1")
    assert of(site) == ("missing", "never run on cpu")
    site.write("records/ch/a.cpu.json", "{}")
    state, reason = of(site)
    assert (state, "changed after it was written" in reason) == ("stale", True)


def test_pins_bind_records_of_the_cpu_only(site: Site) -> None:
    site.snippet("ch/a.py", "x = 1", options='devices = ["cpu", "cuda"]')
    settings = site.load()
    for device in ("cpu", "cuda"):
        found = record.Record(
            snippet="ch/a.py",
            fingerprint=sources.read(settings).snippet("ch/a.py").fingerprint,
            text=record.hash_text(site.read("snippets/ch/a.py")),
            device=device,
            device_name="x",
            python="3.11",
            packages={"My_Package": "2.0+cpu"},
            cuda="13.0",
            date="2026-11-23",
            seconds=0.0,
            peak_memory_bytes=1,
            gpu={"memory_bytes": 2, "capability": "9.0"},
            output=(),
            figures={},
            lines={},
        )
        record.write(settings, found, {})
    site.write("constraints.txt", "my-package==2.0  # a comment\nother==1\n")
    assert (of(site), of(site, "cuda")) == (("verified", ""), ("verified", ""))
    site.write("constraints.txt", "my-package==2.1\n")
    told = "was run with My_Package 2.0+cpu; 2.1 is pinned"
    assert (of(site), of(site, "cuda")) == (("stale", told), ("verified", ""))


def test_a_failure_counts_for_the_version_that_failed_only(site: Site) -> None:
    site.snippet("ch/a.py", "x = 1")
    settings = site.load()
    status = statuses.of(settings, sources.read(settings).snippet("ch/a.py"), "cpu")
    statuses.note_failure(settings, status, "line 9: no")
    assert of(site) == ("failed", "line 9: no")
    statuses.note_failure(settings, dataclasses.replace(status, fingerprint="other"), "no")
    assert of(site) == ("missing", "never run on cpu")
    statuses.note_failure(settings, status, None)
    assert statuses.failure(settings, "ch/a.py", "cpu") is None


def test_what_cannot_be_read_does_not_stop_the_list(site: Site) -> None:
    site.snippet("a.py", "x = = 1")
    site.snippet("b.py", "x = 1")
    assert [status.snippet for status in site.statuses().all()] == ["b.py"]


def test_check_tells_what_must_be_run_before_it_is_committed(site: Site) -> None:
    def told() -> str:
        done = site.engine("check")
        return "" if done.returncode == 0 else done.stderr

    act = "; run: neverstale run ch/a.py; then commit its record\n"
    site.snippet("ch/a.py", "print(1)")
    site.page("ch/a.md", '# A {#a}\n\n--8<-- "ch/a.py"\n')
    assert told() == f"snippets/ch/a.py: never run on cpu{act}"
    assert site.verdict("ch/a.py")[0] == "verified"
    assert told() == ""
    site.write("records/ch/a.cpu.json", site.read("records/ch/a.cpu.json").replace('"1', '"2'))
    assert told().endswith(f"ch/a.cpu.json: changed after it was written{act}")
    site.snippet("ch/a.py", "print(2)")
    assert site.verdict("ch/a.py", "--update")[0] == "verified"
    # What failed on this machine alone is told by `status` and `run`: others need not care.
    settings = site.load()
    statuses.note_failure(settings, next(iter(site.statuses().all())), "the processor is too new")
    assert site.engine("status").returncode == 1 and told() == ""
    site.snippet("ch/a.py", "print(2)", options=f"{SKIP}2025-12-31")
    assert told().endswith("not yet; let it run, or give a reason and a date anew\n")
    site.snippet("ch/a.py", "print(2)", options='devices = ["cuda"]')
    assert told().endswith(
        "is of no snippet that lists cpu in its 'devices'; run: neverstale prune\n"
    )
    (site.root / "records/ch/a.cpu.json").unlink()
    assert told() == ""


def prove_gpu(site: Site, **changes: Any) -> record.Record:
    """A record of a GPU for `ch/a.py`, sealed."""
    item = site.sources().snippet("ch/a.py")
    gpu = record.Record(
        "ch/a.py", item.fingerprint, record.hash_text(item.text), "cuda", "A GPU", "3.11", {},
        "13.0", str(TODAY), 0.1, 1, ((item.metadata_lines[1] + 1, "loss 0.50\n"),), {},
        {}, {"memory_bytes": 9, "capability": "9.0"},
    )  # fmt: skip
    gpu = dataclasses.replace(gpu, **changes)
    record.write(site.load(), gpu, {})
    return gpu


def test_what_an_earlier_version_printed_is_not_shown(
    site: Site, render: Callable[..., str]
) -> None:
    """With the CPU skipped, and code that it imports changed since the GPU ran."""
    site.write("src/ours.py", "x = 1\n")
    site.snippet(
        "ch/a.py",
        "import ours\nprint(ours.x)",
        options=f'devices = ["cpu", "cuda"]\n{SKIP}{TODAY}',
    )
    prove_gpu(site)
    assert of(site, "cuda") == ("verified", "")
    assert "loss 0.50" in render(site, '--8<-- "ch/a.py"')
    site.write("src/ours.py", "x = 2\n")
    assert of(site, "cuda")[0] == "stale"
    assert "loss 0.50" not in render(site, '--8<-- "ch/a.py"')


def test_a_gpu_that_contradicts_what_the_cpu_printed_since_is_not_verified(site: Site) -> None:
    site.snippet("ch/a.py", "print('loss', 0.50)", options='devices = ["cpu", "cuda"]')
    gpu = prove_gpu(site)
    assert of(site, "cuda") == ("verified", "")
    cpu = dataclasses.replace(gpu, device="cpu", cuda=None, gpu=None)
    record.write(site.load(), cpu, {})
    assert of(site, "cuda") == ("verified", "")
    record.write(site.load(), dataclasses.replace(cpu, output=((9, "loss 0.90\n"),)), {})
    state, reason = of(site, "cuda")
    assert state == "stale"
    assert reason.startswith("contradicts the record of the CPU, made on another day: against the")


LOCK = """\
version = 1

[[package]]
name = "NumPy"
version = "{}"

[[package]]
name = "site"
source = {{ virtual = "." }}

[[package]]
name = "two"
version = "1"

[[package]]
name = "two"
version = "2"
"""


def test_a_lock_file_of_uv_pins_too(site: Site) -> None:
    """When a declared package moves there, its snippets are stale by name."""
    settings = site.read("pyproject.toml").replace('"constraints.txt"', '"uv.lock"')
    site.write("pyproject.toml", settings)
    version = metadata.version("numpy")
    site.write("uv.lock", LOCK.format(version))
    site.snippet("ch/a.py", "import numpy\nprint(numpy.arange(2))", dependencies='["numpy"]')
    site.snippet("ch/b.py", "print(1)")
    assert site.engine("run").returncode == 0
    assert site.load().pins() == {"numpy": version}
    site.write("uv.lock", LOCK.format("0.0.1"))
    assert of(site) == ("stale", f"was run with numpy {version}; 0.0.1 is pinned")
    assert [each.state for each in site.statuses().all()] == ["stale", "verified"]
    site.write("uv.lock", "[[package]\n")
    done = site.engine("status")
    assert done.returncode == 1 and done.stderr.startswith("uv.lock: is no lock file such as")


def test_constraints_with_hashes_and_conditions(site: Site) -> None:
    site.write("constraints.txt", "a_b==1.0 \\\n    --hash=sha256:0\nc==2 ; x # y\nd>=3\n# e==4\n")
    assert site.load().pins() == {"a-b": "1.0", "c": "2"}
