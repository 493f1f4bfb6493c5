"""The JSON Schema of a data file, made from the same vocabulary that the loader checks.

`python -m gpuguide.catalogue.schema` rewrites `schema.json`, which editors read for completion.
"""

from __future__ import annotations

import json
import re
from typing import Any

from gpuguide.catalogue.load import DATE, ID, LANGUAGES, SCHEMA
from gpuguide.catalogue.model import FACTS, PRICES, QUANTITIES, RATES, SEEN, TEXTS
from gpuguide.catalogue.terms import KIND, WORDS, required, units


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12) as JSON data."""
    numbers = {field: _quantity(field) for field in QUANTITIES}
    rates = {name: _quantity(f"rates.{name}") for name in RATES}
    gpu = {
        **{name: {"$ref": "#/$defs/text"} for name in TEXTS},
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "market": {"$ref": "#/$defs/text"},
        **{name: _fact(name) for name in FACTS},
        **numbers,
        "rates": _table(rates),
        "note": _table({tag: {"$ref": "#/$defs/text"} for tag in LANGUAGES}, LANGUAGES),
    }
    source = {
        "title": {"$ref": "#/$defs/text"},
        "url": {"type": "string", "pattern": "^https?://"},
        "read": {"type": "string", "format": "date", "description": "the day you read it"},
        "vendor": {"type": "boolean", "description": "true if the words are the vendor's own"},
        "via": {"$ref": "#/$defs/text"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "GPU catalogue: one data file",
        **_table(
            {
                "sources": {
                    "type": "object",
                    "additionalProperties": _table(source, ("title", "url", "read", "vendor")),
                },
                "gpu": {"type": "array", "items": _table(gpu, TEXTS)},
            }
        ),
        "$defs": {
            "text": {"type": "string", "minLength": 1},
            "source": {"type": "string", "description": "key of a [sources.…] table above"},
            "basis": {
                "type": "string",
                "description": "terms of catalogue/terms.py, with commas",
                "pattern": f"^({_any()})(, ({_any()}))*$",
            },
        },
    }


def _any() -> str:
    return "|".join(re.escape(term).replace(r"\ ", " ") for term in KIND)


def _table(properties: dict[str, Any], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    table: dict[str, Any] = {"type": "object", "properties": properties}
    return table | {"required": list(needed), "additionalProperties": False}


def _fact(field: str) -> dict[str, Any]:
    source = {"$ref": "#/$defs/source"}
    if field in WORDS:
        date = {"type": "string", "pattern": f"^{DATE.pattern}$"}
        properties = {"value": {"enum": list(WORDS[field])}, "date": date, "source": source}
        return _table(properties, tuple(properties))
    pattern = DATE.pattern if field == "release" else r"\d+\.\d"
    value = {"type": "string", "pattern": f"^{pattern}$"}
    return _table({"value": value, "source": source}, ("value", "source"))


def _quantity(field: str) -> dict[str, Any]:
    low = "minimum" if field == "interconnect" else "exclusiveMinimum"
    properties: dict[str, Any] = {
        "value": {"type": "number", low: 0},
        "unit": {"enum": list(units(field))},
        "basis": {"$ref": "#/$defs/basis"},
        "source": {"$ref": "#/$defs/source"},
    }
    needed = ["value", "unit", "source"]
    if required(field):
        needed.append("basis")
    if field in PRICES:
        properties["date"] = {"type": "string", "pattern": f"^{DATE.pattern}$"}
        needed.append("date")
    if field in SEEN:
        properties["high"] = {"type": "number", "exclusiveMinimum": 0}
    return _table(properties, tuple(needed))


def text() -> str:
    """What `schema.json` must contain."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
