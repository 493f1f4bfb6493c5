"""The few words that the engine itself puts on a page, per language."""

from __future__ import annotations

from collections.abc import Mapping

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
        "file": "whole file",
        "download": "download",
        "notebook": "download notebook",
        "output": "Output",
        "summary": "{good} of {all} snippets verified on the CPU; {gpu}. "
        "Last run {date}: {devices}.",
        "summary-gpu": "{gpu} on a GPU",
        "summary-no-gpu": "none on a GPU yet",
        "between": "; ",
        "summary-none": "No snippet has been verified yet.",
        "illustrations": "{count} block(s) are shown without being run:",
        "illustrations-none": "There is none: every block of code on this site is run.",
        "snippet": "Snippet",
        "device": "Device",
        "state": "Status",
        "versions": "torch, Python",
        "date": "Date",
        "time": "Time",
        "memory": "Peak memory",
        "colon": ": ",
        "wanted": "Translation wanted",
        "wanted-page": "This page exists only in {leader} so far, since {date}.",
        "wanted-section": "The {leader} edition of this section changed; since {date} this one "
        "lags behind.",
        "wanted-read": "Read it there",
        "wanted-changes": "What changed",
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
        "file": "完整文件",
        "download": "下载",
        "notebook": "下载笔记本",
        "output": "输出",
        "summary": "{all} 个代码片段中，{good} 个已在 CPU 上验证，{gpu}。"
        "最近一次运行：{date}，{devices}。",
        "summary-gpu": "{gpu} 个已在 GPU 上验证",
        "summary-no-gpu": "还没有一个在 GPU 上验证过",
        "between": "；",
        "summary-none": "还没有已验证的代码片段。",
        "illustrations": "有 {count} 处内容只作展示，没有运行：",
        "illustrations-none": "目前没有：站内每一段代码都运行过。",
        "snippet": "代码片段",
        "device": "设备",
        "state": "状态",
        "versions": "torch、Python",
        "date": "日期",
        "time": "用时",
        "memory": "内存峰值",
        "colon": "：",
        "wanted": "待翻译",
        "wanted-page": "本页自 {date} 起只有{leader}版。",
        "wanted-section": "本节的{leader}版已有改动，自 {date} 起本版落后于它。",
        "wanted-read": "去读那一版",
        "wanted-changes": "改了什么",
        "zh": "中文",
        "en": "英文",
    },
}

# A shape goes with every colour: no status is told by colour alone.
MARKS = {"verified": "✓", "stale": "↻", "failed": "✗", "skipped": "–", "missing": "◌"}


def words(edition: str) -> Mapping[str, str]:
    """The words of a language; English where the engine does not know it."""
    return WORDS.get(edition, WORDS["en"])
