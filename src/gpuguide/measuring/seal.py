"""A digest of what `make validate` measured, so that no number of it changes by an oversight.

Predictions are left out: they are renewed with the code. Whoever means to deceive can compute the
digest as well; only measuring again shows that.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

HEAD = ("device", "gpu", "torch", "cuda", "date")
"""What a `validation.json` says of the machine and the day."""


def digest(data: dict[str, Any]) -> str:
    """SHA-256 of a `validation.json`: the machine, and each row's configuration and measurements.

    Raises:
        KeyError, TypeError, AttributeError: it is not such a document.
    """
    rows = [
        [row["configuration"], {name: one["measured"] for name, one in row.items() if _pair(one)}]
        for row in data["rows"]
    ]
    told = json.dumps([{name: data[name] for name in HEAD}, rows], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _pair(value: Any) -> bool:
    return isinstance(value, dict) and "measured" in value
