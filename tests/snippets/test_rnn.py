"""The RNN pages' modules against torch's own, values and gradients, in float64."""

import importlib.util
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets" / "rnn"
EXACT = {"rtol": 0, "atol": 1e-10}
CUDA = pytest.param(
    "cuda",
    marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"),
)


def load(name, monkeypatch, tmp_path):
    """Run one snippet as a module, in an empty folder, its siblings importable."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.syspath_prepend(str(SNIPPETS))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location(f"rnn_{name}", SNIPPETS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    threads = torch.get_num_threads()
    try:
        spec.loader.exec_module(module)
    finally:
        torch.set_num_threads(threads)
        torch.set_default_device(None)
    return module


@pytest.fixture
def snippet(monkeypatch, tmp_path):
    yield lambda name: load(name, monkeypatch, tmp_path)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def rnn_cell(snippet):
    return snippet("rnn_cell").RNNCell


@pytest.fixture
def lstm_cell(snippet):
    return snippet("lstm_cell").LSTMCell


@pytest.fixture
def stacked_lstm(snippet):
    return snippet("stacked_lstm").StackedLSTM


@pytest.fixture
def gru_cell(snippet):
    return snippet("gru_cell").GRUCell


@pytest.fixture
def seq2seq(snippet):
    return snippet("seq2seq")


@pytest.fixture(params=["cpu", CUDA])
def device(request):
    return request.param


def random(*shape, device="cpu", seed=0):
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return values.to(device).requires_grad_()


def pairs(ours, theirs, suffix=""):
    """(our parameter, torch's parameter) of one cell."""
    for part in ("weight", "bias"):
        for side in ("ih", "hh"):
            yield getattr(getattr(ours, side), part), getattr(theirs, f"{part}_{side}{suffix}")


def stacked_pairs(ours, theirs):
    for layer, cell in enumerate(ours.cells):
        yield from pairs(cell, theirs, f"_l{layer}")


def map_weights(both):
    """Make the parameters equal, and random enough that no gate sits in its linear middle."""
    with torch.no_grad():
        for seed, (ours, theirs) in enumerate(both):
            values = random(*theirs.shape, device=theirs.device, seed=1000 + seed)
            theirs.copy_(values)
            ours.copy_(values)


def flat(output):
    """All tensors of a nested result, in order."""
    if isinstance(output, torch.Tensor):
        return [output]
    return [tensor for part in output for tensor in flat(part)]


def assert_same(actual, expected, inputs, both):
    """Equal values, and equal gradients with respect to the inputs and all parameters."""
    actual, expected = flat(actual), flat(expected)
    for one, other in zip(actual, expected, strict=True):
        torch.testing.assert_close(one, other, **EXACT)
    upstream = [
        random(*tensor.shape, device=tensor.device, seed=90 + k).detach()
        for k, tensor in enumerate(actual)
    ]

    def gradients(outputs, parameters):
        total = sum((o * u).sum() for o, u in zip(outputs, upstream, strict=True))
        return torch.autograd.grad(total, [*inputs, *parameters])

    both = list(both)
    mine = gradients(actual, [ours for ours, _ in both])
    other = gradients(expected, [theirs for _, theirs in both])
    for one, two in zip(mine, other, strict=True):
        torch.testing.assert_close(one, two, **EXACT)


SIZES = [(3, 5, 4), (5, 3, 2), (1, 1, 1), (7, 7, 3), (1, 16, 2)]  # F, H, B


@pytest.mark.parametrize(("features", "hidden", "batch"), SIZES)
@pytest.mark.parametrize("given", [True, False])
def test_rnn_cell(rnn_cell, device, features, hidden, batch, given):
    ours = rnn_cell(features, hidden).double().to(device)
    theirs = nn.RNNCell(features, hidden, device=device, dtype=torch.float64)
    map_weights(pairs(ours, theirs))
    x = random(batch, features, device=device)
    h = random(batch, hidden, device=device, seed=1)
    inputs, state = ([x, h], [h]) if given else ([x], [])
    assert_same(ours(x, *state), theirs(x, *state), inputs, pairs(ours, theirs))


@pytest.mark.parametrize(("features", "hidden", "batch"), SIZES)
@pytest.mark.parametrize("given", [True, False])
def test_lstm_cell(lstm_cell, device, features, hidden, batch, given):
    ours = lstm_cell(features, hidden).double().to(device)
    theirs = nn.LSTMCell(features, hidden, device=device, dtype=torch.float64)
    map_weights(pairs(ours, theirs))
    x = random(batch, features, device=device)
    state = tuple(random(batch, hidden, device=device, seed=seed) for seed in (1, 2))
    inputs = [x, *state] if given else [x]
    given_state = [state] if given else []
    assert_same(ours(x, *given_state), theirs(x, *given_state), inputs, pairs(ours, theirs))


@pytest.mark.parametrize(("features", "hidden", "batch"), SIZES)
def test_gru_cell(gru_cell, device, features, hidden, batch):
    ours = gru_cell(features, hidden).double().to(device)
    theirs = nn.GRUCell(features, hidden, device=device, dtype=torch.float64)
    map_weights(pairs(ours, theirs))
    x = random(batch, features, device=device)
    h = random(batch, hidden, device=device, seed=1)
    assert_same(ours(x, h), theirs(x, h), [x, h], pairs(ours, theirs))


@pytest.mark.parametrize("steps", [1, 2, 9])
def test_gru_cell_unrolled_is_nn_gru(gru_cell, device, steps):
    ours = gru_cell(3, 5).double().to(device)
    theirs = nn.GRU(3, 5, batch_first=True, device=device, dtype=torch.float64)
    map_weights(pairs(ours, theirs, "_l0"))
    x = random(4, steps, 3, device=device)
    h, states = x.new_zeros(4, 5), []
    for x_t in x.unbind(dim=1):
        h = ours(x_t, h)
        states.append(h)
    actual = torch.stack(states, dim=1), h[None]
    assert_same(actual, theirs(x), [x], pairs(ours, theirs, "_l0"))


def test_the_papers_gru_is_another(snippet, gru_cell):
    """Control: the same weights, and the comparison above must fail."""
    paper = snippet("gru_torch").PaperGRUCell(3, 5).double()
    theirs = nn.GRUCell(3, 5, dtype=torch.float64)
    map_weights(pairs(paper, theirs))
    x, h = random(4, 3), random(4, 5, seed=1)
    with pytest.raises(AssertionError):
        assert_same(paper(x, h), theirs(x, h), [x, h], pairs(paper, theirs))


def test_attention_is_torchs(seq2seq, device):
    h = random(3, 6, device=device)
    states = random(3, 7, 6, device=device, seed=1)
    mask = torch.arange(7, device=device) < torch.tensor([[7], [4], [1]], device=device)
    context, weights = seq2seq.attend(h, states, mask)
    expected = nn.functional.scaled_dot_product_attention(
        h[:, None], states, states, attn_mask=mask[:, None]
    )
    assert_same(context, expected[:, 0], [h, states], [])
    torch.testing.assert_close(weights.sum(dim=1), torch.ones_like(weights[:, 0]), **EXACT)
    assert (weights[~mask] == 0).all()


def test_what_the_encoder_reads_does_not_depend_on_the_padding(seq2seq):
    torch.manual_seed(0)
    encoder = seq2seq.Encoder(8).double()
    texts = ["1 may 1905", "29 september 2026"]
    together, last = encoder(*seq2seq.encode(texts))
    for k, text in enumerate(texts):
        alone, summary = encoder(*seq2seq.encode([text]))
        torch.testing.assert_close(together[k, : len(text)], alone[0], **EXACT)
        torch.testing.assert_close(last[k], summary[0], **EXACT)


def test_texts_survive_the_code(seq2seq):
    rows, lengths = seq2seq.encode(["29 september 2026", "1 may 1905"])
    assert lengths.tolist() == [17, 10]
    assert seq2seq.decode(rows) == ["29 september 2026", "1 may 1905_______"]


def test_cells_take_a_step_without_a_batch(rnn_cell, lstm_cell):
    for kind, oracle in ((rnn_cell, nn.RNNCell), (lstm_cell, nn.LSTMCell)):
        ours, theirs = kind(3, 5).double(), oracle(3, 5, dtype=torch.float64)
        map_weights(pairs(ours, theirs))
        x = random(3)
        assert_same(ours(x), theirs(x), [x], pairs(ours, theirs))


@pytest.mark.parametrize("steps", [1, 2, 9])
def test_rnn_cell_unrolled_is_nn_rnn(rnn_cell, device, steps):
    ours = rnn_cell(3, 5).double().to(device)
    theirs = nn.RNN(3, 5, batch_first=True, device=device, dtype=torch.float64)
    map_weights(pairs(ours, theirs, "_l0"))
    x = random(4, steps, 3, device=device)
    h, states = None, []
    for x_t in x.unbind(dim=1):
        h = ours(x_t, h)
        states.append(h)
    actual = torch.stack(states, dim=1), h[None]
    assert_same(actual, theirs(x), [x], pairs(ours, theirs, "_l0"))


@pytest.mark.parametrize("num_layers", [1, 2, 3])
@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize(("features", "hidden", "batch"), [(3, 5, 4), (5, 3, 1)])
def test_stacked_lstm(stacked_lstm, device, num_layers, steps, given, features, hidden, batch):
    ours = stacked_lstm(features, hidden, num_layers).double().to(device)
    theirs = nn.LSTM(
        features, hidden, num_layers, batch_first=True, device=device, dtype=torch.float64
    )
    map_weights(stacked_pairs(ours, theirs))
    x = random(batch, steps, features, device=device)
    state = tuple(random(num_layers, batch, hidden, device=device, seed=s) for s in (1, 2))
    inputs = [x, *state] if given else [x]
    state = state if given else None
    output, (h_n, c_n) = ours(x, state)
    assert output.shape == (batch, steps, hidden)
    assert h_n.shape == c_n.shape == (num_layers, batch, hidden)
    assert_same((output, (h_n, c_n)), theirs(x, state), inputs, stacked_pairs(ours, theirs))


def test_two_exchanged_gates_are_noticed(lstm_cell):
    """Control: the comparison must fail when the output gate and the candidate change places."""
    ours, theirs = lstm_cell(3, 5).double(), nn.LSTMCell(3, 5, dtype=torch.float64)
    map_weights(pairs(ours, theirs))
    i, f, g, o = torch.arange(20).chunk(4)
    order = torch.cat([i, f, o, g])
    with torch.no_grad():
        for parameter, _ in pairs(ours, theirs):
            parameter.copy_(parameter[order].clone())
    x, state = random(4, 3), (random(4, 5, seed=1), random(4, 5, seed=2))
    actual, expected = ours(x, state), theirs(x, state)
    assert not torch.allclose(actual[0], expected[0], rtol=0, atol=1e-3)
    assert not torch.allclose(actual[1], expected[1], rtol=0, atol=1e-3)
    with pytest.raises(AssertionError):
        assert_same(actual, expected, [x], pairs(ours, theirs))


def test_one_exchanged_layer_is_noticed(stacked_lstm):
    """Control: the layers must not be interchangeable in the comparison."""
    ours = stacked_lstm(4, 4, 2).double()
    theirs = nn.LSTM(4, 4, 2, batch_first=True, dtype=torch.float64)
    map_weights(stacked_pairs(ours, theirs))
    ours.cells = nn.ModuleList(reversed(ours.cells))
    x = random(2, 5, 4)
    assert not torch.allclose(ours(x)[0], theirs(x)[0], rtol=0, atol=1e-3)


def test_learned_initial_state(stacked_lstm, device):
    """The same state for every sequence, as a parameter: against expanding it by hand."""
    ours = stacked_lstm(3, 5, 2, learn_initial_state=True).double().to(device)
    theirs = nn.LSTM(3, 5, 2, batch_first=True, device=device, dtype=torch.float64)
    map_weights(stacked_pairs(ours, theirs))
    assert ours.initial.shape == (2, 2, 1, 5)
    assert not ours.initial.any()
    with torch.no_grad():
        ours.initial.copy_(random(2, 2, 1, 5, seed=7))
    x = random(4, 6, 3, device=device)
    h_0, c_0 = ours.initial
    expected = theirs(x, (h_0.repeat(1, 4, 1), c_0.repeat(1, 4, 1)))
    assert_same(ours(x), expected, [x, ours.initial], stacked_pairs(ours, theirs))


def test_a_given_state_goes_before_the_learned_one(stacked_lstm):
    model = stacked_lstm(3, 5, 2, learn_initial_state=True).double()
    x, state = random(4, 6, 3), (random(2, 4, 5, seed=1), random(2, 4, 5, seed=2))
    before = model(x, state)[0]
    with torch.no_grad():
        model.initial.fill_(3)
    torch.testing.assert_close(model(x, state)[0], before, **EXACT)
    model(x, state)[0].sum().backward()
    assert model.initial.grad is None


def test_no_learned_state_unless_asked(stacked_lstm):
    model = stacked_lstm(3, 5, 2)
    assert model.initial is None
    assert sum(p.numel() for p in model.parameters()) == 4 * (
        5 * 3 + 5 * 5 + 2 * 5 + 5 * 5 + 5 * 5 + 2 * 5
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("learned", [True, False])
def test_dtype_and_device_follow_the_input(
    rnn_cell, lstm_cell, stacked_lstm, device, dtype, given, learned
):
    x = torch.rand(4, 6, 3).to(device, dtype)
    h = torch.rand(4, 5).to(device, dtype)
    outputs = [
        rnn_cell(3, 5).to(device, dtype)(x[:, 0], *([h] if given else [])),
        *lstm_cell(3, 5).to(device, dtype)(x[:, 0], *([(h, h)] if given else [])),
    ]
    model = stacked_lstm(3, 5, 2, learn_initial_state=learned).to(device, dtype)
    state = torch.rand(2, 4, 5).to(device, dtype)
    outputs += flat(model(x, (state, state) if given else None))
    assert {tensor.dtype for tensor in outputs} == {dtype}
    assert {tensor.device.type for tensor in outputs} == {device}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_low_precision_stays_close(stacked_lstm, dtype):
    torch.manual_seed(0)
    model = stacked_lstm(3, 5, 2).double()
    x = random(4, 6, 3).detach()
    exact = model(x)[0]
    rough = model.to(dtype)(x.to(dtype))[0]
    limit = 1e-5 if dtype == torch.float32 else 5e-2
    torch.testing.assert_close(rough.double(), exact, rtol=0, atol=limit)


@pytest.mark.parametrize("learned", [True, False])
def test_meta_device(rnn_cell, lstm_cell, stacked_lstm, learned):
    x = torch.empty(512, 100, 3, device="meta")
    assert rnn_cell(3, 5).to("meta")(x[:, 0]).device.type == "meta"
    h, c = lstm_cell(3, 5).to("meta")(x[:, 0])
    assert h.shape == c.shape == (512, 5)
    model = stacked_lstm(3, 64, 3, learn_initial_state=learned).to("meta")
    output, (h_n, c_n) = model(x)
    assert output.shape == (512, 100, 64)
    assert h_n.shape == c_n.shape == (3, 512, 64)
    assert {tensor.device.type for tensor in (output, h_n, c_n)} == {"meta"}


def test_a_state_made_on_the_cpu_in_float32_fails(lstm_cell, device):
    """The mistake the page shows: by dtype and meta device everywhere, by the GPU where one is."""
    places = [("cpu", torch.float64), ("cpu", torch.bfloat16), ("meta", torch.float32)]
    if device == "cuda":
        places = [("cuda", torch.float32)]
    for place, dtype in places:
        cell = lstm_cell(3, 5).to(place, dtype)
        x = torch.zeros(4, 3, device=place, dtype=dtype)
        wrong = torch.zeros(4, 5)
        with pytest.raises(RuntimeError):
            cell(x, (wrong, wrong))


def test_inputs_are_never_modified(rnn_cell, lstm_cell, stacked_lstm, device):
    x = random(4, 6, 3, device=device).detach()
    state = [random(2, 4, 5, device=device, seed=s).detach() for s in (1, 2)]
    given = [x, *state]
    copies = [tensor.clone() for tensor in given]
    versions = [tensor._version for tensor in given]
    model = stacked_lstm(3, 5, 2, dropout=0.5).double().to(device)
    model(x, tuple(state))[0].sum().backward()
    as_list = list(state)
    model(x, as_list)
    assert as_list[0] is state[0] and as_list[1] is state[1]
    rnn_cell(3, 5).double().to(device)(x[:, 0], state[0][0])
    lstm_cell(3, 5).double().to(device)(x[:, 0], (state[0][0], state[1][0]))
    for tensor, copy, version in zip(given, copies, versions, strict=True):
        assert torch.equal(tensor, copy)
        assert tensor._version == version


def test_dropout_acts_between_layers_only(stacked_lstm):
    torch.manual_seed(0)
    x = random(8, 6, 3).detach()
    single = stacked_lstm(3, 5, 1, dropout=0.9).double()
    assert torch.equal(single(x)[0], single(x)[0])
    double = stacked_lstm(3, 5, 2, dropout=0.5).double()
    first, second = double(x), double(x)
    assert not torch.equal(first[0], second[0])
    assert (first[0] != 0).all()
    # Layer 0 sees no dropout: its last states are the same in every run.
    assert torch.equal(first[1][0][0], second[1][0][0])
    assert torch.equal(first[1][1][0], second[1][1][0])
    double.eval()
    assert torch.equal(double(x)[0], double(x)[0])


def test_full_dropout_cuts_the_layers_apart_as_in_torch(stacked_lstm):
    """With p = 1 nothing random is left: ours and torch's must agree in training mode."""
    ours = stacked_lstm(3, 5, 3, dropout=1.0).double()
    theirs = nn.LSTM(3, 5, 3, batch_first=True, dropout=1.0, dtype=torch.float64)
    map_weights(stacked_pairs(ours, theirs))
    x = random(4, 6, 3)
    for actual, expected in zip(flat(ours(x)), flat(theirs(x)), strict=True):
        torch.testing.assert_close(actual, expected, **EXACT)


def test_in_pieces_is_the_same_as_at_once(stacked_lstm):
    model = stacked_lstm(3, 5, 2).double()
    x = random(4, 9, 3)
    whole, last = model(x)
    state, pieces = None, []
    for piece in x.split([1, 3, 5], dim=1):
        output, state = model(piece, state)
        pieces.append(output)
    torch.testing.assert_close(torch.cat(pieces, dim=1), whole, **EXACT)
    torch.testing.assert_close(state, last, **EXACT)


def test_sequences_do_not_influence_each_other(stacked_lstm):
    model = stacked_lstm(3, 5, 2).double()
    x = random(4, 6, 3)
    together = model(x)[0]
    for row in range(4):
        torch.testing.assert_close(model(x[row : row + 1])[0][0], together[row], **EXACT)


@pytest.mark.parametrize("shape", [(6, 3), (4, 6), (4, 3, 6), (2, 4, 6, 3), (3,)])
def test_other_input_shapes_fail_clearly(stacked_lstm, shape):
    with pytest.raises(ValueError) as error:
        stacked_lstm(3, 5)(torch.zeros(shape))
    assert str(error.value) == f"expected input (B, T, 3), got {shape}"


def test_an_empty_batch_works_and_an_empty_sequence_does_not(stacked_lstm):
    model = stacked_lstm(3, 5, 2)
    assert model(torch.zeros(0, 6, 3))[0].shape == (0, 6, 5)
    with pytest.raises(RuntimeError):
        model(torch.zeros(4, 0, 3))


def test_gates_of_the_page_are_between_their_limits(lstm_cell):
    cell = lstm_cell(3, 5).double()
    i, f, g, o = cell.gates(100 * random(50, 3), random(50, 5, seed=1))
    for gate in (i, f, o):
        assert (gate >= 0).all() and (gate <= 1).all()
    assert (g.abs() <= 1).all() and (g < 0).any()


def test_gradients_of_the_pages(snippet):
    """What the vanishing pages say of their curves."""
    rnn = snippet("vanishing").curves
    assert rnn["as created"][-51] < 1e-9 < 1e-6 < rnn["orthogonal × 1"][-51] < 1e-2
    assert rnn["orthogonal × 2"][-51] > 10
    lstm = snippet("gradient_flow").curves
    torch.testing.assert_close(lstm["RNN"], rnn["as created"])
    assert lstm["LSTM"][-51] < 1e-9
    assert lstm["LSTM, forget bias 1"][-51] < 1e-4
    assert lstm["LSTM, forget bias 3"][-51] > 1e-2


def test_the_graph_grows_only_without_detach(snippet):
    page = snippet("truncated")
    assert page.sizes == {228}
    assert page.graph_size(page.loss) == 228


def test_packing_of_the_page(snippet):
    page = snippet("packing")
    assert page.lengths.tolist() == [9, 14, 10]
    torch.testing.assert_close(page.h_n, page.alone)
    assert page.error[0, 1] < 1e-12 < 0.1 < page.error[0, 0].item()
