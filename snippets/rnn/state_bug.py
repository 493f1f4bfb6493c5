# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [[tool.neverstale.unreached]]
# match = "raise AssertionError"
# zh = "只有上一行不报错时才会执行；真执行到，整个文件的运行就算失败"
# en = "reached only if what comes before raises no error, and then the whole run fails"
#
# [tool.neverstale.words.zh]
# "ours: device and dtype follow the input" = "我们的：设备和数据类型随输入而定"
# "careless, same call twice, same result:" = "粗心的，同样调用两次，结果相同："
# "ours, same call twice, same result:    " = "我们的，同样调用两次，结果相同："
# ///
# --8<-- [start:bug]
import torch
from lstm_cell import LSTMCell
from stacked_lstm import StackedLSTM


def first_step(cell, x_t):
    # zh: 错：不管输入在哪里，状态总在 CPU 上，总是 float32
    # en: wrong: wherever the input is, the state is on the CPU, in float32
    h = torch.zeros(len(x_t), cell.hidden_size)  # (B, H)
    return cell(x_t, (h, h))


places = [
    ("cpu", torch.float64),
    ("cpu", torch.bfloat16),
    ("meta", torch.float32),
]
if torch.cuda.is_available():
    places.append(("cuda", torch.float32))
for device, dtype in places:
    x = torch.zeros(4, 10, 3, device=device, dtype=dtype)  # (B, T, F)
    try:
        first_step(LSTMCell(3, 5).to(device, dtype), x[:, 0])
        raise AssertionError("this must not work")
    except RuntimeError as error:
        if device != "cuda":
            print(f"{device}, {dtype}: {error}")
# --8<-- [end:bug]
# --8<-- [start:right]
for device, dtype in places:
    model = StackedLSTM(3, 5, num_layers=2).to(device, dtype)
    output, (h_n, c_n) = model(
        torch.zeros(4, 10, 3, device=device, dtype=dtype)
    )
    assert {t.dtype for t in (output, h_n, c_n)} == {dtype}
    assert {t.device.type for t in (output, h_n, c_n)} == {device}
print("ours: device and dtype follow the input")


# --8<-- [end:right]
# --8<-- [start:overwrite]
def careless(cells, x_t, h, c):
    for layer, cell in enumerate(cells):
        # zh: 写进了调用者的列表
        # en: writes into the caller's lists
        h[layer], c[layer] = cell(x_t, (h[layer], c[layer]))
        x_t = h[layer]
    return x_t  # (B, H)


torch.manual_seed(0)
cells = [LSTMCell(3, 5), LSTMCell(5, 5)]
x_t = torch.ones(1, 3)  # (B, F)
h, c = [torch.zeros(1, 5)] * 2, [torch.zeros(1, 5)] * 2
once, twice = careless(cells, x_t, h, c), careless(cells, x_t, h, c)
print("careless, same call twice, same result:", torch.equal(once, twice))

model = StackedLSTM(3, 5, num_layers=2)
zeros = torch.zeros(2, 1, 5)  # (L, B, H)
x, state = x_t[:, None], (zeros, zeros)  # (B, T, F)
once, twice = model(x, state)[0], model(x, state)[0]
print("ours, same call twice, same result:    ", torch.equal(once, twice))
# --8<-- [end:overwrite]
