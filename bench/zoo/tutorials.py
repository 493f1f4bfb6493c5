"""Models as tutorials write them, with torch alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint

ADAM = {"optimizer": "adamw"}


class Tagger(nn.Module):
    """An LSTM on sentences of different lengths."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(100, 16)
        self.rnn = nn.LSTM(16, 32, bidirectional=True, batch_first=True)
        self.head = nn.Linear(64, 5)

    def forward(self, words: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.words(words), lengths, batch_first=True, enforce_sorted=False
        )
        out: Tensor = self.head(pad_packed_sequence(self.rnn(packed)[0], batch_first=True)[0])
        return out


class Translator(nn.Module):
    """nn.Transformer with the masks of the tutorial."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(100, 32)
        self.body = nn.Transformer(32, 4, 2, 2, 64, batch_first=True)
        self.head = nn.Linear(32, 100)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        causal = nn.Transformer.generate_square_subsequent_mask(
            target.shape[1], device=target.device
        )
        out = self.body(
            self.words(source), self.words(target), tgt_mask=causal,
            src_key_padding_mask=source == 0, tgt_key_padding_mask=target == 0,
            memory_key_padding_mask=source == 0,
        )  # fmt: skip
        return self.head(out)


class Encoder(nn.Module):
    def __init__(self, causal: bool) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
        self.body, self.causal = nn.TransformerEncoder(layer, 2), causal

    def forward(self, x: Tensor, padding: Tensor) -> Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device)
        out: Tensor = self.body(x, mask=mask if self.causal else None, src_key_padding_mask=padding)
        return out


class NanoGpt(nn.Module):
    """Returns `(logits, loss)`, as many small language models do."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(100, 32), nn.Embedding(64, 32)
        self.attention = nn.MultiheadAttention(32, 4, batch_first=True)
        self.head = nn.Linear(32, 100, bias=False)
        self.head.weight = self.words.weight
        self.register_buffer("mask", torch.triu(torch.ones(64, 64, dtype=torch.bool), 1))

    def forward(self, words: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Any]:
        steps = words.shape[1]
        x = self.words(words) + self.places(torch.arange(steps, device=words.device))
        mask = self.mask[:steps, :steps]  # type: ignore[index]
        x = x + self.attention(x, x, x, attn_mask=mask, need_weights=False)[0]
        logits = self.head(x)
        if targets is None:
            return logits, None
        return logits, functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


class Speech(nn.Module):
    """CTC loss inside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.head = nn.GRU(8, 16), nn.Linear(16, 12)

    def forward(self, x: Tensor, targets: Tensor, sizes: Tensor) -> Tensor:
        logits = self.head(self.rnn(x)[0]).log_softmax(-1)
        steps = torch.full((x.shape[1],), x.shape[0], dtype=torch.int64)
        return functional.ctc_loss(logits, targets, steps, sizes)


class Picks(nn.Module):
    """Computes only where a mask of the data is true."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(16, 16), nn.Linear(16, 16)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        out = self.one(x)
        out[mask] = self.other(x[mask])
        return out


class Experts(nn.Module):
    """A mixture of experts with a loop, as tutorials write it."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(16, 4)
        self.experts = nn.ModuleList(nn.Linear(16, 16) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        weights, chosen = self.router(x).softmax(-1).topk(2)
        out = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            rows, place = torch.where(chosen == number)
            out.index_add_(0, rows, weights[rows, place, None] * expert(x[rows]))
        return out


class OnCuda(nn.Module):
    """Moves tensors to the GPU by name."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.zeros(x.shape[0], 16, device=DEVICE)
        out: Tensor = self.fc(x) + h + torch.arange(16).to(DEVICE)
        return out


DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Saving(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(16, 64), nn.GELU(), nn.Linear(64, 16))
                                    for _ in range(3))  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=True)
        return x


class Words(nn.Module):
    def __init__(self, sparse: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(1000, 16, sparse=sparse, padding_idx=0)
        self.head = nn.Linear(16, 3)

    def forward(self, words: Tensor) -> Tensor:
        out: Tensor = self.head(self.words(words).mean(1))
        return out


class Pairs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.both = nn.Bilinear(8, 8, 4)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.both(x, x)
        return out


def cases() -> Iterator[Any]:
    """Name, function → model and inputs, recipe."""
    tokens = torch.randint(1, 100, (4, 12), generator=torch.Generator().manual_seed(0))
    tokens[-1, 8:] = 0
    lengths = torch.tensor([12, 12, 12, 8])
    x, mask = torch.randn(6, 16), torch.tensor([True, False, True, True, False, False])
    sequence, padding = torch.randn(4, 12, 32), tokens == 0
    classes = ADAM | {"loss": "cross_entropy"}
    yield "packed sequences", lambda: (Tagger(), (tokens, lengths)), ADAM
    yield "nn.Transformer with masks", lambda: (Translator(), (tokens, tokens)), ADAM
    yield "nn.TransformerEncoder, causal", lambda: (Encoder(True), (sequence, padding)), ADAM
    yield "nn.TransformerEncoder, inference", lambda: (
        Encoder(False), (sequence, padding)), {"training": False}  # fmt: skip
    yield "(logits, loss)", lambda: (NanoGpt(), (tokens, tokens)), ADAM
    yield "CTC loss", lambda: (
        Speech(), (torch.randn(20, 3, 8), torch.randint(1, 12, (3, 5)), torch.tensor([5, 3, 4]))
    ), ADAM  # fmt: skip
    yield "a mask as an index", lambda: (Picks(), (x, mask)), ADAM
    yield "experts in a loop", lambda: (Experts(), x), ADAM
    yield "device by name", lambda: (OnCuda(), x), ADAM
    yield "reentrant checkpoints", lambda: (Saving(), x.clone().requires_grad_()), ADAM
    yield "sparse embedding", lambda: (Words(True), tokens), {"optimizer": "sgd"}
    yield "embedding with padding", lambda: (Words(False), tokens), classes
    yield "bilinear", lambda: (Pairs(), torch.randn(4, 8)), ADAM
    yield "lazy layers", lambda: (
        nn.Sequential(nn.LazyConv2d(8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10)),
        torch.randn(2, 3, 12, 12)), classes  # fmt: skip
