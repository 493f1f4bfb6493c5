# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "weights" = "权重"
# "bytes" = "字节"
# ///
# --8<-- [start:device]
import torch
from simple_cnn import SimpleCNN

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
model = SimpleCNN().to(device)
# zh: 图像先在 CPU 上，再搬到模型所在的设备
# en: the images start on the CPU and go where the model is
images = torch.rand(4, 3, 28, 28)  # (N, C, H, W)
logits = model(images.to(device))  # (4, 10)
assert logits.device == next(model.parameters()).device
# --8<-- [end:device]
# --8<-- [start:dtype]
for dtype in (torch.float64, torch.float32, torch.bfloat16):
    model = model.to(dtype)
    logits = model(images.to(device, dtype))
    size = sum(p.numel() * p.element_size() for p in model.parameters())
    print(f"{logits.dtype!s:<15} weights {size:>9,} bytes")
# --8<-- [end:dtype]
