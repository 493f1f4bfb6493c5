# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:layers]
import torch
from simple_cnn import SimpleCNN

model = SimpleCNN()


# zh: 数据每流过一层，PyTorch 就调用一次这个函数
# en: PyTorch calls this each time data pass through a layer
def report(layer, inputs, output):
    parameters = sum(p.numel() for p in layer.parameters())
    name, shape = type(layer).__name__, tuple(output.shape)
    print(f"{name:<9} {shape!s:<18} {parameters:>8,}")


for layer in model.children():
    layer.register_forward_hook(report)
model(torch.rand(1, 3, 28, 28))  # (N, C, H, W)
# --8<-- [end:layers]
