# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:draw]
from pathlib import Path
from string import ascii_letters

import matplotlib
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont

# zh: 这些字体随 matplotlib 一起安装
# en: these fonts are installed together with matplotlib
FONTS = [
    *("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold"),
    *("DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Italic"),
    *("STIXGeneral", "STIXGeneralItalic"),
    *("cmr10", "cmss10", "cmti10", "cmtt10"),
]
folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def draw(letter, font):
    image = Image.new("L", (28, 28))
    font = ImageFont.truetype(folder / f"{font}.ttf", size=22)
    ImageDraw.Draw(image).text(
        (14, 14), letter, fill=255, font=font, anchor="mm"
    )
    return torch.tensor(np.array(image)) / 255  # (28, 28)


images = [draw(letter, font) for font in FONTS for letter in ascii_letters]
images = torch.stack(images)[:, None]  # (624, 1, 28, 28)
labels = torch.arange(52).repeat(len(FONTS))  # (624,)
# --8<-- [end:draw]


# --8<-- [start:vary]
def vary(images):  # (N, 1, 28, 28)
    # zh: 每张图都随机拉伸、倾斜、转一点、挪一点
    # en: each image stretched, slanted, turned and moved a little
    n = len(images)
    matrix = torch.eye(2) + 0.25 * torch.randn(n, 2, 2)
    shift = 0.1 * torch.randn(n, 2, 1)
    theta = torch.cat([matrix, shift], dim=2)  # (N, 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def halve(images):  # (N, 1, 28, 28)
    return F.avg_pool2d(images, kernel_size=2)  # (N, 1, 14, 14)


# --8<-- [end:vary]
