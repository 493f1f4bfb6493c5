"""The figures in `measured/` are what the records give: none was edited by hand."""

from __future__ import annotations

import gzip
import json
import math
import statistics
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find
from gpuguide.catalogue.possible import catalogued
from gpuguide.choice.choose import middle
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Range
from gpuguide.cost.speed import MEASURED, Group, time_of
from gpuguide.measuring import carry, fitting
from gpuguide.measuring.steps import FILE, FITTED, read

ROOT = Path(__file__).parents[3]
CALIBRATION = json.loads(gzip.decompress((ROOT / fitting.CALIBRATION).read_bytes()))
VALIDATION = json.loads((ROOT / fitting.VALIDATION).read_text(encoding="utf-8"))
TIMED = fitting.samples(CALIBRATION)
STEPS = read(ROOT / FILE)


def test_it_was_measured_on_a_gpu_of_the_catalogue() -> None:
    assert CALIBRATION["gpu"] == VALIDATION["gpu"] == MEASURED
    assert sorted(table("efficiency")["gpus"]) == sorted({MEASURED, *FITTED})
    assert catalogued(CALIBRATION["device"], 150 * 10**9) == find(CALIBRATION["gpu"])
    assert len(TIMED) > 2000


def written(name: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(table("efficiency")["operators"][name])
    return found


def test_figures_are_what_the_records_give() -> None:
    """The fit from the start: operators of the calibration, then steps that others measured."""
    own = fitting.operators(TIMED, find(MEASURED))
    host = {name: tuple(written(name)["host"]) for name in fitting.NAMES}
    found = carry.fit([one for one in STEPS if one.fit], own, host)
    for name, kinds in carry.figures(own, found).items():
        assert {"host", *kinds} == written(name).keys()
        for kind, values in kinds.items():
            assert list(values) == pytest.approx(written(name)[kind], rel=0.02), (name, kind)
    matmul = table("efficiency")["matmul"]
    assert matmul[MEASURED] == pytest.approx(own["matmul"]["half"][1], rel=0.02)
    for gpu in ("rtx-3090", "rtx-5090"):
        assert matmul[gpu] == pytest.approx(found[f"matmul {gpu}"], rel=0.02)


def test_the_gpu_that_was_calibrated_keeps_what_was_measured_on_it() -> None:
    """Carrying figures over must not change them where they come from: `own` by itself, by hand."""
    gpu = find(MEASURED)
    own = fitting.operators(TIMED, gpu)
    assert gpu.bandwidth is not None
    for name in ("convolution", "batchnorm-backward", "attention", "memory", "pointwise-backward"):
        kind, _, phase = name.partition("-")
        _, share, memory = own[name]["half"]
        for flops, nbytes in ((1e12, 0.0), (0.0, 1e9)):
            group = Group(kind, phase or "forward", "bfloat16", flops, nbytes, 0, 0)
            if flops and share == 1:
                continue
            found = time_of([group], gpu)
            assert isinstance(found, Range)
            rate = gpu.rates["bf16"].value * 1e12
            wanted = flops / (rate * share) + nbytes / (gpu.bandwidth.value * 1e9 * memory)
            assert middle(found) == pytest.approx(wanted, rel=0.01), name


def test_the_processors_costs_are_what_both_records_give() -> None:
    found = fitting.host(VALIDATION["rows"], TIMED)
    wanted = table("efficiency")["operators"]
    assert found.keys() == wanted.keys()
    for name, pair in found.items():
        assert list(pair) == pytest.approx(wanted[name]["host"], rel=0.01), name


def test_an_operator_costs_at_least_what_launching_it_alone_took() -> None:
    found = fitting.host(VALIDATION["rows"], TIMED)
    casts = [one.host for one in TIMED if one.group.kind == "cast" for _ in range(one.count)]
    assert found["cast"] == (pytest.approx(statistics.median(casts)), 0.0)
    added = found["cast-backward"][0] - found["cast"][0]
    assert 1e-5 < added == pytest.approx(found["matmul-backward"][0] - found["matmul"][0])


def test_rows_to_report_have_no_say() -> None:
    rows = [one for one in VALIDATION["rows"] if one["split"] == "fit"]
    assert fitting.host(rows, TIMED) == fitting.host(VALIDATION["rows"], TIMED)


def test_overheads_are_what_the_stages_give() -> None:
    own = dict(table("overheads")["gpu"][CALIBRATION["gpu"]])
    assert own.pop("source") == "calibration"
    assert fitting.overheads(CALIBRATION["stages"]) == own


def test_nine_of_ten_rows_to_fit_on_lie_in_the_range() -> None:
    factor = table("efficiency")["spread"]["measured"]
    rows = [one["step_time"] for one in VALIDATION["rows"] if one["split"] == "fit"]
    inside = [abs(math.log(one["predicted"] / one["measured"])) < math.log(factor) for one in rows]
    assert sum(inside) >= 0.9 * len(rows)


def test_an_edited_sample_would_be_noticed() -> None:
    edited: dict[str, Any] = {"samples": [dict(one) for one in CALIBRATION["samples"]]}
    for one in edited["samples"]:
        if "convolution" in one["name"]:
            one["seconds"] *= 2
    found = fitting.operators(fitting.samples(edited), find(CALIBRATION["gpu"]))
    wanted = fitting.operators(TIMED, find(CALIBRATION["gpu"]))["convolution"]["half"]
    assert list(found["convolution"]["half"]) != pytest.approx(wanted, rel=0.02)
