"""Can a record be true of the device that it names?

A GPU record must show that the run used the GPU, and nothing that such a GPU cannot do: a run that
never reached it looks the same in every other way. Asked where a record is made and wherever one is
read. What a GPU of a name can do is not this engine's to know: the setting `possible` names a
function that does.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof.record import Record
from neverstale.source.options import Options

NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def unused(found: Record) -> str | None:
    """Why a record does not show that a GPU was used; None for one that does, or of the CPU."""
    if found.device != "cuda":
        return None
    if type(found.peak_memory_bytes) is not int or found.peak_memory_bytes <= 0:
        return "shows no use of a GPU: the run took no memory there"
    if not found.cuda:
        return "shows no use of a GPU: it names no version of CUDA"
    told = found.gpu if isinstance(found.gpu, dict) else {}
    kinds = (type(told.get("memory_bytes")), type(told.get("capability")))
    if kinds != (int, str):
        return "does not say what GPU the driver saw"
    if found.peak_memory_bytes > told["memory_bytes"]:
        return "took more memory than its GPU has"
    return None


def impossible(project: Project, options: Options, found: Record, cpu: Record | None) -> str | None:
    """Why a GPU record cannot be what its device did, in one line; None if it can.

    Args:
        project: the settings.
        options: of the snippet as it was run.
        found: the record.
        cpu: the snippet's record of the CPU, if there is one: if it is of the same version, a rate
            must be above the CPU's.
    """
    if found.device != "cuda":
        return None
    if why := unused(found):
        return why
    if cpu is not None and cpu.fingerprint != found.fingerprint:
        cpu = None
    rates: dict[str, float] = {}
    for pattern in options.gpu_prints:
        match = re.search(pattern, found.whole_output, re.MULTILINE)
        if match is None:
            return f"prints nothing like '{pattern}', as a run on a GPU does"
        other = re.search(pattern, cpu.whole_output, re.MULTILINE) if cpu else None
        for name, text in match.groupdict().items():
            number = _largest(text)
            if number is None:
                return f"prints no number for {name}, as a run on a GPU does"
            rates[name] = number
            least = (_largest(other[name]) if other else None) or 0.0
            if rates[name] <= least:
                return f"{name} of {rates[name]:g} is no more than the CPU's, {least:g}"
    hook = _hook(project)
    assert found.gpu is not None
    # The driver's word comes last: no group may take its place.
    return hook(found.device_name, {**rates, **found.gpu}) if hook else None


def _largest(text: str | None) -> float | None:
    """The largest number of what a group matched; None if it took no part, or is without end."""
    found = [float(number.replace(",", "")) for number in NUMBER.findall(text or "")]
    return max(found) if found and math.isfinite(max(found)) else None


def _hook(project: Project) -> Callable[[str, Mapping[str, Any]], str | None] | None:
    """The function that the setting names.

    Raises:
        NeverstaleError: it is not there.
    """
    if project.possible is None:
        return None
    module, _, name = project.possible.partition(":")
    try:
        found: Callable[[str, Mapping[str, Any]], str | None] = getattr(
            importlib.import_module(module), name
        )
    except (ImportError, AttributeError, ValueError) as error:
        message = f"[tool.neverstale] possible: {error}; write module:function"
        raise NeverstaleError(Problem("pyproject.toml", 0, message)) from None
    return found
