"""A model → a workload: the step is traced at two batches, and straight lines drawn through both.

So come most presets about, and so does a workload of one's own: `own_workload`. Once there are
coefficients, torch is needed no more: any batch, any GPU, in Python or on the guide's page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map

from gpuguide.choice.workload import Line, Work, Workload, presentable
from gpuguide.cost.allocator import replay
from gpuguide.cost.estimate import Estimate, estimate
from gpuguide.cost.speed import group_of
from gpuguide.problem import GpuguideError, Problem
from gpuguide.step.events import Operator
from gpuguide.step.trace import Loss, Optimizer, Recipe
from gpuguide.step.twin import twin_inputs

CUDNN = {
    "en": "cuDNN's workspace is as seen on an H200.",
    "zh": "cuDNN 工作区按 H200 上的实测计入。",
}


def own_workload(
    model: nn.Module,
    inputs: Any,
    *,
    name: str = "",
    optimizer: str | Optimizer | None = None,
    precision: str = "fp32",
    training: bool = True,
    loss: str | Loss = "mean",
    accumulate: int = 1,
    first: Estimate | None = None,
) -> Workload:
    """One's own model as a workload, for `choose` or, as a file, for the page.

    The batch is the first dimension of the first tensor, and every input with the same first
    dimension grows with it. The step is traced at that batch and at twice that.

    Args:
        model: as for `gpuguide.cost.estimate.estimate`.
        inputs: likewise.
        name: what readers see; the model's class if empty.
        optimizer: as for `estimate`; so are the four that follow.
        precision: `fp32`, or `bf16` and `fp16` for autocast; a workload does not know `tf32`.
        training: False for a forward pass.
        loss: what the backward pass starts from.
        accumulate: passes per optimizer step.
        first: the estimate of this model on these inputs, if there is one already.

    Raises:
        GpuguideError: the inputs have no batch, or the model does not run at twice the batch, or
            does something else there. What it raises on the inputs themselves passes through.
    """
    recipe = Recipe(training, precision, optimizer, loss, accumulate)
    options: dict[str, Any] = {
        "optimizer": optimizer, "precision": precision, "training": training, "loss": loss,
        "accumulate": accumulate,
    }  # fmt: skip
    if precision == "tf32":
        raise _problem("precision", "a workload does not know tf32; use fp32, bf16 or fp16")
    items = _batch(inputs)
    low = first or estimate(model, inputs, **options)
    try:
        high = estimate(model, _doubled(inputs, items), **options)
    except GpuguideError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise _problem(
            "", f"a workload needs a model that runs at any batch; this one runs at {items}, the "
            f"first dimension of its inputs, but not at {2 * items}: {what}",
        ) from error  # fmt: skip
    convolves = any(one.kind in ("convolution", "pointwise") for one in low.trace.operators())
    shapes = ", ".join(" × ".join(map(str, one.shape)) for one in _tensors(inputs))
    said = presentable(name or type(model).__name__)
    try:
        return through(
            low, high, items, id="own", name={"en": said, "zh": said},
            assumes={
                language: [text, CUDNN[language]] if convolves else [text]
                for language, text in _assumed(recipe, shapes, items).items()
            },
            item={"en": "samples", "zh": "个样本"},
        )  # fmt: skip
    except ValueError as error:
        raise _problem(
            "", f"a workload needs the same operators at any batch; this model differs between "
            f"{items} and {2 * items} ({error}): start from a larger batch, or take out what "
            "depends on it",
        ) from error  # fmt: skip


def through(
    low: Estimate,
    high: Estimate,
    items: int,
    *,
    id: str,
    name: dict[str, str],
    assumes: dict[str, list[str]],
    item: dict[str, str],
) -> Workload:
    """A workload of two estimates: at `items` and at twice that.

    Raises:
        ValueError: the two have not the same operators.
    """
    ends = (items, 2 * items)
    work = group(ends, low.trace.operators(), high.trace.operators())
    first, second = replay(low.trace.events), replay(high.trace.events)
    peaks: dict[str, dict[str, Line]] = {}
    for phase, parts in first.by_phase.items():
        others = second.by_phase[phase]
        lines = {
            one: line(ends, parts.get(one, 0), others.get(one, 0)) for one in {*parts, *others}
        }
        peaks[phase] = {one: lines[one] for one in sorted(lines) if lines[one] != Line(0, 0)}
    peaks.pop("setup", None)
    training = low.recipe.training
    spare = (first.reserved - first.allocated, second.reserved - second.allocated)
    arithmetic: dict[str, int] = {}
    for one in low.trace.operators():
        arithmetic[one.dtype] = arithmetic.get(one.dtype, 0) + one.flops
    return Workload(
        id, name, assumes, item, items,
        {"en": "training step", "zh": "训练步"} if training else {"en": "pass", "zh": "次前向"},
        training, max(arithmetic, key=lambda dtype: arithmetic[dtype], default="float32"), "data",
        peaks, line(ends, *spare),
        0 if not any(one.kind == "matmul" for one in low.trace.operators()) else 1 + training,
        work,
    )  # fmt: skip


def line(ends: tuple[int, int], low: float, high: float) -> Line:
    """The straight line through two values, rounded to whole numbers at zero items."""
    each = (high - low) / (ends[1] - ends[0])
    return Line(round(low - each * ends[0], 3), round(each, 6))


def group(ends: tuple[int, int], low: Iterable[Operator], high: Iterable[Operator]) -> list[Work]:
    """Operators of two traces, one by one alike, gathered by class, phase, type and intensity.

    Raises:
        ValueError: the traces have not the same operators.
    """
    found: dict[tuple[str, str, str, int], list[list[float]]] = {}
    some, others = list(low), list(high)
    for one, other in zip(some, others, strict=False):
        if (one.name, one.dtype) != (other.name, other.dtype):
            raise ValueError(f"{one.name} at one, {other.name} at the other")
        intensity = round(math.log2(one.flops / one.nbytes)) if one.flops else -99
        key = (one.kind, one.phase, one.dtype, intensity)
        sums = found.setdefault(key, [[0.0] * 4, [0.0] * 4])
        for total, part in zip(sums, map(group_of, (one, other)), strict=True):
            for place, value in enumerate((part.flops, part.nbytes, part.launches, part.count)):
                total[place] += value
    if len(some) != len(others):
        raise ValueError(f"{len(some)} operators at one, {len(others)} at the other")
    return [
        Work(kind, phase, dtype, *(line(ends, a, b) for a, b in zip(*sums, strict=True)))
        for (kind, phase, dtype, _), sums in found.items()
    ]


def _tensors(inputs: Any) -> list[Tensor]:
    return [one for one in tree_leaves(inputs) if isinstance(one, Tensor)]


def _batch(inputs: Any) -> int:
    for one in _tensors(inputs):
        if one.dim() and one.shape[0]:
            return int(one.shape[0])
    raise _problem("", "a workload needs a batch: the first dimension of the model's inputs")


def _doubled(inputs: Any, items: int) -> Any:
    """The inputs with twice the batch; what has another first dimension stays."""

    def double(one: Any) -> Any:
        grows = isinstance(one, Tensor) and one.dim() and one.shape[0] == items
        return torch.cat((one, one)) if grows else one

    with torch.no_grad():
        return tree_map(double, twin_inputs(inputs))


def _assumed(recipe: Recipe, shapes: str, items: int) -> dict[str, str]:
    """What was traced, in a sentence of each language."""
    auto = {"bf16", "fp16"} & {recipe.precision}
    en = [f"inputs {shapes}", f"{recipe.precision} autocast" if auto else "without autocast"]
    zh = [f"输入 {shapes}", f"{recipe.precision} autocast" if auto else "不用 autocast"]
    if recipe.training:
        optimizer, loss = recipe.optimizer, recipe.loss
        own = optimizer is not None and not isinstance(optimizer, str)
        en.append("an optimizer of your own" if own else f"{optimizer or 'no optimizer'}")
        zh.append("自己的优化器" if own else f"优化器 {optimizer}" if optimizer else "没有优化器")
        en.append(f"loss {loss}" if isinstance(loss, str) else "a loss of your own")
        zh.append(f"损失 {loss}" if isinstance(loss, str) else "自己的损失")
        if recipe.accumulate > 1:
            en.append(f"{recipe.accumulate} passes a step")
            zh.append(f"每步累积 {recipe.accumulate} 次")
    en_text, zh_text = ", ".join(en), "，".join(zh)
    return {
        "en": f"Traced at {items} and {2 * items} samples at once; {en_text}.",
        "zh": f"按一次 {items} 个和 {2 * items} 个样本各走一遍；{zh_text}。",
    }


def _problem(field: str, message: str) -> GpuguideError:
    return GpuguideError(Problem("", "", field, message))
