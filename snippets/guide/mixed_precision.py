# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.05
# gpu-tolerance = 0.3
#
# [[tool.neverstale.varies]]
# match = "^float16"
# reason = "trained on a GPU only"
#
# [[tool.neverstale.varies]]
# match = "exactly zero"
# reason = "the trained weights differ a little between devices"
#
# [tool.neverstale.labels.zh]
# "step" = "训练步数"
# "loss" = "损失"
# ///
# --8<-- [start:train]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_num_threads(1)
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32, device=device)[:, None] / 16
labels = torch.tensor(digits.target, device=device)  # images: (1797, 1, 8, 8)


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Conv2d(32, 64, kernel_size=3, padding=1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    ).to(device)


def train(dtype, steps=100):
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    # zh: 只有 float16 需要放大损失；bfloat16 时它什么也不做
    # en: only float16 needs a scaled loss; with bfloat16 the scaler does nothing
    scaler = torch.amp.GradScaler(device, enabled=dtype == torch.float16)
    losses = []
    for step in range(steps):
        batch = torch.arange(step * 64, step * 64 + 64, device=device) % len(images)
        # zh: 只包住前向和损失；反向沿用前向的 dtype
        # en: forward pass and loss only; the backward pass follows the dtypes of the forward
        with torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    return model, losses


names = {torch.float32: "float32", torch.bfloat16: "bfloat16"}
# zh: 多数 CPU 算 float16 极慢，只在 GPU 上训练
# en: most CPUs are very slow in float16: train it on a GPU only
if device == "cuda":
    names[torch.float16] = "float16"
curves = {}
for dtype, name in names.items():
    model, curves[name] = train(dtype)
    print(f"{name:<8} loss, mean of the last 20 steps: {sum(curves[name][-20:]) / 20:.2f}")
# --8<-- [end:train]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.2))
for (name, losses), style in zip(curves.items(), ("-", "--", ":"), strict=False):
    ax.plot(losses, style, label=name)
ax.set(xlabel="step", ylabel="loss", yscale="log")
fig.legend(loc="outside upper center", ncols=3)
fig.savefig("losses.svg")
# --8<-- [end:draw]
# --8<-- [start:inside]
model = network()
seen = []
for layer in model:
    layer.register_forward_hook(lambda layer, _, out: seen.append((layer, out.dtype)))
with torch.autocast(device, dtype=torch.bfloat16):
    loss = F.cross_entropy(model(images[:64]), labels[:64])
loss.backward()
for layer, dtype in seen[:3] + seen[-1:]:
    print(f"output of {type(layer).__name__:<12} {str(dtype).removeprefix('torch.')}")
print("loss                  ", str(loss.dtype).removeprefix("torch."))
print("weights               ", str(model[0].weight.dtype).removeprefix("torch."))
print("gradients of weights  ", str(model[0].weight.grad.dtype).removeprefix("torch."))


# --8<-- [end:inside]
# --8<-- [start:memory]
def kept(dtype):
    """Bytes that the forward pass keeps for the backward pass, weights not counted."""
    model = network()
    own = {p.data_ptr() for p in model.parameters()} | {images.data_ptr(), labels.data_ptr()}
    storages = {}

    def pack(tensor):
        if tensor.data_ptr() not in own:
            storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32),
    ):
        loss = F.cross_entropy(model(images[:256]), labels[:256])
    loss.backward()
    return sum(storages.values())


full, half = kept(torch.float32), kept(torch.bfloat16)
print(f"kept for backward: float32 {full / 1e6:.1f} MB, autocast {half / 1e6:.1f} MB")
print(f"share {half / full:.2f}")
# --8<-- [end:memory]
# --8<-- [start:underflow]
model, _ = train(torch.float32, steps=300)
for factor in (1, 2**8, 2**16):
    with torch.autocast(device, dtype=torch.float16):
        maps = model[:6](images)  # (N, C, H, W), float16
        loss = F.cross_entropy(model[6:](maps), labels)
    (grad,) = torch.autograd.grad(loss * factor, maps)
    zeros = (grad == 0).float().mean().item()
    print(f"loss × {factor:<6} {zeros:>7.2%} of the float16 gradients are exactly zero")
# --8<-- [end:underflow]
