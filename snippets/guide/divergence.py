# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "share of positive elements" = "正数所占的比例"
# "instructions per warp" = "每个 warp 发出的指令数"
# "random order" = "随机排列"
# "sorted" = "排好序"
#
# [tool.neverstale.words.zh]
# "instructions, " = "条指令，"
# "used" = "用上"
# "positive: random" = "为正：乱序"
# ", sorted" = "，排序后"
# ///
# --8<-- [start:warp]
import matplotlib.pyplot as plt
import numpy as np

WARP = 32
# zh: if x > 0 走四步，else 走另外四步
# en: four steps for x > 0, four other steps for the rest
if_branch = [
    lambda y: y * 3,
    lambda y: y + 1,
    lambda y: y * y,
    lambda y: y - 2,
]
else_branch = [
    lambda y: -y,
    lambda y: y + 5,
    lambda y: y / 2,
    lambda y: y * y,
]


def run(x):
    y, masks = x.copy(), []

    def issue(operation, active):
        # zh: 整个 warp 占用这一拍，只有 active 的通道写结果
        # en: the whole warp takes this slot, but
        # en: only active lanes write a result
        y[active] = operation(y[active])
        masks.append(active)

    positive = x > 0
    # zh: 比较本身也是一条指令，32 条通道都参加
    # en: the comparison is an instruction too, for all 32 lanes
    issue(lambda y: y, np.ones(WARP, dtype=bool))
    for branch, active in ((if_branch, positive), (else_branch, ~positive)):
        # zh: 一条通道也不走的分支，直接跳过
        # en: a branch that no lane takes is skipped
        if active.any():
            for operation in branch:
                issue(operation, active)
    return y, masks


# --8<-- [end:warp]
# --8<-- [start:show]
def show(x):
    _, masks = run(x)
    for active in masks:
        print("".join("#" if on else "." for on in active))
    print(f"{len(masks)} instructions, {np.mean(masks):.0%} used\n")


same = np.ones(WARP)
show(same)
mixed = np.random.default_rng(1).standard_normal(WARP)
show(mixed)
one_lane = np.where(np.arange(WARP) == 20, -1.0, 1.0)
show(one_lane)
# --8<-- [end:show]
# --8<-- [start:order]
rng = np.random.default_rng(0)


def instructions(x):
    return np.mean([len(run(warp)[1]) for warp in x.reshape(-1, WARP)])


shares = np.linspace(0, 1, 41)
data = [
    np.where(rng.random(200 * WARP) < share, 1.0, -1.0) for share in shares
]
shuffled = [instructions(x) for x in data]
in_order = [instructions(np.sort(x)) for x in data]
print(f" 5% positive: random {shuffled[2]:.2f}, sorted {in_order[2]:.2f}")
print(f"50% positive: random {shuffled[20]:.2f}, sorted {in_order[20]:.2f}")
# --8<-- [end:order]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 2.8))
ax.plot(shares, shuffled, color="#7445b0", label="random order")
ax.plot(shares, in_order, color="#146c78", linestyle="--", label="sorted")
ax.set(xlabel="share of positive elements", ylabel="instructions per warp")
ax.set_ylim(0, 10)
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("divergence.svg")
# --8<-- [end:draw]
