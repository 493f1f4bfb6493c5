"""A second person's look at numbers drawn by chance: who changes one checks it anew."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find

FILE = Path(__file__).parent / "second_check.toml"
CHECKS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["check"]
SEEN = ("confirmed", "confirmed elsewhere", "corrected")
VERDICTS = (*SEEN, "not readable")


def kind(field: str) -> str:
    return "rate" if field.startswith("rates.") else field


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: f"{one['id']}-{one['field']}")
def test_the_catalogue_still_says_what_was_checked(check: dict[str, Any]) -> None:
    ours = find(check["id"]).quantities().get(check["field"])
    told = "look it up again, then mend second_check.toml"
    assert ours is not None, told
    assert (ours.value, ours.unit) == (check["value"], check["unit"]), told


def test_each_check_says_where_and_when() -> None:
    for one in CHECKS:
        assert set(one) - {"note"} == {"id", "field", "value", "unit", "verdict", "where", "date"}
        assert one["verdict"] in VERDICTS, one
        assert one["where"].startswith("http"), one
        assert date(2026, 11, 1) <= one["date"] <= date.today(), one
        assert one["verdict"] in ("confirmed", "confirmed elsewhere") or one.get("note"), one
    assert len({(one["id"], one["field"]) for one in CHECKS}) == len(CHECKS)


def test_enough_numbers_of_each_kind_were_seen() -> None:
    seen = Counter(kind(one["field"]) for one in CHECKS if one["verdict"] in SEEN)
    assert seen.total() >= 40
    assert seen["price"] >= 3 and seen["rate"] >= 10 and seen["bandwidth"] >= 8
    assert len({find(one["id"]).vendor for one in CHECKS}) >= 7
