"""Faults about runs on a GPU: one that never reached it, and records of what no GPU did.

There may be no GPU record to spoil. So each begins with one that the checks take (a test sees to
that), and has one thing in it that no run on that GPU leaves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from random import Random
from typing import Any

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import CHECK, STUB, Maker, Scratch
from neverstale.problem import NeverstaleError
from neverstale.proof import record
from neverstale.proof.record import Record
from neverstale.source.snippet import Snippet

GPU = "NVIDIA H200"
OTHERS = ("NVIDIA B200", "NVIDIA H100 80GB HBM3", "NVIDIA GeForce RTX 4090", "Some GPU")
# What such a GPU may print, for the snippets that say what they measure.
PRINTED = {
    "guide/matmul.py": "float32   {fp32}\nTF32      {tf32}\nbfloat16  {bf16}\nfloat16   {fp16}\n",
    "guide/bandwidth.py": "largest arrays: {bandwidth} GB/s\n",
    "guide/roofline.py": "peak {fp32} TFLOPS, bandwidth {bandwidth} GB/s\n",
}
RATES = {"fp32": 50.0, "tf32": 400.0, "bf16": 790.0, "fp16": 780.0, "bandwidth": 4300.0}
TIMES = (0.001, 3.0)  # a processor's rate, and one above the peak


def possible(scratch: Scratch, item: Snippet, **changes: Any) -> Record:
    """A record of a GPU that the checks take, with changes."""
    cpu = record.read(scratch.project, item.name, "cpu")
    if cpu is None:
        raise NeverstaleError()
    output = cpu.output
    if item.name in PRINTED:
        output = ((1, PRINTED[item.name].format(**RATES)),)
    good = dataclasses.replace(
        cpu,
        device="cuda",
        device_name=GPU,
        cuda="13.0",
        peak_memory_bytes=2**28,
        output=output,
        figures={},
        gpu={"memory_bytes": 150_119_055_360, "capability": "9.0"},
    )
    return dataclasses.replace(good, **changes)


def for_gpu(scratch: Scratch) -> list[Snippet]:
    """The snippets that are meant for a GPU, too."""
    return [item for item in scratch.snippets() if "cuda" in item.options.devices]


def plain(scratch: Scratch) -> list[Snippet]:
    """Those of them whose output on a GPU is the CPU's."""
    return [item for item in for_gpu(scratch) if not item.options.gpu_prints]


def hidden(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """The GPU hidden from the snippets' process, although a plain process sees it."""
    for item in for_gpu(scratch):
        if not item.options.lab:
            check = ("neverstale", "run", "--device", "cuda", "--all", f"snippets/{item.name}")
            yield Fault("GPU hidden", item.name, {STUB: SEEN_OUTSIDE}, check)


def no_memory(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A GPU record of a run that took no memory there."""
    for item in plain(scratch):
        yield _recorded("no GPU memory", scratch, item, item.name, peak_memory_bytes=0)


def cpu_output(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """What a CPU printed, in a GPU record."""
    for item in for_gpu(scratch):
        if item.options.gpu_prints:
            cpu = record.read(scratch.project, item.name, "cpu")
            assert cpu is not None
            yield _recorded("CPU's output", scratch, item, item.name, output=cpu.output)


def impossible_rate(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A rate that no such GPU has, in a GPU record."""
    for item in scratch.snippets():
        said = PRINTED.get(item.name, "")
        for name in RATES:
            for times in TIMES if f"{{{name}}}" in said else ():
                value = RATES[name] * times
                text = said.format(**RATES | {name: f"{value:g}"})
                target = f"{item.name}, {name} {value:g}"
                yield _recorded("impossible rate", scratch, item, target, output=((1, text),))


def another_name(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """The name of another GPU, in a GPU record."""
    for item in plain(scratch):
        name = random.choice(OTHERS)
        target = f"{item.name}, {name}"
        yield _recorded("GPU exchanged", scratch, item, target, device_name=name)


def _recorded(kind: str, scratch: Scratch, item: Snippet, target: str, **changes: Any) -> Fault:
    found = possible(scratch, item, **changes)
    path = record.path_of(scratch.project, item.name, "cuda")
    return Fault(kind, target, {scratch.project.relative(path): record.text_of(found)}, CHECK)


GPU_KINDS: dict[str, Maker] = {
    "GPU hidden": hidden,
    "no GPU memory": no_memory,
    "CPU's output": cpu_output,
    "impossible rate": impossible_rate,
    "GPU exchanged": another_name,
}

SEEN_OUTSIDE = '''\
"""Plays a machine whose GPU a plain process sees, and a snippet's process does not."""

import json
import os
import sys

if sys.orig_argv[-1].endswith("probe.py"):
    told = {"torch": "2.11.0+cu130", "built": "13.0", "devices": 1, "name": "NVIDIA H200"}
    print(json.dumps(told | {"bytes": 16384, "error": None}), flush=True)
    os._exit(0)
'''
