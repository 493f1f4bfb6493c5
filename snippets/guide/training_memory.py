# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^CUDA peak, CNN']
# varies = [
#     { match = '^LSTM', reason = "cuDNN keeps other buffers for an LSTM than the CPU does" },
#     { match = "CUDA peak", reason = "printed on a GPU only" },
# ]
#
# [tool.neverstale.labels.zh]
# "parameters" = "参数"
# "gradients" = "梯度"
# "optimizer" = "优化器状态"
# "activations" = "激活值"
# "batch size" = "batch 大小"
#
# [tool.neverstale.words.zh]
# "model batch  parameters   gradients   optimizer activations, MB" = "模型  batch        参数        梯度  优化器状态      激活值，MB"
# ///
# --8<-- [start:models]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)


class LastStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 256, num_layers=2, batch_first=True)
        self.head = nn.Linear(256, 10)

    def forward(self, x):  # (N, T, 64)
        return self.head(self.lstm(x)[0][:, -1])  # (N, 10)


def small_cnn():
    blocks = []
    for in_channels, out_channels in ((3, 32), (32, 64), (64, 128)):
        conv = nn.Conv2d(
            in_channels, out_channels, kernel_size=3, padding=1
        )
        blocks += [conv, nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(
        *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)
    )


models = {
    "CNN": (small_cnn().to(device), (3, 32, 32)),
    "LSTM": (LastStep().to(device), (50, 64)),
}
# --8<-- [end:models]


# --8<-- [start:count]
def nbytes(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


def one_step(model, optimizer, x, target):
    # zh: 反向传播要用的张量都经过 keep；同一块内存只数一次，参数另算
    # en: every tensor that backward will need passes through keep;
    # en: one block of memory counts once, and parameters count elsewhere
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    saved = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(
        keep, lambda tensor: tensor
    ):
        loss = F.cross_entropy(model(x), target)
    loss.backward()
    optimizer.step()

    parameters = list(model.parameters())
    states = [
        t
        for state in optimizer.state.values()
        for t in state.values()
        if t.dim() > 0
    ]
    return {
        "parameters": nbytes(parameters),
        "gradients": nbytes(p.grad for p in parameters),
        "optimizer": nbytes(states),
        "activations": sum(saved.values()),
    }


# --8<-- [end:count]
# --8<-- [start:measure]
batches = [1, 8, 32, 128]
table = {}
print("model batch  parameters   gradients   optimizer activations, MB")
for name, (model, shape) in models.items():
    optimizer = torch.optim.AdamW(model.parameters())
    rows = []
    for n in batches:
        # zh: (N, 3, 32, 32) 或 (N, 50, 64)
        # en: (N, 3, 32, 32) or (N, 50, 64)
        x = torch.randn(n, *shape, device=device)
        target = torch.randint(10, (n,), device=device)
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        rows.append(one_step(model, optimizer, x, target))
        print(f"{name:<5} {n:>5}", end="")
        for part in rows[-1].values():
            print(f"{part / 1e6:>12.2f}", end="")
        print()
        if device == "cuda":
            peak = torch.cuda.max_memory_allocated()
            print(f"CUDA peak, {name} {n}: {peak / 1e6:.1f} MB")
        optimizer.zero_grad()
    table[name] = rows
    assert rows[0]["gradients"] == rows[0]["parameters"]
    assert rows[0]["optimizer"] == 2 * rows[0]["parameters"]
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, axes = plt.subplots(1, 2, figsize=(4.8, 3.2))
hatches = {
    "parameters": "",
    "gradients": "//",
    "optimizer": "xx",
    "activations": "",
}
for ax, (name, rows) in zip(axes, table.items(), strict=True):
    bottom = [0.0] * len(batches)
    for part, hatch in hatches.items():
        heights = [row[part] / 1e6 for row in rows]
        ax.bar(
            [str(n) for n in batches],
            heights,
            bottom=bottom,
            label=part,
            hatch=hatch,
        )
        bottom = [
            low + high for low, high in zip(bottom, heights, strict=True)
        ]
    ax.set(title=name, xlabel="batch size", ylabel="MB")
fig.legend(
    *axes[0].get_legend_handles_labels(),
    loc="outside upper center",
    ncols=2,
)
fig.savefig("training_memory.svg")
# --8<-- [end:draw]
