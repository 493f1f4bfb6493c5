# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "hours of use" = "使用小时数"
# "total cost" = "总花费"
# "rent" = "租"
# "buy" = "买"
# "break-even" = "盈亏平衡点"
#
# [tool.neverstale.words.zh]
# "running  " = "运行"
# "saved    " = "省下"
# "per hour" = "每小时"
# "break-even after" = "回本要用"
# "hours of use" = "小时"
# "h a week:" = "小时/周："
# "weeks," = "周，"
# "years" = "年"
# ///
# --8<-- [start:formula]
# zh: 这几个数全是占位，换成你自己查到的报价；货币单位随意，四个价格一致即可
# en: placeholders, all of them: put in the
# en: quotes you found, in any one currency
price = 2000.0
resale = 600.0
rent_per_hour = 0.80
price_per_kwh = 0.15

# zh: 插座处的功率：整机，而不只是显卡
# en: power at the socket: the whole machine, not the card alone
watts = 700.0

running_per_hour = watts / 1000 * price_per_kwh
saved_per_hour = rent_per_hour - running_per_hour
# zh: 电费比租金还贵，就永远租
# en: if running costs more than renting, rent for ever
assert saved_per_hour > 0

break_even = (price - resale) / saved_per_hour
print(f"running   {running_per_hour:.3f} per hour")
print(f"saved     {saved_per_hour:.3f} per hour")
print(f"break-even after {break_even:.0f} hours of use")
# --8<-- [end:formula]
# --8<-- [start:weeks]
for hours_per_week in (5, 20, 60, 168):
    weeks = break_even / hours_per_week
    years = weeks / 52
    print(
        f"{hours_per_week:>4} h a week: {weeks:>4.0f} weeks,",
        f"{years:.1f} years",
    )
# --8<-- [end:weeks]
# --8<-- [start:draw]
import matplotlib.pyplot as plt
import numpy as np

hours = np.linspace(0, 2 * break_even, 100)
rent = rent_per_hour * hours
buy = price - resale + running_per_hour * hours
assert np.all((rent > buy) == (hours > break_even))

fig, ax = plt.subplots(figsize=(6, 3.2))
ax.plot(hours, rent, label="rent")
ax.plot(hours, buy, linestyle="--", label="buy")
ax.axvline(break_even, color="0.5", linewidth=1)
ax.annotate(
    "break-even",
    (break_even, rent_per_hour * break_even),
    xytext=(8, -18),
    textcoords="offset points",
)
ax.set(xlabel="hours of use", ylabel="total cost")
ax.set(xlim=(0, hours[-1]), ylim=(0, None))
ax.legend()
fig.savefig("rent_or_buy.svg")
# --8<-- [end:draw]
