# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "warps to choose from" = "可供挑选的 warp 数"
# "cycles with an instruction, %" = "发出了指令的周期（%）"
# "40 instructions per load" = "每次读取后 40 条指令"
# "10 instructions per load" = "每次读取后 10 条指令"
#
# [tool.neverstale.words.zh]
# "warps      " = "warp 数    "
# "per load" = "条/读取 "
# ///
# --8<-- [start:scheduler]
import matplotlib.pyplot as plt

# zh: 从显存读一次要等的周期数，示意值
# en: cycles that a read from GPU memory takes, for illustration
LATENCY = 400


def busy(warps, per_load, cycles=20_000):
    # zh: 每个 warp 哪个周期就绪，到下次读取还有几条指令
    # en: for each warp the cycle at which it is ready,
    # en: and how many instructions are left until its next load
    ready = [0] * warps
    left = [per_load] * warps
    issued = 0
    for cycle in range(cycles):
        # zh: 调度器每个周期从就绪的 warp 里挑一个，发出一条指令
        # en: each cycle the scheduler picks one warp
        # en: that is ready and issues one instruction
        warp = next((w for w in range(warps) if ready[w] <= cycle), None)
        if warp is None:
            continue
        issued += 1
        left[warp] -= 1
        if left[warp] == 0:
            left[warp] = per_load
            ready[warp] = cycle + LATENCY
    return issued / cycles


print("warps      " + "".join(f"{n:>5}" for n in (1, 4, 8, 16)))
for per_load in (10, 40):
    shares = "".join(f"{busy(n, per_load):>5.0%}" for n in (1, 4, 8, 16))
    print(f"{per_load} per load{shares}")
# --8<-- [end:scheduler]
# --8<-- [start:draw]
counts = range(1, 49)
fig, ax = plt.subplots(figsize=(4.8, 2.9))
for per_load, colour, style in (
    (40, "#ad4f09", "-"),
    (10, "#1f5fa8", "--"),
):
    shares = [busy(n, per_load) * 100 for n in counts]
    label = f"{per_load} instructions per load"
    ax.plot(counts, shares, style, color=colour, label=label)
ax.axvline(16, color="#58626d", linewidth=0.8)
ax.set(
    xlabel="warps to choose from", ylabel="cycles with an instruction, %"
)
ax.set_ylim(0, 105)
fig.legend(loc="outside upper center", ncols=1)
fig.savefig("latency.svg")
# --8<-- [end:draw]
