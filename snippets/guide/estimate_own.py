# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "ai-gpu-handbook"]
#
# [tool.uv.sources]
# ai-gpu-handbook = { git = "https://github.com/ai-gpu-handbook/handbook" }
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters, " = "个参数，每步 "
# "TFLOP a step" = "TFLOP"
# "parameters     " = "参数           "
# "buffers        " = "缓冲区         "
# "inputs         " = "输入           "
# "gradients      " = "梯度           "
# "optimizer state" = "优化器状态     "
# "activations    " = "激活值         "
# "temporaries    " = "临时张量       "
# "workspaces     " = "工作区         "
# "rounding       " = "凑整           "
# "allocated      " = "已分配         "
# "reserved       " = "已保留         "
# "device, lowest " = "设备，最低     "
# "device, highest" = "设备，最高     "
# "to" = "到"
# "ms a step" = "ms 一步"
# "card            used, USD  needs, GB  has, GB   ms a step" = "卡            二手价，USD   需要，GB 共有，GB     ms 一步"
# "left out:" = "没有入选："
# ///
# --8<-- [start:memory]
# zh: gpuguide 是本项目的一部分，不在软件包索引上：
# zh: 在项目目录里用 PYTHONPATH=src 运行。
# en: gpuguide is part of this project, on no package
# en: index: run in its folder, PYTHONPATH=src.
from collections import Counter

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


def mib(nbytes):
    return f"{nbytes / 2**20:7.1f} MiB"


flop = need.flops / 1e12
print(f"{need.parameters:,} parameters, {flop:.2f} TFLOP a step")
# zh: 没有的部分算作 0
# en: a part that is not there counts as 0
parts = Counter(need.memory.parts)
print("parameters     ", mib(parts["parameters"]))
print("buffers        ", mib(parts["buffers"]))
print("inputs         ", mib(parts["inputs"]))
print("gradients      ", mib(parts["gradients"]))
print("optimizer state", mib(parts["optimizer_state"]))
print("activations    ", mib(parts["activations"]))
print("temporaries    ", mib(parts["temporaries"]))
print("workspaces     ", mib(parts["workspaces"]))
print("rounding       ", mib(parts["rounding"]))
print("allocated      ", mib(need.memory.allocated))
print("reserved       ", mib(need.memory.reserved))
print("device, lowest ", mib(need.memory.device.low))
print("device, highest", mib(need.memory.device.high))
# --8<-- [end:memory]
# --8<-- [start:time]
from gpuguide.cost.speed import step_time

for name in ("rtx-3060-12gb", "rtx-4090", "l4", "h100-sxm-80gb"):
    gpu = find(name)
    time = step_time(need, gpu)
    low, high = time.low * 1e3, time.high * 1e3
    print(f"{gpu.name:22} {low:5.1f} to {high:5.1f} ms a step")
# --8<-- [end:time]
# --8<-- [start:choose]
from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.wishes import Constraints

wishes = Constraints(
    max_price=1000, condition="used", forms=("card",), goal="time"
)
found = choose(preset("resnet50-training"), wishes)
print("card            used, USD  needs, GB  has, GB   ms a step")
for option in found.options[:3]:
    used, has = option.need / 1e9, option.memory / 1e9
    low, high = option.seconds.low * 1e3, option.seconds.high * 1e3
    print(f"{option.gpu:15} {option.price:9.0f}", end=" ")
    print(f"{used:10.1f} {has:8.1f} {low:4.0f} to {high:3.0f}")
why = Counter(each.code for each in found.rejected)
print("left out:", dict(why.most_common()))
# --8<-- [end:choose]
