"""What a model asks of its tensors' contents, and what is said where it is not known."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gpuguide.cost.allocator import replay as hold
from gpuguide.problem import GpuguideError
from gpuguide.step.dependent import BESIDE, UPPER
from gpuguide.step.events import Allocation, Trace
from gpuguide.step.recorder import Recorder
from gpuguide.step.trace import Recipe, replay, trace_step
from gpuguide.step.values import RANDOM

FORWARD = Recipe(training=False)


class Call(nn.Module):
    """A model that does what a function says."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(*inputs)


def traced(function: Callable[..., Tensor], *inputs: Tensor, recipe: Recipe = FORWARD) -> Trace:
    return trace_step(Call(function), inputs, recipe)


def asked(function: Callable[..., Tensor], *inputs: Tensor) -> Trace:
    """The same as a real run's operators, since a model's path depends on what it reads."""
    found = traced(function, *inputs)
    real = replay(Call(function), inputs, FORWARD, Recorder("cpu"))
    assert found.flops() == real.flops()
    names, others = ([one.name for one in each.operators()] for each in (found, real))
    assert [one for one in names if one != "aten.nonzero"] == others  # hidden in aten.index
    return found


def test_what_follows_from_numbers_is_known() -> None:
    def function(x: Tensor, mask: Tensor) -> Tensor:
        steps = torch.arange(x.shape[1], device=x.device)
        allowed = (steps[:, None] >= steps) & mask[:, None].bool()
        for place in range(x.shape[1]):
            if bool(allowed[0, place, 0]) and int(mask.sum()) == 5:
                x = x @ x
        return x

    mask = torch.tensor([[0, 1, 1, 1, 1, 1, 0, 0]])
    assert asked(function, torch.randn(8, 8), mask).flops() == 0
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0, 0]])
    assert asked(function, torch.randn(8, 8), mask).flops() == 8 * 2 * 8**3


@pytest.mark.parametrize("write", [
    lambda x: x[1:].fill_(3), lambda x: x.t().zero_(), lambda x: x.view(-1)[::2].copy_(
        torch.arange(8, device=x.device)), lambda x: x[2].add_(x[1]),
    lambda x: x.masked_fill_(x > 4, 0),
    lambda x: x.index_fill_(0, torch.ones(1, dtype=torch.int64, device=x.device), 9),
])  # fmt: skip
def test_what_is_written_into_a_window_is_seen_through_the_others(
    write: Callable[[Tensor], Tensor],
) -> None:
    def function(numbers: Tensor) -> Tensor:
        grid = torch.arange(16, device=numbers.device).view(4, 4).contiguous()
        write(grid)
        return torch.zeros((*grid.flatten().tolist()[:3], 1))

    real = Call(function)(torch.zeros(1))
    recorder = Recorder("meta")
    with recorder:
        found = Call(function)(torch.zeros(1, device="meta"))
    assert found.shape == real.shape


def test_masks_without_contents_are_all_ones_and_that_is_said() -> None:
    def function(x: Tensor, mask: Tensor) -> Tensor:
        return x @ x if bool(mask.all()) else x

    x = torch.empty(4, 4, device="meta")
    found = traced(function, x, torch.empty(4, dtype=torch.bool, device="meta"))
    assert found.flops() == 2 * 4**3
    assert found.notes == (
        "The model reads values of its input 2, which has none: taken to be all ones.",
    )
    assert traced(function, x, torch.tensor([True, False])).flops() == 0


def test_whether_all_of_the_data_are_true_is_taken_for_granted_with_a_note() -> None:
    def function(x: Tensor) -> Tensor:
        h = x @ x
        return h @ h if bool((h == 0).all()) and not bool(h.isnan().any()) else h

    found = traced(function, torch.empty(4, 4, device="meta"))
    assert found.flops() == 2 * 2 * 4**3 and len(found.notes) == 2
    assert all("depends on the data" in note for note in found.notes)


@pytest.mark.parametrize("function", [
    lambda x: x * x.exp().sum().item(), lambda x: x if (x @ x).sum() > 0 else -x,
    lambda x: x[:, : (x @ x).long().max()], lambda x: (x @ x).cpu(),
])  # fmt: skip
def test_what_cannot_be_known_is_refused_with_what_to_do(
    function: Callable[[Tensor], Tensor],
) -> None:
    with pytest.raises(GpuguideError, match=r"which an estimate has not: take that out of forward"):
        traced(function, torch.empty(4, 4, device="meta"))


