# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 20
# ///
# zh: gpuguide 在项目的 src 目录里，不在软件包索引上。
# en: gpuguide lies in the project's folder src, not on a package index.
# --8<-- [start:find]
from gpuguide.catalogue import find, load

# zh: 名称怎么写都行，大小写、空格和连字符都不计。
# en: Any way of writing the name will do: case, spaces and hyphens do not count.
gpu = find("GeForce RTX 4090")
print(gpu.id, "|", gpu.vendor, "|", gpu.architecture, "|", gpu.memory_type)
# --8<-- [end:find]

# --8<-- [start:number]
memory = gpu.memory
assert memory is not None
print(memory.value, memory.unit, memory.basis)
print(memory.source.title)
print("read", memory.source.read, "| vendor's own:", memory.source.vendor)
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
    print(f"{gpu.name:45} {gpu.memory.value:4} {gpu.bandwidth.value:5} GB/s")
# --8<-- [end:choose]
