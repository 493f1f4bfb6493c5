# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:weights]
GB, GiB = 10**9, 2**30
parameters = 7 * 10**9

for name, size in {"FP32": 4, "BF16": 2, "8 bit": 1, "4 bit": 0.5}.items():
    weights = parameters * size
    print(f"{name:<5}  {weights / GB:>4.1f} GB = {weights / GiB:>5.2f} GiB")
# --8<-- [end:weights]

# --8<-- [start:training]
bytes_per_parameter = {
    "BF16 weights": 2,
    "FP32 weights": 4,
    "FP32 gradients": 4,
    "AdamW, mean of gradients": 4,
    "AdamW, mean of squares": 4,
}
each = sum(bytes_per_parameter.values())
total = parameters * each
print(f"{each} bytes per parameter: {total / GB:.0f} GB = {total / GiB:.0f} GiB")
# --8<-- [end:training]

# --8<-- [start:qwen]
# Qwen3-8B, config.json
layers, heads, kv_heads, head_dim = 36, 32, 8, 128
hidden, mlp, vocabulary = 4096, 12288, 151936

attention = 2 * hidden * heads * head_dim + 2 * hidden * kv_heads * head_dim
norms = 2 * hidden + 2 * head_dim
layer = attention + 3 * hidden * mlp + norms
parameters = layers * layer + 2 * vocabulary * hidden + hidden
print(f"parameters: {parameters:,}")

weights = 2 * parameters
# zh: 每个 token 的 K 与 V，所以乘 2；每个数 2 字节
# en: K and V of every token, hence 2; 2 bytes a number
kv = 2 * layers * kv_heads * head_dim * 2
print(f"KV cache:   {kv:,} bytes per token")
for tokens in (1024, 8192, 40960):
    both = weights + kv * tokens
    print(
        f"{tokens:>6} tokens: weights {weights / GiB:.2f} + KV {kv * tokens / GiB:.2f}"
        f" = {both / GiB:.2f} GiB"
    )
# --8<-- [end:qwen]

# --8<-- [start:decode]
print("bandwidth    BF16   4 bit")
for bandwidth in (273, 1008, 1792, 3350, 8000):
    ceiling = [bandwidth * GB / (parameters * size) for size in (2, 0.5)]
    print(f"{bandwidth:>4} GB/s  {ceiling[0]:>6.0f}  {ceiling[1]:>6.0f}  tokens/s at most")
# --8<-- [end:decode]

assert parameters == 8_190_735_360
assert kv == 147_456
