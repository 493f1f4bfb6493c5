"""Operators met before: arguments that look alike give results that look alike, at the same cost.

Layers repeat, and so do steps, while torch works out slowly what comes of tensors without bytes.
So what an operator gave is kept under a description of its arguments: size, strides, offset, type
and storage of each tensor (numbered by the order in which they appear, so that two windows on one
storage are told apart from two storages), and all other arguments with their types.

What is kept is what the first run showed: results that are tensors of their own, filling their
storage's start, and arguments that were handed back. Anything else is worked out each time: views,
results on another device, operators of other libraries, those that change a tensor's shape, and
those whose result depends on values (`gpuguide.step.dependent`, `gpuguide.step.refusals`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import nn

from gpuguide.step.dependent import DEPENDENT
from gpuguide.step.events import Operator
from gpuguide.step.refusals import READING

PLAIN = (int, float, bool, str, type(None), torch.dtype, torch.device, torch.layout,
         torch.memory_format)  # fmt: skip
"""Types of arguments that say all by their value."""
HEAD = 3
"""What stands in a key before the arguments."""
CHANGING = (torch.Tag.inplace_view, torch.Tag.dynamic_output_shape, torch.Tag.data_dependent_output)
"""Tags of operators that change a tensor's shape, or whose results depend on values."""


class New(NamedTuple):
    """A result that is a tensor of its own."""

    size: torch.Size
    stride: tuple[int, ...]
    dtype: torch.dtype


