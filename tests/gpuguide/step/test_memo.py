"""What is remembered of an operator gives the same trace as working it out anew."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gpuguide.problem import GpuguideError
from gpuguide.step import memo, recorder
from gpuguide.step.events import Operator, Trace
from gpuguide.step.models import BERT_BASE, ResNet, Shape, Transformer
from gpuguide.step.recorder import Recorder
from gpuguide.step.rest import elders_at_rest
from gpuguide.step.trace import Recipe, replay, trace_step

aten = torch.ops.aten


def meta(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


@contextmanager
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "remembers", lambda _: False)
        recorder._traits.cache_clear()
        yield
    recorder._traits.cache_clear()


def both(
    monkeypatch: pytest.MonkeyPatch, build: Callable[[], nn.Module], inputs: Any, **recipe: Any
) -> tuple[Trace, Trace]:
    """A trace with what is remembered, and one without."""
    with nothing_remembered(monkeypatch):
        anew = trace_step(build(), inputs, Recipe(**recipe))
    return trace_step(build(), inputs, Recipe(**recipe)), anew


class Odd(nn.Module):
    """Does to tensors of one shape what looks alike and is not."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 8))
        self.register_buffer("count", torch.ones(8, 8))
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        y = x @ self.weight
        y = y + y.clone() + (y + y)  # two storages, then one
        y = y * y.t() + y * y.expand(8, 8)
        y = y * torch.zeros(8, device=x.device)  # (8,) is no (8, 8)
        y = y + 1 + 1.0 + True
        wide = (y * 2).double() + (y.int() * 2) + y.int() * 2.5
        z = torch.zeros(8, 8, device=x.device)
        z.copy_(y)
        z[2:4] = y[:2]
        z.t_()
        z = z.unsqueeze_(0).squeeze_(0) + torch.bernoulli(y.detach().abs())
        first, second = z.chunk(2)
        z = torch.cat([first, first, second, first[:, ::2].repeat(1, 2)])
        z = z.t().contiguous().half().float()[:, torch.arange(8, device=x.device)]
        if bool((torch.arange(8, device=x.device) > 3).any()):
            z = z.masked_fill(torch.arange(8, device=x.device) > 2, 0.0)
        self.count.add_(1).mul_(2)
        if self.calls % 2:
            z = nn.functional.dropout(z.relu_(), 0.3)
        return z.sum() * float(self.count.sum()) + wide.mean()


class Images(nn.Module):
    """The same convolution of images in both layouts."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(True))

    def forward(self, x: Tensor) -> Tensor:
        y = self.layer(self.layer(x)) + self.layer(x.to(memory_format=torch.channels_last))
        return self.layer(y[:, :, ::2]) + self.layer(y[:, :, 1::2])


class Complex(nn.Module):
    """Conjugates and parts, which are windows that compute."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 8, dtype=torch.complex64))

    def forward(self, x: Tensor) -> Tensor:
        y = torch.complex(x, x) * self.weight
        z = y * y.conj() + y.conj() * y + y * y
        return (z.conj().imag + z.imag + z.real).abs().mean()


SMALL = Shape(2, 32, 4, 2, 64, 50, gated=True, causal=True)
TOKENS = meta(2, 16, dtype=torch.int64)


