"""A model and its inputs → the events of whole steps, replayed on tensors without bytes.

Nothing is computed and no GPU is needed: the step runs on `meta` tensors under a `Recorder`
(which storages come and go, which operators run) and under `CudaLike` (what torch would choose on
CUDA).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils._pytree import tree_leaves

from gpuguide.problem import GpuguideError, Problem
from gpuguide.step.chance import every_layer_runs
from gpuguide.step.cudalike import CudaLike, autocast_seems, looking_inside
from gpuguide.step.events import Trace
from gpuguide.step.recorder import Recorder, channels_last
from gpuguide.step.rest import elders_at_rest
from gpuguide.step.twin import LAZY, know, twin_inputs, twin_model

AUTOCAST = {"bf16": torch.bfloat16, "fp16": torch.float16}
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")
"""`bf16` and `fp16` mean float32 weights under `torch.autocast`; for weights in a low precision
pass a model that has them (`model.bfloat16()`) and `fp32`."""

Optimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
Loss = Callable[[Any], torch.Tensor]

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1, foreach=True),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, foreach=True),
    "adam": lambda parameters: torch.optim.Adam(parameters, foreach=True),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, foreach=True),
}
"""Name → optimizer as torch builds it on CUDA, where `foreach` is the default."""

LOSSES = ("mean", "mse", "cross_entropy")

NOTED, NOTED_BYTES = 0.01, 2**20
"""An output that takes a smaller share of memory, or less of it, is not worth a note."""

STEPS = 2
"""Steps to replay: optimizer state and libraries' workspaces exist from the second one on."""


@dataclass(frozen=True)
class Recipe:
    """How one step is done.

    Attributes:
        training: whether there are a backward pass and an optimizer step.
        precision: one of `PRECISIONS`.
        optimizer: a key of `OPTIMIZERS`, a function parameters → optimizer, or None.
        loss: one of `LOSSES`, or a function output → scalar tensor. A scalar in the output is the
            loss.
        accumulate: forward and backward passes per optimizer step.
        keep_output: whether the output stays in a variable until the next one takes its place, as
            `out = model(x)` in a loop does; else the loss alone stays, as in a function of its own.
    """

    training: bool = True
    precision: str = "fp32"
    optimizer: str | Optimizer | None = None
    loss: str | Loss = "mean"
    accumulate: int = 1
    keep_output: bool = False


def trace_step(model: nn.Module, inputs: Any, recipe: Recipe) -> Trace:
    """Replay two training steps (or forward passes without gradients) on `meta` tensors.

    Args:
        model: any module, on any device; it is neither changed nor run.
        inputs: what `model(...)` is called with: a tensor, a tuple of positional arguments, or a
            dict of keyword arguments. Only shapes and types matter.
        recipe: precision, optimizer, loss and so on.

    Raises:
        GpuguideError: an unknown name in the recipe. What the model itself raises passes through.
    """
    check(recipe)
    eager = getattr(model, "_orig_mod", model)  # what torch.compile wraps
    twin, given = twin_model(eager), twin_inputs(inputs)
    if any(isinstance(one, LAZY) for one in (*twin.parameters(), *twin.buffers())):
        first = Recipe(training=False, precision=recipe.precision)
        replay(twin, given, first, _knowing(eager, twin, inputs, given))
    trace = replay(twin, given, recipe, _knowing(eager, twin, inputs, given))
    return replace(trace, notes=(*trace.notes, *_unseen(model, recipe)))


def _knowing(model: nn.Module, twin: nn.Module, inputs: Any, given: Any) -> Recorder:
    recorder = Recorder("meta")
    know(recorder.values, model, twin, inputs, given)
    return recorder


