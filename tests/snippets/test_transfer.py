"""What the page on transfer learning teaches: the network against its definition, and what freezing
keeps."""

import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets" / "cnn"
MODULES = ("printed_letters", "reader", "few_digits")
EXACT = {"rtol": 1e-9, "atol": 1e-9}


@pytest.fixture(scope="module")
def page():
    """The three modules of the page, imported as its readers import them."""
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(SNIPPETS))
    try:
        yield tuple(__import__(name) for name in MODULES)
    finally:
        sys.path.remove(str(SNIPPETS))
        sys.dont_write_bytecode = written
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture
def letters(page):
    return page[0]


@pytest.fixture
def reader(page):
    return page[1].Reader


@pytest.fixture
def few_digits(page):
    return page[2]


def used(reader, few_digits):
    """A network whose running statistics and weights are no longer those it began with."""
    torch.manual_seed(0)
    model = reader(classes=10)
    few_digits.fit(model, torch.optim.SGD(model.parameters(), lr=0.05), torch.arange(100), steps=3)
    return model


def by_definition(model, x):
    """The network written out: convolution, batch norm, ReLU, and a maximum of four by reshape."""
    convolutions = [layer for layer in model.body if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in model.body if isinstance(layer, nn.BatchNorm2d)]
    for k, (conv, norm) in enumerate(zip(convolutions, norms, strict=True)):
        n, _, height, width = x.shape
        columns = F.unfold(x, 3, padding=1)
        x = (conv.weight.flatten(1) @ columns).reshape(n, -1, height, width)
        off = x - x.mean(dim=(0, 2, 3), keepdim=True)
        root = (off.square().mean(dim=(0, 2, 3), keepdim=True) + norm.eps).sqrt()
        x = off / root * norm.weight[:, None, None] + norm.bias[:, None, None]
        x = x.clamp(min=0)
        if k < 2:
            even = x[..., : height // 2 * 2, : width // 2 * 2]
            x = even.reshape(n, x.shape[1], height // 2, 2, width // 2, 2).amax(dim=(3, 5))
    return x.reshape(len(x), -1) @ model.head.weight.T + model.head.bias


def test_reader_against_its_definition(reader, few_digits):
    model = used(reader, few_digits).double()
    # No image: on its even background four equal numbers would compete for one gradient.
    x = torch.rand(6, 1, 14, 14, dtype=torch.float64).requires_grad_()
    actual, expected = model(x), by_definition(model, x)
    torch.testing.assert_close(actual, expected, **EXACT)
    inputs = [x, *model.parameters()]
    upstream = torch.linspace(-1, 1, 60, dtype=torch.float64).reshape(6, 10)
    ours = torch.autograd.grad((actual * upstream).sum(), inputs)
    theirs = torch.autograd.grad((expected * upstream).sum(), inputs)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, **EXACT)


def test_a_frozen_body_is_a_linear_layer_on_fixed_features(reader, few_digits):
    """The head ends where it would if the features had been computed once, before training."""
    model = used(reader, few_digits)
    model.body.requires_grad_(False).eval()
    model.zero_grad()
    before = {name: value.clone() for name, value in model.body.state_dict().items()}
    chosen = few_digits.few(2, seed=1)
    with torch.no_grad():
        features = model.body(few_digits.digits[chosen])
    head = nn.Linear(288, 10)
    head.load_state_dict(model.head.state_dict())

    torch.manual_seed(3)
    few_digits.fit(model, torch.optim.Adam(model.head.parameters(), lr=0.01), chosen, steps=8)

    torch.manual_seed(3)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    for _ in range(8):
        batch = torch.randint(len(chosen), (50,))
        loss = F.cross_entropy(head(features[batch]), few_digits.answers[chosen[batch]])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.testing.assert_close(model.head.weight, head.weight, rtol=1e-4, atol=1e-5)
    for name, value in model.body.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(p.grad is None for p in model.body.parameters())


@pytest.mark.parametrize(
    ("frozen", "mode", "moved"),
    [
        (True, "eval", set()),
        (True, "train", {"running_mean", "running_var", "num_batches_tracked"}),
        (False, "eval", {"weight", "bias"}),
    ],
)
def test_what_moves_in_the_body(reader, few_digits, frozen, mode, moved):
    """`requires_grad_` keeps the weights, `eval()` the statistics, and neither does the other."""
    model = used(reader, few_digits)
    if frozen:
        model.body.requires_grad_(False)
    getattr(model.body, mode)()
    before = {name: value.clone() for name, value in model.body.state_dict().items()}
    few_digits.fit(model, torch.optim.Adam(model.parameters(), lr=0.01), torch.arange(50), steps=3)
    after = model.body.state_dict()
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    assert {name.rpartition(".")[2] for name in changed} == moved


def test_few_digits_are_as_many_as_said_and_never_held_out(few_digits):
    held_out = set(few_digits.held_out.tolist())
    for per_class in (1, 5, 100):
        chosen = few_digits.few(per_class, seed=2)
        assert few_digits.answers[chosen].bincount().tolist() == [per_class] * 10
        assert len(set(chosen.tolist())) == 10 * per_class
        assert held_out.isdisjoint(chosen.tolist())
    assert not torch.equal(few_digits.few(5, seed=0), few_digits.few(5, seed=1))


def test_letters_have_52_classes_and_no_digits(letters):
    assert letters.images.shape == (624, 1, 28, 28)
    assert letters.labels.bincount().tolist() == [12] * 52
    assert len(torch.unique(letters.images.flatten(1), dim=0)) == 624
    assert letters.images.min() == 0
    assert letters.images.max() == 1


def test_varying_by_nothing_changes_nothing(letters, monkeypatch):
    varied = letters.vary(letters.images)
    assert not torch.allclose(varied, letters.images, atol=0.1)
    monkeypatch.setattr(torch, "randn", torch.zeros)
    torch.testing.assert_close(letters.vary(letters.images), letters.images, atol=1e-4, rtol=0)


def test_halving_is_the_mean_of_four(letters):
    x = letters.images[:5]
    expected = x.reshape(5, 1, 14, 2, 14, 2).mean(dim=(3, 5))
    torch.testing.assert_close(letters.halve(x), expected)
