"""Models of transformers, small, called as people do: masks, labels, no cache, checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
import transformers as hf
from torch import nn

Case = tuple[str, Callable[[], tuple[nn.Module, Any]], dict[str, Any]]
ADAM = {"optimizer": "adamw"}
SMALL = {
    "vocab_size": 128,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GROUPED = SMALL | {"num_key_value_heads": 2}


def ids(batch: int = 2, length: int = 24) -> torch.Tensor:
    return torch.randint(3, 120, (batch, length), generator=torch.Generator().manual_seed(0))


def padded(batch: int = 2, length: int = 24, left: bool = False) -> torch.Tensor:
    """A mask whose last row has padding, on the right or on the left."""
    mask = torch.ones(batch, length, dtype=torch.int64)
    mask[-1, slice(0, 7) if left else slice(-7, None)] = 0
    return mask


def text(labels: str = "tokens", left: bool = False, **more: Any) -> dict[str, Any]:
    target = {"tokens": ids(), "class": torch.tensor([0, 1])}[labels]
    return {"input_ids": ids(), "attention_mask": padded(left=left), "labels": target, **more}


def full(**more: Any) -> dict[str, Any]:
    return {"input_ids": ids(), "attention_mask": torch.ones_like(ids()), "labels": ids(), **more}


def images(batch: int = 2, size: int = 32) -> torch.Tensor:
    return torch.randn(batch, 3, size, size)


def saving(model: nn.Module, **options: Any) -> nn.Module:
    model.gradient_checkpointing_enable(**options)  # type: ignore[operator]
    return model


def cases() -> Iterator[Case]:
    """Name, function → model and inputs, recipe."""
    decoders = {
        "llama": (hf.LlamaForCausalLM, hf.LlamaConfig(**GROUPED)),
        "mistral": (hf.MistralForCausalLM, hf.MistralConfig(**GROUPED, sliding_window=8)),
        "qwen2": (hf.Qwen2ForCausalLM, hf.Qwen2Config(**GROUPED)),
        "qwen3": (hf.Qwen3ForCausalLM, hf.Qwen3Config(**GROUPED, head_dim=8)),
        "gemma2": (hf.Gemma2ForCausalLM, hf.Gemma2Config(**GROUPED, head_dim=8)),
        "phi3": (hf.Phi3ForCausalLM, hf.Phi3Config(**GROUPED)),
        "gpt2": (
            hf.GPT2LMHeadModel,
            hf.GPT2Config(
                vocab_size=128,
                n_embd=32,
                n_layer=2,
                n_head=4,
                n_positions=64,
                bos_token_id=1,
                eos_token_id=2,
            ),
        ),
        "gpt-neox": (hf.GPTNeoXForCausalLM, hf.GPTNeoXConfig(**SMALL)),
        "opt": (
            hf.OPTForCausalLM,
            hf.OPTConfig(
                vocab_size=128,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=4,
                ffn_dim=64,
                word_embed_proj_dim=32,
            ),
        ),
        "bloom": (
            hf.BloomForCausalLM,
            hf.BloomConfig(vocab_size=128, hidden_size=32, n_layer=2, n_head=4),
        ),
        "falcon": (hf.FalconForCausalLM, hf.FalconConfig(**SMALL)),
        "mixtral": (hf.MixtralForCausalLM, hf.MixtralConfig(**GROUPED, num_local_experts=4)),
        "qwen3-moe": (
            hf.Qwen3MoeForCausalLM,
            hf.Qwen3MoeConfig(
                **GROUPED,
                head_dim=8,
                num_experts=4,
                num_experts_per_tok=2,
                moe_intermediate_size=16,
            ),
        ),
        "mamba": (
            hf.MambaForCausalLM,
            hf.MambaConfig(vocab_size=128, hidden_size=32, num_hidden_layers=2, state_size=4),
        ),
    }
    for name, (kind, config) in decoders.items():
        yield f"{name}, mask and labels", lambda k=kind, c=config: (k(c), text()), ADAM
    llama, config = decoders["llama"]
    yield "llama, labels only", lambda: (llama(config), {"input_ids": ids(), "labels": ids()}), ADAM
    yield "llama, no cache", lambda: (llama(config), full(use_cache=False)), ADAM
    yield "llama, padding on the left", lambda: (llama(config), text(left=True)), ADAM
    yield ("llama, checkpoints", lambda: (saving(llama(config)), full(use_cache=False)), ADAM)
    yield (
        "llama, reentrant checkpoints",
        lambda: (
            saving(llama(config), gradient_checkpointing_kwargs={"use_reentrant": True}),
            text(use_cache=False),
        ),
        ADAM,
    )
    eager = hf.LlamaConfig(**GROUPED, attn_implementation="eager")
    yield "llama, eager attention", lambda: (llama(eager), text()), ADAM
    yield "llama, autocast", lambda: (llama(config), text()), ADAM | {"precision": "bf16"}
    yield "llama, bfloat16", lambda: (llama(config).bfloat16(), full()), ADAM
    yield "llama, generation", lambda: (llama(config), {"input_ids": ids()}), {"training": False}
    yield (
        "mixtral, bfloat16",
        lambda: (decoders["mixtral"][0](decoders["mixtral"][1]).bfloat16(), text()),
        ADAM,
    )
    yield (
        "gpt2, checkpoints",
        lambda: (saving(decoders["gpt2"][0](decoders["gpt2"][1])), text()),
        ADAM,
    )

    bert = hf.BertConfig(**SMALL)
    yield "bert, classes", lambda: (hf.BertForSequenceClassification(bert), text("class")), ADAM
    yield "bert, masked words", lambda: (hf.BertForMaskedLM(bert), text()), ADAM
    yield "bert, checkpoints", lambda: (saving(hf.BertForMaskedLM(bert)), full()), ADAM
    yield (
        "bert, autocast",
        lambda: (hf.BertForSequenceClassification(bert), text("class")),
        ADAM | {"precision": "fp16"},
    )
    yield (
        "bert, questions",
        lambda: (
            hf.BertForQuestionAnswering(bert),
            {
                "input_ids": ids(),
                "attention_mask": padded(),
                "start_positions": torch.tensor([1, 2]),
                "end_positions": torch.tensor([3, 4]),
            },
        ),
        ADAM,
    )
    yield (
        "roberta, tokens",
        lambda: (
            hf.RobertaForTokenClassification(hf.RobertaConfig(**SMALL)),
            text() | {"labels": torch.zeros_like(ids())},
        ),
        ADAM,
    )
    yield (
        "distilbert, classes",
        lambda: (
            hf.DistilBertForSequenceClassification(
                hf.DistilBertConfig(vocab_size=128, dim=32, n_layers=2, n_heads=4, hidden_dim=64)
            ),
            text("class"),
        ),
        ADAM,
    )
    yield (
        "electra, classes",
        lambda: (
            hf.ElectraForSequenceClassification(hf.ElectraConfig(**SMALL, embedding_size=16)),
            text("class"),
        ),
        ADAM,
    )
    yield (
        "deberta-v3, classes",
        lambda: (
            hf.DebertaV2ForSequenceClassification(
                hf.DebertaV2Config(
                    **SMALL,
                    relative_attention=True,
                    pos_att_type=["p2c", "c2p"],
                    position_buckets=16,
                )
            ),
            text("class"),
        ),
        ADAM,
    )
    yield (
        "modernbert, masked words",
        lambda: (
            hf.ModernBertForMaskedLM(hf.ModernBertConfig(**SMALL, cls_token_id=1, sep_token_id=2)),
            text(),
        ),
        ADAM,
    )

    t5 = hf.T5Config(
        vocab_size=128,
        d_model=32,
        d_kv=8,
        num_layers=2,
        num_heads=4,
        d_ff=64,
        decoder_start_token_id=0,
    )
    yield "t5, mask and labels", lambda: (hf.T5ForConditionalGeneration(t5), text()), ADAM
    yield (
        "t5, checkpoints",
        lambda: (saving(hf.T5ForConditionalGeneration(t5)), text(use_cache=False)),
        ADAM,
    )
    bart = hf.BartConfig(
        vocab_size=128,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
    )
    yield "bart, mask and labels", lambda: (hf.BartForConditionalGeneration(bart), text()), ADAM
    layerdrop = hf.BartConfig(
        **bart.to_diff_dict() | {"encoder_layerdrop": 0.5, "decoder_layerdrop": 0.5}
    )
    yield (
        "bart, layers left out at random",
        lambda: (hf.BartForConditionalGeneration(layerdrop), text()),
        ADAM,
    )

    vit = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "image_size": 32,
        "patch_size": 8,
    }
    yield (
        "vit, labels",
        lambda: (
            hf.ViTForImageClassification(hf.ViTConfig(**vit)),
            {"pixel_values": images(), "labels": torch.tensor([0, 1])},
        ),
        ADAM,
    )
    yield (
        "swin, labels",
        lambda: (
            hf.SwinForImageClassification(
                hf.SwinConfig(
                    image_size=32,
                    patch_size=2,
                    embed_dim=16,
                    depths=[2, 2],
                    num_heads=[2, 4],
                    window_size=4,
                )
            ),
            {"pixel_values": images(), "labels": torch.tensor([0, 1])},
        ),
        ADAM,
    )
    yield (
        "segformer, labels",
        lambda: (
            hf.SegformerForSemanticSegmentation(
                hf.SegformerConfig(
                    hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 1, 1], decoder_hidden_size=16
                )
            ),
            {"pixel_values": images(size=64), "labels": torch.zeros(2, 64, 64, dtype=torch.int64)},
        ),
        ADAM,
    )
    small = {key: value for key, value in SMALL.items() if key != "vocab_size"}
    clip = hf.CLIPConfig(
        text_config={**SMALL, "max_position_embeddings": 32},
        vision_config={**vit},
        projection_dim=16,
    )
    yield (
        "clip, loss",
        lambda: (
            hf.CLIPModel(clip),
            {
                "input_ids": ids(),
                "attention_mask": padded(),
                "pixel_values": images(),
                "return_loss": True,
            },
        ),
        ADAM,
    )
    yield (
        "wav2vec2, ctc",
        lambda: (
            hf.Wav2Vec2ForCTC(
                hf.Wav2Vec2Config(
                    **small,
                    vocab_size=32,
                    conv_dim=[16, 16],
                    conv_stride=[5, 4],
                    conv_kernel=[10, 3],
                    num_feat_extract_layers=2,
                    num_conv_pos_embeddings=4,
                    num_conv_pos_embedding_groups=2,
                    mask_time_prob=0.0,
                )
            ),
            {"input_values": torch.randn(2, 2000), "labels": torch.randint(1, 30, (2, 6))},
        ),
        ADAM,
    )
    yield (
        "whisper, labels",
        lambda: (
            hf.WhisperForConditionalGeneration(
                hf.WhisperConfig(
                    vocab_size=128,
                    d_model=32,
                    encoder_layers=2,
                    decoder_layers=2,
                    encoder_attention_heads=4,
                    decoder_attention_heads=4,
                    encoder_ffn_dim=64,
                    decoder_ffn_dim=64,
                    num_mel_bins=8,
                    max_source_positions=32,
                    pad_token_id=0,
                    bos_token_id=1,
                    eos_token_id=2,
                    decoder_start_token_id=1,
                )
            ),
            {"input_features": torch.randn(2, 8, 64), "labels": ids()},
        ),
        ADAM,
    )
