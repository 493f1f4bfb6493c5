# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "h_n[-1] is the last output:     " = "h_n[-1] 就是最后一个输出："
# "h_n[0] occurs in the output:    " = "h_n[0] 出现在输出里：     "
# "largest |h_n|" = "最大的 |h_n|"
# ", largest |c_n|" = "，最大的 |c_n|"
# "right for every length:" = "每种长度都对："
# ///
# --8<-- [start:parameters]
import torch
from stacked_lstm import StackedLSTM
from torch import nn

first = 4 * (20 * 10 + 20 * 20 + 2 * 20)
above = 4 * (20 * 20 + 20 * 20 + 2 * 20)
lstm = nn.LSTM(input_size=10, hidden_size=20, num_layers=3)
print(first, "+ 2 ×", above, "=", sum(p.numel() for p in lstm.parameters()))
assert first + 2 * above == sum(p.numel() for p in lstm.parameters())
# --8<-- [end:parameters]
# --8<-- [start:layers]
torch.manual_seed(0)
model = StackedLSTM(3, 5, num_layers=2).double()
x = torch.randn(4, 7, 3, dtype=torch.float64)  # (B, T, F)
output, (h_n, c_n) = model(x)  # (B, T, H), 2 × (L, B, H)
print(
    "h_n[-1] is the last output:     ", torch.equal(h_n[-1], output[:, -1])
)
found = any(torch.equal(h_n[0], step) for step in output.unbind(dim=1))
print("h_n[0] occurs in the output:    ", found)
h, c = h_n.abs().max(), c_n.abs().max()
print(f"largest |h_n| {h:.2f}, largest |c_n| {c:.2f}")
# --8<-- [end:layers]
# --8<-- [start:gather]
lengths = torch.tensor([7, 3, 5])
x = torch.randn(3, 7, 3, dtype=torch.float64)  # (B, T, F)
output, _ = model(x)  # (B, T, H)
last = output[torch.arange(3), lengths - 1]  # (B, H)
for row, length in enumerate(lengths):
    alone, _ = model(x[row : row + 1, :length])  # (1, length, H)
    torch.testing.assert_close(last[row], alone[0, -1])
print("right for every length:", tuple(last.shape))
# --8<-- [end:gather]
