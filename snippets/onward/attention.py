# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "same result:" = "结果相同："
# ///
# --8<-- [start:hand]
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
query, key, value = torch.randn(3, 2, 6, 8, device=device)  # (N, T, d) each

scores = query @ key.transpose(1, 2) / 8**0.5  # (N, T, T)
future = torch.ones(6, 6, dtype=torch.bool, device=device).triu(diagonal=1)
scores = scores.masked_fill(future, float("-inf"))
weights = scores.softmax(dim=2)  # (N, T, T)
output = weights @ value  # (N, T, d)
print(weights[0].cpu().round(decimals=2))
# --8<-- [end:hand]

# --8<-- [start:torch]
fused = F.scaled_dot_product_attention(
    query, key, value, is_causal=True
)  # (N, T, d)
torch.testing.assert_close(fused, output, rtol=1e-4, atol=1e-5)
print("same result:", tuple(fused.shape))
# --8<-- [end:torch]
