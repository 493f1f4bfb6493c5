# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 120
#
# [tool.neverstale.words.zh]
# "workers:" = "个工作进程："
# ///
# --8<-- [start:twins]
import random

import torch
from torch.utils.data import DataLoader, Dataset


class Twins(Dataset):
    def __init__(self):
        self.random = random.Random(0)

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return self.random.randrange(100)


if __name__ == "__main__":
    for workers in (0, 2):
        loader = DataLoader(Twins(), batch_size=1, num_workers=workers)
        print(workers, "workers:", [batch.item() for batch in loader])
# --8<-- [end:twins]
# --8<-- [start:plain]


class Plain(Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return torch.randint(0, 100, (1,))


if __name__ == "__main__":
    for workers in (0, 1, 2, 2):
        torch.manual_seed(0)
        loader = DataLoader(Plain(), batch_size=1, num_workers=workers)
        print(workers, "workers:", [batch.item() for batch in loader])
# --8<-- [end:plain]
# --8<-- [start:indexed]


class Indexed(Dataset):
    epoch = 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        generator = torch.Generator().manual_seed(
            self.epoch * len(self) + index
        )
        return torch.randint(0, 100, (1,), generator=generator)


if __name__ == "__main__":
    dataset = Indexed()
    for workers in (0, 1, 2):
        loader = DataLoader(dataset, batch_size=1, num_workers=workers)
        print(workers, "workers:", [batch.item() for batch in loader])
# --8<-- [end:indexed]
