# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numba", "numba-cuda"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "blocks x" = "个块 x"
# "threads for" = "个线程，算"
# "outputs" = "个输出"
# ///
# --8<-- [start:kernel]
import os

import torch

if not torch.cuda.is_available():
    # zh: 没有 NVIDIA GPU 就让 numba 在 CPU 上模拟；要写在 import numba 之前
    # en: without an NVIDIA GPU, numba simulates one
    # en: on the CPU; set this before the import
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"

from numba import cuda, float32

# zh: 每个线程块里的线程数
# en: per block
THREADS = 64


@cuda.jit
def conv3_relu(x, w, bias, y):
    # zh: 同一个 block 的线程共用
    # en: shared by the threads of one block
    tile = cuda.shared.array(THREADS + 2, float32)
    t = cuda.threadIdx.x
    i = cuda.blockIdx.x * cuda.blockDim.x + t
    n = x.shape[0]
    if i < n:
        tile[t] = x[i]
    if t < 2 and i + THREADS < n:
        tile[THREADS + t] = x[i + THREADS]
    # zh: 等这个 block 的线程都写完
    # en: wait until every thread of this block has written
    cuda.syncthreads()
    if i < n - 2:
        total = w[0] * tile[t] + w[1] * tile[t + 1] + w[2] * tile[t + 2]
        y[i] = max(total + bias, 0.0)


# --8<-- [end:kernel]
# --8<-- [start:launch]
torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
x, w, bias = torch.randn(300), torch.tensor([0.25, 0.5, 0.25]), 0.1
y = torch.empty(298, device=device)

blocks = (y.numel() + THREADS - 1) // THREADS
conv3_relu[blocks, THREADS](x.to(device), w.to(device), bias, y)

expected = torch.nn.functional.conv1d(x[None, None], w[None, None]) + bias
torch.testing.assert_close(y.cpu(), expected[0, 0].relu())
print(f"{blocks} blocks x {THREADS} threads for {y.numel()} outputs")
# --8<-- [end:launch]
