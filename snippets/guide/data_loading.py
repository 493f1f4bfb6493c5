# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.words.zh]
# "workers:" = "个工作进程："
# "ms a step," = "ms 一步，"
# "waiting" = "等待"
# "computing" = "计算"
# ///
# --8<-- [start:data]
import io
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Photos(Dataset):
    """JPEG files to decode and shrink, as in any image data set."""

    def __init__(self, count):
        rng = np.random.default_rng(0)
        coarse = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(coarse).resize((640, 480)).save(file, "JPEG")
        self.files = [file.getvalue()] * count

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        image = Image.open(io.BytesIO(self.files[index])).resize((96, 96))
        array = np.asarray(image, dtype=np.float32) / 255  # (H, W, C)
        image = torch.from_numpy(array).permute(2, 0, 1)  # (C, H, W)
        return image, index % 10


# --8<-- [end:data]
# --8<-- [start:epoch]
def epoch(loader, model, optimizer, device):
    waiting = computing = 0.0
    mark = time.perf_counter()
    for step, (x, target) in enumerate(loader):  # (N, C, H, W), (N,)
        ready = time.perf_counter()
        x = x.to(device, non_blocking=True)
        target = target.to(device, non_blocking=True)
        loss = nn.functional.cross_entropy(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if device == "cuda":
            torch.cuda.synchronize()
        done = time.perf_counter()
        # zh: 前两步有热身和启动进程的时间，不算
        # en: the first two steps are left out: warm-up, start of the workers
        if step >= 2:
            waiting += ready - mark
            computing += done - ready
        mark = done
    return waiting, computing


# --8<-- [end:epoch]
# --8<-- [start:compare]
def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # zh: 留一个核给数据
    # en: leave a core to the data
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 32, kernel_size=3, stride=2),
        nn.ReLU(),
        nn.Conv2d(32, 64, kernel_size=3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    ).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for workers in (0, 2):
        loader = DataLoader(
            Photos(16 * 32),
            batch_size=32,
            num_workers=workers,
            pin_memory=device == "cuda",
        )
        waiting, computing = epoch(loader, model, optimizer, device)
        total = waiting + computing
        print(
            f"{workers} workers: {total / 14 * 1000:6.1f} ms a step,",
            f"waiting {waiting / total:4.0%},",
            f"computing {computing / total:4.0%}",
        )


# zh: 没有这一行，Windows 和 macOS 上的子进程会重新执行整个文件
# en: without this line, workers on Windows and macOS run the whole file again
if __name__ == "__main__":
    main()
# --8<-- [end:compare]
