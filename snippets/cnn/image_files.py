# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "pillow", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "files, classes" = "个文件，类别"
# "files" = "个文件"
# "read as written" = "读出的与写入的相同"
# "to train on," = "张训练，"
# "held out" = "张留出"
# "grey:" = "灰度："
# ///
# --8<-- [start:write]
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

digits = load_digits()
written = {}
for digit, name in enumerate(["zero", "one", "two"]):
    twelve = digits.images[digits.target == digit][:12] * 15
    written[name] = twelve.astype("uint8")  # (12, 8, 8), from 0 to 240
    folder = Path("digits", name)
    folder.mkdir(parents=True, exist_ok=True)
    for k, image in enumerate(written[name]):
        Image.fromarray(image).save(folder / f"{k:02}.png")
# --8<-- [end:write]
# --8<-- [start:dataset]
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Subset


class ImageFiles(Dataset):
    suffixes = (".png", ".jpg", ".jpeg", ".webp")

    def __init__(self, root, side, augment=None):
        self.side, self.augment = side, augment
        self.files = [
            file
            for file in sorted(Path(root).glob("*/*"))
            if file.suffix.lower() in self.suffixes
        ]
        self.classes = sorted({file.parent.name for file in self.files})

    def __len__(self):
        return len(self.files)

    def read(self, file):
        with Image.open(file) as image:
            image = image.convert("RGB").resize((self.side, self.side))
        x = torch.tensor(np.array(image)) / 255  # (H, W, C)
        return x.permute(2, 0, 1)  # (C, H, W)

    def __getitem__(self, index):
        file = self.files[index]
        x = self.read(file)
        if self.augment is not None:
            x = self.augment(x)
        return x, self.classes.index(file.parent.name)


# --8<-- [end:dataset]
# --8<-- [start:read]
dataset = ImageFiles("digits", side=8)
print(len(dataset), "files, classes", dataset.classes)
loader = DataLoader(dataset, batch_size=16)
batches = list(loader)
for x, label in batches:
    print(tuple(x.shape), label.tolist())

x = torch.cat([x for x, _ in batches])  # (36, 3, 8, 8)
expected = np.concatenate([written[name] for name in dataset.classes])
expected = torch.tensor(expected) / 255  # (36, 8, 8)
assert torch.equal(x, expected[:, None].expand(-1, 3, -1, -1))
print("read as written")
# --8<-- [end:read]
# --8<-- [start:split]
from image_dataset import random_crop

generator = torch.Generator().manual_seed(0)
shuffled = torch.randperm(len(dataset), generator=generator).tolist()
changing = ImageFiles("digits", side=8, augment=random_crop)
to_train = Subset(changing, shuffled[:24])
to_test = Subset(dataset, shuffled[24:])
print(len(to_train), "to train on,", len(to_test), "held out")
assert not set(to_train.indices) & set(to_test.indices)

x, label = next(iter(DataLoader(to_train, batch_size=24, shuffle=True)))
print(tuple(x.shape), tuple(label.shape))
# --8<-- [end:split]
# --8<-- [start:broken]
from PIL import UnidentifiedImageError

broken = Path("digits/one/broken.png")
broken.write_bytes(b"half a download")
dataset = ImageFiles("digits", side=8)
print(len(dataset), "files")
try:
    for _ in dataset:
        pass
except UnidentifiedImageError as error:
    print(error)
broken.unlink()
# --8<-- [end:broken]
# --8<-- [start:grey]


class GreyFiles(ImageFiles):
    def read(self, file):
        with Image.open(file) as image:
            image = image.convert("L").resize((self.side, self.side))
        x = 1 - torch.tensor(np.array(image)) / 255  # (H, W)
        return x[None]  # (C, H, W)


x, label = GreyFiles("digits", side=8)[0]
print("grey:", tuple(x.shape))
assert torch.equal(x[0], 1 - torch.tensor(written["one"][0]) / 255)
# --8<-- [end:grey]
