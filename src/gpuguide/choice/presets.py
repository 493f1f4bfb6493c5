"""Where the presets' coefficients come from: a network each, traced at two batch sizes.

`python -m gpuguide.choice.presets` writes `presets.json`. Inference of language models is
arithmetic on the published sizes: weights, cache of keys and values, and one pass over both per
token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from gpuguide.choice.traced import through
from gpuguide.choice.workload import FILE, Line, Work, Workload, to_json
from gpuguide.cost.estimate import estimate
from gpuguide.step.models import (
    BERT_BASE,
    Block,
    Recurrent,
    ResNet,
    Shape,
    SimpleCNN,
    Transformer,
    UNet,
    with_lora,
)

LLAMA_8B = Shape(32, 4096, 32, 8, 14336, 128256, gated=True, causal=True)
"""Llama 3.1 8B, by its published configuration: 8,030,261,248 parameters."""
LLAMA_13B = Shape(40, 5120, 40, 40, 13824, 32000, gated=True, causal=True)
"""Llama 2 13B, by its published configuration: 13,015,864,320 parameters."""
LLAMA_70B = Shape(80, 8192, 64, 8, 28672, 128256, gated=True, causal=True)
"""Llama 3.1 70B, by its published configuration: 70,553,706,496 parameters."""

BITS = {"fp16": 16.0, "int8": 8.5, "int4": 4.5}
"""Bits per weight: 8- and 4-bit blocks of 32 weights share a 16-bit scale, as llama.cpp's Q8_0
(34 bytes per 32) and Q4_0 (18 bytes per 32), ggml/src/ggml-common.h."""

PREFILL = 512
"""Tokens of a prompt worked on at once: an assumption, said in every preset that rests on it."""


class Diffusion(nn.Module):
    """A diffusion transformer like DiT-XL/2 (arXiv 2212.09748): 28 blocks of width 1152.

    Input: noisy latents (N, 4, S, S) and a condition (N, 1152); output (N, T, 32) for T = S²/4
    patches. Each block's shift and scale come from the condition, as adaLN-Zero does.
    """

    def __init__(self, depth: int = 28, width: int = 1152, heads: int = 16) -> None:
        super().__init__()
        shape = Shape(depth, width, heads, heads, 4 * width, 1)
        self.patch = nn.Conv2d(4, width, 2, 2)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(depth))
        self.adapt = nn.ModuleList(nn.Linear(width, 6 * width) for _ in range(depth))
        self.head = nn.Linear(width, 32)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        for block, adapt in zip(self.blocks, self.adapt, strict=True):
            shift, scale, *_ = adapt(nn.functional.silu(condition)).unsqueeze(1).chunk(6, -1)
            x = block(x * (1 + scale) + shift)
        out: Tensor = self.head(x)
        return out


@dataclass(frozen=True)
class Plan:
    """A preset to be traced: words for the reader, a model, and its inputs for so many items."""

    id: str
    en: str
    zh: str
    item: tuple[str, str]
    items: int
    model: Callable[[], nn.Module]
    inputs: Callable[[int], Any]
    options: dict[str, Any]
    assumes_en: list[str]
    assumes_zh: list[str]


def meta(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """A tensor without bytes."""
    return torch.empty(shape, dtype=dtype, device="meta")


def tokens(count: int) -> Callable[[int], Tensor]:
    """Items → token numbers of that many sequences of `count`."""
    return lambda items: meta(items, count, dtype=torch.int64)


IMAGES, SEQUENCES = ("images", "张图像"), ("sequences", "条序列")
TRAIN = {"loss": "cross_entropy", "precision": "bf16"}
BF16 = torch.bfloat16


def _latents(size: int, dtype: torch.dtype = torch.float32) -> Callable[[int], tuple[Tensor, ...]]:
    return lambda items: (
        meta(items, 4, size, size, dtype=dtype),
        meta(items, 1152, dtype=dtype),
    )


def _llama(checkpointed: bool = True) -> nn.Module:
    return Transformer(replace(LLAMA_8B, checkpointed=checkpointed))


def _lora_diffusion() -> nn.Module:
    return with_lora(Diffusion().to(BF16), 16)


PLANS: tuple[Plan, ...] = (
    Plan(
        "simple-cnn", "Learning with this handbook: SimpleCNN", "学这本手册：训练 SimpleCNN",
        IMAGES, 64, SimpleCNN,
        lambda n: meta(n, 1, 28, 28),
        {"loss": "cross_entropy", "optimizer": "adamw"},
        ["The tutorial's network on 28 × 28 images, float32, AdamW."],
        ["教程里的网络，28 × 28 图像，float32，AdamW。"],
    ),
    Plan(
        "resnet50-training", "ResNet-50, training", "ResNet-50 训练", IMAGES, 64, ResNet,
        lambda n: meta(n, 3, 224, 224),
        TRAIN | {"optimizer": "momentum"},
        ["ResNet-50 v1.5 on 224 × 224 images, float32 weights under BF16 autocast, SGD with "
         "momentum.", "cuDNN's workspace is as seen on an H200."],
        ["ResNet-50 v1.5，224 × 224 图像，float32 权重加 BF16 autocast，带动量的 SGD。",
         "cuDNN 工作区按 H200 上的实测计入。"],
    ),
    Plan(
        "unet-training", "U-Net, training", "U-Net 训练", IMAGES, 8, UNet,
        lambda n: meta(n, 3, 256, 256),
        TRAIN | {"optimizer": "adam"},
        ["U-Net with widths 64 to 1024 on 256 × 256 images, BF16 autocast, Adam.",
         "cuDNN's workspace is as seen on an H200."],
        ["通道数 64 到 1024 的 U-Net，256 × 256 图像，BF16 autocast，Adam。",
         "cuDNN 工作区按 H200 上的实测计入。"],
    ),
    Plan(
        "lstm-lm", "LSTM language model, training", "LSTM 语言模型训练", SEQUENCES, 32, Recurrent,
        tokens(128),
        {"loss": "cross_entropy", "optimizer": "adamw"},
        ["Two layers of 650 units, 33,278 words, 128 tokens a sequence, float32, AdamW.",
         "cuDNN's memory is as seen on an H200."],
        ["两层、每层 650 个单元，33,278 个词，每条序列 128 个 token，float32，AdamW。",
         "cuDNN 占用的显存按 H200 上的实测计入。"],
    ),
    Plan(
        "bert-finetuning", "BERT-base, fine-tuning", "BERT-base 微调", SEQUENCES, 32,
        lambda: Transformer(BERT_BASE, 2), tokens(128),
        TRAIN | {"optimizer": "adamw"},
        ["All weights trained, 128 tokens a sequence, two classes, BF16 autocast, AdamW."],
        ["训练全部权重，每条序列 128 个 token，两个类别，BF16 autocast，AdamW。"],
    ),
    Plan(
        "llama-8b-lora", "8B language model, LoRA", "8B 语言模型 LoRA 微调", SEQUENCES, 1,
        lambda: with_lora(_llama().to(BF16), 16), tokens(2048),
        {"loss": "cross_entropy", "optimizer": "adamw"},
        ["Llama 3.1 8B in BF16, LoRA of rank 16 on the four attention projections, 2,048 tokens a "
         "sequence, gradient checkpointing, AdamW."],
        ["BF16 的 Llama 3.1 8B，LoRA 加在四个注意力投影上，秩为 16，每条序列 2,048 个 token，"
         "梯度检查点，AdamW。"],
    ),
    Plan(
        "llama-8b-full", "8B language model, full fine-tuning, float32 weights",
        "8B 语言模型全量微调（float32 权重）", SEQUENCES, 1, _llama, tokens(2048),
        TRAIN | {"optimizer": "adamw"},
        ["Llama 3.1 8B, float32 weights under BF16 autocast, 2,048 tokens a sequence, gradient "
         "checkpointing, AdamW."],
        ["Llama 3.1 8B，float32 权重加 BF16 autocast，每条序列 2,048 个 token，"
         "梯度检查点，AdamW。"],
    ),
    Plan(
        "llama-8b-full-bf16", "8B language model, full fine-tuning, BF16 weights",
        "8B 语言模型全量微调（BF16 权重）", SEQUENCES, 1, lambda: _llama().to(BF16), tokens(2048),
        {"loss": "cross_entropy", "optimizer": "adamw"},
        ["Llama 3.1 8B, weights, gradients and AdamW's state all in BF16, 2,048 tokens a sequence, "
         "gradient checkpointing."],
        ["Llama 3.1 8B，权重、梯度和 AdamW 状态都是 BF16，每条序列 2,048 个 token，梯度检查点。"],
    ),
    Plan(
        "diffusion-inference", "Diffusion transformer, one denoising step",
        "扩散 Transformer，一步去噪", IMAGES, 2, lambda: Diffusion().to(BF16), _latents(64, BF16),
        {"training": False},
        ["A network like DiT-XL/2 on 512 × 512 images (64 × 64 latents), BF16 weights; with "
         "guidance an image counts twice.", "Text encoder and image decoder are not included."],
        ["类似 DiT-XL/2 的网络，512 × 512 图像（64 × 64 潜变量），BF16 权重；"
         "用引导时一张图像算两张。",
         "不含文本编码器和图像解码器。"],
    ),
    Plan(
        "diffusion-lora", "Diffusion transformer, LoRA", "扩散 Transformer LoRA 微调", IMAGES, 4,
        _lora_diffusion, _latents(64, BF16),
        {"loss": "mse", "optimizer": "adamw"},
        ["A network like DiT-XL/2 on 512 × 512 images, frozen BF16 weights, rank 16, AdamW.",
         "Latents and captions are computed beforehand."],
        ["类似 DiT-XL/2 的网络，512 × 512 图像，冻结的 BF16 权重，秩 16，AdamW。",
         "潜变量和文字编码事先算好。"],
    ),
)  # fmt: skip


def trace_plan(plan: Plan) -> Workload:
    """Trace a plan at its number of items and at twice that, and draw lines through both."""
    with torch.device("meta"):
        model = plan.model()
    low, high = (
        estimate(model, plan.inputs(n), **plan.options) for n in (plan.items, 2 * plan.items)
    )
    return through(
        low, high, plan.items, id=plan.id, name={"en": plan.en, "zh": plan.zh},
        assumes={"en": plan.assumes_en, "zh": plan.assumes_zh},
        item={"en": plan.item[0], "zh": plan.item[1]},
    )  # fmt: skip


def inference(name: str, shape: Shape, quantisation: str, context: int) -> Workload:
    """Decoding with a language model: one token for each of some sequences a step.

    Memory: parameters × bits / 8; 2 · layers · kv_heads · head · 2 bytes of cache per token of
    context and sequence; 512 tokens of prompt at work. Time: a step reads all weights and all of
    the cache once, and computes 2 FLOPs per parameter and sequence.
    """
    bits, count = BITS[quantisation], shape.parameters()
    weights = count * bits / 8
    cache = 2 * shape.layers * shape.kv_heads * shape.head * 2 * context
    work = PREFILL * (2 * shape.inner + 4 * shape.width) * 2
    peaks = {
        "forward": {
            "parameters": Line(weights),
            "inputs": Line(0, cache),
            "activations": Line(work, shape.words * 4),
        }
    }
    size = name.rpartition(" ")[2]
    matmul = Work(
        "matmul",
        "forward",
        "float16",
        Line(0, 2 * count),
        Line(weights),
        Line(8 * shape.layers),
        Line(0),
    )
    attention = Work(
        "attention", "forward", "float16", Line(0, 4 * shape.layers * shape.width * context),
        Line(0, cache), Line(2 * shape.layers), Line(0),
    )  # fmt: skip
    en = [
        f"{name}, {bits:g} bits a weight, cache in float16, {context:,} tokens a sequence; prompts "
        f"are worked on {PREFILL} tokens at a time.",
        "One step is one token for every sequence, with CUDA graphs: launches cost the CPU "
        "nothing.",
    ]
    zh = [
        f"{name}，每个权重 {bits:g} 位，缓存为 float16，每条序列 {context:,} 个 token；"
        f"提示词每次处理 {PREFILL} 个 token。",
        "一步为每条序列生成一个 token，使用 CUDA graph，启动 kernel 不占 CPU 时间。",
    ]
    return Workload(
        f"llama-{size.lower()}-{quantisation}",
        {"en": f"{size} language model, inference, {quantisation}",
         "zh": f"{size} 语言模型推理，{quantisation}"},
        {"en": en, "zh": zh}, {"en": SEQUENCES[0], "zh": SEQUENCES[1]}, 1,
        {"en": "token", "zh": "个 token"}, False, "float16", "weights", peaks, Line(0), 1,
        [matmul, attention],
    )  # fmt: skip


def every() -> list[Workload]:
    """All presets, computed anew."""
    sizes = (
        ("Llama 3.1 8B", LLAMA_8B, 8192),
        ("Llama 2 13B", LLAMA_13B, 4096),  # as much as it was trained for
        ("Llama 3.1 70B", LLAMA_70B, 8192),
    )
    return [
        *map(trace_plan, PLANS),
        *(inference(name, shape, one, context) for name, shape, context in sizes for one in BITS),
    ]


def text(workloads: Iterable[Workload]) -> str:
    """What `presets.json` must contain."""
    return json.dumps([to_json(one) for one in workloads], ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(every()), encoding="utf-8")
