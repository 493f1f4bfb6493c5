"""The table of what caught which fault, `[[faults]]`: read from what a whole `make prove` wrote."""

from __future__ import annotations

import json
from typing import Any

from handbook.boards.tables import Table, region, to_markdown
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project

FILE = "faults.json"  # below records/

WORDS = {
    "en": {
        "head": ("Fault", "Injected", "Caught", "By", "Seconds each"),
        "told": "{all} faults injected on {date}, {caught} of them caught.",
        "told-days": "{all} faults injected from {date} to {last}, {caught} of them caught.",
        "none": "No faults have been injected yet.",
        "awaited": "not injected yet",
    },
    "zh": {
        "head": ("错误", "注入", "查出", "由谁查出", "每次用时（秒）"),
        "told": "{date} 共注入 {all} 个错误，查出 {caught} 个。",
        "told-days": "{date} 至 {last} 共注入 {all} 个错误，查出 {caught} 个。",
        "none": "尚未注入过错误。",
        "awaited": "尚未注入",
    },
}
KINDS_ZH = {
    "torch renamed": "torch 的调用改了名",
    "torch deprecated": "torch 的调用将被弃用",
    "torch otherwise": "torch 的调用结果变了",
    "our function": "代码所用的本站函数变了",
    "code edited": "运行之后改了代码",
    "output edited": "改了运行记录中的输出",
    "record copied": "运行记录抄自别的代码片段",
    "comment edited": "只改了一种语言的注释",
    "paragraph edited": "只改了一种语言的段落",
    "section removed": "删了一版中的一节",
    "heading id": "改了标题的 id",
    "figure edited": "改了运行记录中的图",
    "built HTML": "模板改了生成的 HTML",
    "GPU number": "改了 GPU 数字而没改出处",
    "shown number": "模板改了页面上的 GPU 数字",
    "link target": "链接的目标没了",
    "dependency moved": "依赖换了版本",
    "skip expired": "跳过的期限已过",
    "typed fence": "手写的代码块",
    "typed picture": "手加的图、脚本或样式",
    "failure unseen": "没人看见的失败",
    "standard error": "写到标准错误的内容",
    "character unseen": "输出里看不见的字符",
    "output unrepeatable": "再运行一次就变的输出",
    "head untrue": "文件开头与实际运行不符",
    "string altered": "页面会改掉的字符串",
    "GPU hidden": "代码片段的进程看不见 GPU",
    "no GPU memory": "没有占用显存的 GPU 记录",
    "CPU's output": "GPU 记录里是 CPU 的输出",
    "impossible rate": "GPU 记录里有不可能的速率",
    "GPU exchanged": "GPU 记录换了型号",
    "lines claimed": "运行记录多报了执行过的行",
    "branch never run": "显示了从未执行的分支",
    "mark removed": "去掉了未执行标记",
    "tolerance widened": "放宽到什么都不比较",
    "excuse too long": "没有期限或没有理由的豁免",
    "last digit": "改了运行记录里的一个数，又重新封存",
    "measured otherwise": "测得的数变了正负号或单位",
    "stale output": "旧版本的运行记录冒充新的",
    "record damaged": "运行记录残缺或类型不对",
    "settings line lost": "合并时丢了一行设置",
    "figure active": "图里有样式、脚本、动画或外部内容",
    "pixel changed": "改了图中图片的像素",
    "built text": "生成的页面正文多了一个词",
    "built formula": "生成的公式变了一个符号",
    "built title": "生成的标题、简介或提示变了",
    "frame's word": "模板在正文之外加了话或脚本",
    "built file": "可下载的文件变了一个字符",
    "name changed": "改了标题的 id，又只改了一种语言",
    "numbers differ": "两种语言的数字不一致",
    "conflict marker": "页面里留着合并冲突的标记",
    "typed proof": "手写的运行记录、输出，或藏起来的代码",
    "heading form": "换一种写法的标题，没有 id 或重复",
    "wrong shape": "注释里的形状不对",
    "no source": "没有出处的数字",
    "misquoted output": "正文引错了输出里的数",
    "word of a pair changed": "运行之后改了成对词语里的一个",
}


def show(project: Project, edition: str) -> str:
    """The table as HTML, with its date.

    Raises:
        NeverstaleError: the file is not what `make prove` writes.
    """
    told, rows = _read(project, edition)
    if not rows:
        return f'<p class="ns-summary">{told}</p>'
    table = Table(WORDS[edition]["head"], rows)
    return f'<p class="ns-summary">{told}</p>' + region(told, table, " data-search-exclude")


def markdown(project: Project, edition: str) -> str:
    """The same as Markdown, for the page's twin."""
    told, rows = _read(project, edition)
    tables = [Table(WORDS[edition]["head"], rows)] if rows else []
    return "\n".join([told, *(to_markdown(tables) or [""])])


def rows(project: Project) -> list[dict[str, Any]]:
    """What each kind of fault met: `kind`, `date`, `injected`, `caught`, `by`, `seconds`.

    Raises:
        NeverstaleError: the file is not what `make prove` writes.
    """
    file = project.records / FILE
    if not file.exists():
        return []
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        # A file of before each kind had its own date has one for all.
        return [{"date": data.get("date"), **row} for row in data["kinds"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(project, error) from None


def _read(project: Project, edition: str) -> tuple[str, list[list[str]]]:
    """The sentence above the table, and its rows."""
    say = WORDS[edition]
    found = rows(project)
    if not found:
        return str(say["none"]), []
    try:
        days = sorted({row["date"] for row in found})
        told = str(say["told"] if len(days) == 1 else say["told-days"]).format(
            date=days[0],
            last=days[-1],
            all=sum(row["injected"] for row in found),
            caught=sum(row["caught"] for row in found),
        )
        by_kind = {row["kind"]: row for row in found}
        kinds = dict.fromkeys([*KINDS_ZH, *by_kind])
        return told, [_row(edition, by_kind.get(kind, {"kind": kind})) for kind in kinds]
    except (KeyError, TypeError) as error:
        raise _unreadable(project, error) from None


def _unreadable(project: Project, error: Exception) -> NeverstaleError:
    message = f"not readable ({error}); run: make prove"
    return NeverstaleError(Problem(project.relative(project.records / FILE), 0, message))


def _row(edition: str, kind: dict[str, Any]) -> list[str]:
    """The cells of a kind; of one that has only its name, that it waits."""
    name = KINDS_ZH[kind["kind"]] if edition == "zh" else kind["kind"]
    if len(kind) == 1:
        return [name, str(WORDS[edition]["awaited"]), "", "", ""]
    numbers = str(kind["injected"]), str(kind["caught"])
    return [name, *numbers, ", ".join(kind["by"]), str(kind["seconds"])]
