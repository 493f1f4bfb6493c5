# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:dataset]
import torch
import torch.nn.functional as F
from torch.utils.data import Dataset


def random_crop(image, padding=1):  # (C, H, W)
    height, width = image.shape[-2:]
    padded = F.pad(image, (padding,) * 4)
    top, left = torch.randint(0, 2 * padding + 1, (2,)).tolist()
    return padded[..., top : top + height, left : left + width]


def random_flip(image):  # (C, H, W)
    return image.flip(-1) if torch.rand(()) < 0.5 else image


class Images(Dataset):
    def __init__(self, images, labels, augment=None):
        self.images, self.labels, self.augment = images, labels, augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index]
        if self.augment is not None:
            image = self.augment(image)
        return image, self.labels[index]


# --8<-- [end:dataset]
