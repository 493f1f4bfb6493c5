"""Traces against closed forms, and against the same steps really computed on the CPU."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from gpuguide.cost.allocator import Held
from gpuguide.cost.allocator import replay as hold
from gpuguide.problem import GpuguideError
from gpuguide.step.events import Allocation, Operator, Release, Trace
from gpuguide.step.recorder import Recorder
from gpuguide.step.recurrent import Shape, persists
from gpuguide.step.trace import Recipe, replay, trace_step
from gpuguide.step.twin import twin_model


def meta(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


def held(model: nn.Module, inputs: object, **recipe: object) -> Held:
    return hold(trace_step(model, inputs, Recipe(**recipe)).events)  # type: ignore[arg-type]


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(100, 200), nn.ReLU(), nn.Linear(200, 10))


MLP = 100 * 200 + 200 + 200 * 10 + 10


def kept(trace: Trace, step: int = 0) -> int:
    """Bytes of activations that live when the forward pass of the first step ends."""
    live: dict[int, Allocation] = {}
    for event in trace.events:
        if isinstance(event, Allocation):
            if event.phase == "backward":
                break
            live[event.storage] = event
        elif isinstance(event, Release):
            live.pop(event.storage)
    return sum(one.nbytes for one in live.values() if one.kind == "activations")


def test_an_mlp_by_hand() -> None:
    found = held(mlp(), meta(64, 100), optimizer="adamw").by_kind
    assert found["parameters"] == found["gradients"] == 4 * MLP
    assert found["optimizer_state"] == 2 * 4 * MLP
    assert found["inputs"] == 64 * 100 * 4


@pytest.mark.parametrize(
    ("optimizer", "copies"), [("sgd", 0), ("momentum", 1), ("adam", 2), ("adamw", 2)]
)
def test_optimizer_state_in_copies_of_the_parameters(optimizer: str, copies: int) -> None:
    trace = trace_step(mlp(), meta(2, 100), Recipe(optimizer=optimizer))
    state = [
        event.nbytes
        for event in trace.events
        if isinstance(event, Allocation) and event.kind == "optimizer_state"
    ]
    assert sum(state) == copies * 4 * MLP


def test_foreach_optimizers_hold_a_list_of_temporaries() -> None:
    """torch.optim documents `foreach`: about the size of the parameters more at the peak."""
    found = held(mlp(), meta(1, 100), optimizer="adamw").by_kind
    assert found["temporaries"] == 4 * MLP


def test_what_an_mlp_keeps_for_the_backward_pass() -> None:
    trace = trace_step(mlp(), meta(64, 100), Recipe(loss=lambda out: out.sum()))
    after_relu, loss = 64 * 200 * 4, 4  # the input is counted as such; the output is not needed
    assert kept(trace) == after_relu + loss


def test_flops_of_linear_and_convolution() -> None:
    """Forward 2·M·K·N, backward the same for the weight and, past the first layer, the input."""
    trace = trace_step(mlp(), meta(64, 100), Recipe())
    first, second = 2 * 64 * 100 * 200, 2 * 64 * 200 * 10
    assert trace.flops() == 2 * first + 3 * second
    conv = nn.Conv2d(3, 8, 3, padding=1)
    trace = trace_step(conv, meta(2, 3, 32, 32), Recipe(training=False))
    assert trace.flops() == 2 * (2 * 32 * 32) * 8 * (3 * 3 * 3)


@pytest.mark.parametrize(
    ("layer", "each"),
    [
        (nn.Conv2d(8, 16, 3, groups=4), 2 * (15 * 15) * 16 * (2 * 3 * 3)),
        (nn.Conv2d(8, 8, 3, groups=8), 2 * (15 * 15) * 8 * (3 * 3)),
        (nn.Conv2d(8, 16, 3, 2), 2 * (8 * 8) * 16 * (8 * 3 * 3)),
        (nn.ConvTranspose2d(8, 16, 3, 2, groups=4), 2 * (17 * 17) * 8 * (4 * 3 * 3)),
        (nn.Conv1d(8, 8, 3, groups=2), 2 * 15 * 8 * (4 * 3)),
    ],
)
def test_flops_of_convolutions_in_groups(layer: nn.Module, each: int) -> None:
    """By hand: places × outputs × what each is made of. Backward twice that, but once for images,
    whose gradient nobody wants. torch 2.13 counts the backward pass `groups` times too much."""
    size = (4, 8, 17) if isinstance(layer, nn.Conv1d) else (4, 8, 17, 17)
    assert trace_step(layer, meta(*size), Recipe()).flops() == 4 * each * 2
    double = nn.Sequential(nn.Conv2d(8, 8, 1), layer)
    if len(size) == 4:
        first = 2 * 17 * 17 * 8 * 8
        assert trace_step(double, meta(*size), Recipe()).flops() == 4 * (each * 3 + first * 2)


def test_depthwise_and_grouped_convolutions_are_classes_of_their_own() -> None:
    layers = nn.Sequential(
        nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 16, 3, groups=8), nn.Conv2d(16, 16, 1, groups=2)
    )
    trace = trace_step(layers, meta(4, 8, 17, 17), Recipe(training=False))
    kinds = [one.kind for one in trace.operators() if one.flops]
    assert kinds == ["depthwise", "grouped", "grouped"]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adamw"])
@pytest.mark.parametrize("accumulate", [1, 3])
def test_the_peak_is_that_of_a_real_run(optimizer: str, accumulate: int) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Dropout(0.2), nn.Flatten(), nn.Linear(16 * 15 * 15, 10),
    )  # fmt: skip
    recipe = Recipe(optimizer=optimizer, loss="cross_entropy", accumulate=accumulate)
    images = torch.randn(8, 3, 32, 32)
    traced = hold(trace_step(model, images, recipe).events)
    real = hold(replay(model, images, recipe, Recorder("cpu")).events)
    counters = 4 * len(list(model.parameters())) if optimizer == "adamw" else 0
    assert real.requested - traced.requested == counters  # Adam's step counts stay on the host
    assert real.reserved == traced.reserved
    for one in (traced, real):
        one.by_kind.pop("optimizer_state", None)
    assert real.by_kind == traced.by_kind


def test_saved_activations_are_those_that_autograd_saves() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.GELU())
    images = torch.randn(4, 3, 16, 16)
    saved: dict[int, int] = {}
    owned = {p.untyped_storage()._cdata for p in [*model.parameters(), images]}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in owned:
            saved[storage._cdata] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = model(images).sum()
    trace = trace_step(model, images, Recipe(loss=lambda out: out.sum()))
    assert kept(trace) == sum(saved.values()) + loss.nbytes


class Recurrent(nn.Module):
    def __init__(self, kind: type[nn.RNNBase], **options: object) -> None:
        super().__init__()
        self.rnn = kind(128, 256, num_layers=2, **options)  # type: ignore[arg-type]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.rnn(x)[0]
        return out


@pytest.mark.parametrize(("kind", "gates"), [(nn.LSTM, 4), (nn.GRU, 3), (nn.RNN, 1)])
@pytest.mark.parametrize("batch_first", [False, True])
def test_flops_of_a_recurrent_network(
    kind: type[nn.RNNBase], gates: int, batch_first: bool
) -> None:
    """2·G·H·(I + H)·T·B a layer; torch's own counter says 0 for an LSTM on the CPU."""
    size = (32, 100, 128) if batch_first else (100, 32, 128)
    forward = 2 * gates * 256 * ((128 + 256) + (256 + 256)) * 100 * 32
    model = Recurrent(kind, batch_first=batch_first)
    assert trace_step(model, meta(*size), Recipe(training=False)).flops() == forward
    trace = trace_step(model, meta(*size), Recipe())
    assert trace.flops() == 3 * forward
    (operator,) = [
        one for one in trace.operators() if one.kind == "recurrent" and one.phase == "forward"
    ]
    assert operator.launches == 100 * 2
    assert any("cuDNN's memory" in note for note in trace.notes)


