"""Models of timm, with small images, and of diffusers and peft, with few channels and layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import diffusers
import peft
import timm
import torch
import transformers as hf
from torch import nn

from zoo.transformers_models import ADAM, GROUPED, Case, full, ids, padded, saving, text

TIMM = (
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "seresnet18",
    "efficientnet_b0",
    "mobilenetv3_small_050",
    "mobilenetv4_conv_small",
    "convnext_atto",
    "convnextv2_atto",
    "regnety_002",
    "densenet121",
    "vgg11_bn",
    "inception_v3",
    "xception41",
    "ghostnet_100",
    "repvgg_a0",
    "dla34",
    "hrnet_w18_small",
    "nfnet_f0",
    "vit_tiny_patch16_224",
    "deit3_small_patch16_224",
    "swin_tiny_patch4_window7_224",
    "swinv2_cr_tiny_ns_224",
    "mixer_s32_224",
    "coatnet_0_rw_224",
    "maxvit_rmlp_pico_rw_256",
    "eva02_tiny_patch14_224",
    "beit_base_patch16_224",
    "cait_xxs24_224",
    "levit_128s",
    "edgenext_xx_small",
    "fastvit_t8",
)
SIZES = {"inception_v3": 128, "maxvit_rmlp_pico_rw_256": 256, "resnet18": 64, "resnet50": 64}


def timm_cases() -> Iterator[Case]:
    for name in TIMM:
        fixed = any(one in name for one in ("224", "256", "levit", "fastvit"))
        size = SIZES.get(name, 224 if fixed else 64)

        def build(name: str = name, size: int = size) -> tuple[nn.Module, Any]:
            return timm.create_model(name, num_classes=10), torch.randn(2, 3, size, size)

        yield f"{name}, {size} pixels", build, {"optimizer": "momentum", "loss": "cross_entropy"}
    yield (
        "vit_tiny, checkpoints, autocast",
        lambda: (_checkpointed("vit_tiny_patch16_224"), torch.randn(2, 3, 224, 224)),
        ADAM | {"precision": "bf16"},
    )
    yield (
        "resnet18, layers left out at random",
        lambda: (timm.create_model("resnet18", drop_path_rate=0.2), torch.randn(2, 3, 64, 64)),
        {"optimizer": "momentum", "loss": "cross_entropy"},
    )


def _checkpointed(name: str) -> nn.Module:
    model: nn.Module = timm.create_model(name, num_classes=10)
    model.set_grad_checkpointing()  # type: ignore[operator]
    return model


def diffusers_cases() -> Iterator[Case]:
    def noisy(channels: int = 4, size: int = 16) -> torch.Tensor:
        return torch.randn(2, channels, size, size)

    times = torch.tensor([3, 700])
    unet = {
        "sample_size": 16,
        "block_out_channels": (16, 32),
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": 8,
    }
    yield (
        "UNet2DModel",
        lambda: (
            diffusers.UNet2DModel(
                in_channels=3,
                out_channels=3,
                down_block_types=("DownBlock2D", "AttnDownBlock2D"),
                up_block_types=("AttnUpBlock2D", "UpBlock2D"),
                **unet,
            ),
            (noisy(3), times),
        ),
        ADAM,
    )
    text_unet = lambda: diffusers.UNet2DConditionModel(  # noqa: E731
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        **unet,
    )
    words = torch.randn(2, 7, 32)
    yield "UNet2DConditionModel", lambda: (text_unet(), (noisy(), times, words)), ADAM
    yield (
        "UNet2DConditionModel, checkpoints",
        lambda: (_saved(text_unet()), (noisy(), times, words)),
        ADAM,
    )
    yield (
        "UNet2DConditionModel, one time",
        lambda: (text_unet(), (noisy(), 5, words)),
        {"training": False},
    )
    yield (
        "AutoencoderKL",
        lambda: (
            diffusers.AutoencoderKL(
                block_out_channels=(16, 32),
                norm_num_groups=8,
                down_block_types=("DownEncoderBlock2D",) * 2,
                up_block_types=("UpDecoderBlock2D",) * 2,
            ),
            torch.randn(2, 3, 32, 32),
        ),
        ADAM,
    )
    yield (
        "DiTTransformer2DModel",
        lambda: (
            diffusers.DiTTransformer2DModel(
                num_attention_heads=2,
                attention_head_dim=8,
                in_channels=4,
                out_channels=4,
                num_layers=2,
                sample_size=16,
                num_embeds_ada_norm=10,
            ),
            {"hidden_states": noisy(), "timestep": times, "class_labels": torch.tensor([1, 2])},
        ),
        ADAM,
    )
    yield (
        "SD3Transformer2DModel",
        lambda: (
            diffusers.SD3Transformer2DModel(
                sample_size=16,
                patch_size=2,
                in_channels=4,
                num_layers=2,
                attention_head_dim=8,
                num_attention_heads=4,
                joint_attention_dim=32,
                caption_projection_dim=32,
                pooled_projection_dim=64,
                out_channels=4,
            ),
            {
                "hidden_states": noisy(),
                "encoder_hidden_states": words,
                "timestep": times,
                "pooled_projections": torch.randn(2, 64),
            },
        ),
        ADAM,
    )


def _saved(model: Any) -> nn.Module:
    model.enable_gradient_checkpointing()
    found: nn.Module = model
    return found


def peft_cases() -> Iterator[Case]:
    def llama() -> nn.Module:
        return hf.LlamaForCausalLM(hf.LlamaConfig(**GROUPED))

    def adapted(config: Any, base: nn.Module | None = None) -> nn.Module:
        found: nn.Module = peft.get_peft_model(base or llama(), config)  # type: ignore[arg-type]
        return found

    task = {"task_type": "CAUSAL_LM"}
    yield "LoRA", lambda: (adapted(peft.LoraConfig(r=4, **task)), text()), ADAM
    yield (
        "LoRA on every layer",
        lambda: (
            adapted(peft.LoraConfig(r=4, target_modules="all-linear", lora_dropout=0.1, **task)),
            full(),
        ),
        ADAM,
    )
    yield "DoRA", lambda: (adapted(peft.LoraConfig(r=4, use_dora=True, **task)), text()), ADAM
    yield (
        "LoRA, checkpoints",
        lambda: (
            adapted(peft.LoraConfig(r=4, **task), _inputs_need_gradients(saving(llama()))),
            text(use_cache=False),
        ),
        ADAM,
    )
    yield "IA3", lambda: (adapted(peft.IA3Config(**task)), text()), ADAM
    yield (
        "Prompt tuning",
        lambda: (adapted(peft.PromptTuningConfig(num_virtual_tokens=4, **task)), text()),
        ADAM,
    )
    yield (
        "Prefix tuning",
        lambda: (adapted(peft.PrefixTuningConfig(num_virtual_tokens=4, **task)), text()),
        ADAM,
    )
    yield (
        "LoRA, BERT classes",
        lambda: (
            adapted(
                peft.LoraConfig(r=4, task_type="SEQ_CLS"),
                hf.BertForSequenceClassification(
                    hf.BertConfig(
                        vocab_size=128,
                        hidden_size=32,
                        num_hidden_layers=2,
                        num_attention_heads=4,
                        intermediate_size=64,
                    )
                ),
            ),
            {"input_ids": ids(), "attention_mask": padded(), "labels": torch.tensor([0, 1])},
        ),
        ADAM,
    )


def _inputs_need_gradients(model: Any) -> nn.Module:
    model.enable_input_require_grads()
    found: nn.Module = model
    return found