@pytest.mark.parametrize(
    ("build", "inputs", "recipe"),
    [
        (Odd, torch.zeros(8, 8), {"optimizer": "adamw"}),
        (Odd, meta(8, 8), {"training": False}),
        (Images, meta(2, 8, 16, 16), {"optimizer": "momentum", "accumulate": 2}),
        (Images, meta(2, 8, 16, 16), {"optimizer": "adam", "precision": "fp16"}),
        (Complex, meta(8, 8), {"optimizer": "sgd"}),
        (lambda: ResNet(8, (1, 2, 1, 1)), meta(2, 3, 64, 64), {"optimizer": "adamw"}),
        (lambda: Transformer(SMALL), TOKENS, {"optimizer": "adamw", "precision": "bf16"}),
        (lambda: nn.LSTM(8, 8), meta(4, 2, 8), {"optimizer": "adam"}),
        (lambda: nn.EmbeddingBag(9, 8), meta(4, 2, dtype=torch.int64), {"optimizer": "adam"}),
        (lambda: nn.Embedding(9, 8, sparse=True), TOKENS, {"optimizer": "sgd"}),
    ],
)
def test_a_trace_is_the_same_to_the_byte(
    build: Callable[[], nn.Module], inputs: Any, recipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, anew = both(monkeypatch, build, inputs, **recipe)
    assert found.events == anew.events
    assert found == anew


@pytest.mark.parametrize("name", ["Adagrad", "Adadelta", "RMSprop", "NAdam", "RAdam", "Adamax"])
def test_optimizers_are_the_same_to_the_byte(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tensors of several shapes, and numbers that differ from step to step."""

    def optimizer(parameters: Any) -> Any:
        return getattr(torch.optim, name)(list(parameters), foreach=True, weight_decay=0.1)

    def build() -> nn.Module:
        return nn.Sequential(nn.Linear(8, 16), nn.Linear(16, 8), nn.Linear(8, 16))

    found, anew = both(monkeypatch, build, meta(4, 8), optimizer=optimizer)
    assert found.events == anew.events


def test_layers_that_repeat_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twelve equal blocks, torch is asked as often as of two, but for the windows."""
    asked: list[str] = []
    plain = Recorder._replayed

    def counted(self: Recorder, func: Any, traits: Any, *rest: Any) -> Any:
        asked.append(traits.name)
        return plain(self, func, traits, *rest)

    monkeypatch.setattr(Recorder, "_replayed", counted)
    counts = []
    for layers in (2, 12):
        asked.clear()
        shape = Shape(layers, 64, 4, 4, 128, 100, positions=16)
        trace_step(Transformer(shape), TOKENS, Recipe(optimizer="adamw"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def call(func: Any, *args: Any, **kwargs: Any) -> Any:
    found = memo.describe(func, args, kwargs)
    assert found is not None
    return found.key


X, Y = meta(4, 4), meta(4, 4)
ADD = aten.add.Tensor


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((ADD, X, Y), (ADD, X, X)),
        ((ADD, X, Y), (aten.sub.Tensor, X, Y)),
        ((ADD, X, Y), (ADD, X, meta(1, 4))),
        ((ADD, X, Y), (ADD, X, Y.t())),
        ((ADD, X, Y), (ADD, X, Y.double())),
        ((ADD, X, Y), (ADD, X, meta(4, 4).requires_grad_())),
        ((ADD, X, Y), (ADD, X, meta(5, 4)[:4])),
        ((ADD, X, meta(5, 4)[:4]), (ADD, X, meta(5, 4)[1:])),
        ((aten.add.Scalar, X, 1), (aten.add.Scalar, X, 1.0)),
        ((aten.add.Scalar, X, 1), (aten.add.Scalar, X, True)),
        ((aten.sum.dim_IntList, X, [0, 1]), (aten.sum.dim_IntList, X, [0], True)),
        ((aten.cat.default, [X, Y], 0), (aten.cat.default, [X], 0)),
    ],
)
def test_what_differs_is_described_otherwise(one: Any, other: Any) -> None:
    assert call(*one) != call(*other)
    assert call(*one) == call(*one)


def test_the_default_type_and_gradients_are_part_of_it() -> None:
    before = call(ADD, X, Y)
    with torch.no_grad():
        assert call(ADD, X, Y) != before
    torch.set_default_dtype(torch.float64)
    try:
        assert call(ADD, X, Y) != before
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(
    "args",
    [(X, torch.zeros(4)), (torch.zeros(4, 4).to_sparse().to("meta"),), (X, object()),
     (meta(4, dtype=torch.complex64).conj(),), (3, 4)],
)  # fmt: skip
def test_what_says_not_all_by_its_looks_is_not_described(args: Any) -> None:
    """On the CPU, sparse, an unknown object, a conjugate, and no tensor at all."""
    assert memo.describe(ADD, args, {}) is None


@pytest.mark.parametrize(
    "func",
    [
        aten.view.default, aten.t_.default, aten.resize_.default, aten.set_.source_Tensor,
        aten.nonzero.default, aten.index.Tensor, aten.embedding.default, aten.equal.default,
        aten._local_scalar_dense.default, aten.add.out, aten._fused_adamw_.default,
    ],
)  # fmt: skip
def test_what_is_worked_out_each_time(func: Any) -> None:
    """Windows, what changes shapes, what depends on values, what writes elsewhere."""
    assert not memo.remembers(func)
    assert memo.remembers(ADD) and memo.remembers(aten.add_.Tensor)


def test_results_that_are_windows_or_given_back() -> None:
    described = memo.describe(aten.add_.Tensor, (X, Y), {})
    assert described is not None
    handed_back = memo.outcome(described, X)
    assert handed_back is not None and handed_back.again([Y, X]) is Y
    assert memo.outcome(described, X.view(16)) is None
    assert memo.outcome(described, meta(8, 4)[4:]) is None
    assert memo.outcome(described, (Z := meta(3), Z.view(3))) is None
    fresh = memo.outcome(described, [meta(3), None, 7])
    assert fresh is not None
    (tensor, nothing, seven) = fresh.again([X, Y])
    assert (tensor.shape, nothing, seven) == ((3,), None, 7)
    twice = memo.describe(aten.mul_.Tensor, (X, X), {})
    assert twice is not None and memo.outcome(twice, X) is None


def test_the_same_bytes_only_for_the_same_storages() -> None:
    class Sums(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return (x + x) + (x + x.clone())

    trace = trace_step(Sums(), meta(256), Recipe(training=False))
    moved = [one.nbytes // 1024 for one in trace.operators() if one.name == "aten.add"]
    assert moved == [2, 3, 3]


def test_numbers_out_of_range_are_refused_also_when_the_shape_was_met_before() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(10, 4)

        def forward(self, good: Tensor, bad: Tensor) -> Tensor:
            return self.table(good) + self.table(bad)

    good, bad = torch.tensor([1, 2]), torch.tensor([1, 12])
    trace_step(Twice(), (good, good), Recipe())
    with pytest.raises(GpuguideError, match="12 is not in 0 to 9"):
        trace_step(Twice(), (good, bad), Recipe())


def test_foreach_row_by_row() -> None:
    ones = [meta(3), meta(4, 4).t(), meta(3), meta(3, dtype=torch.float64)]
    described = memo.describe(aten._foreach_sqrt.default, (ones,), {}, True)
    assert described is not None
    found = memo.one_by_one(aten._foreach_sqrt.default, described, (ones,), {})
    real = torch._foreach_sqrt(ones)
    looks = [(one.shape, one.stride(), one.dtype) for one in found]
    assert looks == [(one.shape, one.stride(), one.dtype) for one in real]


@pytest.mark.parametrize(
    ("ones", "others"),
    [([meta(3), meta(3)], [meta(3)]), ([meta(3), meta(4)], [meta(3), meta(5)]),
     ([meta(3, dtype=torch.int64)], [meta(3)])],
)  # fmt: skip
def test_foreach_still_refuses_what_torch_refuses(ones: Any, others: Any) -> None:
    described = memo.describe(aten._foreach_add_.List, (ones, others), {}, True)
    assert described is not None
    with pytest.raises(RuntimeError):
        memo.one_by_one(aten._foreach_add_.List, described, (ones, others), {})


def test_operators_of_a_second_step_say_so() -> None:
    trace = trace_step(Transformer(BERT_BASE), TOKENS, Recipe(optimizer="sgd"))
    steps = [one.step for one in trace.events if isinstance(one, Operator)]
    assert steps.count(0) == steps.count(1) > 100


def test_a_recorder_goes_without_a_search_for_garbage() -> None:
    gc.collect()
    gc.disable()
    try:
        layer, found = nn.Linear(4, 4).to("meta"), Recorder("meta")
        replay(layer, meta(2, 4), Recipe(optimizer="adamw"), found)
        gone = weakref.ref(found)
        del found
        assert gone() is None
    finally:
        gc.enable()


def test_elders_are_at_rest_meanwhile_only() -> None:
    assert gc.get_freeze_count() == 0
    with elders_at_rest():
        assert gc.get_freeze_count() > 1000
    assert gc.get_freeze_count() == 0
    gc.freeze()
    try:
        with elders_at_rest():
            pass
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
