# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "distance, pixels" = "距离（像素）"
# "correlation" = "相关系数"
# "photo" = "照片"
# "same pixels, shuffled" = "同样的像素，打乱位置"
#
# [tool.neverstale.words.zh]
# "photo                " = "照片"
# "same pixels, shuffled" = "打乱"
# ///
# --8<-- [start:measure]
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

photo = load_sample_image("china.jpg").mean(axis=-1)  # (427, 640)
rng = np.random.default_rng(0)
shuffled = rng.permutation(photo.ravel()).reshape(photo.shape)

distances = [1, 2, 4, 8, 16, 32, 64]


def correlation(image):
    return [
        np.corrcoef(image[:, :-d].ravel(), image[:, d:].ravel())[0, 1]
        for d in distances
    ]


before = np.abs(correlation(photo))  # (7,)
after = np.abs(correlation(shuffled))  # (7,)
print("photo                ", end="  ")
print(f"1 px: {before[0]:.2f}   64 px: {before[-1]:.2f}")
print("same pixels, shuffled", end="  ")
print(f"1 px: {after[0]:.2f}   64 px: {after[-1]:.2f}")
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 2.8))
ax.plot(distances, correlation(photo), marker="o", label="photo")
ax.plot(
    distances,
    correlation(shuffled),
    marker="s",
    label="same pixels, shuffled",
)
ax.set_xscale("log", base=2)
ax.set_xticks(distances, distances)
ax.set(xlabel="distance, pixels", ylabel="correlation", ylim=(-0.1, 1.05))
ax.legend(loc="center right")
fig.savefig("locality.svg")
# --8<-- [end:draw]
