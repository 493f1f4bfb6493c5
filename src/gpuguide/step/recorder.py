"""Tensors that operators touch → events, following storages rather than tensors.

A tensor is a window on a storage; memory is freed when the last window closes. So every storage
gets a weak reference whose callback writes the release at the very moment it happens, which keeps
the order of allocations and releases, and with it the peak, right.
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.flop_counter import flop_registry

from gpuguide.step.events import Allocation, Event, Operator, Release
from gpuguide.step.scratch import PROCESSORS, scratch

MATMUL = {"mm", "addmm", "bmm", "baddbmm", "addbmm", "mv", "addmv", "dot", "_scaled_mm"}
CONVOLUTION = {"convolution", "convolution_backward", "_convolution"}
FLASH = "_scaled_dot_product_flash_attention"
EFFICIENT = "_scaled_dot_product_efficient_attention"
CUDNN = "_scaled_dot_product_cudnn_attention"
ATTENTION = {f"{name}{end}" for name in (FLASH, EFFICIENT, CUDNN) for end in ("", "_backward")}
CAUSAL = {
    FLASH: 4, f"{FLASH}_backward": 11,
    EFFICIENT: 6, f"{EFFICIENT}_backward": 11,
    CUDNN: 6, f"{CUDNN}_backward": 14,
}  # fmt: skip
"""Operator of attention → which of its arguments says whether it is causal."""
RECURRENT = {"_cudnn_rnn", "_cudnn_rnn_backward"}
"""Met on a real GPU only; in a replay `gpuguide.step.recurrent` stands in their place."""
NO_KERNEL = {
    "detach", "alias", "lift_fresh", "_unsafe_view", "_reshape_alias", "_local_scalar_dense",
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "resize_", "set_",
}  # fmt: skip
NAMES = {
    "matmul": MATMUL,
    "attention": ATTENTION,
    "recurrent": RECURRENT,
    "cast": {"_to_copy"},
}
PATTERNS = {
    "normalization": "(layer|rms|group)_norm",
    "optimizer": "^_foreach_",
    "reduction": "sum|mean|softmax|pool|embedding_dense_backward|mse_loss",
}
LAST = torch.channels_last
LAUNCHES = {"convolution_backward": 2, f"{FLASH}_backward": 2, f"{EFFICIENT}_backward": 2}
"""Operators known to run more than one kernel: gradients of input and weight; delta and main."""


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down what every operator below autograd does.

    Args:
        device: device type that counts as the GPU: `meta` for an estimate, `cpu` to compare with
            a real run.

    Attributes:
        phase: label for what comes next.
        step: number of the step that is under way.
    """

    def __init__(self, device: str = "meta") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.device = device
        self.phase = "setup"
        self.step = 0
        self._events: list[Event] = []
        self._live: dict[int, tuple[int, weakref.ref[Any]]] = {}
        self._position: dict[int, int] = {}
        self._born = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = str(func._schema.name).partition("::")[2]
        out = func(*args, **kwargs)
        if name in CONVOLUTION and self.device == "meta":
            out = _laid_out(args, out)
        for tensor in self._tensors(out):
            self.see(tensor)
        self.transient(scratch(name, args, out))  # beside the outputs
        if not (name in NO_KERNEL or _is_view(func)):
            touched = [*self._tensors(args), *self._tensors(kwargs), *self._tensors(out)]
            if touched:
                self._add_operator(func, name, args, kwargs, out, touched)
        return out

    def see(self, tensor: torch.Tensor, kind: str | None = None) -> None:
        """Follow the tensor's storage from now on, and say what it is for if `kind` is given."""
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._live:
            if storage.nbytes() == 0:
                return
            number, self._born = self._born, self._born + 1
            guess = {"forward": "activations", "setup": "inputs"}.get(self.phase, "temporaries")
            self._position[number] = len(self._events)
            self._events.append(Allocation(number, storage.nbytes(), guess, self.phase))
            reference = weakref.ref(storage, lambda _: self._released(key, number))
            self._live[key] = (number, reference)
        if kind is not None:
            place = self._position[self._live[key][0]]
            event = self._events[place]
            assert isinstance(event, Allocation)
            self._events[place] = replace(event, kind=kind)

    def transient(self, sizes: Iterable[int]) -> None:
        """Scratch memory, in bytes, that an operator takes at once and gives back on its return."""
        first = self._born
        for nbytes in sizes:
            self._events.append(Allocation(self._born, nbytes, "temporaries", self.phase))
            self._born += 1
        self._events.extend(Release(number) for number in range(first, self._born))

    def operator(self, name: str, kind: str, dtype: torch.dtype, **count: int) -> None:
        """Add an operator that torch does not dispatch; `count`: flops, nbytes, launches."""
        self._events.append(
            Operator(name, kind, _plain(dtype), **count, phase=self.phase, step=self.step)
        )

    def events(self) -> tuple[Event, ...]:
        """What has been seen so far."""
        return tuple(self._events)

    def _released(self, key: int, number: int) -> None:
        if self._live.get(key, (None,))[0] == number:
            del self._live[key]
        self._events.append(Release(number))

    def _tensors(self, value: Any) -> list[torch.Tensor]:
        found = [leaf for leaf in tree_leaves(value) if isinstance(leaf, torch.Tensor)]
        return [tensor for tensor in found if tensor.device.type == self.device]

    def _add_operator(
        self, func: Any, name: str, args: Any, kwargs: Any, out: Any, touched: list[torch.Tensor]
    ) -> None:
        shapes = [one.shape for one in self._tensors(args)]
        strides, groups = _strided(name, args) if name in CONVOLUTION else ((), 1)
        kind = kind_of(name, shapes, strides, _training(name, args), groups)
        nbytes = _bytes(touched)
        if kind == "attention":
            flops = _attention_flops(name, args)
        elif name in CONVOLUTION:
            flops = _convolution_flops(name, args, out)
        else:
            formula = flop_registry.get(func._overloadpacket)
            flops = 0 if formula is None else int(formula(*args, **kwargs, out_val=out))
        floating = [tensor.dtype for tensor in touched if tensor.is_floating_point()]
        self.operator(
            f"aten.{name}",
            kind,
            floating[0] if floating else touched[0].dtype,
            flops=flops,
            nbytes=nbytes,
            idle=idle(kind, shapes, nbytes),
            launches=len(args[0]) if kind == "optimizer" else LAUNCHES.get(name, 1),
        )


