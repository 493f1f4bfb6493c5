# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 60
# ///
# --8<-- [start:model]
import torch
import torch.nn.functional as F
from torch import nn


def block(in_channels, out_channels):
    return [
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    ]


class Reader(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.body = nn.Sequential(
            *block(1, 8),
            nn.MaxPool2d(2),
            *block(8, 16),
            nn.MaxPool2d(2),
            *block(16, 32),
            nn.Flatten(),
        )
        self.head = nn.Linear(32 * 3 * 3, classes)

    def forward(self, x):  # (N, 1, 14, 14)
        features = self.body(x)  # (N, 288)
        return self.head(features)  # (N, classes)


# --8<-- [end:model]
# --8<-- [start:pretrain]
from printed_letters import halve, images, vary


def pretrain(labels, steps=300):
    torch.manual_seed(0)
    model = Reader(classes=52)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(steps):
        batch = torch.randint(len(images), (128,))
        x = halve(vary(images[batch]))  # (128, 1, 14, 14)
        loss = F.cross_entropy(model(x), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


# --8<-- [end:pretrain]
