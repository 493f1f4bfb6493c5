# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# timeout = 120
#
# [tool.neverstale.words.zh]
# "length" = "长度"
# ", steps in each graph so far:" = "，迄今各图的步数："
# ///
# --8<-- [start:capture]
import torch
from torch import nn

torch.manual_seed(0)
cell = nn.LSTMCell(8, 16)


def loop(x):
    h = c = x.new_zeros(len(x), 16)
    for step in x.unbind(dim=1):
        h, c = cell(step, (h, c))
    return h


found = []


def look(graph, inputs):
    # zh: 后端收到整张计算图；这里只数一数，原样运行
    # en: the backend gets the whole graph;
    # en: this one counts, and runs it as it is
    steps = sum(
        "lstm_cell" in str(node.target) for node in graph.graph.nodes
    )
    found.append(steps)
    return graph


compiled = torch.compile(loop, backend=look)
for length in (10, 10, 20):
    x = torch.randn(4, length, 8)  # (N, T, 8)
    h = loop(x)  # (N, 16)
    torch.testing.assert_close(compiled(x), h)
    print(f"length {length}, steps in each graph so far:", found)
# --8<-- [end:capture]
