"""`make validate`: predicted against measured, on whatever GPU is present, with only torch.

Every configuration runs in a process of its own, so that device memory starts clean. The result,
`validation.json`: `device`, `torch`, `cuda`, `date`, `rows`, each with its configuration, `split`
and `{predicted, measured}` for `allocated`, `reserved`, `device_memory` (bytes) and `step_time`
(seconds), and `summary`, the error over the rows with split `report`.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu
from gpuguide.choose import middle
from gpuguide.configurations import Configuration, configurations
from gpuguide.estimate import estimate
from gpuguide.measure import measure
from gpuguide.memory import Range, Unknown
from gpuguide.speed import step_time
from gpuguide.table import columns

QUANTITIES = ("allocated", "reserved", "device_memory", "step_time")
GOALS = {"allocated": (0.02, 0.06), "device_memory": (0.05, None), "step_time": (0.15, 0.35)}
"""Quantity → wanted median and 90th percentile of the error, on an H100."""
TIMEOUT = 600
NO_GPU = (
    "no CUDA GPU is here (torch.cuda.is_available() is False): nothing to measure; "
    "run `make validate` on a machine that has one"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all configurations and write `validation.json`; 2 if there is no GPU."""
    parser = argparse.ArgumentParser("gpuguide.validate", description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="validation.json", help="default: validation.json")
    parser.add_argument("--only", default="", help="configurations whose name has this in it")
    parser.add_argument("--add", action="store_true", help="keep the rows that the file has")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print(NO_GPU, file=sys.stderr)
        return 2
    if options.child is not None:
        (one,) = [one for one in configurations() if one.name == options.child]
        print(json.dumps(measure(one)))
        return 0
    name, out = torch.cuda.get_device_name(), Path(options.out)
    gpu = catalogued(name, torch.cuda.get_device_properties(0).total_memory)
    free = torch.cuda.mem_get_info()[0]
    rows = _kept(out, name) if options.add else []
    done = {one["configuration"]["name"] for one in rows}
    wanted = [one for one in configurations() if options.only in one.name and one.name not in done]
    failed = 0
    for place, one in enumerate(wanted, 1):
        found = _child(one)
        failed += isinstance(found, str)
        outcome = found if isinstance(found, str) else f"{found['step_time'] * 1e3:.2f} ms"
        print(f"{place}/{len(wanted)} {one.name}: {outcome}", flush=True)
        if not isinstance(found, str):
            rows.append(row(one, gpu, found | {"device_memory": free - found.pop("free")}))
            data = document(name, gpu, rows)  # after every row: the machine may be taken away
            out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print("\n".join(report(document(name, gpu, rows))))
    return 1 if failed else 0


def document(name: str, gpu: Gpu | None, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What `validation.json` holds."""
    return {
        "device": name,
        "gpu": None if gpu is None else gpu.id,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "date": date.today().isoformat(),
        "rows": rows,
        "summary": summary(rows),
    }


def _kept(out: Path, name: str) -> list[dict[str, Any]]:
    """Rows of an earlier run on the same kind of device, if there are any."""
    if not out.is_file():
        return []
    data = json.loads(out.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = data["rows"] if data["device"] == name else []
    return found


def catalogued(name: str, total: int) -> Gpu | None:
    """The catalogue's entry for a GPU as CUDA names it, such as `NVIDIA H100 80GB HBM3`, or None.

    Names are compared as sets of letters and numbers; two fifths must be shared, and the memory
    must be within 15 %.

    Args:
        name: from `torch.cuda.get_device_name()`.
        total: bytes, from `torch.cuda.get_device_properties()`.
    """
    wanted, best, share = _tokens(name), None, 0.0
    for gpu in load():
        if gpu.vendor != "NVIDIA" or gpu.memory is None:
            continue
        found = _tokens(gpu.name)
        alike = len(wanted & found) / len(wanted | found)
        if alike > max(share, 0.39) and abs(gpu.memory.value * 1e9 / total - 1) < 0.15:
            best, share = gpu, alike
    return best


def _tokens(name: str) -> set[str]:
    plain = re.sub(r"sxm\d", "sxm", name.lower())
    return set(re.findall(r"[a-z]+|\d+", plain)) - {"nvidia", "geforce", "tesla"}


def row(one: Configuration, gpu: Gpu | None, measured: dict[str, Any]) -> dict[str, Any]:
    """A row of `validation.json`; what cannot be predicted is null."""
    model, inputs = one.build("meta")
    recipe = one.recipe
    found = estimate(
        model, inputs, optimizer=recipe.optimizer, precision=recipe.precision,
        training=recipe.training, loss=recipe.loss, accumulate=recipe.accumulate, gpu=gpu,
    )  # fmt: skip
    time = Unknown("not in the catalogue") if gpu is None else step_time(found, gpu)
    device = found.memory.device
    predicted: dict[str, float | None] = {
        "allocated": found.memory.allocated,
        "reserved": found.memory.reserved,
        "device_memory": (device.low + device.high) / 2 if isinstance(device, Range) else None,
        "step_time": middle(time) if isinstance(time, Range) else None,
    }
    data: dict[str, Any] = {"configuration": one.to_json(), "split": one.split}
    for name in QUANTITIES:
        data[name] = {"predicted": predicted[name], "measured": measured[name]}
    for name, value in (("device_memory", device), ("step_time", time)):
        if isinstance(value, Range):
            data[name] |= {"low": value.low, "high": value.high}
    return data


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Median and 90th percentile of |predicted / measured - 1| over the rows to report."""
    found: dict[str, Any] = {}
    for name in QUANTITIES:
        pairs = [one[name] for one in rows if one["split"] == "report"]
        errors = sorted(
            abs(one["predicted"] / one["measured"] - 1)
            for one in pairs
            if one["predicted"] is not None
        )
        if errors:
            last = errors[min(len(errors) - 1, int(0.9 * len(errors)))]
            found[name] = {
                "rows": len(errors), "median": statistics.median(errors), "percentile90": last
            }  # fmt: skip
    return found


def context(rows: Sequence[dict[str, Any]]) -> tuple[int, int] | None:
    """Least and greatest device memory beyond reserve, over the rows to fit; None without any."""
    found = [
        one["device_memory"]["measured"] - one["reserved"]["measured"]
        for one in rows
        if one["split"] == "fit"
    ]
    return (min(found), max(found)) if found else None


def report(data: dict[str, Any]) -> list[str]:
    """The summary as a table, and what to put into `measured/overheads.toml`."""
    rows = [("", "rows", "median", "90 %", "wanted")]
    for name, one in data["summary"].items():
        median, last = GOALS.get(name, (None, None))
        wanted = " and ".join(f"{goal:.0%}" for goal in (median, last) if goal is not None)
        cells = (f"{one['median']:.1%}", f"{one['percentile90']:.1%}", wanted)
        rows.append((name, str(one["rows"]), *cells))
    lines = ["", f"{data['device']}, torch {data['torch']}", *columns(rows, right=(1, 2, 3))]
    ends = context(data["rows"])
    if ends is not None and data["gpu"] is not None:
        lines += [
            "",
            "for measured/overheads.toml, from the rows with split fit:",
            f"[gpu.{data['gpu']}]",
            f'device = "{data["device"]}"',
            f'torch = "{data["torch"]}"',
            f"measured = {data['date']}",
            f"context_low = {ends[0]}",
            f"context_high = {ends[1]}",
        ]
    return lines


def _child(one: Configuration) -> dict[str, Any] | str:
    """What the child measured, or the last line of its complaint."""
    command = [sys.executable, "-m", "gpuguide.validate", "--child", one.name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"not done after {TIMEOUT} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
