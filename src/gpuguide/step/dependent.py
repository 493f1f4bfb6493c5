"""Operators whose results' shapes depend on values: as known, or as large as they can get."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch

from gpuguide.problem import GpuguideError, Problem
from gpuguide.step.values import Values, like, unreadable

aten = torch.ops.aten
MASKED = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index",
          "_unsafe_index_put"}  # fmt: skip
"""Operators that take masks as indices, and look up where these are true."""

UPPER = (
    "What a mask picks out depends on the data: counted as if it picked out everything, the most "
    "that it can take."
)
BESIDE = (
    "The model makes tensors on the CPU and computes with them beside its inputs, which torch "
    "refuses on a GPU: taken as if they were made there."
)
APART = MASKED | {"_to_copy", "copy_", "_pack_padded_sequence", "_pad_packed_sequence",
                  "_ctc_loss", "_ctc_loss_backward", "set_"}  # fmt: skip
"""Operators that take tensors on two devices."""
SHAPELESS = (
    "torch cannot say what shape {} gives without values: give the part of the model without it, "
    "or one that does the same with other operators"
)
SKIPPED = object()


class Dependent:
    """Runs what `meta` cannot.

    Args:
        values: what is known.
        recorder: its method that runs another operator so that it is written down.
    """

    def __init__(self, values: Values, recorder: weakref.WeakMethod[Callable[..., Any]]) -> None:
        self.values = values
        self._recorder = recorder

    def dispatch(self, func: Any, *args: Any) -> Any:
        """Run another operator so that it is written down."""
        run = self._recorder()
        assert run is not None
        return run(func, *args)

    def arguments(self, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Arguments of an operator; masks among indices become the places where they are true."""
        if name not in MASKED or not any(_mask(one) for one in args[1]):
            return args
        places: list[Any] = []
        for one in args[1]:
            if _mask(one):
                found = self.dispatch(aten.nonzero.default, (), (one,), {})
                places.extend(found.unbind(1))
            else:
                places.append(one)
        return (args[0], places, *args[2:])

    def run(self, func: Any, name: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """The operator's result, or `SKIPPED` if it depends on no value."""
        if name == "_local_scalar_dense":
            return self._needed(args[0], name).item()
        if name == "_to_copy" and _leaves(args[0], kwargs):
            real = self._needed(args[0], "copied to the CPU")
            return func(real, **kwargs)
        if name == "copy_" and args[0].device.type == "cpu" and args[1].device.type != "cpu":
            return func(args[0], self._needed(args[1], "copied to the CPU"), *args[2:])
        if name == "equal":
            return torch.equal(*(self._needed(one, "torch.equal") for one in args[:2]))
        if name == "clone" and args[0].layout == torch.sparse_coo:
            return args[0]  # a sparse gradient is taken as it is; a copy on meta would be empty
        if name in ("add_", "_foreach_add_") and any(
            one.layout == torch.sparse_coo for one in _tensors(args[1:])
        ):
            return args[0]  # only the rows that the gradient has are written
        if name in SIZES:
            return SIZES[name](self, func, name, args, kwargs)
        return SKIPPED

    def together(self, name: str, args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Arguments with tensors that the model made on the CPU brought to the others' device."""
        if name in APART:
            return args, kwargs
        leaves = _tensors((args, kwargs))
        if not any(_host(one) for one in leaves) or all(one.device.type == "cpu" for one in leaves):
            return args, kwargs
        self.values.notes.add(BESIDE)

        def bring(one: torch.Tensor) -> torch.Tensor:
            return self._known(one) if _host(one) else one

        mapped: tuple[Any, Any] = torch.utils._pytree.tree_map_only(
            torch.Tensor, bring, (args, kwargs)
        )
        return mapped

    def instead(self, func: Any, args: Any, kwargs: Any, error: Exception) -> Any:
        """The result of what `meta` refused, if all values are known; else the error goes on."""
        reals: list[Any] = []

        def real(one: Any) -> Any:
            if not isinstance(one, torch.Tensor):
                return one
            found = self.values.read(one)
            if found is None and isinstance(error, NotImplementedError):
                raise GpuguideError(Problem("", "", "", SHAPELESS.format(func))) from error
            if found is None:
                raise error
            reals.append(found)
            return found

        mapped = torch.utils._pytree.tree_map(real, (args, kwargs))
        if not reals:
            raise error
        out = func(*mapped[0], **mapped[1])
        return self._known(out)

    def _known(self, real: Any) -> Any:
        """Results without bytes whose values are those of real ones."""
        out = like(real, self.values.device)
        for one, other in zip(_tensors(out), _tensors(real), strict=True):
            self.values.know(one, other)
        return out

    def _needed(self, tensor: torch.Tensor, what: str) -> torch.Tensor:
        found = self.values.read(tensor)
        if found is None:
            names = {"_local_scalar_dense": "such as .item(), or `if` on a tensor"}
            raise unreadable(names.get(what, what))
        return found

    def _nonzero(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        found = self.values.read(args[0])
        if found is not None:
            return self._known(func(found))
        self.values.notes.add(UPPER)
        size = (args[0].numel(), args[0].dim())
        # nonzero gives a transposed matrix, as on CUDA
        return torch.empty(size[::-1], dtype=torch.int64, device=self.values.device).t()

    def _masked_select(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        x, mask = torch.broadcast_tensors(args[0], args[1])  # type: ignore[no-untyped-call]
        count = self.dispatch(aten.nonzero.default, (), (mask,), {}).shape[0]
        return torch.empty((count,), dtype=x.dtype, device=self.values.device)

    def _unique(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        found = self.values.read(args[0])
        if found is not None:
            return self._known(func(found, *args[1:], **kwargs))
        self.values.notes.add(UPPER.replace("What a mask picks out", "How many values differ"))
        x = args[0]
        if name == "unique_dim":
            return x.clone(), *(x.new_empty((x.shape[args[1]],), dtype=torch.int64),) * 2
        flat = x.reshape(-1)
        numbers = [torch.empty(x.shape, dtype=torch.int64, device=x.device) for _ in range(2)]
        return flat.clone(), *numbers

    def _repeat(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        size = kwargs.get("output_size")
        if size is None:
            size = int(self._needed(args[0], "how often repeat_interleave repeats").sum())
        return torch.empty((size,), dtype=torch.int64, device=self.values.device)

    def _bincount(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        found = self._needed(args[0], "how many bins bincount finds")
        rest = [None if one is None else found.new_ones(found.shape) if isinstance(
            one, torch.Tensor) else one for one in args[1:]]  # fmt: skip
        return like(func(found, *rest, **kwargs), self.values.device)


def _grouped_mm(one: Dependent, func: Any, name: str, args: Any, kwargs: Any) -> torch.Tensor:
    """Rows and matrices in groups, of any type: `meta` takes bfloat16 only, CUDA all floats."""
    a, b = args[0], args[1]
    offsets = args[2] if len(args) > 2 else kwargs.get("offs")
    both = a.dim() == b.dim()
    groups = () if not both else (a.shape[0] if a.dim() == 3 else offsets.shape[0],)
    size = (*groups, a.shape[-2], b.shape[-1])
    dtype = kwargs.get("out_dtype") or (args[4] if len(args) > 4 else None) or a.dtype
    return torch.empty(size, dtype=dtype, device=one.values.device)


def _ctc(one: Dependent, func: Any, name: str, args: Any, kwargs: Any) -> Any:
    """`ctc_loss_gpu_template` in aten/src/ATen/native/cuda/LossCTC.cu: a loss and log_alpha."""
    probabilities, targets, lengths = args[0], args[1], args[3]
    if isinstance(lengths, torch.Tensor):
        real = one.values.read(lengths)
        lengths = targets.shape[-1:] if real is None or not real.any() else real.tolist()
    steps, batch = probabilities.shape[:2]
    loss = probabilities.new_empty((batch,))
    return loss, probabilities.new_empty((batch, steps, 2 * max(lengths) + 1))


def _ctc_backward(one: Dependent, func: Any, name: str, args: Any, kwargs: Any) -> Any:
    return torch.empty_like(args[1], memory_format=torch.contiguous_format)


def _coalesce(one: Dependent, func: Any, name: str, args: Any, kwargs: Any) -> torch.Tensor:
    """As many rows as before: which are equal depends on the data."""
    x = args[0]
    dense = (x.sparse_dim(), x.dense_dim(), list(x.shape))
    parts = [one.dispatch(aten.clone.default, (), (part,), {}) for part in (
        x._indices(), x._values())]  # fmt: skip
    kind = {"dtype": x.dtype, "layout": x.layout, "device": x.device, "is_coalesced": True}
    found: torch.Tensor = aten._sparse_coo_tensor_with_dims_and_tensors(*dense, *parts, **kind)
    return found


SIZES: dict[str, Callable[..., Any]] = {
    "nonzero": Dependent._nonzero,
    "masked_select": Dependent._masked_select,
    "_unique2": Dependent._unique,
    "unique_consecutive": Dependent._unique,
    "unique_dim": Dependent._unique,
    "repeat_interleave": Dependent._repeat,
    "_grouped_mm": _grouped_mm,
    "_coalesce": _coalesce,
    "_ctc_loss": _ctc,
    "_ctc_loss_backward": _ctc_backward,
    "bincount": Dependent._bincount,
}

DEPENDENT = {*MASKED, *SIZES, "_local_scalar_dense", "equal"}
"""Operators whose result may depend on values."""


def _mask(index: Any) -> bool:
    return isinstance(index, torch.Tensor) and index.dtype in (torch.bool, torch.uint8)


def _host(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "cpu" and tensor.dim() > 0


def _leaves(tensor: Any, kwargs: Any) -> bool:
    device = kwargs.get("device")
    return device is not None and device.type == "cpu" and tensor.device.type == "meta"


def _tensors(value: Any) -> list[torch.Tensor]:
    return [one for one in torch.utils._pytree.tree_leaves(value) if isinstance(one, torch.Tensor)]