def test_a_bidirectional_lstm_counts_both_directions_and_the_wider_second_layer() -> None:
    trace = trace_step(
        Recurrent(nn.LSTM, bidirectional=True), meta(10, 4, 128), Recipe(training=False)
    )
    assert trace.flops() == 2 * 2 * 4 * 256 * ((128 + 256) + (512 + 256)) * 10 * 4


def test_the_gradients_of_an_lstm_reach_every_weight() -> None:
    found = held(Recurrent(nn.LSTM), meta(10, 4, 128), optimizer="sgd").by_kind
    assert found["gradients"] == found["parameters"]


def test_an_lstm_cell_keeps_its_gates_once() -> None:
    cell = nn.LSTMCell(64, 64)
    trace = trace_step(cell, meta(8, 64), Recipe(training=False))
    assert "aten._thnn_fused_lstm_cell" in {one.name for one in trace.operators()}


class Attention(nn.Module):
    """Heads of 64 and nothing else, so that only attention's own memory grows."""

    def __init__(self, causal: bool = False) -> None:
        super().__init__()
        self.qkv, self.causal = nn.Linear(128, 3 * 128), causal

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, steps, _ = x.shape
        q, k, v = self.qkv(x).view(batch, steps, 3, 2, 64).permute(2, 0, 3, 1, 4)
        out = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return out.transpose(1, 2).reshape(batch, steps, 128)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_attention_is_linear_in_the_sequence(precision: str) -> None:
    short, long = (
        held(Attention(), meta(2, steps, 128), precision=precision) for steps in (1024, 4096)
    )
    fixed = short.by_kind["parameters"]
    assert long.requested - fixed < 4.1 * (short.requested - fixed)