def check(recipe: Recipe) -> None:
    """Raise a GpuguideError that names every wrong word in the recipe."""
    problems = []

    def one_of(field: str, value: Any, known: Iterable[str]) -> None:
        if isinstance(value, str) and value not in known:
            problems.append(Problem("", "", field, f"{value!r}; use {', '.join(known)}"))

    one_of("precision", recipe.precision, PRECISIONS)
    one_of("optimizer", recipe.optimizer, OPTIMIZERS)
    one_of("loss", recipe.loss, LOSSES)
    if recipe.accumulate < 1:
        problems.append(Problem("", "", "accumulate", f"{recipe.accumulate}; use 1 or more"))
    if recipe.optimizer is not None and not recipe.training:
        problems.append(Problem("", "", "optimizer", "inference has none; leave it out"))
    if problems:
        raise GpuguideError(*problems)


def replay(model: nn.Module, inputs: Any, recipe: Recipe, recorder: Recorder) -> Trace:
    """Run the steps as given, on the model itself: with a recorder for `cpu` this computes."""
    mode = CudaLike(recorder, AUTOCAST.get(recipe.precision))
    _label_model(model, inputs, recorder)
    model.train(recipe.training)
    optimizer = _optimizer(model, recipe) if recipe.training else None
    with ExitStack() as stack:
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        stack.enter_context(elders_at_rest())
        stack.enter_context(looking_inside())
        stack.enter_context(every_layer_runs(recorder.notes))
        stack.enter_context(torch.compiler.set_stance("force_eager"))
        stack.enter_context(autocast_seems(mode.casts is not None))
        stack.enter_context(torch.set_grad_enabled(recipe.training))
        stack.enter_context(mode)
        stack.enter_context(recorder)
        kept: list[Any] = []
        for step in range(STEPS):
            recorder.step = step
            _step(model, inputs, recipe, recorder, mode, optimizer, kept)
    notes = mode.notes | recorder.notes | recorder.values.notes
    for one in caught:
        if "autocast" in str(one.message):
            notes.add(
                "The model opens torch.autocast itself, which does nothing without CUDA: leave it "
                "out and pass the precision instead."
            )
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    count = sum(one.numel() for one in model.parameters() if not isinstance(one, LAZY))
    return Trace(recorder.events(), STEPS, tuple(sorted(notes)), count)


def _unseen(model: nn.Module, recipe: Recipe) -> Iterator[str]:
    """What differs on CUDA and cannot be replayed, one sentence each."""
    if any(map(_compiled, model.modules())):
        yield (
            "torch.compile fuses operators: the estimate is of the model, and of each compiled "
            "part, as it is without it."
        )
    if any(channels_last(one) for one in model.parameters() if not isinstance(one, LAZY)):
        yield (
            "The time is that of torch's usual layout: four published runs of ResNet-50 with "
            "channels last, in half precision, took 49 to 112 % of it."
        )
    fast = any(isinstance(one, nn.TransformerEncoderLayer) for one in model.modules())
    if fast and not recipe.training:
        yield (
            "nn.TransformerEncoderLayer has a fused path for inference on CUDA; the estimate is "
            "of the plain one."
        )


def _compiled(module: nn.Module) -> bool:
    own = [module, *vars(module).values()]
    return (
        hasattr(module, "_orig_mod")
        or getattr(module, "_compiled_call_impl", None) is not None
        or any(callable(one) and hasattr(one, "_torchdynamo_orig_callable") for one in own)
    )


def _step(
    model: nn.Module,
    inputs: Any,
    recipe: Recipe,
    recorder: Recorder,
    mode: CudaLike,
    optimizer: torch.optim.Optimizer | None,
    kept: list[Any],
) -> None:
    """One step in the usual order; what a function's variables hold is freed when it returns."""
    model.zero_grad(set_to_none=True)
    for _ in range(recipe.accumulate):
        recorder.phase, mode.casting = "forward", mode.casts is not None
        loss = _forward(model, inputs, recipe, recorder, kept)
        if mode.casts is not None:
            mode.casts.clear()
            mode.casts.caching = False  # what a checkpoint computes anew, it casts anew
        if recipe.training:
            recorder.phase = "backward"
            torch.autograd.backward(loss)  # loss.backward() would hide the mode
            for parameter in model.parameters():
                if parameter.grad is not None:
                    recorder.see(parameter.grad, "gradients")
        mode.casting = False
        if mode.casts is not None:
            mode.casts.caching = True
        del loss
    if optimizer is not None:
        recorder.phase = "optimizer"
        optimizer.step()
        for state in optimizer.state.values():
            for value in state.values():
                if isinstance(value, torch.Tensor) and value.device.type == recorder.device:
                    recorder.see(value, "optimizer_state")


