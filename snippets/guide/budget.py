# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters:" = "参数："
# "need                  counted  with headroom  look for" = "用途                     算出       留余量后  要找"
# ///
# --8<-- [start:budget]
BF16 = 2  # bytes per weight
FOUR_BIT = (32 * 4 + 16) / 8 / 32  # 32 weights share one scale
FP32_ADAMW = 4 + 4 + 8  # weight, gradient, optimizer state
MIXED_ADAMW = 6 + 4 + 8  # weight in two precisions, gradient, state
CARDS = [8, 12, 16, 24, 32, 48, 80, 96, 141, 180, 288]  # GB


def budget(params, bytes_each, batch=0, bytes_per_sample=0, adapters=0):
    need = params * bytes_each + adapters * MIXED_ADAMW
    need += batch * bytes_per_sample
    # zh: 余量是我们的假定：程序本身 1 GB，临时空间和碎片再加 10%
    # en: headroom is our assumption: 1 GB for the
    # en: program itself, 10 % for workspace and gaps
    return need / 1e9, 1.1 * need / 1e9 + 1


# --8<-- [end:budget]
# --8<-- [start:models]
def llama(layers, hidden, feed_forward, vocabulary=128_256, kv=1024):
    attention = 2 * hidden * hidden + 2 * hidden * kv
    block = attention + 3 * hidden * feed_forward + 2 * hidden
    return layers * block + 2 * vocabulary * hidden + hidden


def kv_cache(layers, kv_heads=8, head_dim=128):
    # zh: 一个 token 的键和值
    # en: keys and values of one token
    return 2 * layers * kv_heads * head_dim * BF16


def trained_token(layers, hidden, vocabulary):
    # zh: 用梯度检查点：每层只存输入；正在重算的那一层约 34 × hidden 字节；
    # zh: logits 及其梯度用 FP32
    # en: with checkpointing: the input of each layer; about
    # en: 34 × hidden bytes for the layer that is being
    # en: recomputed; the logits and their gradient in FP32
    return 2 * layers * hidden + 34 * hidden + 8 * vocabulary


llama_8b, llama_70b = llama(32, 4096, 14_336), llama(80, 8192, 28_672)
adapted = 2 * 2 * 4096 + 2 * (4096 + 1024) + 3 * (4096 + 14_336)
lora = 32 * 16 * adapted  # 32 layers, rank 16
token_8b = trained_token(32, 4096, 128_256)
# zh: ResNet-50，224×224：卷积的输出，存两份，FP32
# en: ResNet-50, 224×224: outputs of its convolutions, kept twice, FP32
image = 11.1e6 * 2 * 4
lstm = 4 * 4 * (2 * 1024**2 + 2 * 1024)  # 4 layers of 1024 units
# zh: 4 层，512 步，每步 7 × 1024 个数，FP32
# en: 4 layers, 512 steps, 7 × 1024 numbers each, FP32
sequence = 4 * 512 * 7 * 1024 * 4
print(
    f"parameters: {llama_8b:,}  {llama_70b:,}  LoRA {lora:,}  LSTM {lstm:,}"
)
# --8<-- [end:models]
# --8<-- [start:needs]
needs = {
    "SimpleCNN, batch 128": budget(422_218, FP32_ADAMW, 128, 1e6),
    "ResNet-50, batch 64": budget(25.6e6, FP32_ADAMW, 64, image),
    "ResNet-50, batch 128": budget(25.6e6, FP32_ADAMW, 128, image),
    "LSTM, batch 64": budget(lstm, FP32_ADAMW, 64, sequence),
    "8B LoRA, 4-bit": budget(llama_8b, FOUR_BIT, 2048, token_8b, lora),
    "8B LoRA, BF16": budget(llama_8b, BF16, 2048, token_8b, lora),
    "8B full fine-tuning": budget(llama_8b, MIXED_ADAMW, 2048, token_8b),
    "8B chat, 4-bit": budget(llama_8b, FOUR_BIT, 8192, kv_cache(32)),
    "8B chat, BF16": budget(llama_8b, BF16, 8192, kv_cache(32)),
    "32B chat, 4-bit": budget(32.8e9, FOUR_BIT, 8192, kv_cache(64)),
    "70B chat, 4-bit": budget(llama_70b, FOUR_BIT, 8192, kv_cache(80)),
    "70B chat, BF16": budget(llama_70b, BF16, 8192, kv_cache(80)),
    "12B images, 4-bit": budget(11.9e9 + 4.5e9, FOUR_BIT),
    "12B images, BF16": budget(11.9e9 + 4.5e9, BF16),
}
print("need                  counted  with headroom  look for")
for name, (counted, total) in needs.items():
    card = next(
        (f"{size} GB" for size in CARDS if size >= total), "several cards"
    )
    print(f"{name:20} {counted:6.1f} GB {total:11.1f} GB  {card}")
# --8<-- [end:needs]
