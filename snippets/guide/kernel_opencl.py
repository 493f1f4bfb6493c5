# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "pyopencl", "pocl-binary-distribution"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "work-groups x" = "个工作组 x"
# "work-items on a" = "个工作项，运行于"
# ///
# --8<-- [start:kernel]
import numpy as np
import pyopencl as cl
import torch

# zh: 一个工作组里的工作项数
# en: per work-group
THREADS = 64
SOURCE = """
__kernel void conv3_relu(__global const float *x, __global const float *w,
                         const float bias, __global float *y, const int n)
{
    __local float tile[THREADS + 2];
    int t = get_local_id(0);
    int i = get_global_id(0);
    if (i < n)
        tile[t] = x[i];
    if (t < 2 && i + THREADS < n)
        tile[THREADS + t] = x[i + THREADS];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (i < n - 2) {
        float total = w[0] * tile[t] + w[1] * tile[t + 1]
                      + w[2] * tile[t + 2];
        y[i] = fmax(total + bias, 0.0f);
    }
}
"""
# --8<-- [end:kernel]
# --8<-- [start:launch]
context = cl.create_some_context(interactive=False)
queue = cl.CommandQueue(context)
program = cl.Program(context, SOURCE).build(
    options=[f"-DTHREADS={THREADS}"]
)

torch.manual_seed(0)
x, w, bias = torch.randn(300), torch.tensor([0.25, 0.5, 0.25]), 0.1
y = torch.empty(298)

# zh: 显存里的三块缓冲区，前两块带着数据
# en: three buffers on the device, the first two filled
read = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
x_device = cl.Buffer(context, read, hostbuf=x.numpy())
w_device = cl.Buffer(context, read, hostbuf=w.numpy())
y_device = cl.Buffer(context, cl.mem_flags.WRITE_ONLY, y.numel() * 4)

groups = (y.numel() + THREADS - 1) // THREADS
numbers = np.float32(bias), np.int32(x.numel())
arguments = x_device, w_device, numbers[0], y_device, numbers[1]
program.conv3_relu(queue, (groups * THREADS,), (THREADS,), *arguments)
# zh: 拷回主机，会等 kernel 算完
# en: copy back to the host, which waits for the kernel
cl.enqueue_copy(queue, y.numpy(), y_device)

expected = torch.nn.functional.conv1d(x[None, None], w[None, None]) + bias
torch.testing.assert_close(y, expected[0, 0].relu())
kind = "CPU" if context.devices[0].type & cl.device_type.CPU else "GPU"
print(f"{groups} work-groups x {THREADS} work-items on a {kind}")
# --8<-- [end:launch]
