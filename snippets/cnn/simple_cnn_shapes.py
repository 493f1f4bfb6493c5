# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters:" = "参数："
# ///
# --8<-- [start:run]
import torch
from simple_cnn import SimpleCNN

torch.manual_seed(0)
model = SimpleCNN()
images = torch.rand(4, 3, 28, 28)  # (N, C, H, W)
logits = model(images)  # (4, 10)
print(tuple(images.shape), "->", tuple(logits.shape))
print("parameters:", f"{sum(p.numel() for p in model.parameters()):,}")
# --8<-- [end:run]
# --8<-- [start:wrong]
for x in (
    torch.rand(4, 3, 56, 56),
    torch.rand(4, 1, 28, 28),
    torch.rand(3, 28, 28),
):
    try:
        model(x)
    except ValueError as error:
        print(error)
# --8<-- [end:wrong]