def test_a_mask_of_the_data_picks_out_everything_at_most() -> None:
    def function(x: Tensor) -> Tensor:
        return x[x[:, 0] > 0] @ x.t()

    found = traced(function, torch.empty(6, 4, device="meta"))
    assert found.flops() == 2 * 6 * 4 * 6 and found.notes == (UPPER,)
    assert asked(lambda x, mask: x[mask] @ x.t(), torch.randn(6, 4),
                 torch.tensor([True, False] * 3)).flops() == 2 * 3 * 4 * 6  # fmt: skip


def test_a_layer_left_out_at_random_runs() -> None:
    def drop(x: Tensor) -> Tensor:
        for draw in (lambda: float(torch.rand([])), random.random, lambda: random.uniform(0, 1)):
            if draw() >= 0.5:
                x = x @ x
        return x

    before = random.getstate()
    found = traced(drop, torch.empty(4, 4, device="meta"))
    assert found.flops() == 3 * 2 * 4**3 and found.notes == (RANDOM,)
    assert random.getstate() == before and random.random.__name__ == "random"


class Tagger(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(8, 16, batch_first=True)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out: Tensor = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)[0]
        return out


@pytest.mark.parametrize("lengths", [[5, 9, 2], [0, 0, 0]])
def test_packed_sequences_have_the_lengths_given_or_else_the_longest(lengths: list[int]) -> None:
    given = torch.tensor(lengths) if any(lengths) else torch.empty(3, dtype=torch.int64).to("meta")
    found = trace_step(Tagger(), (torch.empty(3, 9, 8), given), FORWARD)
    tokens = sum(lengths) or 3 * 9
    assert found.flops() == 2 * 4 * 16 * (8 + 16) * tokens
    assert bool(any(lengths)) is not any(
        "reads values of its input 2" in one for one in found.notes
    )


def test_devices_by_name_are_the_gpu() -> None:
    def function(x: Tensor) -> Tensor:
        weight = torch.ones(4, 4, device="cuda").to(torch.device("cuda", 0)).cuda()
        assert weight.device == x.device
        lengths = torch.tensor([2, 3], device="cuda")
        return (x @ weight)[:, : int(lengths.max())]

    assert traced(function, torch.empty(4, 4)).flops() == 2 * 4**3


def test_what_is_made_on_the_cpu_is_taken_to_be_on_the_gpu_with_a_note() -> None:
    found = traced(lambda x: x @ torch.ones(4, 4), torch.empty(4, 4))
    assert found.flops() == 2 * 4**3 and found.notes == (BESIDE,)


def test_a_sparse_gradient_has_a_row_for_each_token() -> None:
    model = nn.Embedding(1000, 16, sparse=True)
    recipe = Recipe(optimizer="sgd", loss=lambda out: (out * out).sum())
    found = trace_step(model, torch.zeros(7, dtype=torch.int64), recipe)
    sizes = [one.nbytes for one in found.events
             if isinstance(one, Allocation) and one.kind == "gradients"]  # fmt: skip
    assert 7 * 16 * 4 in sizes and max(sizes) < 1000 * 16 * 4


def test_lazy_layers_get_their_sizes_from_the_inputs() -> None:
    model = nn.Sequential(nn.LazyConv2d(8, 3), nn.Flatten(), nn.LazyLinear(10))
    found = trace_step(model, torch.empty(2, 3, 12, 12), Recipe(optimizer="sgd"))
    assert found.parameters == 8 * 3 * 9 + 8 + 8 * 10 * 10 * 10 + 10
    assert isinstance(model[0].weight, nn.UninitializedParameter)


def test_ctc_loss_keeps_a_table_of_all_steps() -> None:
    def function(x: Tensor, targets: Tensor, sizes: Tensor) -> Tensor:
        steps = torch.full((3,), 20, dtype=torch.int64)
        return functional.ctc_loss(x.log_softmax(-1), targets, steps, sizes)

    x = torch.empty(20, 3, 12).requires_grad_()
    found = traced(function, x, torch.ones(3, 5, dtype=torch.int64), torch.tensor([4, 3, 2]),
                   recipe=Recipe())  # fmt: skip
    sizes = [one.nbytes for one in found.events if isinstance(one, Allocation)]
    assert 3 * 20 * (2 * 4 + 1) * 4 in sizes


