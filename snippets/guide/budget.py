# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters:" = "参数："
# "need                 counted  with headroom  look for" = "用途                    算出       留余量后  要找"
# "4-bit" = "4 位 "
# "full fine-tuning" = "全量微调        "
# "chat" = "对话"
# "images 4-bit" = "生图 4 位   "
# "images BF16" = "生图 BF16  "
# ///
# --8<-- [start:budget]
# zh: 每个权重的字节数；4 位的，每 32 个共用一个缩放因子
# en: bytes per weight; of those with 4 bits, 32 share one scale
BF16 = 2
FOUR_BIT = (32 * 4 + 16) / 8 / 32
# zh: 权重（混合精度要存两种精度的）、梯度、优化器状态
# en: weight (in mixed precision, in both), gradient, optimizer state
FP32_ADAMW = 4 + 4 + 8
MIXED_ADAMW = 6 + 4 + 8
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
# zh: 32 层，秩为 16
# en: 32 layers, rank 16
lora = 32 * 16 * adapted
token_8b = trained_token(32, 4096, 128_256)
# zh: ResNet-50，224×224：卷积的输出，存两份，FP32
# en: ResNet-50, 224×224: outputs of its convolutions, kept twice, FP32
image = 11.1e6 * 2 * 4
# zh: 4 层，每层 1024 个单元；512 步，每步 7 × 1024 个数，FP32
# en: 4 layers of 1024 units; 512 steps, 7 × 1024 numbers each, FP32
lstm = 4 * 4 * (2 * 1024**2 + 2 * 1024)
sequence = 4 * 512 * 7 * 1024 * 4
print(
    f"parameters: {llama_8b:,}  {llama_70b:,}  LoRA {lora:,}  LSTM {lstm:,}"
)
# --8<-- [end:models]


# --8<-- [start:needs]
def row(*job):
    counted, total = budget(*job)
    card = next(
        (f"{size} GB" for size in CARDS if size >= total), "several cards"
    )
    return f"{counted:6.1f} GB {total:11.1f} GB  {card}"


print("need                 counted  with headroom  look for")
print("SimpleCNN batch 128", row(422_218, FP32_ADAMW, 128, 1e6))
print("ResNet-50 batch 64 ", row(25.6e6, FP32_ADAMW, 64, image))
print("ResNet-50 batch 128", row(25.6e6, FP32_ADAMW, 128, image))
print("LSTM batch 64      ", row(lstm, FP32_ADAMW, 64, sequence))
print("8B LoRA 4-bit      ", row(llama_8b, FOUR_BIT, 2048, token_8b, lora))
print("8B LoRA BF16       ", row(llama_8b, BF16, 2048, token_8b, lora))
print("8B full fine-tuning", row(llama_8b, MIXED_ADAMW, 2048, token_8b))
print("8B chat 4-bit      ", row(llama_8b, FOUR_BIT, 8192, kv_cache(32)))
print("8B chat BF16       ", row(llama_8b, BF16, 8192, kv_cache(32)))
print("32B chat 4-bit     ", row(32.8e9, FOUR_BIT, 8192, kv_cache(64)))
print("70B chat 4-bit     ", row(llama_70b, FOUR_BIT, 8192, kv_cache(80)))
print("70B chat BF16      ", row(llama_70b, BF16, 8192, kv_cache(80)))
print("12B images 4-bit   ", row(11.9e9 + 4.5e9, FOUR_BIT))
print("12B images BF16    ", row(11.9e9 + 4.5e9, BF16))
# --8<-- [end:needs]
