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
from gpuguide.cost.measured import table
from gpuguide.measuring import fitting

ROOT = Path(__file__).parents[3]
CALIBRATION = json.loads(gzip.decompress((ROOT / fitting.CALIBRATION).read_bytes()))
VALIDATION = json.loads((ROOT / fitting.VALIDATION).read_text(encoding="utf-8"))
TIMED = fitting.samples(CALIBRATION)


def test_it_was_measured_on_a_gpu_of_the_catalogue() -> None:
    assert table("efficiency")["gpus"] == [CALIBRATION["gpu"]] == [VALIDATION["gpu"]]
    assert catalogued(CALIBRATION["device"], 150 * 10**9) == find(CALIBRATION["gpu"])
    assert len(TIMED) > 2000


def test_shares_are_what_the_calibration_gives() -> None:
    found = fitting.operators(TIMED, find(CALIBRATION["gpu"]))
    wanted = table("efficiency")["operators"]
    assert found.keys() == wanted.keys()
    for name, kinds in found.items():
        assert {"host", *kinds} == wanted[name].keys()
        for kind, values in kinds.items():
            assert list(values) == pytest.approx(wanted[name][kind], rel=0.02), (name, kind)


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
    wanted = table("efficiency")["operators"]["convolution"]["half"]
    assert list(found["convolution"]["half"]) != pytest.approx(wanted, rel=0.02)
