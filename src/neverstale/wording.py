"""The few words that the engine itself puts on a page, per language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

PLACE = re.compile(r"\{\w*\}")  # where something is put in

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "verified": "Verified",
        "stale": "Stale",
        "failed": "Failed",
        "skipped": "Skipped",
        "missing": "Not run yet",
        "waiting-gpu": "GPU run awaited",
        "waiting-gpu-how": "No run of this version on a GPU is on record. For one of your own: "
        "{files}, {start}. In a copy of the source: "
        "<code>neverstale run {name} --device cuda</code>",
        "file-start": "then <code>python {file}</code>",
        "notebook-start": "then run all its cells",
        "comma": ", ",
        "all-runs": "all runs",
        "runs": "Run on",
        "cpu-memory": "{size} of memory",
        "gpu-memory": "{size} of GPU memory",
        "until": "until {date}",
        "cpu": "CPU",
        "cuda": "GPU",
        "seconds": "{seconds} s",
        "exit": "exit code {code}",
        "unconfined": "run without a sandbox",
        "file": "whole file",
        "download": "download",
        "notebook": "download notebook",
        "notebook-file": "Code below needs {file}. This cell writes it beside the notebook.",
        "output": "Output",
        "summary": "{good} of {all} snippets verified. Last run {date}: {devices}.",
        "summary-both": "{good} of {all} snippets verified on the CPU; {gpu}. "
        "Last run {date}: {devices}.",
        "summary-gpu": "{gpu} on a GPU",
        "summary-no-gpu": "none on a GPU yet",
        "between": "; ",
        "summary-none": "No snippet has been verified yet.",
        "unreached": "{count} marked line(s) that no run has reached",
        "unreached-mark": "Not reached by any run: ",
        "unreached-awaited": "may be reached on a {device}; not run on one yet",
        "unreached-never": "nobody says why",
        "illustrations": "{count} block(s) are shown without being run:",
        "illustrations-none": "There is none: every block of code on this site is run.",
        "excuses-none": "There is none: every check holds for every snippet.",
        "excused": "Not demanded",
        "reason": "Reason",
        "last-day": "Until",
        "excuse-rule": "the rule <code>{rule}</code>: <code>{level}</code>",
        "excuse-elsewhere": "to run on {device} on every machine",
        "excuse-skip": "to run on {device}",
        "excuse-unconfined": "to run in a sandbox",
        "excuse-measured": "the same numbers: they are measurements",
        "excuse-gpu_differs": "the CPU's output from a GPU",
        "excuse-varies": "the same lines, of those that match",
        "excuse-allow_warnings": "no deprecation, of those that match",
        "excuse-allow_stderr": "no words on standard error, of those that match",
        "excuse-tolerance": "the same floats, within",
        "snippet": "Snippet",
        "device": "Device",
        "state": "Status",
        "date": "Date",
        "time": "Time",
        "memory": "Peak memory",
        "ran": "Statements run",
        "ran-of": "{own} of {all} statements run",
        "ran-through": "{count} more through {names}",
        "reach": "Of {all} statements shown, {own} ran in a run of their own file, {through} only "
        "where another snippet imports it, and {awaited} wait for a run on another device; "
        "{excused} no run reaches, for a reason given beside them.",
        "colon": ": ",
        "wanted": "Translation wanted",
        "wanted-page": "This page exists only in {leader} so far, since {date}.",
        "wanted-section": "The {leader} edition of this section changed; since {date} this one "
        "lags behind.",
        "wanted-read": "Read it there",
        "wanted-changes": "What changed",
        "new-page": "After this page you can …",
        "zh": "Chinese",
        "en": "English",
    },
    "zh": {
        "verified": "已验证",
        "stale": "已过期",
        "failed": "未通过",
        "skipped": "已跳过",
        "missing": "尚未运行",
        "waiting-gpu": "等待在 GPU 上运行",
        "waiting-gpu-how": "这一版还没有在 GPU 上的运行记录。想自己运行：{files}，{start}。"
        "在项目的源代码里：<code>neverstale run {name} --device cuda</code>",
        "file-start": "再执行 <code>python {file}</code>",
        "notebook-start": "再运行全部单元格",
        "comma": "、",
        "all-runs": "全部运行记录",
        "runs": "运行于",
        "cpu-memory": "内存 {size}",
        "gpu-memory": "显存 {size}",
        "until": "到 {date} 为止",
        "cpu": "CPU",
        "cuda": "GPU",
        "seconds": "{seconds} 秒",
        "exit": "退出码 {code}",
        "unconfined": "运行时没有沙盒",
        "file": "完整文件",
        "download": "下载",
        "notebook": "下载笔记本",
        "notebook-file": "后面的代码要用到 {file}，这一格把它写到笔记本旁边。",
        "output": "输出",
        "summary": "{all} 个代码片段中，{good} 个已验证。最近一次运行：{date}，{devices}。",
        "summary-both": "{all} 个代码片段中，{good} 个已在 CPU 上验证，{gpu}。"
        "最近一次运行：{date}，{devices}。",
        "summary-gpu": "{gpu} 个已在 GPU 上验证",
        "summary-no-gpu": "还没有一个在 GPU 上验证过",
        "between": "；",
        "summary-none": "还没有已验证的代码片段。",
        "unreached": "左侧有标记的 {count} 行，还没有哪次运行执行到",
        "unreached-mark": "还没有哪次运行执行到这一行：",
        "unreached-awaited": "也许要在 {device} 上才会执行到，还没有在那里运行过",
        "unreached-never": "没有写明原因",
        "illustrations": "有 {count} 处内容只作展示，没有运行：",
        "illustrations-none": "目前没有：站内每一段代码都运行过。",
        "excuses-none": "目前没有：每项检查对每个代码片段都有效。",
        "excused": "不作要求的",
        "reason": "理由",
        "last-day": "截止",
        "excuse-rule": "规则 <code>{rule}</code>：<code>{level}</code>",
        "excuse-elsewhere": "在每台机器的 {device} 上都能运行",
        "excuse-skip": "在 {device} 上运行",
        "excuse-unconfined": "在沙盒里运行",
        "excuse-measured": "数字不变：它们是测量值",
        "excuse-gpu_differs": "GPU 的输出与 CPU 的相同",
        "excuse-varies": "与此匹配的行不变",
        "excuse-allow_warnings": "没有与此匹配的弃用警告",
        "excuse-allow_stderr": "标准错误流上没有与此匹配的内容",
        "excuse-tolerance": "浮点数不变，允许相差",
        "snippet": "代码片段",
        "device": "设备",
        "state": "状态",
        "date": "日期",
        "time": "用时",
        "memory": "内存峰值",
        "ran": "执行到的语句",
        "ran-of": "执行到 {all} 条语句中的 {own} 条",
        "ran-through": "另有 {count} 条由 {names} 执行到",
        "reach": "显示的 {all} 条语句里，{own} 条在自己的文件运行时执行过，"
        "{through} 条只在别的片段导入它时执行过，{awaited} 条等待在另一种设备上运行；"
        "还有 {excused} 条没有运行执行到，旁边写着原因。",
        "colon": "：",
        "wanted": "待翻译",
        "wanted-page": "本页自 {date} 起只有{leader}版。",
        "wanted-section": "本节的{leader}版已有改动，自 {date} 起本版落后于它。",
        "wanted-read": "去读那一版",
        "wanted-changes": "改了什么",
        "new-page": "读完本页，你能……",
        "zh": "中文",
        "en": "英文",
    },
}

# What stands before output that somebody typed, before a colon, besides what `output` says.
ANNOUNCING: Mapping[str, tuple[str, ...]] = {
    "en": ("It prints",),
    "zh": ("打印", "运行结果"),
}

# A shape goes with every colour: no status is told by colour alone.
MARKS = {"verified": "✓", "stale": "↻", "failed": "✗", "skipped": "–", "missing": "◌"}


def words(edition: str, own: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The words of a language: a site's own, else those built in, else English."""
    return {**WORDS["en"], **WORDS.get(edition, {}), **own.get(edition, {})}


def announcing(own: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """What announces output, in any language."""
    tables = (*WORDS.values(), *own.values())
    found = [table["output"] for table in tables if "output" in table]
    return tuple(dict.fromkeys((*found, *chain.from_iterable(ANNOUNCING.values()))))


def states(own: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What proof lines say of what is proved, and of what is not, in any language."""
    tables = (*WORDS.values(), *own.values())
    found = {key: [table[key] for table in tables if key in table] for key in MARKS}
    verified = tuple(dict.fromkeys(found.pop("verified")))
    del found["missing"]  # an ordinary phrase
    return verified, tuple(dict.fromkeys(text for texts in found.values() for text in texts))


def unfit(key: str, text: object) -> str | None:
    """Why that cannot be said in the place of the built-in words; None if it can."""
    if key not in WORDS["en"]:
        return f"unknown; known are {', '.join(WORDS['en'])}"
    wanted = set(PLACE.findall(WORDS["en"][key]))
    if not isinstance(text, str) or set(PLACE.findall(text)) != wanted:
        return f"must be a text with {', '.join(sorted(wanted)) or 'no braces'}"
    return None
