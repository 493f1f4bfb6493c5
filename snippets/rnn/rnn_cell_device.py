# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# ///
# --8<-- [start:device]
import torch
from rnn_cell import RNNCell

device = "cuda" if torch.cuda.is_available() else "cpu"
for dtype in (torch.float64, torch.float32, torch.bfloat16):
    cell = RNNCell(3, 5).to(device, dtype)
    x = torch.ones(4, 3, device=device, dtype=dtype)  # (B, F)
    # zh: 两步，第一步不给状态
    # en: two steps, the first without a state
    h = cell(x, cell(x))  # (B, H)
    assert h.device == x.device and h.dtype == dtype
    print(h.dtype, tuple(h.shape))
# --8<-- [end:device]
