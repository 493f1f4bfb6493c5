"""`gpus.json` and `gpus.csv` say what the catalogue says."""

from __future__ import annotations

import csv
import io
import json

from gpuguide.catalogue import load
from gpuguide.catalogue.export import gpus_csv, gpus_json


def test_every_number_in_json_is_an_object_with_its_source() -> None:
    entries = json.loads(gpus_json(load()))
    assert [entry["id"] for entry in entries] == [gpu.id for gpu in load()]
    for entry, gpu in zip(entries, load(), strict=True):
        for name, number in gpu.quantities().items():
            field, _, dtype = name.partition(".")
            told = entry[field][dtype] if dtype else entry[field]
            assert told["value"] == number.value and told["unit"] == number.unit
            assert told["basis"] == list(number.basis)
            assert told["source"] == number.source.url
            assert told["read"] == "2026-11-23" or told["read"] > "2026-11-23"
            assert told["vendor"] is number.source.vendor
        for name in gpu.unknown():
            field, _, dtype = name.partition(".")
            assert (entry[field][dtype] if dtype else entry[field]) is None


def test_csv_has_a_row_per_entry_and_leaves_the_unknown_empty() -> None:
    rows = list(csv.DictReader(io.StringIO(gpus_csv(load()))))
    assert [row["id"] for row in rows] == [gpu.id for gpu in load()]
    row = next(row for row in rows if row["id"] == "rtx-4090")
    assert row["memory"] == "24" and row["memory_unit"] == "GB"
    assert row["bf16"] == "165.2" and "FP32 accumulate" in row["bf16_basis"]
    assert row["fp4"] == row["fp4_source"] == ""
