# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "8 bit" = "8 位 "
# "4 bit" = "4 位 "
# "parameters:" = "参数：   "
# "KV cache:  " = "KV 缓存："
# "bytes per token" = "字节/token"
# "tokens  weights + KV, GiB" = " token  权重 + KV，GiB"
# "bytes per parameter:" = "字节/参数："
# ///
# --8<-- [start:weights]
GB, GiB = 10**9, 2**30
parameters = 7 * 10**9


def row(bytes_each):
    weights = parameters * bytes_each
    return f"{weights / GB:>4.1f} GB = {weights / GiB:>5.2f} GiB"


print("FP32  ", row(4))
print("BF16  ", row(2))
print("8 bit ", row(1))
print("4 bit ", row(0.5))
# --8<-- [end:weights]

# --8<-- [start:kv]
# Qwen3-8B, config.json
layers, heads, kv_heads, head_dim = 36, 32, 8, 128
hidden, mlp, vocabulary = 4096, 12288, 151936

attention = 2 * hidden * heads * head_dim + 2 * hidden * kv_heads * head_dim
norms = 2 * hidden + 2 * head_dim
layer = attention + 3 * hidden * mlp + norms
qwen = layers * layer + 2 * vocabulary * hidden + hidden
print(f"parameters: {qwen:,}")

# zh: 每个 token 存一个 K、一个 V，每个数 2 字节
# en: one K and one V for every token, 2 bytes a number
kv = 2 * layers * kv_heads * head_dim * 2
print(f"KV cache:   {kv:,} bytes per token")

weights = 2 * qwen / GiB
print("tokens  weights + KV, GiB")
for tokens in (1024, 8192, 40960):
    cache = kv * tokens / GiB
    print(
        f"{tokens:>6}  {weights:.2f} + {cache:.2f} = {weights + cache:.2f}"
    )
# --8<-- [end:kv]

# --8<-- [start:training]
bytes_per_parameter = {
    "BF16 weights": 2,
    "FP32 weights": 4,
    "FP32 gradients": 4,
    "AdamW, mean of the gradients": 4,
    "AdamW, mean of their squares": 4,
}
each = sum(bytes_per_parameter.values())
total = parameters * each
print(
    f"{each} bytes per parameter:",
    f"{total / GB:.0f} GB = {total / GiB:.0f} GiB",
)
# --8<-- [end:training]
