# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^float16 +loss']
# tolerance = 0.05
# gpu-tolerance = 0.3
# timeout = 240
#
# [tool.neverstale.words.zh]
# "loss, mean of the last 20 steps:" = "损失，最后 20 步的平均："
# "kept for backward in" = "为反向传播留下的"
# "loss ×" = "损失 ×"
# "of the gradients are exactly zero" = "的梯度正好是零"
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
images = torch.tensor(digits.images, dtype=torch.float32, device=device)
images = images[:, None] / 16  # (N, C, H, W) = (1797, 1, 8, 8)
labels = torch.tensor(digits.target, device=device)  # (1797,)


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
    # en: only float16 needs a scaled loss;
    # en: with bfloat16 the scaler does nothing
    scaler = torch.amp.GradScaler(device, enabled=dtype == torch.float16)
    losses = []
    for step in range(steps):
        batch = torch.arange(step * 64, step * 64 + 64) % len(images)
        # zh: 只包住前向和损失；反向沿用前向的 dtype
        # en: forward pass and loss only; backward follows their dtypes
        with torch.autocast(
            device, dtype=dtype, enabled=dtype != torch.float32
        ):
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
    last = sum(curves[name][-20:]) / 20
    print(f"{name:<8} loss, mean of the last 20 steps: {last:.2f}")
# --8<-- [end:train]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.2))
for (name, losses), style in zip(
    curves.items(), ("-", "--", ":"), strict=False
):
    ax.plot(losses, style, label=name)
ax.set(xlabel="step", ylabel="loss", yscale="log")
fig.legend(loc="outside upper center", ncols=3)
fig.savefig("losses.svg")
# --8<-- [end:draw]
# --8<-- [start:inside]
model = network()
seen = []


def note(layer, args, out):
    seen.append((type(layer).__name__, out.dtype))


for layer in model:
    layer.register_forward_hook(note)
with torch.autocast(device, dtype=torch.bfloat16):
    loss = F.cross_entropy(model(images[:64]), labels[:64])
loss.backward()
seen += [
    ("loss", loss.dtype),
    ("weight", model[0].weight.dtype),
    ("weight.grad", model[0].weight.grad.dtype),
]
for what, dtype in seen[:3] + seen[-4:]:
    print(f"{what:<11} {str(dtype).removeprefix('torch.')}")


# --8<-- [end:inside]
# --8<-- [start:memory]
def kept(dtype):
    """Bytes kept for the backward pass, weights not counted."""
    model = network()
    own = {t.data_ptr() for t in (images, labels, *model.parameters())}
    storages = {}

    def pack(tensor):
        if tensor.data_ptr() not in own:
            storage = tensor.untyped_storage()
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(
            pack, lambda tensor: tensor
        ),
        torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32),
    ):
        loss = F.cross_entropy(model(images[:256]), labels[:256])
    loss.backward()
    return sum(storages.values())


full, half = kept(torch.float32), kept(torch.bfloat16)
print(f"kept for backward in float32:  {full / 1e6:>5.1f} MB")
print(f"kept for backward in bfloat16: {half / 1e6:>5.1f} MB")
# --8<-- [end:memory]
# --8<-- [start:underflow]
model, _ = train(torch.float32, steps=300)
for factor in (1, 2**8, 2**16):
    with torch.autocast(device, dtype=torch.float16):
        maps = model[:6](images)  # (N, C, H, W), float16
        loss = F.cross_entropy(model[6:](maps), labels)
    (grad,) = torch.autograd.grad(loss * factor, maps)
    zeros = (grad == 0).float().mean().item()
    print(
        f"loss × {factor:<6} {zeros:>7.2%}",
        "of the gradients are exactly zero",
    )
# --8<-- [end:underflow]
