# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "ai-gpu-handbook"]
#
# [tool.uv.sources]
# ai-gpu-handbook = { git = "https://github.com/ai-gpu-handbook/handbook" }
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:memory]
# zh: gpuguide 是本项目的一部分，不在软件包索引上：
# zh: 在项目目录里用 PYTHONPATH=src 运行。
# en: gpuguide is part of this project, on no package
# en: index: run in its folder, PYTHONPATH=src.
import torch
from torch import nn

from gpuguide.catalogue import find
from gpuguide.cost.estimate import estimate


class Tagger(nn.Module):
    """An LSTM that gives every word of a text one of 20 labels."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30_000, 512)
        self.lstm = nn.LSTM(512, 1024, num_layers=2, batch_first=True)
        self.head = nn.Linear(1024, 20)

    def forward(self, words):  # (B, T)
        states, _ = self.lstm(self.embed(words))  # (B, T, 1024)
        return self.head(states)  # (B, T, 20)


# zh: 只有形状，没有数据
# en: sizes only, no numbers
words = torch.empty(32, 256, dtype=torch.int64, device="meta")
need = estimate(Tagger(), words, optimizer="adamw", gpu=find("rtx-4090"))

print(
    f"{need.parameters:,} parameters, {need.flops / 1e12:.2f} TFLOP a step"
)
for part, size in need.memory.parts.items():
    print(f"{part:16} {size / 2**20:7.1f} MiB")
print(f"{'allocated':16} {need.memory.allocated / 2**20:7.1f} MiB")
print(f"{'reserved':16} {need.memory.reserved / 2**20:7.1f} MiB")
low, high = need.memory.device.low, need.memory.device.high
print(f"{'device':16} {low / 2**20:7.1f} to {high / 2**20:.1f} MiB")
# --8<-- [end:memory]
# --8<-- [start:time]
from gpuguide.choice.fit import span
from gpuguide.cost.speed import step_time

for name in ("rtx-3060-12gb", "rtx-4090", "l4", "h100-sxm-80gb"):
    gpu = find(name)
    print(f"{gpu.name:22}", span(step_time(need, gpu)), "a step")
# --8<-- [end:time]
# --8<-- [start:choose]
from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.wishes import Constraints

wishes = Constraints(max_price=1000, forms=("card",), goal="time")
found = choose(preset("resnet50-training"), wishes)
for option in found.options[:3]:
    print(f"{option.gpu}: {option.reason}")
left = found.rejected[0]
print(
    f"left out: {len(found.rejected)}; {left.gpu}, for one: {left.reason}"
)
# --8<-- [end:choose]
