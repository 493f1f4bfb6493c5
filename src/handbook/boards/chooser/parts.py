"""What fills the memory of a GPU, part by part, and the pattern in which each is drawn."""

from __future__ import annotations

from gpuguide.catalogue import Gpu
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Unknown, cublas_workspace, cuda_context

PARTS = (
    "parameters",
    "gradients",
    "optimizer_state",
    "activations",
    "inputs",
    "temporaries",
    "allocator",
    "system",
)
"""What fills memory, in the order of the bar; `margin` and `free` come after."""

MERGED = {"buffers": "parameters", "workspaces": "temporaries", "rounding": "allocator"}
"""Part of a workload → the part that it is shown with."""

# Shape of each part's pattern: families of colour, told apart by shape as well.
_SOLID = '<rect width="6" height="6" class="{family}"/>'
_STRIPES = '<rect width="6" height="6" class="{family} wash"/><path d="{d}" class="{family}"/>'
_UP, _DOWN = "M-1 1l2-2M0 6l6-6M5 7l2-2", "M-1 5l2 2M0 0l6 6M5-1l2 2"
_DOTS = (
    '<rect width="6" height="6" class="{family} wash"/>'
    '<circle cx="1.5" cy="1.5" r="1.1" class="{family}"/>'
    '<circle cx="4.5" cy="4.5" r="1.1" class="{family}"/>'
)
PATTERNS = {
    "parameters": _SOLID.format(family="model"),
    "gradients": _STRIPES.format(family="model", d=_UP),
    "optimizer_state": _DOTS.format(family="model"),
    "activations": _SOLID.format(family="batch"),
    "inputs": _STRIPES.format(family="batch", d=_DOWN),
    "temporaries": _DOTS.format(family="batch"),
    "allocator": _STRIPES.format(family="system", d="M0 1.5h6M0 4.5h6"),
    "system": _SOLID.format(family="system"),
    "margin": '<path d="M0 6l6-6" class="margin"/>',
    "free": "",
}


def shares(workload: Workload, wishes: Constraints, gpu: Gpu) -> dict[str, float | None]:
    """Part → bytes on each GPU; together they are what `required` says. `system` may be unknown."""
    items = workload.items if wishes.items is None else wishes.items
    each = items / wishes.count if workload.split == "data" else items
    part_of = wishes.count if workload.split == "weights" else 1
    found: dict[str, float | None] = dict.fromkeys(PARTS, 0.0)

    def add(part: str, nbytes: float) -> None:
        found[part] = (found[part] or 0) + nbytes / part_of

    for part, nbytes in workload.parts(each).items():
        add(MERGED.get(part, part), nbytes)
    add("allocator", workload.reserve.at(each))
    workspace, context = cublas_workspace(gpu), cuda_context(gpu)
    system = 0.0 if isinstance(workspace, Unknown) else workspace * float(workload.blas)
    found["system"] = None if isinstance(context, Unknown) else system + context.high
    return found
