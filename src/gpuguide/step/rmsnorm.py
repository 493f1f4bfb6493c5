"""RMSNorm as CUDA runs it: one kernel, where `meta` takes it apart into six operators."""

from __future__ import annotations

import math
from typing import Any

import torch

from gpuguide.step.recorder import Recorder


class RmsNorm(torch.autograd.Function):
    """Allocates and records what `aten._fused_rms_norm` and its backward do on CUDA.

    It keeps the input and one float32 per row (`fused_rms_norm` in
    aten/src/ATen/native/cuda/layer_norm_kernel.cu).
    """

    @staticmethod
    def forward(ctx: Any, recorder: Recorder, x: Any, dims: int, weight: Any) -> Any:
        """`x` is normalized over its last `dims` dimensions."""
        x = x.contiguous()
        out = torch.empty_like(x)
        rows = x.new_empty((x.numel() // math.prod(x.shape[-dims:]),), dtype=torch.float32)
        ctx.recorder = recorder
        ctx.save_for_backward(x, rows, weight)
        _record(recorder, "_fused_rms_norm", x, x.nbytes + out.nbytes + rows.nbytes)
        return out

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, rows, weight = ctx.saved_tensors
        inner = torch.empty_like(x)
        outer = None if weight is None else torch.empty_like(weight)
        _record(ctx.recorder, "_fused_rms_norm_backward", x, 3 * x.nbytes + rows.nbytes)
        return None, inner, None, outer


def _record(recorder: Recorder, name: str, x: torch.Tensor, nbytes: int) -> None:
    recorder.operator(f"aten.{name}", "normalization", x.dtype, flops=0, nbytes=nbytes, launches=1)
