"""The loader: what it accepts, and that each mistake is named by file, entry and field."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gpuguide import GpuguideError
from gpuguide.catalogue import DATA, SCHEMA, find, load
from gpuguide.catalogue.schema import text
from gpuguide.catalogue.terms import KIND

GOOD = """
[sources.sheet]
title = "Datasheet"
url = "https://example.org/sheet"
read = 2026-11-23
vendor = true

[[gpu]]
id = "card-1"
name = "Card 1"
vendor = "Maker"
line = "Line"
architecture = "Arch"
form = "PCIe card"
memory_type = "GDDR6"
release = { value = "2025-01-30", source = "sheet" }
compute_capability = { value = "8.9", source = "sheet" }
memory = { value = 24, unit = "GB", basis = "per card", source = "sheet" }
price = { value = 999, unit = "USD", basis = "list price at launch", source = "sheet", \
date = "2025-01" }
note = { en = "Beware.", zh = "当心。" }
[gpu.rates]
bf16 = { value = 100, unit = "TFLOPS", basis = "per card, dense, FP32 accumulate", \
source = "sheet" }
"""
TOMORROW = (date.today() + timedelta(days=2)).isoformat()
MEMORY = 'memory = { value = 24, unit = "GB", basis = "per card", source = "sheet" }'
RESTRICTED = 'restricted = {{ value = "{}", date = "2023-10-17", source = "sheet" }}'
WRONG = [
    # what is replaced, by what, the field named, words of the message
    ('name = "Card 1"\n', "", "name", "missing"),
    ('name = "Card 1"', "name = 1", "name", "must be text"),
    ('id = "card-1"', 'id = "Card 1"', "id", "lower case"),
    ('name = "Card 1"', 'name = "Card 1"\nprize = 3', "prize", "unknown field; known are"),
    ('"2025-01-30"', '"30.1.2025"', "release", "is not a date such as"),
    ('"2025-01-30"', f'"{TOMORROW}"', "release", "is in the future"),
    ('"8.9"', '"89"', "compute_capability", "is not a compute capability"),
    (MEMORY, RESTRICTED.format("banned"), "restricted", "'banned'; use licence, licence case by"),
    (MEMORY, RESTRICTED.format("licence").replace("2023-10-17", "soon"), "restricted.date", "date"),
    (MEMORY, "memory = 24", "memory", "must be a table"),
    ("value = 24", 'value = "24"', "memory.value", "must be a number"),
    ("value = 24", "value = 0", "memory.value", "leave the field out if unknown"),
    ('unit = "GB"', 'unit = "TB"', "memory.unit", "use GB or GiB"),
    ('basis = "per card", ', "", "memory.basis", "needs one term of kind scope"),
    ('"per card", ', '"per crad", ', "memory.basis", "did you mean 'per card'?"),
    ('"per card, dense, ', '"per card, ', "rates.bf16.basis", "needs one term of kind sparsity"),
    ("dense, FP32 accumulate", "dense", "rates.bf16.basis", "kind accumulate"),
    ('"TFLOPS"', '"TOPS"', "rates.bf16.unit", "use TFLOPS"),
    ("bf16 =", "bf17 =", "rates.bf17", "unknown field"),
    (', source = "sheet" }\nprice', " }\nprice", "memory.source", "no number without a source"),
    (MEMORY, MEMORY.replace("sheet", "shet"), "memory.source", "did you mean sheet?"),
    (', date = "2025-01" }', " }", "price.date", "missing"),
    ('en = "Beware.", ', "", "note.en", "missing"),
]
SPARE = GOOD[: GOOD.index("[[gpu]]")].replace("sheet", "spare")
WRONG_SOURCE = [
    ("https://example.org/sheet", "example.org", "sources.sheet.url", "is not a web address"),
    ("read = 2026-11-23", f"read = {TOMORROW}", "sources.sheet.read", "is in the future"),
    ("read = 2026-11-23", 'read = "today"', "sources.sheet.read", "must be a date"),
    ("vendor = true", 'vendor = "yes"', "sources.sheet.vendor", "must be true or false"),
    ("vendor = true", 'vendor = true\nvia = "a blog"', "sources.sheet.via", "not the vendor's own"),
    ("[[gpu]]", "[[gpus]]", "gpus", "unknown field"),
    ("[[gpu]]", SPARE + "[[gpu]]", "sources.spare", "no number comes from it; take it out"),
]


@pytest.fixture
def data(tmp_path: Path) -> Callable[..., Path]:
    def write(**files: str) -> Path:
        for name, content in files.items():
            (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
        return tmp_path

    return write


def problems(folder: Path) -> list[str]:
    with pytest.raises(GpuguideError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_good_file_loads_with_everything_in_it(data: Callable[..., Path]) -> None:
    (gpu,) = load(data(maker=GOOD))
    assert gpu.memory is not None and gpu.memory.value == 24
    assert gpu.rates["bf16"].basis == ("per card", "dense", "FP32 accumulate")
    assert gpu.rates["bf16"].source.read == date(2026, 11, 23)
    assert gpu.price is not None and gpu.price.date == "2025-01"
    assert "bandwidth" in gpu.unknown() and "memory" not in gpu.unknown()


@pytest.mark.parametrize(("old", "new", "field", "words"), WRONG)
def test_mistake_names_file_entry_and_field(
    data: Callable[..., Path], old: str, new: str, field: str, words: str
) -> None:
    assert GOOD.count(old) >= 1
    found = problems(data(maker=GOOD.replace(old, new, 1)))
    entry = "Card 1" if field == "id" else "card-1"
    assert any(line.startswith(f"maker.toml: {entry}: {field}: ") for line in found), found
    assert any(words in line for line in found), found


@pytest.mark.parametrize(("old", "new", "field", "words"), WRONG_SOURCE)
def test_mistake_outside_entries_names_file_and_field(
    data: Callable[..., Path], old: str, new: str, field: str, words: str
) -> None:
    found = problems(data(maker=GOOD.replace(old, new, 1)))
    assert any(line.startswith(f"maker.toml: {field}: ") and words in line for line in found), found


def test_not_toml_and_double_ids_are_named(data: Callable[..., Path]) -> None:
    assert "broken.toml: not TOML" in problems(data(broken="[["))[0]
    (data() / "broken.toml").unlink()
    twice = problems(data(a=GOOD, b=GOOD))
    assert twice == ["b.toml: card-1: id: used twice (also in a.toml); rename one"]


def test_all_mistakes_come_at_once(data: Callable[..., Path]) -> None:
    bad = GOOD.replace('unit = "GB"', 'unit = "TB"').replace("value = 100", "value = -1")
    assert len(problems(data(maker=bad))) == 2


def test_find_forgives_spelling_and_suggests_near_names() -> None:
    assert find("GeForce RTX 4090") is find("rtx-4090") is find("RTX 4090".lower())
    with pytest.raises(GpuguideError, match=r"near it are .*rtx-4090"):
        find("RTX 4900")
    with pytest.raises(GpuguideError, match="mi300x"):
        find("MI 300")
    with pytest.raises(GpuguideError, match="`gpuguide gpu` lists all"):
        find("zzzz")


def test_schema_file_is_up_to_date() -> None:
    told = "run python -m gpuguide.catalogue.schema"
    assert SCHEMA.read_text(encoding="utf-8") == text(), told


def as_json(path: Path) -> Any:
    return json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_schema_accepts_every_data_file(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(as_json(path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('unit = "GB"', 'unit = "TB"'),
        ("per card, dense", "per card, quick"),
        ("value = 24", "value = 0"),
        ('vendor = "Maker"\n', ""),
        ('name = "Card 1"', 'name = "Card 1"\nprize = 3'),
        ("vendor = true", 'vendor = "yes"'),
    ],
)
def test_schema_rejects_what_the_loader_rejects(
    old: str, new: str, data: Callable[..., Path], validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(as_json(data(good=GOOD) / "good.toml"))
    wrong = data(wrong=GOOD.replace(old, new, 1)) / "wrong.toml"
    assert not validator.is_valid(as_json(wrong))


def test_every_term_of_the_vocabulary_is_used_or_free_of_doubles() -> None:
    used = {term for gpu in load() for one in gpu.quantities().values() for term in one.basis}
    assert used <= set(KIND)