def _forward(
    model: nn.Module, inputs: Any, recipe: Recipe, recorder: Recorder, kept: list[Any]
) -> torch.Tensor:
    output = call(model, inputs)
    kept.clear()
    if not recipe.training:
        return tensors_of(output)[0]
    loss = scalar(output, recipe.loss)
    if recipe.keep_output:
        kept.append((output, loss))
        return loss
    before = recorder.live()
    del output
    freed = before - recorder.live()
    if freed > max(before * NOTED, NOTED_BYTES):
        recorder.notes.add(
            f"The model's output is let go before the backward pass; a loop that keeps it in a "
            f"variable (out = model(x)) holds {freed:,} bytes more: ask for that with keep_output "
            "(--keep-output)."
        )
    return loss


def call(model: nn.Module, inputs: Any) -> Any:
    """`model(...)` with a tensor, a tuple of positional or a dict of keyword arguments."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


def scalar(output: Any, loss: str | Loss) -> torch.Tensor:
    """The loss of an output: the scalar in it if there is one, else by name or function.

    `mean`: mean of every floating-point tensor in the output. `mse`: against zeros of the same
    shape. `cross_entropy`: against class 0; classes are dimension 1 of (N, C) and (N, C, H, W),
    and the last of (N, T, C).
    """
    if callable(loss):
        return loss(output)
    tensors = [tensor for tensor in tensors_of(output) if tensor.is_floating_point()]
    scalars = [one for one in tensors if one.dim() == 0 and one.requires_grad]
    if scalars:  # of (logits, loss) the loss; of several losses and nothing else, their sum
        return sum(scalars[1:], scalars[0]) if len(scalars) == len(tensors) else scalars[0]
    if not tensors:
        raise GpuguideError(
            Problem("", "", "loss", "the model returns no floating-point tensor to train on")
        )
    if tensors[0].dim() == 0:
        return tensors[0]
    if loss == "mse":
        return functional.mse_loss(tensors[0], torch.zeros_like(tensors[0]))
    if loss == "cross_entropy":
        logits = tensors[0]
        if logits.dim() == 3:
            logits = logits.flatten(0, 1)
        shape = (logits.shape[0], *logits.shape[2:])
        target = torch.zeros(shape, dtype=torch.int64, device=logits.device)
        return functional.cross_entropy(logits, target)
    return torch.stack([tensor.float().mean() for tensor in tensors]).sum()


def tensors_of(output: Any) -> list[torch.Tensor]:
    """Tensors in an output; of an object with fields, such as a Hugging Face output, its values."""
    if hasattr(output, "values") and not isinstance(output, torch.Tensor):
        output = list(output.values())
    return [leaf for leaf in tree_leaves(output) if isinstance(leaf, torch.Tensor)]


def _optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer | None:
    if recipe.optimizer is None:
        return None
    build = recipe.optimizer if callable(recipe.optimizer) else OPTIMIZERS[recipe.optimizer]
    return build([one for one in model.parameters() if one.requires_grad])


def _label_model(model: nn.Module, inputs: Any, recorder: Recorder) -> None:
    recorder.phase = "setup"
    for parameter in model.parameters():
        if not isinstance(parameter, LAZY):
            recorder.see(parameter, "parameters")
    for buffer in model.buffers():
        if not isinstance(buffer, LAZY) and buffer.device.type == recorder.device:
            recorder.see(buffer, "buffers")
    for leaf in tree_leaves(inputs):
        if isinstance(leaf, torch.Tensor) and leaf.device.type == recorder.device:
            recorder.see(leaf, "inputs")
