# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "how much longer a step with checkpointing takes"
#
# [tool.neverstale.words.zh]
# "checkpointing: same gradients" = "检查点：梯度相同"
# "saved for backward, MiB:" = "为反向传播留下，MiB："
# "with checkpointing, MiB:" = "用检查点，MiB："
# "while recomputing" = "（重算时）"
# "time, as a multiple:" = "用时的倍数："
# "accumulation: same gradients" = "累积：梯度相同"
# ///
# --8<-- [start:model]
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
channels = 32


def block():
    conv = [
        nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        for _ in range(3)
    ]
    return nn.Sequential(
        conv[0], nn.ReLU(), conv[1], nn.ReLU(), conv[2], nn.ReLU()
    )


blocks = nn.ModuleList(block() for _ in range(6)).to(device)
head = nn.Linear(channels, 10).to(device)
parameters = [*blocks.parameters(), *head.parameters()]
x = torch.randn(16, channels, 32, 32, device=device)  # (N, C, H, W)
target = torch.randint(10, (16,), device=device)


def loss_of(x, target, checkpointed=False):
    for each in blocks:
        if checkpointed:
            x = checkpoint(each, x, use_reentrant=False)
        else:
            x = each(x)
    return F.cross_entropy(head(x.mean(dim=(2, 3))), target)


# --8<-- [end:model]
# --8<-- [start:measure]
def saved_bytes(function):
    own = {t.untyped_storage().data_ptr() for t in (x, *parameters)}
    saved = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(
        keep, lambda tensor: tensor
    ):
        result = function()
    assert result.requires_grad
    return sum(saved.values())


def gradients(*losses):
    for p in parameters:
        p.grad = None
    for loss in losses:
        # zh: 调用之后才有计算图，反向传播完就释放
        # en: the graph exists only from this call to the end of backward
        loss().backward()
    return torch.cat([p.grad.flatten() for p in parameters])


def seconds(function):
    times = []
    for _ in range(4):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        function()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    # zh: 第一次是热身
    # en: the first run warms up
    return min(times[1:])


# --8<-- [end:measure]
# --8<-- [start:checkpoint]
def plain():
    return loss_of(x, target)


def thrifty():
    return loss_of(x, target, checkpointed=True)


# zh: GPU 上的卷积默认用 TF32，舍入更粗
# en: convolutions on a GPU round to TF32 by default
limit = 1e-4 if device == "cpu" else 1e-2
exact = gradients(plain)
assert (gradients(thrifty) - exact).norm() < limit * exact.norm()
print("checkpointing: same gradients")

everything = saved_bytes(plain)
kept = saved_bytes(thrifty)
# zh: 反向传播时逐块重算，同一时刻最多多出一块
# en: backward recomputes block by block: at most one more at a time
again = saved_bytes(lambda: blocks[0](x))
print(f"saved for backward, MiB: {everything / 2**20:.1f}")
print(
    f"with checkpointing, MiB: {kept / 2**20:.1f}",
    f"+ {again / 2**20:.1f} while recomputing",
)
assert kept + again < 0.7 * everything

ratio = seconds(lambda: gradients(thrifty)) / seconds(
    lambda: gradients(plain)
)
print(f"time, as a multiple: {ratio:.2f}")


# --8<-- [end:checkpoint]
# --8<-- [start:accumulate]
def part(i):
    # zh: 损失是平均值，所以每份只占四分之一
    # en: the loss is a mean, so each part counts for a quarter
    rows = slice(4 * i, 4 * i + 4)
    return loss_of(x[rows], target[rows]) / 4


parts = [lambda i=i: part(i) for i in range(4)]
assert (gradients(*parts) - exact).norm() < limit * exact.norm()
print("accumulation: same gradients")
print(f"saved for backward, MiB: {saved_bytes(parts[0]) / 2**20:.1f}")
# --8<-- [end:accumulate]
