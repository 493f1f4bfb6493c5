# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:model]
import torch
from torch import nn


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):  # (N, C, H, W)
        if self.training:
            mean = x.mean(dim=(0, 2, 3))  # (C,)
            var = x.var(dim=(0, 2, 3), correction=0)  # (C,)
            self.remember(mean, x.var(dim=(0, 2, 3)))
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight / (var + self.eps).sqrt()  # (C,)
        shift = self.bias - mean * scale  # (C,)
        return x * scale[:, None, None] + shift[:, None, None]

    @torch.no_grad()
    def remember(self, mean, var):
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var, self.momentum)


# --8<-- [end:model]
