# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "at the socket:" = "插座处："
# ", cost" = "，电费"
# "heat:" = "热量："
# ": speed" = "：速度"
# ", energy per step" = "，每步能耗"
# ///
# --8<-- [start:energy]
# zh: 瓦数从目录或 nvidia-smi 抄来，电价看自己的账单；这里的数只是例子
# en: watts come from the catalogue or nvidia-smi,
# en: the price from your bill; these are examples
gpu_watts = 575
rest_of_machine_watts = 150
# zh: 电源的转换效率：插座处的功率要除以它
# en: efficiency of the power supply: the socket sees the sum divided by it
efficiency = 0.9
price_per_kwh = 0.15

socket_watts = (gpu_watts + rest_of_machine_watts) / efficiency
kwh_per_hour = socket_watts / 1000
print(f"at the socket: {socket_watts:.0f} W")
for days, hours in ((1, 24), (30, 4), (30, 24)):
    kwh = kwh_per_hour * days * hours
    print(f"{days:>2} × {hours:>2} h: {kwh:>5.1f} kWh", end="")
    print(f", cost {kwh * price_per_kwh:>5.2f}")

# zh: 全部变成热；空调常按 BTU/h 标冷量，1 W = 3.412 BTU/h
# en: all of it becomes heat; air conditioners
# en: are often sold by BTU/h, 1 W = 3.412 BTU/h
print(f"heat: {socket_watts:.0f} W = {socket_watts * 3.412:.0f} BTU/h")
# --8<-- [end:energy]
# --8<-- [start:limit]
# zh: 限功率划算吗？速度掉得比功率少，每步就更省电
# en: does a power limit pay? if speed falls less
# en: than power, every step costs less energy
for watts, speed in ((350, 1.00), (280, 0.95)):
    energy = watts / 350 / speed
    print(f"{watts} W: speed {speed:.2f}, energy per step {energy:.2f}")
# --8<-- [end:limit]