def test_the_backward_pass_of_flash_attention_takes_scratch_memory() -> None:
    trace = trace_step(Attention(), meta(2, 500, 128), Recipe(precision="bf16"))
    rows = 500
    sizes = [one.nbytes for one in trace.events if isinstance(one, Allocation)]
    assert 4 * 2 * 2 * rows in sizes and 4 * 2 * 2 * rows * 64 in sizes


def test_fewer_heads_of_keys_and_values() -> None:
    class Grouped(nn.Module):
        def forward(self, q: torch.Tensor, kv: torch.Tensor) -> torch.Tensor:
            return nn.functional.scaled_dot_product_attention(q, kv, kv, enable_gqa=True)

    q = meta(2, 8, 128, 64, dtype=torch.bfloat16).requires_grad_()
    kv = meta(2, 2, 128, 64, dtype=torch.bfloat16).requires_grad_()
    trace = trace_step(Grouped(), (q, kv), Recipe())
    scratch = [one for one in trace.events if isinstance(one, Allocation)]
    expanded = 2 * 8 * 128 * 64 * 2
    assert sum(one.nbytes == expanded and one.phase == "backward" for one in scratch) >= 3
    assert not trace.notes


def test_attention_flops_and_the_causal_half() -> None:
    def flops(causal: bool) -> int:
        trace = trace_step(Attention(causal), meta(2, 512, 128), Recipe(training=False))
        return sum(one.flops for one in trace.operators() if one.kind == "attention")

    assert flops(False) == 2 * 2 * 2 * 2 * 512 * 512 * 64
    assert flops(True) == flops(False) // 2


def test_multihead_attention_of_torch_is_seen_through() -> None:
    layer = nn.TransformerEncoderLayer(64, 4, batch_first=True)
    names = {one.name for one in trace_step(layer, meta(2, 32, 64), Recipe()).operators()}
    assert "aten._scaled_dot_product_efficient_attention" in names
    assert "aten.native_dropout" in names


class Deep(nn.Module):
    def __init__(self, checkpointed: bool) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(64, 256), nn.GELU(), nn.Linear(256, 64)) for _ in range(8)
        )
        self.checkpointed = checkpointed

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self.checkpointed else block(x)
        return x


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_checkpointing_keeps_less_and_computes_more(precision: str) -> None:
    plain, saving = (
        trace_step(Deep(on), meta(4096, 64), Recipe(precision=precision)) for on in (False, True)
    )
    assert kept(saving) < kept(plain) / 4
    assert hold(saving.events).requested < hold(plain.events).requested / 2
    assert plain.flops() < saving.flops() < 1.4 * plain.flops()


def test_autocast_casts_as_cuda_does() -> None:
    model = nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.Linear(64, 64))
    trace = trace_step(model, meta(32, 64), Recipe(training=False, precision="bf16"))
    kinds = [
        (one.name, one.dtype)
        for one in trace.operators()
        if one.name in ("aten.addmm", "aten.native_layer_norm")
    ]
    assert kinds == [
        ("aten.addmm", "bfloat16"),
        ("aten.native_layer_norm", "float32"),
        ("aten.addmm", "bfloat16"),
    ]


