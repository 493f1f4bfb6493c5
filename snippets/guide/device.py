# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^device +cuda$']
# measured = "what this machine is"
# gpu-differs = "every machine answers for itself"
# varies = [
#     { match = '^(python|torch|CUDA|ROCm|name|CPU|SIMD) ', reason = "names and versions" },
#     { match = '^(compute|multi|cores|threads|memory|free)', reason = "what the machine has" },
# ]
#
# [tool.neverstale.words.zh]
# "on" = "运行于"
# "none" = "无"
# "device " = "设备   "
# "cores  " = "核心   "
# "threads" = "线程   "
# "used by torch" = "个由 torch 使用"
# "memory " = "内存   "
# "multiplies" = "能做乘法"
# "stores only" = "只能存放"
#
# [[tool.neverstale.unreached]]
# match = '"mps"|torch[.](backends[.])?mps'
# zh = "只在装有 Apple 芯片的 Mac 上执行"
# en = "reached only on a Mac with Apple silicon"
#
# [[tool.neverstale.unreached]]
# match = '"xpu"|torch[.]xpu'
# zh = "只在装有 Intel 显卡的机器上执行"
# en = "reached only on a machine with an Intel GPU"
#
# [[tool.neverstale.unreached]]
# match = 'print."no".'
# zh = "只有设备放不下这种类型时才会执行，例如 MPS 没有 float64"
# en = "reached only for a type that the device cannot hold, such as float64 on MPS"
# ///
# --8<-- [start:device]
import os
import platform

import torch

if torch.cuda.is_available():
    # zh: NVIDIA；装 ROCm 版 PyTorch 的 AMD 也用这个名字
    # en: NVIDIA; AMD too, with the ROCm build of PyTorch
    device = "cuda"
elif torch.xpu.is_available():
    # zh: Intel 显卡
    # en: Intel GPUs
    device = "xpu"
elif torch.backends.mps.is_available():
    # zh: Apple 芯片
    # en: Apple silicon
    device = "mps"
else:
    device = "cpu"

print("python ", platform.python_version(), "on", platform.system())
print("torch  ", torch.__version__)
print("CUDA   ", torch.version.cuda or "none")
print("ROCm   ", torch.version.hip or "none")
print("device ", device)
# --8<-- [end:device]
# --8<-- [start:properties]
if device == "cuda":
    properties = torch.cuda.get_device_properties(0)
    total = properties.total_memory
    print("name   ", properties.name)
    print("compute capability", f"{properties.major}.{properties.minor}")
    print("multiprocessors", properties.multi_processor_count)
    free = torch.cuda.mem_get_info()[0]
    print("free now", f"{free / 2**30:.2f} GiB")
elif device == "xpu":
    properties = torch.xpu.get_device_properties(0)
    total = properties.total_memory
    print("name   ", properties.name)
elif device == "mps":
    # zh: 与 CPU 共用的内存中，系统建议 GPU 最多用多少
    # en: the part of the shared memory that the system recommends for the GPU
    total = torch.mps.recommended_max_memory()
else:
    print("CPU    ", platform.processor() or platform.machine())
    print("cores  ", os.cpu_count())
    print("threads", torch.get_num_threads(), "used by torch")
    print("SIMD   ", torch.backends.cpu.get_cpu_capability())
    # zh: Windows 上没有 os.sysconf，到任务管理器里看
    # en: Windows lacks os.sysconf; look in the Task Manager
    pages = os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    total = pages * os.sysconf("SC_PAGE_SIZE") if pages else 0

print("memory ", f"{total / 1e9:.2f} GB = {total / 2**30:.2f} GiB")


# --8<-- [end:properties]
# --8<-- [start:dtypes]
def try_out(dtype):
    try:
        a = torch.ones(16, 16).to(device, dtype)
    except (RuntimeError, TypeError):
        print("no")
        return
    try:
        print("multiplies" if (a @ a).isfinite().all() else "wrong")
    except (RuntimeError, TypeError):
        print("stores only")


for dtype in (
    torch.float64,
    torch.float32,
    torch.bfloat16,
    torch.float16,
    torch.float8_e4m3fn,
):
    print(f"{str(dtype).removeprefix('torch.'):<14}", end=" ")
    try_out(dtype)
if device == "cuda":
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    print("bfloat16 in hardware:", native)
# --8<-- [end:dtypes]
