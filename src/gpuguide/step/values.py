"""What is known of the contents of tensors that have none, worked out only where a model asks.

A model may read values: whether a mask is all ones, how long a sequence is, where a token stands.
Of inputs, buffers and what is made of numbers (`arange`, `full`, `triu`) they are known, and of
whatever follows from these alone. So each storage may have a `Content`: how to compute it on the
CPU, which happens when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes
from torch.utils._pytree import tree_leaves, tree_map, tree_map_only

from gpuguide.problem import GpuguideError, Problem

LARGEST = 2**24
"""Values of a tensor with more elements are not worked out."""
LOOKED_AT = 2**18
"""Values that are looked at whether they are in range."""
DEEP = 50
"""Operators in a row before a content is worked out at once, so that recursion stays shallow."""
OVERWRITES = {"fill_", "zero_", "copy_"}
UNFILLED = {"empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"}
"""What they hold is anything, so numbers in them may be zeros until others are written."""
ASSUMED = {"all", "any", "rand", "rand_like"}
"""What they give is taken for granted where it is not known."""

ALMOST_ONE = 1 - 2**-24


@dataclass
class Content:
    """The values of a storage: known, or what to call on others' values to know them.

    Attributes:
        dtype: of the values.
        flat: all values in a row, once they are known.
        call: operator, arguments (tensors replaced by `Window`) and keyword arguments.
        into: for an operator that writes into an argument, the window that it writes into.
        place: which of the operator's results this is.
        layout: size and strides that it has on `meta`; a real one may lie otherwise.
        guesses: what had to be taken for granted, one sentence each.
        depth: operators in a row that are still to be computed.
    """

    dtype: torch.dtype
    flat: torch.Tensor | None = None
    call: tuple[Any, Any, Any] | None = None
    into: Window | None = None
    place: int = 0
    layout: tuple[Any, Any] | None = None
    guesses: frozenset[str] = frozenset()
    depth: int = 0

    def values(self) -> torch.Tensor:
        """All values in a row; computed on the first call."""
        if self.flat is None:
            assert self.call is not None
            func, args, kwargs = self.call
            with torch.no_grad():
                if self.into is None:
                    args, kwargs = tree_map(_real, (args, kwargs))
                    out = _list(func(*args, **_on_cpu(kwargs)))[self.place]
                    self.flat = _row(_laid(out, self.layout))
                else:
                    self.flat = self._written(func, args, kwargs)
            self.call = self.into = None
            self.depth = 0
        return self.flat

    def _written(self, func: Any, args: Any, kwargs: Any) -> torch.Tensor:
        assert self.into is not None
        old = self.into.content
        count = self.into.needs
        flat = torch.zeros(count, dtype=self.dtype) if old is None else old.values().clone()
        target = self.into

        def real(leaf: Any) -> Any:
            if leaf is target:
                return flat.as_strided(target.size, target.stride, target.offset)
            return _real(leaf)

        args, kwargs = tree_map(real, (args, kwargs))
        func(*args, **_on_cpu(kwargs))
        return flat


@dataclass(eq=False)
class Window:
    """A tensor's window on a content; `content` is None where all of it gets written."""

    content: Content | None
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    needs: int = 0

    def real(self) -> torch.Tensor:
        """The values that the window shows."""
        assert self.content is not None
        return self.content.values().as_strided(self.size, self.stride, self.offset)


