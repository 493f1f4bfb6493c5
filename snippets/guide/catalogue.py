# /// script
# requires-python = ">=3.11"
# dependencies = ["ai-gpu-handbook"]
#
# [tool.uv.sources]
# ai-gpu-handbook = { git = "https://github.com/ai-gpu-handbook/handbook" }
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 20
#
# [tool.neverstale.words.zh]
# "read" = "读取于"
# "| by the vendor:" = "| 厂商自己的："
# "not known:" = "未知："
# ///
# --8<-- [start:find]
# zh: gpuguide 是本项目的一部分，不在软件包索引上：
# zh: 在项目目录里用 PYTHONPATH=src 运行。
# en: gpuguide is part of this project, on no package
# en: index: run in its folder, PYTHONPATH=src.
from gpuguide.catalogue import find, load

# zh: 名称怎么写都行，大小写、空格和连字符都不计。
# en: Any way of writing the name will do:
# en: case, spaces and hyphens do not count.
gpu = find("GeForce RTX 4090")
print(gpu.id, "|", gpu.vendor, "|", gpu.architecture, "|", gpu.memory_type)
# --8<-- [end:find]

# --8<-- [start:number]
memory = gpu.memory
assert memory is not None
print(memory.value, memory.unit, memory.basis)
print(memory.source.title)
print("read", memory.source.read, "| by the vendor:", memory.source.vendor)
print("not known:", gpu.unknown())
# --8<-- [end:number]

# --8<-- [start:choose]
# zh: NVIDIA 的 PCIe 卡里，显存至少 24 GB 的，按带宽从高到低。
# en: NVIDIA's PCIe cards with at least 24 GB, the fastest memory first.
cards = [
    gpu
    for gpu in load()
    if gpu.vendor == "NVIDIA"
    and gpu.form == "PCIe card"
    and gpu.bandwidth
    and gpu.memory
    and gpu.memory.value >= 24
]
cards.sort(key=lambda gpu: -gpu.bandwidth.value)
for gpu in cards[:5]:
    print(
        f"{gpu.name:45} {gpu.memory.value:4} {gpu.bandwidth.value:5} GB/s"
    )
# --8<-- [end:choose]
