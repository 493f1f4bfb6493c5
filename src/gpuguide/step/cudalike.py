"""Makes torch choose what it would choose on CUDA, on any device.

Four things differ without a GPU, and each would spoil an estimate: attention falls back to a
T × T matrix, an LSTM is taken apart, dropout keeps its mask in float32, and autocast is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gpuguide.step.autocast import CAST, Casts
from gpuguide.step.places import MOVING, on_gpu
from gpuguide.step.recorder import Recorder
from gpuguide.step.recurrent import GATES, Call, CudnnRnn, Shape
from gpuguide.step.rmsnorm import RmsNorm
from gpuguide.step.values import unreadable

HALF = (torch.float16, torch.bfloat16)
OTHERWISE = {
    *GATES, *MOVING, "cuda", "new_tensor", "_pack_padded_sequence", "scaled_dot_product_attention",
    "dropout", "rms_norm", "linear", "lstm_cell",
}  # fmt: skip
"""Functions that are not simply called as they are."""


class CudaLike(TorchFunctionMode):
    """Replaces torch functions by what their CUDA version does to memory.

    Args:
        recorder: where operators that torch cannot dispatch are written down.
        autocast: low precision to cast to, or None.
    """

    def __init__(self, recorder: Recorder, autocast: torch.dtype | None = None) -> None:
        super().__init__()
        self.recorder = recorder
        self.casts = None if autocast is None else Casts(autocast)
        self.casting = False
        self.notes: set[str] = set()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name not in OTHERWISE and kwargs.get("device") is None:
            return self._cast(name, func, args, kwargs)
        device = self.recorder.device
        if name == "cuda":
            return args[0].to(device)
        args, kwargs, moves = on_gpu(name, args, kwargs, device)
        if moves:
            return func(*args, **kwargs).to(device)
        if name == "new_tensor":
            kept = {"dtype": args[0].dtype, **kwargs, "device": "cpu"}
            return torch.tensor(*args[1:], **kept).to(device)
        if name == "_pack_padded_sequence":
            return func(args[0], self._lengths(*args[:2]), *args[2:])
        if name in GATES:
            return self._recurrent(name, args)
        target: Callable[..., Any] = func
        if name == "scaled_dot_product_attention":
            target = self._attention
        elif name == "dropout" and _drops(*args, **kwargs):
            return torch.native_dropout(args[0], args[1], True)[0]
        elif name == "rms_norm":
            target = self._rms_norm
        elif name == "linear":
            target = _linear
        elif name == "lstm_cell":
            target = _lstm_cell
        return self._cast(name, target, args, kwargs)

    def _cast(self, name: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """A call, as under autocast where that is on."""
        if self.casting and self.casts is not None and name in CAST:
            return self.casts.call(name, func, args, kwargs)
        return func(*args, **kwargs)

    def _lengths(self, x: Any, lengths: Any) -> Any:
        """The lengths of packed sequences, which torch wants on the CPU; the longest if unknown."""
        if lengths.device.type == "cpu":
            return lengths
        found = self.recorder.values.read(lengths)
        if found is None:
            raise unreadable("the lengths of packed sequences")
        return torch.where(found > 0, found, max(x.shape[:2]))

    def _attention(
        self, query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0,
        is_causal: bool = False, *, scale: float | None = None, enable_gqa: bool = False,
    ) -> Any:  # fmt: skip
        """The fused kernels keep q, k, v, the output and one float32 per row, never T × T."""
        width = query.shape[-1]
        four = query.dim() == 4 and key.dim() == 4 and value.shape[-1] == width
        if query.dtype in HALF and four and attn_mask is None and width <= 256:
            pad = -width % 8
            padded = [functional.pad(x, (0, pad)) if pad else x for x in (query, key, value)]
            out = torch.ops.aten._scaled_dot_product_flash_attention(
                *padded, dropout_p, is_causal, False, scale=scale
            )[0]
            return out[..., :width] if pad else out
        if four and query.shape[1] == key.shape[1]:
            bias = _bias(query, key, attn_mask)
            save = torch.is_grad_enabled() and _needs_grad(query, key, value)
            return torch.ops.aten._scaled_dot_product_efficient_attention(
                query, key, value, bias, save, dropout_p, is_causal, scale=scale
            )[0]
        self.notes.add(
            "Attention with this shape or mask has no fused kernel: the T × T matrix is counted."
        )
        return functional.scaled_dot_product_attention(
            query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa
        )

    def _rms_norm(
        self, x: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None
    ) -> Any:
        return RmsNorm.apply(self.recorder, x, len(normalized_shape), weight)  # type: ignore[no-untyped-call]

    def _recurrent(self, mode: str, args: tuple[Any, ...]) -> Any:
        packed = isinstance(args[1], torch.Tensor) and not isinstance(args[3], bool)
        if packed:
            x, sizes, state, weights, _, layers, _, train, both = args[:9]
            batch_first, steps, sequences = False, len(sizes), int(sizes[0])
        else:
            x, state, weights, _, layers, _, train, both, batch_first = args[:9]
            steps, sequences = x.shape[:2][::-1] if batch_first else x.shape[:2]
        hx, cx = (state[0], state[1]) if mode == "lstm" else (state, None)
        hidden = weights[0].shape[0] // GATES[mode]
        shape = Shape(mode, x.shape[-1], hidden, hx.shape[-1], layers, 2 if both else 1)
        # Under autocast cuDNN's networks run in float16, also where bfloat16 was asked for
        # (aten/src/ATen/cudnn/AutocastRNN.cpp).
        dtype = torch.float16 if self.casting and self.casts is not None else x.dtype
        self.notes.add(
            "cuDNN's memory for a recurrent network is what it was seen to take on an H200; "
            "another GPU or version may take more or less."
        )
        call = Call(shape, steps, sequences, batch_first, packed, train, dtype, self.recorder)
        out, *states = CudnnRnn.apply(call, x, hx, cx, *weights)  # type: ignore[no-untyped-call, unused-ignore]
        return (out.transpose(0, 1) if batch_first else out, *states)


@contextmanager
def looking_inside() -> Iterator[None]:
    """Let a mode see what Python functions of torch call, not those functions alone.

    `torch.nn.functional` and `torch.autograd` hand a whole function to the mode and switch it off
    meanwhile; then attention inside `multi_head_attention_forward`, or what a checkpoint computes
    anew in the backward pass, would go by unseen.
    """
    names = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")
    places = [(module, name) for module in (functional, torch.autograd) for name in names]
    kept = [(*place, getattr(*place)) for place in places if hasattr(*place)]
    try:
        for module, name, _ in kept:
            setattr(module, name, lambda *_: False)
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


@contextmanager
def autocast_seems(on: bool) -> Iterator[None]:
    """Let `nn.LSTM` and its like take what autocast made of their input.

    They refuse another type than their weights' unless autocast is on, which it is not here.
    """
    kept = torch._C._is_any_autocast_enabled
    try:
        if on:
            torch._C._is_any_autocast_enabled = lambda: True
        yield
    finally:
        torch._C._is_any_autocast_enabled = kept


def _drops(input: Any = None, p: float = 0.5, train: bool = True, *_: Any, **__: Any) -> bool:
    return bool(train) and 0 < p < 1 and isinstance(input, torch.Tensor)


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """As `linear` in ATen/native/Linear.cpp: it adds the bias in place, but not under a mode, and
    takes the leading dimensions of what is not contiguous together."""
    if bias is None or x.dim() <= 2 or x.is_contiguous() or not isinstance(x, torch.Tensor):
        return functional.linear(x, weight, bias)
    rows = torch.mm(x.reshape(-1, x.shape[-1]), weight.t()).add_(bias)
    return rows.view(*x.shape[:-1], -1)


def _lstm_cell(x: Any, state: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """CUDA computes all gates in one kernel and keeps them for the backward pass."""
    given, past = functional.linear(x, w_ih), functional.linear(state[0], w_hh)
    hy, cy, _ = torch.ops.aten._thnn_fused_lstm_cell(given, past, state[1], b_ih, b_hh)
    return hy, cy


def _needs_grad(*tensors: Any) -> bool:
    return any(isinstance(tensor, torch.Tensor) and tensor.requires_grad for tensor in tensors)


def _bias(query: Any, key: Any, mask: Any) -> Any:
    """A mask as the kernel wants it: in the query's type, for every head."""
    if mask is None:
        return None
    if mask.dtype == torch.bool:
        mask = torch.where(mask, 0.0, float("-inf")).to(query.dtype)
    return mask.expand(*query.shape[:3], key.shape[2])