class ConvolvedTags(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv1d(8, 16, 3, padding=1)
        self.rnn = nn.LSTM(16, 32, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.rnn(self.features(x).transpose(1, 2))[0]
        return out


def test_under_autocast_an_lstm_takes_what_a_convolution_gives() -> None:
    trace = trace_step(ConvolvedTags(), meta(4, 8, 20), Recipe(precision="bf16"))
    kinds = {one.kind: one.dtype for one in trace.operators() if one.phase == "forward"}
    assert kinds["convolution"] == "bfloat16" and kinds["recurrent"] == "float16"
    with pytest.raises(ValueError, match="dtype"):  # without autocast torch's own check stands
        trace_step(ConvolvedTags().rnn, meta(4, 20, 16).double(), Recipe())


@pytest.mark.parametrize(
    ("mode", "batch", "hidden", "layers", "expected"),
    [
        ("lstm", 64, 512, 1, True),
        ("lstm", 128, 1024, 1, True),
        ("lstm", 64, 512, 2, False),
        ("lstm", 60, 512, 1, False),
        ("lstm", 136, 512, 1, False),
        ("lstm", 64, 500, 1, False),
        ("lstm", 64, 1152, 1, False),
        ("gru", 64, 512, 1, False),
        ("rnn_tanh", 96, 768, 1, True),
        ("rnn_tanh", 96, 896, 1, False),
    ],
)
def test_which_recurrent_layers_may_be_one_kernel(
    mode: str, batch: int, hidden: int, layers: int, expected: bool
) -> None:
    """`get_algo` in torch's RNN.cpp, case by case."""
    shape = Shape(mode, 384, hidden, hidden, layers, 1)
    assert persists(shape, batch, half=True) is expected
    assert not persists(shape, batch, half=False)


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(128, 256)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.full((x.shape[1],), x.shape[0]))
        out: torch.Tensor = self.rnn(packed)[0].data
        return out


@pytest.mark.parametrize(("model", "expected"), [(nn.LSTM(128, 256), True), (Packed(), False)])
def test_packed_sequences_are_never_one_kernel(model: nn.Module, expected: bool) -> None:
    recipe = Recipe(training=False, precision="fp16")
    kinds = {one.kind for one in trace_step(model, meta(20, 8, 128), recipe).operators()}
    assert ("persistent" in kinds) is expected and ("recurrent" in kinds) is not expected


def test_autocast_copies_each_weight_of_an_lstm_into_one_buffer() -> None:
    """As seen on an H200: zeros, one copy for each of four weights, casts of input and states."""
    recipe = Recipe(training=False, precision="bf16")
    names = [one.name for one in trace_step(nn.LSTM(16, 32), meta(5, 8, 16), recipe).operators()]
    assert names.count("aten.copy_") == 4
    assert names.count("aten._to_copy") == 3 and names.count("aten.zeros") == 2


def test_autocast_casts_a_parameter_once_per_forward_pass() -> None:
    layer = nn.Linear(64, 64, bias=False)
    model = nn.Sequential(layer, layer, layer)
    trace = trace_step(model, meta(32, 64), Recipe(training=False, precision="bf16"))
    casts = [one for one in trace.operators() if one.name == "aten._to_copy"]
    assert len(casts) == 2  # the input and the weight, which is used three times


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_a_loss_takes_its_logarithms_in_the_low_precision(precision: str) -> None:
    """As seen on an H200: `_log_softmax` of the half type, then one copy in float32."""
    recipe = Recipe(precision=precision, loss="cross_entropy")
    trace = trace_step(nn.Linear(8, 5000, bias=False), meta(64, 8), recipe)
    logits = 64 * 5000 * 4
    found = [
        event
        for event in trace.events
        if isinstance(event, Allocation) and (event.nbytes, event.phase) == (logits, "forward")
    ]
    assert len(found) == 2  # two steps
    types = [one.dtype for one in trace.operators() if one.name == "aten._log_softmax"]
    assert types == [{"fp16": "float16", "bf16": "bfloat16"}[precision]]


def test_autocast_leaves_gradients_in_float32_and_halves_activations() -> None:
    plain, low = (held(mlp(), meta(8192, 100), precision=name) for name in ("fp32", "bf16"))
    first, second = (one.by_phase["forward"]["activations"] for one in (low, plain))
    assert first < 0.8 * second
    trace = trace_step(mlp(), meta(64, 100), Recipe(precision="fp16", optimizer="sgd"))
    gradients = {
        event.nbytes
        for event in trace.events
        if isinstance(event, Allocation) and event.kind == "gradients"
    }
    assert max(gradients) == 4 * 100 * 200


def test_inference_frees_as_it_goes() -> None:
    model = nn.Sequential(*(nn.Linear(256, 256, bias=False) for _ in range(10)))
    found = held(model, meta(64, 256), training=False)
    assert found.by_kind["activations"] == 2 * 64 * 256 * 4
    assert "gradients" not in found.by_kind


def test_a_kv_cache_is_an_input() -> None:
    class Cached(nn.Module):
        def forward(self, q: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> object:
            return nn.functional.scaled_dot_product_attention(q, keys, values)

    cache = meta(4, 8, 2048, 64, dtype=torch.bfloat16)
    inputs = (meta(4, 8, 1, 64, dtype=torch.bfloat16), cache, torch.empty_like(cache))
    found = held(Cached(), inputs, training=False)
    assert found.by_kind["inputs"] == inputs[0].nbytes + 2 * cache.nbytes


def test_tied_weights_stay_tied_and_the_model_is_untouched() -> None:
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
    model[1].weight = model[0].weight
    before = model[0].weight.detach().clone()
    twin = twin_model(model)
    assert twin[1].weight is twin[0].weight  # type: ignore[index]
    assert twin[0].weight.is_meta and not model[0].weight.is_meta  # type: ignore[index]
    trace_step(model, meta(2, 8), Recipe(optimizer="sgd"))
    assert torch.equal(model[0].weight, before) and model[0].weight.grad is None


def test_nothing_stays_patched() -> None:
    before = nn.functional.has_torch_function
    trace_step(mlp(), meta(2, 100), Recipe())
    with pytest.raises(RuntimeError, match="must have same reduction dim"):
        trace_step(mlp(), meta(2, 7), Recipe())
    assert nn.functional.has_torch_function is before
    assert torch.is_grad_enabled()


def test_two_steps_are_equal_in_work() -> None:
    trace = trace_step(mlp(), meta(64, 100), Recipe(optimizer="momentum"))

    def work(step: int) -> list[tuple[str, int]]:
        found = (one for one in trace.operators(step) if one.phase != "optimizer")
        return [(one.name, one.flops) for one in found]

    assert work(0) == work(1)
    assert all(isinstance(one, Operator) for one in trace.operators())


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(precision="int3"), "precision: 'int3'; use fp32, tf32, bf16, fp16"),
        (Recipe(optimizer="lion"), "optimizer: 'lion'; use sgd, momentum, adam, adamw"),
        (Recipe(loss="hinge"), "loss: 'hinge'; use mean, mse, cross_entropy"),
        (Recipe(accumulate=0), "accumulate: 0; use 1 or more"),
        (Recipe(training=False, optimizer="adam"), "optimizer: inference has none; leave it out"),
    ],
)
def test_a_wrong_word_is_named(recipe: Recipe, message: str) -> None:
    with pytest.raises(GpuguideError) as error:
        trace_step(mlp(), meta(2, 100), recipe)
    assert str(error.value) == message


