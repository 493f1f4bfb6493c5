"""Where the presets' coefficients come from: a network each, traced at two batch sizes.

`python -m gpuguide.choice.presets` writes `presets.json`. Language models that answer need no
trace: `gpuguide.choice.language`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from gpuguide.choice.decoder import Decoder
from gpuguide.choice.networks import Diffusion, Flux, VisionTransformer
from gpuguide.choice.sdxl import StableDiffusionXL
from gpuguide.choice.traced import through
from gpuguide.choice.workload import FILE, Line, Work, Workload, to_json
from gpuguide.choice.yolo import Yolo
from gpuguide.cost.allocator import replay
from gpuguide.cost.estimate import estimate
from gpuguide.step.models import (
    BERT_BASE,
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
    usual: int = 0  # items by default, where a trace of so few has other operators than of twice
    becomes: Callable[[Workload], list[Workload]] = lambda traced: [traced]


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


def _sdxl(items: int) -> tuple[Tensor, ...]:
    sizes = ((4, 128, 128), (77, 2048), (320,), (2816,))
    return tuple(meta(items, *size, dtype=torch.float16) for size in sizes)


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
        "vit-training", "ViT-B/16, training", "ViT-B/16 训练", IMAGES, 64, VisionTransformer,
        lambda n: meta(n, 3, 224, 224),
        TRAIN | {"optimizer": "adamw"},
        ["ViT-B/16 on 224 × 224 images, float32 weights under BF16 autocast, AdamW."],
        ["ViT-B/16，224 × 224 图像，float32 权重加 BF16 autocast，AdamW。"],
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
        "yolo-training", "YOLO11m, training", "YOLO11m 训练", IMAGES, 16, Yolo,
        lambda n: meta(n, 3, 640, 640),
        {"loss": "mean", "precision": "fp16", "optimizer": "momentum"},
        ["YOLO11m on 640 × 640 images, float32 weights under FP16 autocast, SGD with momentum.",
         "The loss counts as nothing; loading and changing the images is not included.",
         "cuDNN's workspace is as seen on an H200."],
        ["YOLO11m，640 × 640 图像，float32 权重加 FP16 autocast，带动量的 SGD。",
         "损失的计算没有算进去，也不含读图和数据增强。",
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
        "sdxl-inference", "SDXL with FP16 weights, images of 1024 × 1024",
        "SDXL（FP16 权重），画 1024 × 1024 的图", IMAGES, 2,
        lambda: StableDiffusionXL().to(torch.float16), _sdxl,
        {"training": False},
        ["Stable Diffusion XL, 1024 × 1024 images, 77 tokens of text: the image model with 2.57 "
         "billion parameters, both text encoders and the decoder stay in memory; with guidance "
         "an image counts twice.",
         "The picture is decoded whole; the time of encoding and decoding is not included."],
        ["Stable Diffusion XL，1024 × 1024 图像，77 个 token 的文字；25.7 亿参数的画图模型、"
         "两个文字编码器和解码器都留在显存里；用引导时一张图像算两张。",
         "图像整张解码；编码和解码的时间没有算进去。"],
        becomes=lambda step: [decoded(step, 4, AUTOENCODER + ENCODERS, 2)],
    ),
    Plan(
        "flux-inference", "FLUX.1 with BF16 weights, images of 1024 × 1024",
        "FLUX.1（BF16 权重），画 1024 × 1024 的图", IMAGES, 2, lambda: Flux().to(BF16),
        lambda n: (meta(n, 4096, 64, dtype=BF16), meta(n, 512, 4096, dtype=BF16),
                   meta(n, 768, dtype=BF16)),
        {"training": False},
        ["The image model of FLUX.1 dev with 11.9 billion parameters, 1024 × 1024 images, 512 "
         "tokens of text; the picture is decoded whole.",
         "The text was encoded beforehand, by a model that has left the memory; the time of "
         "decoding is not included."],
        ["FLUX.1 dev 的画图模型，119 亿参数，1024 × 1024 图像，512 个 token 的文字；图像整张解码。",
         "文字事先编码好，编码器已移出显存；解码的时间没有算进去。"],
        1,
        lambda step: [decoded(each, 16, AUTOENCODER, 1) for each in (step, packed(step))],
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
    found = through(
        low, high, plan.items, id=plan.id, name={"en": plan.en, "zh": plan.zh},
        assumes={"en": plan.assumes_en, "zh": plan.assumes_zh},
        item={"en": plan.item[0], "zh": plan.item[1]},
    )  # fmt: skip
    return replace(found, items=plan.usual or plan.items)


PACKED = 4.5
"""Bits per weight where 32 weights of 4 bits share a scale of 16; see `choice.language`."""


def packed(workload: Workload) -> Workload:
    """FLUX.1 with 4-bit weights, from the same with 16-bit ones.

    Memory holds the weights in 4 bits and, beside the rest, one matrix unpacked. Each step unpacks
    every weight to BF16 (packed ones are read, BF16 written) before the arithmetic, which reads it
    as it did: the way of formats that only save memory. Formats that also compute in 4 bits are
    faster.

    Args:
        workload: with BF16 weights.
    """
    with torch.device("meta"):
        largest = 2.0 * max(one.numel() for one in Flux().parameters())  # bytes, in BF16
    share = PACKED / 16
    peaks = {}
    for phase, parts in workload.peaks.items():
        whole, temporaries = parts["parameters"], parts.get("temporaries", Line(0))
        peaks[phase] = parts | {
            "parameters": Line(round(whole.fixed * share), whole.each),
            "temporaries": Line(temporaries.fixed + largest, temporaries.each),
        }
    weights = workload.peaks["forward"]["parameters"].fixed
    matrices = sum(one.count.fixed for one in workload.work if one.kind == "matmul")
    unpack = Work(
        "cast", "forward", "bfloat16", Line(0), Line(round(weights * (1 + share))),
        Line(matrices), Line(matrices),
    )  # fmt: skip
    return replace(
        workload, id="flux-4bit-inference",
        name={"en": "FLUX.1 with 4-bit weights, images of 1024 × 1024",
              "zh": "FLUX.1（4 位权重），画 1024 × 1024 的图"},
        assumes={
            "en": ["The image model of FLUX.1 dev with 11.9 billion parameters in 4.5 bits each, "
                   "as GGUF Q4_0, 1024 × 1024 images, 512 tokens of text.",
                   "Every step unpacks the weights to BF16; formats that compute in 4 bits, such "
                   "as Nunchaku's, are faster.",
                   "The text was encoded beforehand, by a model that has left the memory; the "
                   "picture is decoded whole, and the time of that is not included."],
            "zh": ["FLUX.1 dev 的画图模型，119 亿参数，每个 4.5 位（如 GGUF 的 Q4_0），1024 × 1024 "
                   "图像，512 个 token 的文字。",
                   "每一步先把权重展开成 BF16 再算；直接用 4 位计算的格式（如 Nunchaku）更快。",
                   "文字事先编码好，编码器已移出显存；图像整张解码，解码的时间没有算进去。"],
        },
        peaks=peaks, work=[*workload.work, unpack],
    )  # fmt: skip


AUTOENCODER = 83_653_863
"""Parameters of SDXL's, in a published count; FLUX.1's has the same widths."""
ENCODERS = 817_720_320
"""Parameters of SDXL's two text encoders, likewise."""


def decoded(workload: Workload, channels: int, beside: float, images: int) -> Workload:
    """With the decoder and what else stays in memory, and the picture's decoding as a phase.

    Args:
        workload: an image model's step.
        channels: of the latents.
        beside: parameters that stay in memory beside the image model's.
        images: items that make one picture.
    """
    with torch.device("meta"):
        decoder, item = Decoder(channels).to(BF16), meta(1, channels, 128, 128, dtype=BF16)
    peak = replay(estimate(decoder, item, training=False).trace.events).by_phase["forward"]
    forward = workload.peaks["forward"]
    weights = Line(forward["parameters"].fixed + 2 * beside)
    work = {part: Line(0, peak[part] / images) for part in ("activations", "temporaries")}
    peaks = {"forward": forward | {"parameters": weights}, "decode": {"parameters": weights} | work}
    return replace(workload, peaks=peaks)


def every() -> list[Workload]:
    """All presets that are traced, computed anew, and what follows from them."""
    return [each for plan in PLANS for each in plan.becomes(trace_plan(plan))]


def text(workloads: Iterable[Workload]) -> str:
    """What `presets.json` must contain."""
    return json.dumps([to_json(one) for one in workloads], ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(every()), encoding="utf-8")
