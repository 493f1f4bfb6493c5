"""The one call most readers need: a model and its inputs → memory and operators of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gpuguide.catalogue.model import Gpu
from gpuguide.cost.memory import Memory, memory
from gpuguide.step.events import Trace
from gpuguide.step.trace import Loss, Optimizer, Recipe, trace_step

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Estimate:
    """What one step of a model needs, on whatever GPU.

    Attributes:
        trace: every allocation, release and operator, in order.
        memory: peaks, for the GPU given, else for an NVIDIA GPU before Hopper.
        parameters: number of parameters, tied ones counted once.
        recipe: precision, optimizer and so on.
        gpu: the GPU that `memory` is for, or None.
    """

    trace: Trace
    memory: Memory
    parameters: int
    recipe: Recipe
    gpu: Gpu | None = None

    @property
    def flops(self) -> int:
        """Floating-point operations of one step, a multiply-add counted as 2."""
        return self.trace.flops()

    def on(self, gpu: Gpu) -> Estimate:
        """The same step on another GPU; nothing is traced anew."""
        return Estimate(self.trace, memory(self.trace, gpu), self.parameters, self.recipe, gpu)

    def by_class(self) -> Mapping[str, tuple[int, int, int]]:
        """Class of operator → FLOPs, bytes moved and launches of one step."""
        found: dict[str, tuple[int, int, int]] = {}
        for one in self.trace.operators():
            flops, nbytes, launches = found.get(one.kind, (0, 0, 0))
            found[one.kind] = (flops + one.flops, nbytes + one.nbytes, launches + one.launches)
        return found


def estimate(
    model: nn.Module,
    inputs: Any,
    *,
    optimizer: str | Optimizer | None = None,
    precision: str = "fp32",
    training: bool = True,
    loss: str | Loss = "mean",
    accumulate: int = 1,
    keep_output: bool = False,
    gpu: Gpu | None = None,
) -> Estimate:
    """Memory and operators of one training step or one forward pass. Nothing is computed.

    Args:
        model: any module, on any device; it is not changed.
        inputs: what `model(...)` is called with: a tensor, a tuple of positional arguments or a
            dict of keyword arguments. Only shapes and types matter: `torch.empty(32, 3, 224, 224,
            device="meta")` will do.
        optimizer: `sgd`, `momentum`, `adam`, `adamw`, a function parameters → optimizer, or None.
        precision: `fp32`, `tf32`, or `bf16` and `fp16` for float32 weights under autocast.
        training: False for a forward pass in `eval()` without gradients.
        loss: `mean`, `mse`, `cross_entropy` or a function output → scalar; an output with
            a scalar in it needs none.
        accumulate: forward and backward passes per optimizer step.
        keep_output: whether the output stays in a variable until the next one, as `out = model(x)`
            in a loop does.
        gpu: for its libraries' workspaces.

    Raises:
        GpuguideError: an argument that is not one of the above. What the model raises on the
            inputs, such as shapes that do not match, passes through.
    """
    recipe = Recipe(training, precision, optimizer, loss, accumulate, keep_output)
    trace = trace_step(model, inputs, recipe)
    return Estimate(trace, memory(trace, gpu), trace.parameters, recipe, gpu)