def kind_of(
    name: str,
    shapes: Sequence[Any] = (),
    strides: Sequence[int] = (),
    training: bool = True,
    groups: int = 1,
) -> str:
    """The class of an operator, one of `gpuguide.step.events.CLASSES`.

    Args:
        name: without `aten.`.
        shapes: of its tensors, in order; of a convolution's, the last with three sizes or more is
            the weight.
        strides: of a convolution.
        training: of a batch norm: whether it takes the mean of the batch.
        groups: of a convolution.
    """
    if name in CONVOLUTION:
        sizes = [size for size in shapes if len(size) >= 3]
        if groups > 1:
            return "depthwise" if list(sizes[-1][:2]) == [groups, 1] else "grouped"
        product = bool(sizes) and math.prod(sizes[-1][2:]) == 1 and max(strides, default=1) == 1
        return "pointwise" if product else "convolution"
    if "batch_norm" in name:
        return "batchnorm" if training else "normalization"
    for kind, names in NAMES.items():
        if name in names:
            return kind
    for kind, pattern in PATTERNS.items():
        if re.search(pattern, name):
            return kind
    return "memory"


def idle(kind: str, shapes: Sequence[Any], nbytes: int) -> int:
    """Bytes that could have been moved besides by what has fewer blocks than the GPU processors.

    A batch norm in training has one block per channel where a channel's values lie together: on an
    H200 its rate grew with the channels up to about the number of multiprocessors.
    """
    if kind != "batchnorm" or len(shapes[0]) < 3:
        return 0
    return int(nbytes * max(0.0, PROCESSORS / shapes[0][1] - 1))


def _laid_out(args: Any, out: Any) -> Any:
    """A convolution's results as cuDNN gives them: channels last if an operand is.

    `cudnn_conv_suggest_memory_format` in aten/src/ATen/native/ConvUtils.h; `meta` does not follow.
    """
    operands = [one for one in args[:3] if isinstance(one, torch.Tensor)]
    if not any(channels_last(one) for one in operands):
        return out
    return tree_map_only(
        torch.Tensor,
        lambda one: torch.empty_like(one, memory_format=LAST) if one.dim() == 4 else one,
        out,
    )


def channels_last(tensor: torch.Tensor) -> bool:
    """Whether a tensor of images lies with its channels last, and in no other way."""
    return (
        tensor.dim() == 4
        and tensor.is_contiguous(memory_format=LAST)
        and not tensor.is_contiguous()
    )


def _strided(name: str, args: Any) -> tuple[Sequence[int], int]:
    """Stride and groups of a convolution."""
    return (args[4], args[9]) if name == "convolution_backward" else (args[3], args[8])


def _training(name: str, args: Any) -> bool:
    return "batch_norm" not in name or name.endswith("backward") or args[5] is True


def _is_view(func: Any) -> bool:
    """Whether the operator returns a window on an argument and writes nothing."""
    arguments = func._schema.arguments
    return any(one.alias_info is not None for one in arguments) and not func._schema.is_mutable


def _bytes(tensors: Iterable[torch.Tensor]) -> int:
    """Bytes of distinct windows; an expanded tensor counts only what lies in its storage."""
    seen: dict[tuple[int, int, int], int] = {}
    for tensor in tensors:
        storage = tensor.untyped_storage()
        size = min(tensor.numel() * tensor.element_size(), storage.nbytes())
        seen[(storage._cdata, int(tensor.storage_offset()), size)] = size
    return sum(seen.values())


def _convolution_flops(name: str, args: Any, out: Any) -> int:
    """2 for every weight, example and place where the kernel lies; backward, once for the gradient
    of the input and once for that of the weight, where they are wanted.

    `conv_backward_flop` in `torch/utils/flop_counter.py` (2.13) leaves the groups out of account
    and counts so many times too much; without groups both agree.
    """
    if name == "convolution_backward":
        small, x, weight = args[:3]
        transposed, wanted = args[7], sum(args[10][:2])
    else:
        x, weight = args[:2]
        small, transposed, wanted = out, args[6], 1
    places = math.prod((x if transposed else small).shape[2:])
    return int(2 * x.shape[0] * places * weight.numel() * wanted)


def _attention_flops(name: str, args: Any) -> int:
    """Forward: two matrix products, 2·2·B·H·Tq·Tk·D. Backward: five, one of them computed anew.

    As `sdpa_flop_count` and `sdpa_backward_flop_count` in `torch/utils/flop_counter.py`, but for
    one thing: a causal kernel skips the blocks above the diagonal, so half is counted.
    """
    backward = name.endswith("_backward")
    query, key = (args[1], args[2]) if backward else (args[0], args[1])
    batch, heads, queries, width = query.shape
    products = 5 if backward else 2
    return int(products * 2 * batch * heads * queries * key.shape[2] * width) // _halved(name, args)


def _halved(name: str, args: Any) -> int:
    place = CAUSAL[name]
    return 2 if len(args) > place and args[place] is True else 1


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
