"""RNN, LSTM and GRU as cuDNN runs them: one operator, whatever the number of time steps.

Without CUDA torch either hides an LSTM (`mkldnn_rnn_layer`, no FLOPs counted) or takes it apart
into hundreds of small operators; neither has the memory that cuDNN has. Sources: `_cudnn_rnn` and
`_cudnn_rnn_backward` in `aten/src/ATen/native/cudnn/RNN.cpp`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from gpuguide.step.recorder import Recorder

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
"""Matrix products with the input and with the hidden state, per step and layer."""

RESERVED = {"lstm": 5, "gru": 6, "rnn_tanh": 1, "rnn_relu": 1}
"""Values kept per time step, sequence, direction, layer and hidden unit for the backward pass.

One more is kept between two layers, and 256 bytes in all: exactly what cuDNN 9.19 was seen to
reserve on an H200 for one to three layers in one direction (`make calibrate`)."""

WORKSPACE = 16 * 2**20
WORKED = {2: 8, 4: 6}
"""Scratch memory: a fixed part, and values per time step, sequence and hidden unit by bytes of a
value. Seen on an H200, copies of input and gradient aside: 5 to 8 in float32, 6 to 19 in half
precision."""


@dataclass(frozen=True)
class Shape:
    """An RNN's sizes.

    Attributes:
        mode: `lstm`, `gru`, `rnn_tanh` or `rnn_relu`.
        inputs: features per time step.
        hidden: width of the hidden state (of the cell state, where it is projected).
        output: width of what one direction gives: `hidden`, or the projection's.
        layers: layers on top of one another.
        directions: 1, or 2 if bidirectional.
    """

    mode: str
    inputs: int
    hidden: int
    output: int
    layers: int
    directions: int

    def flops(self, tokens: int) -> int:
        """Forward pass over `tokens` = time steps × sequences: 2·G·H·(I + H) per token and layer.

        A projection adds 2·H·P. Element-wise work is not counted, as torch's FlopCounterMode.
        """
        total = 0
        for layer in range(self.layers):
            width = self.inputs if layer == 0 else self.output * self.directions
            total += 2 * GATES[self.mode] * self.hidden * (width + self.output)
            if self.output != self.hidden:
                total += 2 * self.hidden * self.output
        return total * self.directions * tokens

    def reserved(self, tokens: int, itemsize: int) -> int:
        """Bytes of the reserve space, see `RESERVED`."""
        values = (RESERVED[self.mode] + 1) * self.layers - 1
        return values * self.directions * self.hidden * tokens * itemsize + 256

    def workspace(self, tokens: int, itemsize: int) -> int:
        """Bytes of scratch memory in either pass, see `WORKED`."""
        worked = WORKED[2 if itemsize == 2 else 4]
        return WORKSPACE + worked * self.hidden * self.directions * tokens * itemsize


@dataclass(frozen=True)
class Call:
    """How it is called: sizes, layout, whether a backward pass may follow, and type to compute in.

    Attributes:
        steps: time steps T; they follow one another.
        sequences: sequences B in the batch.
        packed: whether they have different lengths.
    """

    shape: Shape
    steps: int
    sequences: int
    batch_first: bool
    packed: bool
    train: bool
    dtype: torch.dtype
    recorder: Recorder

    @property
    def kind(self) -> str:
        """Class of its operators: `persistent` or `recurrent`."""
        half = self.dtype == torch.float16 and not self.packed
        return "persistent" if persists(self.shape, self.sequences, half) else "recurrent"

    @property
    def launches(self) -> int:
        """Kernels that cannot overlap: one per time step and layer."""
        return self.steps * self.shape.layers


def persists(shape: Shape, sequences: int, half: bool) -> bool:
    """Whether torch asks cuDNN for one kernel that takes all time steps, on GPUs that can.

    One layer in one direction in float16 (`half`), sizes multiples of 128, at most 128 sequences,
    a multiple of 8: `get_algo` in `aten/src/ATen/native/cudnn/RNN.cpp`.
    """
    single = shape.layers == shape.directions == 1 and shape.output == shape.hidden <= 1024
    even = shape.hidden % 128 == shape.inputs % 128 == sequences % 8 == 0 and sequences <= 128
    wide = sequences >= 96 and shape.hidden >= 896
    suits = shape.mode == "lstm" or (shape.mode != "gru" and not wide)
    return half and single and even and suits


class CudnnRnn(torch.autograd.Function):
    """Allocates what cuDNN's RNN does, forward and backward, and records one operator each."""

    @staticmethod
    def forward(ctx: Any, call: Call, x: Any, hx: Any, cx: Any, *weights: Any) -> Any:
        shape, tokens = call.shape, x.numel() // x.shape[-1]
        x, hx = x.to(call.dtype), hx.to(call.dtype)
        cx = None if cx is None else cx.to(call.dtype)
        order = x.transpose(0, 1).contiguous() if call.batch_first else x.contiguous()
        flat = _packed(weights, call.dtype) if weights[0].dtype != call.dtype else None
        size = (*order.shape[:-1], shape.output * shape.directions)
        out = order.new_empty(size)
        hy = hx.new_empty(hx.shape)
        cy = None if cx is None else cx.new_empty(cx.shape)
        keep = shape.reserved(tokens, out.element_size()) if call.train else 0
        reserve = x.new_empty((keep,), dtype=torch.uint8)
        ctx.call, ctx.tokens = call, tokens
        ctx.save_for_backward(x, hx, cx, out, reserve, flat, *weights)
        ctx.set_materialize_grads(False)
        moved = _size(x, out, *weights) + keep
        call.recorder.transient([shape.workspace(tokens, out.element_size())])
        call.recorder.operator(
            f"cudnn.{shape.mode}", call.kind, call.dtype,
            flops=shape.flops(tokens), nbytes=moved, launches=call.launches,
        )  # fmt: skip
        return (out, hy) if cy is None else (out, hy, cy)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        call, (x, hx, cx, out, reserve, _, *weights) = ctx.call, ctx.saved_tensors
        order = x.transpose(0, 1).contiguous() if call.batch_first else x
        grad = None if grads[0] is None else grads[0].contiguous()
        dx, dhx = order.new_empty(order.shape), hx.new_empty(hx.shape)
        dcx = None if cx is None else cx.new_empty(cx.shape)
        total = _flat(weights, call.dtype)
        call.recorder.transient([call.shape.workspace(ctx.tokens, out.element_size())])
        moved = 2 * _size(x, out, *weights) + reserve.nbytes + (0 if grad is None else grad.nbytes)
        call.recorder.operator(
            f"cudnn.{call.shape.mode}_backward", call.kind, call.dtype,
            flops=2 * call.shape.flops(ctx.tokens), nbytes=moved, launches=2 * call.launches,
        )  # fmt: skip
        dx = dx.transpose(0, 1) if call.batch_first else dx
        return (None, dx, dhx, dcx, *_pieces(total, weights))


def _flat(weights: Any, dtype: torch.dtype) -> torch.Tensor:
    """One buffer for all weights, as cuDNN wants them."""
    one: torch.Tensor = weights[0]
    return one.new_empty((sum(weight.numel() for weight in weights),), dtype=dtype)


def _packed(weights: Any, dtype: torch.dtype) -> torch.Tensor:
    """The same, filled as torch does under autocast: zeros, then one copy for each weight."""
    one: torch.Tensor = weights[0]
    total = one.new_zeros((sum(weight.numel() for weight in weights),), dtype=dtype)
    for piece, weight in zip(_views(total, weights), weights, strict=True):
        piece.copy_(weight)
    return total


def _pieces(total: torch.Tensor, weights: Any) -> list[torch.Tensor]:
    pairs = zip(_views(total, weights), weights, strict=True)
    return [one if one.dtype == weight.dtype else one.to(weight.dtype) for one, weight in pairs]


def _views(total: torch.Tensor, weights: Any) -> Iterator[torch.Tensor]:
    """The buffer's part for each weight, in its shape."""
    start = 0
    for weight in weights:
        yield total.narrow(0, start, weight.numel()).view(weight.shape)
        start += weight.numel()


def _size(*tensors: torch.Tensor) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
