"""The first chapter's network and gradients against formulas in NumPy, in float64."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = ROOT / "snippets" / "start"


@pytest.fixture
def snippet(monkeypatch, tmp_path):
    """Runs one snippet as a module, in an empty folder."""

    def load(name):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("MPLBACKEND", "svg")
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        spec = importlib.util.spec_from_file_location(f"start_{name}", SNIPPETS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            spec.loader.exec_module(module)
        finally:
            torch.set_num_threads(threads)
        return module

    yield load
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def test_network_and_its_gradients_follow_the_formulas(snippet):
    """softmax(W₂ relu(W₁ x + b₁) + b₂), and the chain rule written out."""
    training = snippet("training")
    model = training.model.cpu().double()
    x = training.images[training.held_out[:64]].cpu().double()  # (N, 784)
    labels = training.labels[training.held_out[:64]].cpu()  # (N,)
    model.zero_grad()
    F.cross_entropy(model(x), labels).backward()

    w1, b1, w2, b2 = (p.detach().numpy() for p in model.parameters())
    inputs = x.numpy()
    hidden = np.maximum(inputs @ w1.T + b1, 0)  # (N, 64)
    logits = hidden @ w2.T + b2  # (N, 10)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    by_logits = (probabilities - np.eye(10)[labels]) / len(labels)
    by_hidden = (by_logits @ w2) * (hidden > 0)
    expected = (
        by_hidden.T @ inputs,
        by_hidden.sum(axis=0),
        by_logits.T @ hidden,
        by_logits.sum(axis=0),
    )
    np.testing.assert_allclose(model(x).detach().numpy(), logits, atol=1e-10)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(parameter.grad.numpy(), gradient, atol=1e-10)


@pytest.mark.parametrize("w", [-0.7, 0.0, 0.5, 2.0])
def test_slope_of_the_one_weight_loss(snippet, w):
    """d/dw mean((w x − y)²) = 2 mean((w x − y) x), for PyTorch and for a small step."""
    gradients = snippet("gradients")
    x, y = gradients.x.numpy(), gradients.y.numpy()
    exact = 2 * np.mean((w * x - y) * x)
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    gradients.loss(weight).backward()
    assert weight.grad.item() == pytest.approx(exact, abs=1e-12)
    step = 1e-6
    tried = (gradients.loss(w + step) - gradients.loss(w - step)) / (2 * step)
    assert tried.item() == pytest.approx(exact, abs=1e-6)


def test_the_learning_rate_that_diverges_is_beyond_the_bound(snippet):
    """Gradient descent on a parabola converges if and only if lr < 1 / mean(x²)."""
    gradients = snippet("gradients")
    bound = 1 / (gradients.x**2).mean().item()
    for lr, path in gradients.paths.items():
        assert (path[-1][1] < path[0][1]) == (lr < bound), lr


def test_twenty_six_messages_are_twenty_six():
    sections = [
        name
        for file in sorted(SNIPPETS.glob("errors_*.py"))
        for name in re.findall(r"\[start:(\w+)\]", file.read_text(encoding="utf-8"))
        if name != "tool"
    ]
    assert len(sections) == 26
    for edition in ("zh", "en"):
        page = (ROOT / f"docs/{edition}/start/errors.md").read_text(encoding="utf-8")
        assert len(re.findall(r"^### ", page, re.MULTILINE)) == 26
        assert "26" in page.split("\n# ", 1)[1].split("\n", 1)[0]


def test_twenty_sentences_are_twenty():
    for edition in ("zh", "en"):
        page = (ROOT / f"docs/{edition}/true-or-false.md").read_text(encoding="utf-8")
        numbers = [int(number) for number in re.findall(r"^### (\d+)\. ", page, re.MULTILINE)]
        assert numbers == list(range(1, 21))


@pytest.mark.parametrize("page", ["tensors", "gradients", "training", "errors"])
def test_a_page_s_blocks_run_in_the_order_in_which_they_are_read(page, tmp_path):
    """As a reader types them into one notebook: no block spoils a name that a later one needs."""
    text = (ROOT / f"docs/en/start/{page}.md").read_text(encoding="utf-8")
    code = []
    for name, section in re.findall(r'--8<-- "(start/\w+\.py):(\w+)"', text):
        whole = (ROOT / "snippets" / name).read_text(encoding="utf-8")
        marks = rf"# --8<-- \[start:{section}\]\n(.*?)# --8<-- \[end:{section}\]"
        code.append(re.search(marks, whole, re.DOTALL)[1])
    (tmp_path / "page.py").write_text("\n".join(code), encoding="utf-8")
    environment = {**os.environ, "MPLBACKEND": "svg", "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
