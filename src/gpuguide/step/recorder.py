"""Tensors that operators touch → events, following storages rather than tensors.

A tensor is a window on a storage; memory is freed when the last window closes. So every storage
gets a weak reference whose callback writes the release at the very moment it happens, which keeps
the order of allocations and releases, and with it the peak, right.
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from gpuguide.step.dependent import SKIPPED, Dependent
from gpuguide.step.events import Allocation, Event, Operator, Release
from gpuguide.step.flops import ATTENTION, CONVOLUTION, EFFICIENT, FLASH, flops_of
from gpuguide.step.memo import Call, Outcome, describe, one_by_one, outcome, remembers
from gpuguide.step.refusals import refuse
from gpuguide.step.scratch import PROCESSORS, scratch
from gpuguide.step.values import Values

MATMUL = {
    "mm", "addmm", "bmm", "baddbmm", "addbmm", "mv", "addmv", "dot", "_scaled_mm", "_int_mm",
    "_grouped_mm", "grouped_mm_fallback",
}  # fmt: skip
RECURRENT = {"_cudnn_rnn", "_cudnn_rnn_backward"}
"""Met on a real GPU only; in a replay `gpuguide.step.recurrent` stands in their place."""
NO_KERNEL = {
    "detach", "alias", "lift_fresh", "_unsafe_view", "_reshape_alias", "_local_scalar_dense",
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "resize_", "set_",
}  # fmt: skip
UNTRACED = {"_local_scalar_dense", "equal", "is_same_size"}
"""Operators that return no tensor."""
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
        self.notes: set[str] = set()
        self.values = Values(device)
        self._self = weakref.ref(self)  # no ring, so that a recorder goes when it is done
        self._dependent = Dependent(self.values, weakref.WeakMethod(self.__torch_dispatch__))
        self._events: list[Event] = []
        self._live: dict[int, tuple[int, weakref.ref[Any]]] = {}
        self._position: dict[int, int] = {}
        self._born = 0
        self._known: dict[tuple[Any, ...], Outcome] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled meanwhile, and each call would pay for asking

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        with torch._C.DisableTorchFunction():  # what follows is ours, not the model's
            return self._run(func, args, kwargs or {})

    def _run(self, func: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        traits = _traits(func)
        if self.device != "meta":
            out = func(*args, **kwargs)
            self._write_down(func, traits, args, kwargs, out)
            return out
        if traits.view and (args[0].is_meta or args[0].dim() == 0):
            return self._window(func, args, kwargs)
        if traits.reads and not args[0].is_meta:
            return args[0].item()
        if traits.name == "_unsafe_view" and self.values.passes(
            traits.name, [args[0].untyped_storage()._cdata], 0
        ):
            return self._window(func, args, kwargs)
        call = describe(func, args, kwargs, traits.foreach) if traits.remembered else None
        known = None if call is None else self._known.get(call.key)
        if call is not None and known is not None:
            out = known.again(call.tensors)
            self._same(known, out)
        else:
            args, out, regular = self._replayed(func, traits, call, args, kwargs)
            if not isinstance(out, torch.Tensor) and traits.name in UNTRACED:
                return out
            found = self._write_down(func, traits, args, kwargs, out)
            if call is not None and regular:
                self._remember(call, func, traits, args, kwargs, out, found)
        written = _written(args) if traits.writes else 0
        if call is None or not self.values.passes(traits.name, call.storages, written):
            self.values.after(func, traits.name, args, kwargs, out)
        return out

    def _window(self, func: Any, args: Any, kwargs: Any) -> Any:
        """A window on an argument, which allocates and launches nothing."""
        out = func(*args, **kwargs)
        for tensor in self._tensors(out):
            self.see(tensor)
        return out

    def _replayed(
        self, func: Any, traits: Traits, call: Call | None, args: Any, kwargs: Any
    ) -> tuple[Any, Any, bool]:
        """An operator on tensors without bytes.

        Returns:
            Its arguments as CUDA has them; its result; whether torch itself says so, by the
            arguments alone.
        """
        name = traits.name
        args = self._dependent.arguments(name, args)
        out = self._dependent.run(func, name, args, kwargs)
        if out is not SKIPPED:
            return args, out, False
        args, kwargs = self._dependent.together(name, args, kwargs)
        refuse(name, args, self.values)
        try:
            if traits.foreach and call is not None:
                out = one_by_one(func, call, args, kwargs)
            else:
                out = func(*args, **kwargs)
        except (NotImplementedError, RuntimeError) as error:
            return args, self._dependent.instead(func, args, kwargs, error), False
        if name in CONVOLUTION:
            out = _laid_out(args, out)
        return args, out, True

    def _write_down(
        self, func: Any, traits: Traits, args: Any, kwargs: Any, out: Any
    ) -> tuple[tuple[int, ...], Operator | None]:
        """Add what an operator allocates and costs.

        Returns:
            Bytes of its scratch memory, and the operator, or None if it launches nothing.
        """
        for tensor in self._tensors(out):
            self.see(tensor)
        beside = scratch(traits.name, args, out)
        self.transient(beside)  # beside the outputs
        touched = [] if traits.silent else self._tensors((args, kwargs, out))
        if not touched:
            return beside, None
        return beside, self._add_operator(func, traits.name, args, kwargs, out, touched)

    def _same(self, known: Outcome, out: Any) -> None:
        """Add what an operator that was met before allocates and costs."""
        for tensor in (out,) if known.kind is None else out:
            if isinstance(tensor, torch.Tensor):
                self.see(tensor)
        if known.scratch:
            self.transient(known.scratch)
        if known.cost:
            when = self.phase, self.step
            if when not in known.cost:
                first = next(iter(known.cost.values()))
                known.cost[when] = replace(first, phase=self.phase, step=self.step)
            self._events.append(known.cost[when])

    def _remember(
        self, call: Call, func: Any, traits: Traits, args: Any, kwargs: Any, out: Any, found: Any
    ) -> None:
        changed = traits.writes and not traits.foreach
        after = describe(func, args, kwargs) if changed else call
        if after is not None and after.key == call.key:  # it has changed no tensor's shape
            kept = outcome(call, out, *found)
            if kept is not None:
                self._known[call.key] = kept

    def see(self, tensor: torch.Tensor, kind: str | None = None) -> None:
        """Follow the tensor's storage from now on, and say what it is for if `kind` is given."""
        if tensor.layout == torch.sparse_coo:
            self.see(tensor._indices(), kind)
            self.see(tensor._values(), kind)
            return
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._live:
            if storage.nbytes() == 0:
                return
            number, self._born = self._born, self._born + 1
            guess = {"forward": "activations", "setup": "inputs"}.get(self.phase, "temporaries")
            self._position[number] = len(self._events)
            self._events.append(Allocation(number, storage.nbytes(), guess, self.phase))
            self._live[key] = (number, weakref.ref(storage, self._at_release(key, number)))
        if kind is not None:
            place = self._position[self._live[key][0]]
            event = self._events[place]
            assert isinstance(event, Allocation)
            self._events[place] = replace(event, kind=kind)

    def live(self) -> int:
        """Bytes of the storages that are there now."""
        places = (self._events[self._position[number]] for number, _ in self._live.values())
        return sum(one.nbytes for one in places if isinstance(one, Allocation))

    def transient(self, sizes: Iterable[int]) -> None:
        """Scratch memory, in bytes, that an operator takes at once and gives back on its return."""
        first = self._born
        for nbytes in sizes:
            self._events.append(Allocation(self._born, nbytes, "temporaries", self.phase))
            self._born += 1
        self._events.extend(Release(number) for number in range(first, self._born))

    def operator(self, name: str, kind: str, dtype: torch.dtype, **count: int) -> Operator:
        """Add an operator that torch does not dispatch; `count`: flops, nbytes, launches."""
        one = Operator(name, kind, _plain(dtype), **count, phase=self.phase, step=self.step)
        self._events.append(one)
        return one

    def events(self) -> tuple[Event, ...]:
        """What has been seen so far."""
        return tuple(self._events)

    def _at_release(self, key: int, number: int) -> Callable[[Any], None]:
        recorder = self._self

        def released(_: Any) -> None:
            one = recorder()
            if one is not None:
                one._released(key, number)

        return released

    def _released(self, key: int, number: int) -> None:
        if self._live.get(key, (None,))[0] == number:
            del self._live[key]
            self.values.forget(key)
        self._events.append(Release(number))

    def _tensors(self, value: Any) -> list[torch.Tensor]:
        return [
            one for one in tensors_in(value)
            if one.device.type == self.device and one.layout == torch.strided
        ]  # fmt: skip

    def _add_operator(
        self, func: Any, name: str, args: Any, kwargs: Any, out: Any, touched: list[torch.Tensor]
    ) -> Operator:
        shapes = [one.shape for one in self._tensors(args)]
        strides, groups = _strided(name, args) if name in CONVOLUTION else ((), 1)
        kind = kind_of(name, shapes, strides, _training(name, args), groups)
        nbytes = _bytes(touched)
        flops = flops_of(func, name, args, kwargs, out)
        if flops is None:
            self.notes.add(
                f"{func.namespace}.{name} has no formula for its FLOPs: they are left out, and "
                "so is what they cost in time."
            )
        floating = [tensor.dtype for tensor in touched if tensor.is_floating_point()]
        return self.operator(
            f"aten.{name}",
            kind,
            floating[0] if floating else touched[0].dtype,
            flops=flops or 0,
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
    return _by_name(name)


@cache
def _by_name(name: str) -> str:
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


@dataclass(frozen=True, slots=True)
class Traits:
    """What an operator is; schemas are slow to ask each time.

    Attributes:
        name: without its library's.
        silent: whether it launches nothing.
        view: whether it returns a window on an argument and writes nothing.
        writes: whether it writes into an argument.
        remembered: whether the same arguments give the same result.
        foreach: whether it does to each tensor of its lists what it does to one.
        reads: whether it only reads a tensor's one value.
    """

    name: str
    silent: bool
    view: bool
    writes: bool
    remembered: bool
    foreach: bool
    reads: bool


@cache
def _traits(func: Any) -> Traits:
    name = str(func._schema.name).partition("::")[2]
    view, remembered = _is_view(func), remembers(func)
    return Traits(
        name, name in NO_KERNEL or view, view, func._schema.is_mutable, remembered,
        remembered and name.startswith("_foreach_"), name == "_local_scalar_dense",
    )  # fmt: skip


def _is_view(func: Any) -> bool:
    """Whether the operator returns a window on an argument and writes nothing."""
    arguments = func._schema.arguments
    return any(one.alias_info is not None for one in arguments) and not func._schema.is_mutable


def tensors_in(value: Any) -> list[torch.Tensor]:
    """The tensors among an operator's arguments or results, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return []
    found: list[torch.Tensor] = []
    for one in value:
        if isinstance(one, torch.Tensor):
            found.append(one)
        elif isinstance(one, (list, tuple, dict)):
            found.extend(tensors_in(one))
    return found


def _written(args: Any) -> int:
    """How many tensors an operator writes into that writes into its first argument alone."""
    return len(args[0]) if isinstance(args[0], (list, tuple)) else 1


def _bytes(tensors: Iterable[torch.Tensor]) -> int:
    """Bytes of distinct windows; an expanded tensor counts only what lies in its storage."""
    seen: dict[tuple[int, int, int], int] = {}
    for tensor in tensors:
        storage = tensor.untyped_storage()
        size = min(tensor.numel() * tensor.element_size(), storage.nbytes())
        seen[(storage._cdata, int(tensor.storage_offset()), size)] = size
    return sum(seen.values())


@cache
def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