def test_a_model_without_a_floating_output_cannot_train() -> None:
    class Index(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.argmax(1)

    with pytest.raises(GpuguideError, match="no floating-point tensor to train on"):
        trace_step(Index(), meta(2, 4), Recipe())


def test_what_differs_on_cuda_is_said() -> None:
    class Casting(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            with torch.autocast("cuda", torch.bfloat16):
                return x @ x

    if not torch.cuda.is_available():
        (note,) = trace_step(Casting(), meta(4, 4), Recipe(training=False)).notes
        assert note.startswith("The model opens torch.autocast itself")
    layer = nn.TransformerEncoderLayer(8, 2, batch_first=True)
    (note,) = trace_step(layer, meta(1, 4, 8), Recipe(training=False)).notes
    assert "fused path for inference" in note
    last = nn.Conv2d(8, 8, 3).to(memory_format=torch.channels_last)
    (note,) = trace_step(last, meta(1, 8, 8, 8), Recipe(training=False)).notes
    assert "channels last" in note
    compiled = torch.compile(mlp(), backend="eager")
    (note,) = trace_step(compiled, meta(2, 100), Recipe()).notes  # type: ignore[arg-type]
    assert note.startswith("torch.compile fuses operators")


def test_channels_last_goes_on_from_layer_to_layer_and_copies_nothing() -> None:
    """Where an operand's channels are last, so are the result's; cuDNN then needs no copies."""

    class Images(nn.Sequential):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self:
                x = layer(x)
                assert x.is_contiguous(memory_format=torch.channels_last) is last
            return x

    peaks = {}
    for last in (False, True):
        model = Images(nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3))
        if last:
            model = model.to(memory_format=torch.channels_last)
        found = held(model, meta(64, 8, 32, 32), optimizer="sgd").by_kind
        peaks[last] = found["temporaries"]
    assert peaks[True] < peaks[False]


def test_a_models_own_warnings_come_through() -> None:
    class Warns(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            warnings.warn("old layer", UserWarning, stacklevel=1)
            return x * 2

    with pytest.warns(UserWarning, match="old layer"):
        trace_step(Warns(), meta(2, 2), Recipe(training=False))


def test_outputs_with_fields() -> None:
    class Output(dict[str, torch.Tensor]):
        pass

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> Output:
            out = self.fc(x)
            return Output(loss=out.sum(), logits=out)

    assert trace_step(Model(), {"x": meta(2, 4)}, Recipe(optimizer="sgd")).flops() > 0
