"""All that a page's script needs to choose as Python does, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.choice import language
from gpuguide.choice.buying import (
    SUPPORT,
    Price,
    capacity,
    forms_of,
    offers,
    on_sale,
    rent,
    software_of,
    stocked,
    support,
    systems,
)
from gpuguide.choice.fit import link
from gpuguide.choice.jobs import jobs
from gpuguide.choice.wishes import CURRENCIES, GOALS, Constraints
from gpuguide.choice.workload import to_json, traced
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Unknown, cublas_workspace, cuda_context
from gpuguide.cost.speed import (
    RATE,
    TOGETHER,
    basis,
    bytes_per_second,
    clocks,
    peak,
    products,
    spread,
)


def chooser_json(gpus: Iterable[Gpu] | None = None) -> str:
    """All that a page needs to choose as `choose` does: presets, GPUs, measured figures, rules."""
    entries = [_gpu(gpu) for gpu in (load() if gpus is None else gpus)]
    found = {
        "workloads": [to_json(one) for one in traced()],
        "language": language.to_json(),
        "jobs": {name: [job.items, job.name] for name, job in jobs().items()},
        "gpus": entries,
        "efficiency": {
            k: v for k, v in table("efficiency").items() if k in ("operators", "persistent")
        },
        "together": TOGETHER,
        "goals": GOALS,
        "defaults": asdict(Constraints()),
    }
    return json.dumps(_short(found), ensure_ascii=False, separators=(",", ":")) + "\n"


def _short(value: Any) -> Any:
    """The same with whole numbers written without `.0`: a page has to load it."""
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _gpu(gpu: Gpu) -> dict[str, Any]:
    workspace, context, speed = cublas_workspace(gpu), cuda_context(gpu), link(gpu)
    return {
        "id": gpu.id,
        "name": gpu.name,
        "software": software_of(gpu),
        "systems": systems(gpu),
        "forms": forms_of(gpu),
        "sale": on_sale(gpu),
        "stock": stocked(gpu),
        "support": [code for code in SUPPORT if code in support(gpu)],
        "market": gpu.market,
        "restricted": gpu.restricted is not None,
        "release": "" if gpu.release is None else gpu.release.value,
        "memory": None if gpu.memory is None else capacity(gpu),
        "bandwidth": None if gpu.bandwidth is None else bytes_per_second(gpu.bandwidth),
        "peaks": _peaks(gpu),
        "clocks": None if gpu.bandwidth is None else clocks(gpu),
        "products": products(gpu),
        "spread": spread(gpu),
        "basis": basis(gpu),
        "power": None if gpu.power is None else gpu.power.value,
        **{name: _value(getattr(gpu, name)) for name in ("supply", "length", "slots")},
        "prices": _prices(gpu),
        "rents": {
            currency: _price(found)
            for currency in CURRENCIES
            if (found := rent(gpu, currency)) is not None
        },
        "workspace": None if isinstance(workspace, Unknown) else workspace,
        "context": None if isinstance(context, Unknown) else [context.low, context.high],
        "link": None if isinstance(speed, Unknown) else speed,
    }


def _value(one: Quantity | None) -> float | None:
    return None if one is None else one.value


def _prices(gpu: Gpu) -> dict[str, dict[str, list[Any]]]:
    """Currency → kind → lowest, highest, date, until when not old, middle, market."""
    found: dict[str, dict[str, list[Any]]] = {}
    for currency in CURRENCIES:
        kinds = offers(gpu, currency)
        if kinds:
            found[currency] = {kind: _price(one) for kind, one in kinds.items()}
    return found


def _price(price: Price) -> list[Any]:
    return [price.low, price.high, price.date, price.fresh_until, price.middle, price.market]


def _peaks(gpu: Gpu) -> dict[str, float]:
    """Type, or `tf32`, → FLOP/s, where known: what `peak` gives for any class of operator."""
    found = {dtype: peak(gpu, "matmul", dtype) for dtype in sorted(RATE)}
    if "tf32" in gpu.rates:
        found["tf32"] = peak(gpu, "matmul", "float32", tf32=True)
    return {name: value for name, value in found.items() if not isinstance(value, Unknown)}
