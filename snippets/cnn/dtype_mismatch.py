# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:mixed]
import torch
from simple_cnn import SimpleCNN

model = SimpleCNN().to(torch.bfloat16)
# zh: 图像是 float32，权重是 bfloat16
# en: float32 images, bfloat16 weights
try:
    model(torch.rand(4, 3, 28, 28))  # (N, C, H, W)
except RuntimeError as error:
    print(error)
# --8<-- [end:mixed]