@dataclass
class Values:
    """Contents by storage, for tensors on one device.

    Attributes:
        notes: what a value that was read had to be taken to be.
    """

    device: str = "meta"
    notes: set[str] = field(default_factory=set)
    _known: dict[int, Content] = field(default_factory=dict)

    def know(self, tensor: torch.Tensor, real: torch.Tensor, guess: str = "") -> None:
        """The tensor's values are those of `real`; `guess` says so if they were only assumed."""
        if tensor.numel() > LARGEST or not _dense(tensor):
            return
        with _plain():
            flat = torch.empty_strided(
                tensor.shape, tensor.stride(), dtype=real.dtype, device="cpu"
            )
            flat.copy_(real)
            guesses = frozenset((guess,)) if guess else frozenset()
            self._known[_key(tensor)] = Content(real.dtype, _row(flat), guesses=guesses)

    def forget(self, key: int) -> None:
        """The storage is gone."""
        self._known.pop(key, None)

    def read(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """The tensor's values on the CPU, or None; what they rest on goes to `notes`."""
        if tensor.device.type != self.device:
            return tensor
        window = self._window(tensor)
        if window is None or window.content is None:
            return None
        with _plain():
            try:
                found = window.real()
            except (RuntimeError, IndexError, NotImplementedError):
                return None
        self.notes |= window.content.guesses
        return found

    def certain(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """The values if nothing was assumed and there are not too many to look at, else None."""
        content = self._known.get(_key(tensor))
        if content is None or content.guesses or tensor.numel() > LOOKED_AT:
            return None
        return self.read(tensor)

    def passes(self, name: str, storages: Sequence[int], written: int) -> bool:
        """Whether nothing is known, before or after, of what an operator makes or writes.

        Args:
            name: of the operator, which gives no windows.
            storages: keys of the storages of its tensors, all on the device.
            written: how many of the first of them it writes into.
        """
        if name in UNFILLED or name in ASSUMED:
            return False
        known = [one in self._known for one in storages]
        from_unknown = not all(known[written:])
        if not written:
            return from_unknown
        return not any(known[:written]) and (from_unknown or name not in OVERWRITES)

    def after(self, func: Any, name: str, args: Any, kwargs: Any, out: Any) -> None:
        """Follow an operator that has run."""
        writes, views, random = _effect(func)
        if writes:
            self._after_writing(func, name, args, kwargs)
            return
        if name in UNFILLED:
            if not out.is_floating_point() and out.device.type == self.device:
                if out.numel():
                    self.know(out, torch.zeros((), dtype=out.dtype).expand(out.shape))
                else:
                    self._known[_key(out)] = Content(out.dtype, _nothing(out.dtype))
            return
        if views:
            return
        windows = None if random else self._windows(args, kwargs)
        if windows is None:
            self._assume(name, out)
            return
        call = (func, *windows[0])
        guesses, depth = windows[1], windows[2]
        for place, one in enumerate(_list(out)):
            if not isinstance(one, torch.Tensor) or one.device.type != self.device:
                continue
            if one.layout != torch.strided:
                continue
            if one.numel() > LARGEST or not _dense(one):
                continue
            content = Content(
                one.dtype, call=call, place=place, layout=(one.shape, one.stride()),
                guesses=guesses, depth=depth,
            )  # fmt: skip
            self._known[_key(one)] = content
            self._shallow(content)

    def _after_writing(self, func: Any, name: str, args: Any, kwargs: Any) -> None:
        written = [
            value
            for one, value in _named(func, args, kwargs)
            if one.alias_info is not None and one.alias_info.is_write
        ]
        tensors = [one for one in tree_leaves(written) if isinstance(one, torch.Tensor)]
        known = len(tensors) == 1 and tensors[0].device.type == self.device
        if known and name in OVERWRITES:
            known = _whole(tensors[0]) or _key(tensors[0]) in self._known
        elif known:
            known = _key(tensors[0]) in self._known
        if known and not _effect(func)[2]:
            target = tensors[0]
            windows = self._windows(args, kwargs, target)
            if windows is not None and target.numel() <= LARGEST:
                (args, kwargs), guesses, depth, into = windows
                content = Content(
                    target.dtype, call=(func, args, kwargs), into=into, guesses=guesses,
                    depth=depth,
                )  # fmt: skip
                self._known[_key(target)] = content
                self._shallow(content)
                return
        for one in tensors:
            self.forget(_key(one))

    def _windows(self, args: Any, kwargs: Any, target: torch.Tensor | None = None) -> Any:
        """Arguments with windows for tensors, what they rest on, and their depth; None if unknown.

        `target` is the argument that is written into: its old content may be missing.
        """
        leaves = [one for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Tensor)]
        for one in leaves:
            if one is not target and one.device.type == self.device:
                if _key(one) not in self._known:
                    return None
            elif one.device.type != self.device and one.numel() > LARGEST:
                return None
        guesses: frozenset[str] = frozenset()
        depth = 1
        into: Window | None = None

        def window(leaf: Any) -> Any:
            nonlocal guesses, depth, into
            if not isinstance(leaf, torch.Tensor):
                return leaf
            if leaf.device.type != self.device:
                with _plain():
                    return leaf.detach().clone()
            found = self._window(leaf, leaf is target)
            if found is None:
                raise LookupError
            if leaf is target:
                into = found
            if found.content is not None:
                guesses |= found.content.guesses
                depth = max(depth, found.content.depth + 1)
            return found

        try:
            mapped = tree_map(window, (args, kwargs))
        except LookupError:
            return None
        return mapped, guesses, depth, into

    def _window(self, tensor: torch.Tensor, target: bool = False) -> Window | None:
        content = self._known.get(_key(tensor))
        if content is None and not target:
            return None
        if content is not None and content.dtype != tensor.dtype:
            return None
        nbytes = tensor.untyped_storage().nbytes()
        needs = nbytes // tensor.element_size()
        return Window(
            content, tuple(tensor.shape), tuple(tensor.stride()), int(tensor.storage_offset()),
            needs,
        )  # fmt: skip

    def _assume(self, name: str, out: Any) -> None:
        """All of what is not known are true, none is, and a single draw is just below one."""
        if not isinstance(out, torch.Tensor) or out.numel() != 1:
            return
        if name in ("rand", "rand_like") and out.device.type == "cpu":
            out.fill_(ALMOST_ONE)
            self.notes.add(RANDOM)
            return
        if out.device.type != self.device:
            return
        if name in ("all", "any"):
            word = "all of them are" if name == "all" else "none of them is"
            self.know(
                out, torch.full(out.shape, name == "all"),
                f"The model asks whether {name} of a tensor's values are true, which depends on "
                f"the data: taken as if {word}.",
            )  # fmt: skip
        elif name in ("rand", "rand_like"):
            self.know(out, torch.full(out.shape, ALMOST_ONE, dtype=out.dtype), RANDOM)

    @staticmethod
    def _shallow(content: Content) -> None:
        if content.depth > DEEP:
            with _plain():
                content.values()


RANDOM = (
    "The model draws a random number and does what depends on it: taken as just below 1, with "
    "which layers that are left out at random all run."
)


def unreadable(what: str) -> GpuguideError:
    """The exception for a value that cannot be known."""
    return GpuguideError(
        Problem(
            "", "", "",
            f"the model reads values that follow from its weights or data ({what}), which an "
            "estimate has not: take that out of forward(), or give the part without it",
        )
    )  # fmt: skip


@contextmanager
def _plain() -> Iterator[None]:
    """torch as it is, whatever modes are on."""
    with ExitStack() as stack:
        stack.enter_context(torch._C.DisableTorchFunction())
        stack.enter_context(_disable_current_modes())
        stack.enter_context(torch.no_grad())
        yield


@cache
def _effect(func: Any) -> tuple[bool, bool, bool]:
    """Whether an operator writes into an argument, gives a window on one, and draws at random."""
    schema = func._schema
    views = any(one.alias_info is not None for one in schema.arguments)
    return schema.is_mutable, views, torch.Tag.nondeterministic_seeded in func.tags


@cache
def _nothing(dtype: torch.dtype) -> torch.Tensor:
    with _plain():
        return torch.empty((0,), dtype=dtype, device="cpu")


def _key(tensor: torch.Tensor) -> int:
    if tensor.layout != torch.strided:
        return -1
    return int(tensor.untyped_storage()._cdata)


def _dense(tensor: torch.Tensor) -> bool:
    """Whether the tensor fills its storage, so that its values are those of the storage."""
    return tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()


def _whole(tensor: torch.Tensor) -> bool:
    return _dense(tensor) and tensor.is_contiguous()


def _row(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor's storage as one row of values."""
    tensor = tensor if _dense(tensor) else tensor.contiguous()
    if not _dense(tensor):
        tensor = tensor.clone(memory_format=torch.contiguous_format)
    return tensor.as_strided((tensor.numel(),), (1,), 0)


def _laid(tensor: torch.Tensor, layout: Any) -> torch.Tensor:
    if layout is None or (tuple(tensor.shape), tensor.stride()) == (tuple(layout[0]), layout[1]):
        return tensor
    return torch.empty_strided(*layout, dtype=tensor.dtype).copy_(tensor)


def _real(leaf: Any) -> Any:
    return leaf.real() if isinstance(leaf, Window) else leaf


def _on_cpu(kwargs: Any) -> Any:
    if kwargs.get("device") is None:
        return kwargs
    return {**kwargs, "device": torch.device("cpu")}


def _list(out: Any) -> list[Any]:
    return list(out) if isinstance(out, (tuple, list)) else [out]


def _named(func: Any, args: Any, kwargs: Any) -> Iterable[tuple[Any, Any]]:
    for place, one in enumerate(func._schema.arguments):
        if place < len(args):
            yield one, args[place]
        elif one.name in kwargs:
            yield one, kwargs[one.name]


def like(real: Any, device: str) -> Any:
    """Tensors without bytes of the shapes of real ones."""
    return tree_map_only(
        torch.Tensor,
        lambda one: torch.empty_strided(one.shape, one.stride(), dtype=one.dtype, device=device),
        real,
    )
