"""What a page says of predictions and measurements, in its language. `{…}` is filled in."""

from __future__ import annotations

WORDS = {
    "en": {
        "none": "No estimate has been compared with a run on a GPU yet: how far off they are is "
        "unknown.",
        "told": "Measured on {date} on this GPU: {device}, with torch {torch}{cuda}. The errors "
        "are those of {reported} configurations; {fitted} more are kept for fitting. "
        "Goals met: {met} of {goals}.",
        "cuda": " and CUDA {cuda}",
        "errors": "Errors of the estimates",
        "quantity": "Quantity",
        "count": "Runs",
        "median": "Median error",
        "percentile90": "90th percentile",
        "met": "goal of {goal} met",
        "missed": "goal of {goal} missed",
        "of": "{quantity}, {family}",
        "unknown": "unknown",
        "allocated": "Allocated",
        "reserved": "Reserved",
        "device_memory": "Device memory",
        "step_time": "Time of a step",
        "rows": "All {count} configurations, one by one",
        "rows-about": "Memory in MiB, time in ms. An error of +10% is a prediction 10% too high.",
        "rows-range": " Small figures give the range of which the prediction is the middle.",
        "name": "Configuration",
        "use": "Used for",
        "fit": "fitting",
        "report": "the error",
        "predicted": "Predicted",
        "measured": "Measured",
        "error": "Error",
        "axis": "{what} ({unit})",
        "chart": "{quantity}, predicted against measured, on logarithmic axes. "
        "In the band it is off by 20% at most, as it is for {near} of {count} configurations.",
        "chart-fit": "hollow: used for fitting",
        "range": " {inside} of {count} measurements lie in the range predicted.",
        "file": "Everything measured, for programs: {link}",
    },
    "zh": {
        "none": "这些估算还没有在 GPU 上对照过，差多少，未知。",
        "told": "{date} 在 {device} 上实测，torch {torch}{cuda}。误差按 {reported} 种配置计算，"
        "另有 {fitted} 种留作拟合。{goals} 个目标达到了 {met} 个。",
        "cuda": "，CUDA {cuda}",
        "errors": "估算的误差",
        "quantity": "指标",
        "count": "配置数",
        "median": "误差中位数",
        "percentile90": "第 90 百分位",
        "met": "达到目标 {goal}",
        "missed": "未达目标 {goal}",
        "of": "{quantity}，{family}",
        "unknown": "未知",
        "allocated": "已分配",
        "reserved": "已保留",
        "device_memory": "设备显存",
        "step_time": "一步的时间",
        "rows": "全部 {count} 种配置，逐个列出",
        "rows-about": "显存的单位是 MiB，时间的单位是 ms。误差 +10% 表示预测偏高 10%。",
        "rows-range": "小字是预测的范围，预测值取其中点。",
        "name": "配置",
        "use": "用途",
        "fit": "拟合",
        "report": "计误差",
        "predicted": "预测",
        "measured": "实测",
        "error": "误差",
        "axis": "{what}（{unit}）",
        "chart": "{quantity}：预测与实测对照，两轴都取对数。落在色带里的误差不超过 20%，"
        "计误差的 {count} 种配置中有 {near} 种。",
        "chart-fit": "空心：用于拟合",
        "range": "实测值落在预测范围之内的，{count} 种中有 {inside} 种。",
        "file": "全部实测数据，供程序读取：{link}",
    },
}

FAMILY = {"cnn": "CNN", "rnn": "RNN", "transformer": "Transformer"}
"""In both languages."""


def say(key: str, language: str, **values: object) -> str:
    """A phrase of a language."""
    return WORDS[language][key].format(**values)