class Steered(nn.Module):
    """Two losses, as `(logits, loss)` and as a dict, or a large output."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.fc, self.other, self.kind = nn.Linear(8, 4096), nn.Linear(8, 8), kind

    def forward(self, x: Tensor) -> object:
        logits, side = self.fc(x), self.other(x).mean()
        return {
            "pair": (logits, side), "losses": {"a": logits.mean(), "b": side}, "logits": logits,
        }[self.kind]  # fmt: skip


@pytest.mark.parametrize(("kind", "trained"), [("pair", {8 * 8 * 4}), ("losses", {
    8 * 8 * 4, 8 * 4096 * 4})])  # fmt: skip
def test_of_logits_and_loss_the_loss_counts_and_of_losses_the_sum(
    kind: str, trained: set[int]
) -> None:
    found = trace_step(Steered(kind), torch.empty(16, 8), Recipe())
    sizes = {one.nbytes for one in found.events
             if isinstance(one, Allocation) and one.kind == "gradients"}  # fmt: skip
    assert {8 * 8 * 4, 8 * 4096 * 4} & sizes == trained


def test_an_output_in_a_variable_stays_through_the_backward_pass() -> None:
    model, x = Steered("logits"), torch.empty(1024, 8)
    logits = 1024 * 4096 * 4

    def peak(keep: bool, phase: str) -> int:
        found = trace_step(model, x, Recipe(optimizer="sgd", keep_output=keep))
        assert any("--keep-output" in note for note in found.notes) is not keep
        return sum(hold(found.events).by_phase[phase].values())

    assert peak(True, "backward") - peak(False, "backward") >= logits
    # the next forward pass makes a new output while the old one is still in the variable
    assert peak(True, "forward") - peak(False, "forward") >= logits


def test_a_compiled_part_is_traced_as_it_is_and_said() -> None:
    model = nn.Sequential(nn.Linear(4, 4), torch.compile(nn.Linear(4, 4), backend="eager"))  # type: ignore[arg-type]
    found = trace_step(model, torch.empty(2, 4), Recipe())
    assert found.flops() == 2 * 2 * 2 * 4 * 4 + 3 * 2 * 2 * 4 * 4
    assert any(note.startswith("torch.compile fuses") for note in found.notes)
    whole = nn.Linear(4, 4)
    whole.compile(backend="eager")
    (note,) = trace_step(whole, torch.empty(2, 4), Recipe()).notes
    assert note.startswith("torch.compile fuses")


@pytest.mark.parametrize(
    ("function", "flops"),
    [
        (lambda x: x @ x[0], 2 * 4 * 4),
        (lambda x: torch.addmv(x[0], x, x[1]), 2 * 4 * 4),
        (lambda x: x[0].dot(x[1])[None], 2 * 4),
        (lambda x: torch._int_mm(x.to(torch.int8), x.to(torch.int8)), 2 * 32 * 32 * 32),
        (lambda x: functional.bilinear(x, x, x.expand(4, 4, 4)), 2 * 4 * 4 * 4 * 4 + 2 * 4 * 4 * 4),
    ],
)
def test_operators_that_torch_has_no_formula_for(
    function: Callable[[Tensor], Tensor], flops: int
) -> None:
    size = 32 if flops > 10000 else 4
    found = traced(function, torch.empty(size, size, device="meta"))
    assert found.flops() == flops and not found.notes


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_grouped_products_of_experts_count_every_token_once(dtype: torch.dtype) -> None:
    x, experts = torch.empty(24, 16, dtype=dtype), torch.empty(4, 16, 32, dtype=dtype)
    ends = torch.tensor([6, 6, 20, 24], dtype=torch.int32)
    found = traced(lambda a, b, c: torch._grouped_mm(a, b, offs=c), x, experts, ends)
    assert found.flops() == 2 * 24 * 16 * 32


def test_an_operator_that_computes_and_has_no_formula_is_named() -> None:
    (note,) = traced(lambda x: torch.linalg.inv(x), torch.empty(4, 4, device="meta")).notes
    assert note.startswith("aten.linalg_inv_ex has no formula for its FLOPs")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: x @ x.half(), "mm of float16 with float32: torch takes one type"),
        (lambda x: x.long() @ x.long(), "mm of int64 does not run on a GPU"),
        (lambda x: x.long().softmax(0), "_softmax of int64 does not run on a GPU"),
        (
            lambda x: functional.cross_entropy(x @ x, torch.tensor([0, 1, 2, 9], device=x.device)),
            "loss: 9 is not in 0 to 3, its classes",
        ),
        (
            lambda x: functional.embedding(torch.tensor([0, 4], device=x.device), x),
            "embedding: 4 is not in 0 to 3, its rows",
        ),
    ],
)
def test_what_cuda_refuses_is_refused(function: Callable[[Tensor], Tensor], message: str) -> None:
    with pytest.raises(GpuguideError, match=message):
        traced(function, torch.empty(4, 4, device="meta"))
