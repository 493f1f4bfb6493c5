"""`make validate`: predicted against measured, on whatever GPU is present, with only torch.

Every configuration runs in a process of its own, so that device memory starts clean. The result,
`records/validation.json`: `device`, `gpu` (id in the catalogue), `torch`, `cuda`, `date`, `rows`,
each with its configuration, `split` and `{predicted, measured}` for `allocated`, `reserved`,
`device_memory` (bytes) and `step_time` (seconds); `summary`, the error over the rows with split
`report`; `digest`, of what was measured (`gpuguide.measuring.seal`). `--predict` predicts anew for
what has been measured, which needs no GPU.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from gpuguide.catalogue import find
from gpuguide.catalogue.possible import catalogued
from gpuguide.choice.choose import middle
from gpuguide.cost.estimate import estimate
from gpuguide.cost.memory import Range
from gpuguide.cost.speed import step_time
from gpuguide.measuring.configurations import Configuration, configurations
from gpuguide.measuring.measure import measure
from gpuguide.measuring.seal import digest
from gpuguide.table import columns

QUANTITIES = ("allocated", "reserved", "device_memory", "step_time")
GOALS = {"allocated": (0.02, 0.06), "device_memory": (0.05, None), "step_time": (0.15, 0.35)}
"""Quantity → wanted median and 90th percentile of the error, on an H100."""
TIMEOUT = 600
NO_GPU = (
    "no CUDA GPU is here (torch.cuda.is_available() is False): nothing to measure; "
    "run it on a machine that has one"
)


_CLEAN = multiprocessing.get_context("forkserver")
"""Children come from a process that has torch imported and has not touched CUDA."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all configurations and write `validation.json`; 2 if there is no GPU."""
    parser = argparse.ArgumentParser(
        "gpuguide.measuring.validate", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--out", default="records/validation.json", type=Path)
    parser.add_argument("--only", default="", help="configurations whose name has this in it")
    parser.add_argument("--split", choices=("fit", "report"), help="only these rows")
    parser.add_argument("--add", action="store_true", help="keep the rows that the file has")
    parser.add_argument("--predict", action="store_true", help="measure nothing; predict anew")
    options = parser.parse_args(arguments)
    out: Path = options.out
    failed = 0
    if options.predict:
        data = _read(out)
    elif not torch.cuda.is_available():
        print(NO_GPU, file=sys.stderr)
        return 2
    else:
        wanted = [
            one
            for one in configurations()
            if options.only in one.name and options.split in (None, one.split)
        ]
        data, failed = _measure_all(wanted, out, options.add)
    predict(data)
    _write(out, data)
    print("\n".join(report(data)))
    return 1 if failed else 0


def _measure_all(
    wanted: Sequence[Configuration], out: Path, add: bool
) -> tuple[dict[str, Any], int]:
    """The document with all rows measured, and how many configurations failed."""
    name = torch.cuda.get_device_name()
    gpu = catalogued(name, torch.cuda.get_device_properties(0).total_memory)
    free = torch.cuda.mem_get_info()[0]
    data: dict[str, Any] = {
        "device": name,
        "gpu": None if gpu is None else gpu.id,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "date": date.today().isoformat(),
        "rows": _kept(out, name) if add else [],
    }
    done = {one["configuration"]["name"] for one in data["rows"]}
    wanted = [one for one in wanted if one.name not in done]
    failed = 0
    _CLEAN.set_forkserver_preload(["gpuguide.measuring.measure"])
    for place, one in enumerate(wanted, 1):
        found = _child(one)
        failed += isinstance(found, str)
        outcome = found if isinstance(found, str) else f"{found['step_time'] * 1e3:.2f} ms"
        print(f"{place}/{len(wanted)} {one.name}: {outcome}", flush=True)
        if not isinstance(found, str):
            data["rows"].append(row(one, found | {"device_memory": free - found.pop("free")}))
            _write(out, data)  # after every row: the machine may be taken away
    return data, failed


def _write(out: Path, data: dict[str, Any]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    data["digest"] = digest(data)
    out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _kept(out: Path, name: str) -> list[dict[str, Any]]:
    """Rows of an earlier run on the same kind of device, if there are any."""
    if not out.is_file():
        return []
    data = _read(out)
    found: list[dict[str, Any]] = data["rows"] if data["device"] == name else []
    return found


def _read(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    if data.get("digest") != digest(data):
        raise SystemExit(f"{out}: edited after it was measured; undo that, or measure again")
    return data


def row(one: Configuration, measured: dict[str, Any]) -> dict[str, Any]:
    """A row of `validation.json`, nothing predicted yet."""
    data: dict[str, Any] = {"configuration": one.to_json(), "split": one.split}
    for name in QUANTITIES:
        data[name] = {"predicted": None, "measured": measured[name]}
    return data


def predict(data: dict[str, Any]) -> None:
    """Fill in every row's predictions, and the summary; rows of configurations gone are dropped."""
    known = {one.name: one for one in configurations()}
    data["rows"] = [one for one in data["rows"] if one["configuration"]["name"] in known]
    wanted = [known[one["configuration"]["name"]] for one in data["rows"]]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=_CLEAN) as pool:
        found = pool.map(predicted, wanted, [data["gpu"]] * len(wanted))
        for one, configuration, values in zip(data["rows"], wanted, found, strict=True):
            one["split"] = configuration.split
            for name, value in values.items():
                one[name] |= value
    data["summary"] = summary(data["rows"])


def predicted(one: Configuration, gpu_id: str | None) -> dict[str, dict[str, float | None]]:
    """Quantity → `predicted`, and of a range also `low` and `high`; None where unknown."""
    gpu = None if gpu_id is None else find(gpu_id)
    model, inputs = one.build("meta")
    recipe = one.recipe
    found = estimate(
        model, inputs, optimizer=recipe.optimizer, precision=recipe.precision,
        training=recipe.training, loss=recipe.loss, accumulate=recipe.accumulate, gpu=gpu,
    )  # fmt: skip
    memory, time = found.memory, None if gpu is None else step_time(found, gpu)
    device = memory.device
    values: dict[str, dict[str, float | None]] = {
        "allocated": {"predicted": memory.allocated},
        "reserved": {"predicted": memory.reserved},
        "device_memory": {"predicted": None},
        "step_time": {"predicted": None},
    }
    if isinstance(device, Range):
        values["device_memory"] = {"predicted": (device.low + device.high) / 2}
    if isinstance(time, Range):
        values["step_time"] = {"predicted": middle(time), "low": time.low, "high": time.high}
    return values


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


def report(data: dict[str, Any]) -> list[str]:
    """The summary as a table."""
    rows = [("", "rows", "median", "90 %", "wanted")]
    for name, one in data["summary"].items():
        median, last = GOALS.get(name, (None, None))
        wanted = " and ".join(f"{goal:.0%}" for goal in (median, last) if goal is not None)
        cells = (f"{one['median']:.1%}", f"{one['percentile90']:.1%}", wanted)
        rows.append((name, str(one["rows"]), *cells))
    lines = ["", f"{data['device']}, torch {data['torch']}", *columns(rows, right=(1, 2, 3))]
    return lines


def _child(one: Configuration) -> dict[str, Any] | str:
    """What a process of its own measured, or the last line of its complaint."""
    ours, theirs = _CLEAN.Pipe(duplex=False)
    process = _CLEAN.Process(target=_answer, args=(theirs, one), daemon=True)
    process.start()
    theirs.close()
    try:
        found: dict[str, Any] | str = ours.recv() if ours.poll(TIMEOUT) else "not done in time"
    except EOFError:
        process.join()
        found = f"exit code {process.exitcode}"
    process.kill()
    process.join()  # its memory is free only now
    return found


def _answer(answer: Connection[Any, Any], one: Configuration) -> None:
    try:
        answer.send(measure(one))
    except Exception as error:
        answer.send(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")


if __name__ == "__main__":
    sys.exit(main())
