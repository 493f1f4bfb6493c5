# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "chunk" = "段"
# ": fine" = "：顺利"
# "operations in the graph" = "个运算在计算图里"
# "epoch" = "轮次"
# ": loss" = "：损失"
# ", graph" = "，计算图"
# ///
# --8<-- [start:error]
from itertools import pairwise

import torch
from rnn_cell import RNNCell
from statsmodels.datasets import sunspots
from torch import nn

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = (series / series.max()).float()
# zh: 每段 20 个输入，再加末尾那一年的下一年
# en: each chunk has 20 inputs, and the year after the last one
chunks = series[:301].unfold(0, size=21, step=20)  # (15, 21)

torch.manual_seed(0)
cell, readout = RNNCell(1, 16), nn.Linear(16, 1)


def chunk_loss(chunk, h):
    losses = []
    for now, following in pairwise(chunk):
        h = cell(now.reshape(1, 1), h)  # (B, H) = (1, 16)
        losses.append((readout(h).squeeze() - following) ** 2)
    return torch.stack(losses).mean(), h


h = None
for number, chunk in enumerate(chunks[:2], 1):
    loss, h = chunk_loss(chunk, h)
    try:
        loss.backward()
        print(f"chunk {number}: fine")
    except RuntimeError as error:
        print(f"chunk {number}: {str(error).partition(' (')[0]}")


# --8<-- [end:error]
# --8<-- [start:retain]
optimizer = torch.optim.Adam(
    [*cell.parameters(), *readout.parameters()], lr=0.01
)
h = None
for number, chunk in enumerate(chunks[:2], 1):
    loss, h = chunk_loss(chunk, h)
    optimizer.zero_grad()
    try:
        loss.backward(retain_graph=True)
        optimizer.step()
        print(f"chunk {number}: fine")
    except RuntimeError as error:
        print(f"chunk {number}: {str(error).partition(':')[0]}")


# --8<-- [end:retain]
# --8<-- [start:grow]
def graph_size(tensor):
    seen, waiting = set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [before for before, _ in node.next_functions]
    return len(seen)


h = None
for number, chunk in enumerate(chunks[:4], 1):
    loss, h = chunk_loss(chunk, h)
    loss.backward(retain_graph=True)
    print(f"chunk {number}: {graph_size(loss):>4} operations in the graph")
# --8<-- [end:grow]
# --8<-- [start:detach]
for epoch in range(1, 4):
    h, losses, sizes = None, [], set()
    for chunk in chunks:
        loss, h = chunk_loss(chunk, h)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # zh: 值传下去，图不传
        # en: the value goes on, the graph does not
        h = h.detach()
        losses.append(loss.item())
        sizes.add(graph_size(loss))
    loss_mean = sum(losses) / len(losses)
    print(f"epoch {epoch}: loss {loss_mean:.4f}", end="")
    print(f", graph {min(sizes)}–{max(sizes)}")
# --8<-- [end:detach]
