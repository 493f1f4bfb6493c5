"""Other people's sites, run as they stand, `[[adopted]]`: from what `make adopt` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handbook.boards.tables import Recorded, Table

NAMES = {"fastapi": "FastAPI", "sqlmodel": "SQLModel", "typer": "Typer", "python": "python file.py",
         "sybil": "Sybil"}  # fmt: skip
WORDS: dict[str, Any] = {
    "en": {
        "told": "Run with Python {python} on {cores} cores ({cpu}). The commits: {commits}. The "
        "days, and the load of the machine: {days}. Errors that neverstale check and run still "
        "tell after neverstale adopt: {errors}. Files with arguments, those of the pages or of "
        "the settings: {called}. The other tools do not run what stands under "
        "if __name__ == \"__main__\"; python file.py was tried on the {sample} files whose time "
        "is told. That of neverstale is the time of run --all, which compares with the records "
        "of an earlier run, as CI does every day.",
        "none": "No site has been tried yet.",
        "head": "Of the site",
        "good": "{site}: files that run, of {files}",
        "reached": "{site}: statements that ran",
        "seconds": "{site}: seconds for {sample} files, the best of {rounds}",
        "cpu": "{site}: seconds of processors for them",
        "left": ("Left", "Files", "Why they cannot be proved"),
        "comma": ", ",
    },
    "zh": {
        "told": "Python {python}，{cores} 核（{cpu}）。提交：{commits}。日期与机器负载：{days}。"
        "neverstale adopt 之后，neverstale check 和 run 仍报的错误：{errors}。"
        "带参数运行的文件（参数取自页面或设置）：{called}。"
        "其他工具不运行 if __name__ == \"__main__\" 之下的代码；"
        "python file.py 只试了计时的 {sample} 个文件。"
        "neverstale 的用时是 run --all 的，也就是 CI 天天做的：重新运行，与已有的记录比较。",
        "none": "尚未试过。",
        "head": "站点中",
        "good": "{site}：能运行的文件，共 {files} 个",
        "reached": "{site}：执行到的语句",
        "seconds": "{site}：{sample} 个文件的秒数，{rounds} 次中最快的一次",
        "cpu": "{site}：这些文件占用处理器的秒数",
        "left": ("没通过的", "文件数", "原因"),
        "comma": "，",
    },
}  # fmt: skip


def _read(say: Any, data: Any) -> tuple[str, list[Table]]:
    """The sentence above, and the tables."""
    sites = data["sites"]

    def each(text: str) -> str:
        told = (text.format(site=_name(name), **one) for name, one in sites.items())
        return str(say["comma"]).join(told)

    told = say["told"].format(
        **{key: data[key] for key in ("python", "cores", "cpu")},
        commits=each("{site} {commit:.10}"),
        days=each("{site} {date} ({load:.1f})"),
        errors=each("{site} {first_day}"),
        called=each("{site} {called}"),
        sample=data["sample"],
    )
    return told, [_ways(say, data), _left(say, sites)]


def _name(key: str) -> str:
    return NAMES.get(key, key)


def _ways(say: Any, data: Any) -> Table:
    """Three lines for every site, a column for every way to run its files."""
    rows, ways = [], []
    for name, one in data["sites"].items():
        ways = list(one["ways"])
        known = {**one, "site": _name(name), "rounds": data["rounds"], "sample": data["sample"]}
        for key, total in (("good", "tried"), ("reached", "statements")):
            cells = [f"{100 * by[key] / by[total]:.1f}%" for by in one["ways"].values()]
            rows.append([say[key].format(**known), *cells])
        for key in ("seconds", "cpu"):
            if all(key in by for by in one["ways"].values()):  # not told of sites tried earlier
                cells = [f"{one['ways'][way][key]:.1f}" for way in ways]
                rows.append([say[key].format(**known), *cells])
    versions = data["tools"]
    return Table([say["head"], *(_titled(way, versions) for way in ways)], rows)


def _titled(way: str, versions: Mapping[str, str]) -> str:
    return f"{_name(way)} {versions[way]}" if way in versions else _name(way)


def _left(say: Any, sites: Any) -> Table:
    """What keeps files from being proved, the most frequent first."""
    rows = [
        [_name(name), str(count), why]
        for name, one in sites.items()
        for why, count in one["left"].items()
    ]
    return Table(say["left"], rows)


BOARD = Recorded("adopted.json", "adopt", WORDS, _read)
show, markdown = BOARD.show, BOARD.markdown
