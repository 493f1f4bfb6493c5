"""What a step does to a GPU, as plain records: storages that come and go, operators that run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

KINDS = (
    "parameters",
    "buffers",
    "inputs",
    "gradients",
    "optimizer_state",
    "activations",
    "temporaries",
    "workspaces",
)
"""What a storage is for, in the order in which tables and bars show it."""

CLASSES = (
    "matmul",
    "convolution",
    "pointwise",
    "grouped",
    "depthwise",
    "attention",
    "recurrent",
    "persistent",
    "batchnorm",
    "normalization",
    "reduction",
    "cast",
    "optimizer",
    "memory",
)
"""What an operator is: the first eight do arithmetic, the others move memory. `pointwise` is a 1×1
convolution with stride 1, `grouped` one in groups, `depthwise` one with a single channel a group,
`batchnorm` one in training, `optimizer` one of the `foreach` operators, `memory` all the rest."""

ARITHMETIC = CLASSES[:8]


@dataclass(frozen=True, slots=True)
class Allocation:
    """A storage is created.

    Attributes:
        storage: number of the storage within its trace; never reused.
        nbytes: bytes asked for, before any rounding.
        kind: one of `KINDS`.
        phase: `setup`, `forward`, `backward` or `optimizer`.
    """

    storage: int
    nbytes: int
    kind: str
    phase: str


@dataclass(frozen=True, slots=True)
class Release:
    """The last reference to a storage is gone."""

    storage: int


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator that launches work on the GPU.

    Attributes:
        name: as torch calls it, such as `aten.addmm`.
        kind: one of `CLASSES`.
        dtype: type of the numbers it computes with, such as `float32`.
        flops: floating-point operations, a multiply-add counted as 2.
        nbytes: bytes read and written if every operand crosses the memory bus once.
        launches: kernels that must follow one another (an LSTM needs one per time step and layer),
            or tensors that a `foreach` operator takes at once.
        phase: `setup`, `forward`, `backward` or `optimizer`.
        step: which training step, from 0.
        idle: bytes that could have been moved besides, were all of the GPU at work.
    """

    name: str
    kind: str
    dtype: str
    flops: int
    nbytes: int
    launches: int
    phase: str
    step: int
    idle: int = 0


Event = Allocation | Release | Operator


@dataclass(frozen=True)
class Trace:
    """Everything a traced step did, in order.

    Attributes:
        events: allocations, releases and operators.
        steps: how many training steps (or forward passes) were replayed.
        notes: what the trace could not see or had to assume, one sentence each.
        parameters: number of parameters, tied ones counted once.
    """

    events: tuple[Event, ...]
    steps: int
    notes: tuple[str, ...] = ()
    parameters: int = 0

    def operators(self, step: int | None = None) -> Iterator[Operator]:
        """Operators of one step; the last, which is the steady state, if None."""
        wanted = self.steps - 1 if step is None else step
        for event in self.events:
            if isinstance(event, Operator) and event.step == wanted:
                yield event

    def flops(self) -> int:
        """Floating-point operations of one step."""
        return sum(operator.flops for operator in self.operators())

    def bytes_moved(self) -> int:
        """Bytes read and written in one step, each operand of an operator counted once."""
        return sum(operator.nbytes for operator in self.operators())
