"""Language models that answer: arithmetic on their published sizes, for any context length.

Memory: weights, cache of keys and values, and a piece of the prompt at work. Time: a token reads
the weights that it uses and the cache of its sequence once, and computes 2 FLOPs per weight. Of the
words' vectors at the input it takes one, which counts as nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gpuguide.choice.workload import Line, Work, Workload

FILE = Path(__file__).parent / "language.toml"

BITS = {"fp16": 16.0, "int8": 8.5, "int4": 4.5}
"""Bits per weight: 8- and 4-bit blocks of 32 weights share a 16-bit scale, as llama.cpp's Q8_0
(34 bytes per 32) and Q4_0 (18 bytes per 32), ggml/src/ggml-common.h."""
MXFP4 = 4.25
"""Blocks of 32 weights of 4 bits share a scale of 8 (OCP Microscaling formats); of a mixture only
the experts are stored so, all else in 16 bits."""
PREFILL = 512
"""Tokens of a prompt worked on at once: an assumption, said in every workload that rests on it."""
CONTEXT = 8192
"""Tokens of a sequence, unless a reader says otherwise or the model was made for fewer."""

NAME = {"en": "{name}, {form}", "zh": "{name}，{form}"}
FORM = {
    "fp16": {"en": "16 bits", "zh": "16 位"},
    "int8": {"en": "8 bits", "zh": "8 位"},
    "int4": {"en": "4 bits", "zh": "4 位"},
    "mxfp4": {"en": "MXFP4", "zh": "MXFP4"},
}
ASSUMES = {
    "en": [
        "{name}, {bits} bits a weight on average, cache in float16, {context} tokens a sequence; "
        "prompts are worked on {prefill} tokens at a time.",
        "One step is one token for every sequence, with CUDA graphs: launches cost the CPU "
        "nothing.",
    ],
    "zh": [
        "{name}，每个权重平均 {bits} 位，缓存为 float16，每条序列 {context} 个 token；"
        "提示词每次处理 {prefill} 个 token。",
        "一步为每条序列生成一个 token，使用 CUDA graph，启动 kernel 不占 CPU 时间。",
    ],
}
ITEM = {"en": "sequences", "zh": "条序列"}
STEP = {"en": "token", "zh": "个 token"}


@dataclass(frozen=True)
class Model:
    """A language model's sizes.

    Attributes:
        id: unique, lower case.
        name: as its makers call it.
        family: whose it is, for a list.
        layers: blocks.
        width: of the residual stream.
        heads: attention heads.
        kv_heads: heads of keys and values.
        head: width of one.
        inner: width inside the gated feed-forward network, or inside one expert.
        words: vocabulary.
        most: tokens of context that it was made for.
        source: where the sizes were read: title, url, read.
        tied: whether input and output share the words' vectors.
        experts: of a mixture, else 0.
        active: experts that a token uses.
        window: tokens that most layers see, 0 for all.
        every: one layer of so many sees all the same.
        bits: the only form of the weights that is published, "" for any.
    """

    id: str
    name: str
    family: str
    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    inner: int
    words: int
    most: int
    source: dict[str, Any]
    tied: bool = False
    experts: int = 0
    active: int = 0
    window: int = 0
    every: int = 0
    bits: str = ""

    @property
    def mixed(self) -> float:
        """Parameters of all experts, in all layers."""
        return 3.0 * self.layers * self.experts * self.width * self.inner

    @property
    def shared(self) -> float:
        """Parameters outside the experts, the words' vectors included."""
        attention = self.width * self.head * (2 * self.heads + 2 * self.kv_heads)
        rest = self.width * self.experts if self.experts else 3 * self.width * self.inner
        ends = self.words * self.width * (1 if self.tied else 2)
        return self.layers * (attention + rest + 2.0 * self.width) + ends + self.width

    @property
    def multiplied(self) -> float:
        """Those that a token is multiplied by: without a table that it takes one row of."""
        return self.shared - (0 if self.tied else self.words * self.width)

    def seen(self, context: float) -> float:
        """Tokens that a new one looks at, summed over the layers."""
        whole = self.layers // self.every if self.window else self.layers
        return whole * context + (self.layers - whole) * min(context, self.window)


@cache
def models() -> tuple[Model, ...]:
    """The models, in the order of the file."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Model(**one | {"source": data["sources"][one["source"]]}) for one in data["model"])


def forms(model: Model) -> tuple[str, ...]:
    """In which forms its weights can be had."""
    return (model.bits,) if model.bits else tuple(BITS)


def usual(model: Model) -> int:
    """Tokens of context that are taken for granted."""
    return min(CONTEXT, model.most)


def language(model: Model, form: str, context: int | None = None) -> Workload:
    """One token for each of some sequences a step.

    Of a mixture, every sequence is counted as if it used other experts than the rest.

    Args:
        model: which one.
        form: of its weights, one of `forms`.
        context: tokens of a sequence; `usual` if None.
    """
    context = usual(model) if context is None else context
    rest, mixed = (16.0, MXFP4) if form == "mxfp4" else (BITS[form], BITS[form])
    shared, experts = model.shared * rest / 8, model.mixed * mixed / 8
    share = model.active / model.experts if model.experts else 0.0
    cache_ = 4.0 * model.kv_heads * model.head * model.seen(context)
    inner = model.inner * (model.active or 1)
    work = PREFILL * (2 * inner + 4 * model.width) * 2
    average = 8 * (shared + experts) / (model.shared + model.mixed)
    read = model.multiplied
    values = {
        "name": model.name, "bits": f"{average:.3g}", "context": f"{context:,}",
        "prefill": str(PREFILL),
    }  # fmt: skip
    matmul = Work(
        "matmul", "forward", "float16", Line(0, 2 * (read + share * model.mixed)),
        Line(read * rest / 8, share * experts), Line(8 * model.layers), Line(0),
    )  # fmt: skip
    attention = Work(
        "attention", "forward", "float16",
        Line(0, 4.0 * model.heads * model.head * model.seen(context)),
        Line(0, cache_), Line(2 * model.layers), Line(0),
    )  # fmt: skip
    peaks = {
        "forward": {
            "parameters": Line(shared + experts),
            "inputs": Line(0, cache_),
            "activations": Line(work, model.words * 4),
        }
    }
    return Workload(
        f"{model.id}-{form}",
        {tag: text.format(name=model.name, form=FORM[form][tag]) for tag, text in NAME.items()},
        {tag: [one.format(**values) for one in said] for tag, said in ASSUMES.items()},
        ITEM, 1, STEP, False, "float16", "weights", peaks, Line(0), 1, [matmul, attention],
    )  # fmt: skip


def to_json() -> dict[str, Any]:
    """What a page's script needs to do the same."""
    known = [
        {name: value for name, value in asdict(one).items() if name not in ("source", "family")}
        for one in models()
    ]
    return {
        "models": known, "bits": BITS, "mxfp4": MXFP4, "prefill": PREFILL, "context": CONTEXT,
        "name": NAME, "form": FORM, "assumes": ASSUMES, "item": ITEM, "step": STEP,
    }  # fmt: skip
