"""Run every counter on every network, demand that each number is explained, write the record.

    make counters            # writes records/counters.json

The count by hand has the products of matrices and convolutions, a multiply-add as 2 FLOPs; with the
backward pass it is three times the forward pass. A counter that says anything but that, or what
`reasons` makes of its number, fails here, and the record stays as it was.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

import gpuguide
from counters.networks import NETWORKS, evaluated
from counters.reasons import DIFFERENCES
from counters.tools import COUNTERS

RECORD = Path(__file__).parents[2] / "records" / "counters.json"


def main() -> int:
    """0 if every number is explained, 1 otherwise."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)  # on a busy machine threads wait for one another
    rows = [
        _row(counter, network, backward)
        for network in NETWORKS
        for counter in COUNTERS
        for backward in ((False, True) if COUNTERS[counter].backward else (False,))
    ]
    wrong = [row for row in rows if row["flops"] != row.pop("expected")]
    for row in wrong:
        print(
            f"bench/counters/reasons.py: {row['counter']} says {row['flops']} FLOPs of "
            f"{row['network']} (backward: {row['backward']}), not {row['formula']}; find out why"
        )
    if not wrong:
        RECORD.write_text(json.dumps(_record(rows), indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"{len(rows)} counts, every one explained")
    return int(bool(wrong))


def _row(counter: str, network: str, backward: bool) -> dict[str, Any]:
    tool, net = COUNTERS[counter], NETWORKS[network]
    equal = "3·F" if backward else "F"
    reason, *formulas = DIFFERENCES.get((counter, network), ("", "", ""))
    formula = formulas[backward] or equal
    return {
        "counter": counter,
        "network": network,
        "backward": backward,
        "flops": int(tool.unit * tool.count(net, backward)),
        "formula": formula,
        "reason": reason if formula != equal else "",
        "expected": evaluated(formula, {**net.sizes, "F": net.forward()}),
    }


def _record(rows: list[dict[str, Any]]) -> dict[str, Any]:
    ours = {"gpuguide": gpuguide.__version__}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "counters": {
            name: {
                "version": ours.get(one.package) or version(one.package).partition("+")[0],
                "unit": "FLOPs" if one.unit == 1 else "MACs",
            }
            for name, one in COUNTERS.items()
        },
        "networks": {
            name: {
                "code": one.code,
                "sizes": one.sizes,
                "formula": one.formula,
                "flops": one.forward(),
            }
            for name, one in NETWORKS.items()
        },
        "rows": rows,
    }


if __name__ == "__main__":
    sys.exit(main())