class Given(NamedTuple):
    """A result that is one of the tensors among the arguments."""

    place: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operator gives and costs.

    Attributes:
        results: in order: `New`, `Given`, or a plain value.
        kind: `list` or `tuple` if it returns such, None if it returns one result.
        scratch: bytes of each block that it takes meanwhile.
        cost: the operator for each phase and step that it was met in; empty if it launches nothing.
    """

    results: tuple[Any, ...]
    kind: type | None
    scratch: tuple[int, ...]
    cost: dict[tuple[str, int], Operator]

    def again(self, tensors: list[torch.Tensor]) -> Any:
        """The result for other tensors that look alike."""
        found = [
            torch.empty_strided(one.size, one.stride, dtype=one.dtype, device="meta")
            if type(one) is New
            else tensors[one.place] if type(one) is Given else one
            for one in self.results
        ]  # fmt: skip
        return found[0] if self.kind is None else self.kind(found)


class Call(NamedTuple):
    """A call described.

    Attributes:
        key: equal for calls that look alike.
        tensors: among its arguments, in order.
        storages: key of each one's storage.
    """

    key: tuple[Any, ...]
    tensors: list[torch.Tensor]
    storages: list[int]


def describe(func: Any, args: Any, kwargs: Any, foreach: bool = False) -> Call | None:
    """A call on `meta` tensors described; None if its result may hang on more than that says.

    Args:
        func: the operator.
        args: what it is called with.
        kwargs: likewise.
        foreach: whether it is a `foreach` operator, in whose lists numbers count by their type:
            the size of a step, say, is another one in each step.
    """
    key: list[Any] = [func, torch.get_default_dtype(), torch.is_grad_enabled()]
    call, places = Call((), [], []), dict[int, int]()
    if foreach:
        args = [_types(one) if isinstance(one, list) else one for one in args]
    if not _describe(args, key, call, places):
        return None
    named = [one for pair in kwargs.items() for one in pair]
    if not _describe(named, key, call, places):
        return None
    return Call(tuple(key), call.tensors, call.storages) if call.tensors else None


def _types(values: list[Any]) -> list[Any]:
    """A list of numbers as the names of their types; any other as it is."""
    if isinstance(values[0], torch.Tensor):
        return values
    return [type(one).__name__ for one in values]


def _describe(values: Any, key: list[Any], call: Call, places: dict[int, int]) -> bool:
    for value in values:
        kind = type(value)
        if kind is torch.Tensor or kind is nn.Parameter:
            if not value.is_meta or value.layout is not torch.strided:
                return False
            if value.is_neg() or value.is_conj():
                return False
            storage = value.untyped_storage()
            number = storage._cdata
            place = places.setdefault(number, len(places))
            key.append((value.shape, value.stride(), value.dtype, value.requires_grad))
            key.append((place, value.storage_offset(), storage.nbytes()))
            call.tensors.append(value)
            call.storages.append(number)
        elif kind in PLAIN:
            key.append((kind, value))  # 1, 1.0 and True are equal
        elif kind is list or kind is tuple or kind is torch.Size:
            key.append((list, len(value)))
            if not _describe(value, key, call, places):
                return False
        else:
            return False
    return True


def outcome(
    call: Call, out: Any, scratch: tuple[int, ...] = (), cost: Operator | None = None
) -> Outcome | None:
    """What is worth keeping of a call that has run; None if its results are of another kind."""
    kind = type(out) if isinstance(out, (list, tuple)) else None
    results: list[Any] = []
    places: dict[int, int] = {}
    for place, one in enumerate(call.tensors):
        places[id(one)] = -1 if id(one) in places else place  # given twice
    own = set(call.storages)
    for one in out if kind else (out,):
        if not isinstance(one, torch.Tensor):
            if type(one) not in PLAIN:
                return None
            results.append(one)
            continue
        if places.get(id(one), -1) >= 0:
            results.append(Given(places[id(one)]))
            continue
        if not _own(one):
            return None
        number = one.untyped_storage()._cdata
        if number in own:
            return None
        own.add(number)
        results.append(New(one.shape, one.stride(), one.dtype))
    known = {} if cost is None else {(cost.phase, cost.step): cost}
    return Outcome(tuple(results), kind, scratch, known)


def _own(one: torch.Tensor) -> bool:
    """Whether `empty_strided` would make the same."""
    if type(one) is not torch.Tensor or not one.is_meta or one.layout is not torch.strided:
        return False
    if one.is_neg() or one.is_conj():
        return False
    last = sum((size - 1) * step for size, step in zip(one.shape, one.stride(), strict=True))
    needs = (last + 1) * one.element_size() if one.numel() else 0
    return one.storage_offset() == 0 and one.untyped_storage().nbytes() == needs


@cache
def remembers(func: Any) -> bool:
    """Whether what an operator does follows from the description of its arguments.

    Of operators that write, only those that write into their first argument alone.
    """
    schema = func._schema
    name = schema.name.partition("::")[2]
    written = [one.alias_info is not None and one.alias_info.is_write for one in schema.arguments]
    views = any(one.alias_info is not None for one in schema.arguments) and not any(written)
    return (
        func.namespace == "aten"
        and name not in DEPENDENT
        and name not in READING
        and not views
        and not any(written[1:])
        and not any(tag in func.tags for tag in CHANGING)
    )


def one_by_one(func: Any, call: Call, args: Any, kwargs: Any) -> Any:
    """The result of a `foreach` operator, worked out once for each kind of tensors in its lists.

    It does to each row of its lists what it does to any, whatever else stands there; the numbers
    among them change no shape.
    """
    lists = [place for place, one in enumerate(args) if isinstance(one, list)]
    if len({len(args[place]) for place in lists}) != 1:
        return func(*args, **kwargs)
    writes = func._schema.is_mutable
    known: dict[Any, Outcome | None] = {}
    found = []
    for place, row in enumerate(zip(*_looks(call, args), strict=True)):
        if row not in known:
            if writes and _uniform(row):
                known[row] = NOTHING
            else:
                single = [[one[place]] if isinstance(one, list) else one for one in args]
                known[row] = outcome(call, func(*single, **kwargs))
        one = known[row]
        if one is None or type(one.results[0]) not in (New, type(None)):
            return func(*args, **kwargs)
        found.append(one)
    if not found or found[0].kind is None:
        return None
    return [one.again([])[0] for one in found]


NOTHING = Outcome((None,), None, (), {})
"""What an operator gives that only writes."""


def _looks(call: Call, args: Any) -> list[tuple[Any, ...]]:
    """What the key of a `foreach` call says of each element of its lists, their places left out."""
    found, at = [], HEAD
    for one in args:
        count = len(one) if isinstance(one, list) else 1
        each = 2 if isinstance(one[0] if isinstance(one, list) else one, torch.Tensor) else 1
        if isinstance(one, list):
            at += 1
            found.append(call.key[at : at + count * each : each])
        at += count * each
    return found


def _uniform(row: tuple[Any, ...]) -> bool:
    """Whether all tensors are real and look alike, so that one can be written into from them."""
    looks = {(one[0], one[1], one[2]) for one in row if len(one) == 4}
    numbers = {one[1] for one in row if len(one) == 2}
    return len(looks) == 1 and looks.pop()[2].is_floating_point and "complex" not in numbers
