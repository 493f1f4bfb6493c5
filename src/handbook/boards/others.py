"""Which untruths tools let through, `[[others]]`: from what `make others` wrote."""

from __future__ import annotations

from typing import Any

from handbook.boards.tables import Recorded, Table

WORDS: dict[str, Any] = {
    "en": {
        "told": "Run on {date}. Caught: the tool fails, and says why. Crash: it makes pytest break "
        "and gives no reason. Later: it passes on the day of writing, and fails with another "
        "hash seed. Shown: it passes, and the page tells the truth. Cannot: it writes the outputs "
        "itself, so nobody can type one. Bold: it passes, and the page does not tell the truth, or "
        "shows a block that was never run.",
        "none": "No tool has been run yet.",
        "head": "What the page does not say",
        "form": "A block, written so, stops with an error",
        "verdicts": {
            "caught": "caught", "crash": "crash", "later": "later", "shown": "shown",
            "cannot": "cannot", "through": "**let through**", "unseen": "**not run**",
        },
        "tools": ("Tool", "Version", "Called by"),
        "cases": {
            "typed": "an output was mistyped (41 for 42)",
            "type": "numbers are ints ([3 4], not [3. 4.])",
            "kept": "the code was changed after its output was kept",
            "picture": "the picture is one that the code does not draw",
            "return": "a line was overwritten after a carriage return: two lines stand there",
            "doc": "a string that stands alone becomes __doc__",
            "thread": "an exception ended a thread",
            "exit": "the end of the program printed another line",
            "child": "a child process printed another line",
            "stderr": "an error was logged to standard error",
            "overflow": "numpy warned of an overflow",
            "deprecated": "a call is deprecated",
            "set": "the order of a set is another in the next run",
            "uuid": "an output is another in each run",
            "unreached": "a function shown, which cannot work, was never called",
            "main": "what stands under if __name__ == \"__main__\" fails",
            "leak": "the output depends on the page before",
            "blanks": "blanks in a string were lost on the way to the page",
        },
        "blocks": {
            "tilde": "~~~python", "space": "``` python", "short": "```py",
            "title": "```python title=\"x\"", "braces": "```{ .python }",
            "list": "```python in a list", "quote": "```python in a quotation",
        },
    },
    "zh": {
        "told": "{date} 运行。查出：工具报错，并说明原因。崩溃：pytest 因它崩溃，不说原因。以后："
        "写下的那天通过，换一个哈希种子就报错。如实：通过，页面说的是真话。不会：输出由工具自己写，"
        "没有地方可以手写。粗体：通过，页面说的却不是真话，或者页面上的代码从未运行。",
        "none": "尚未运行过。",
        "head": "页面没说的事",
        "form": "这样写的代码块会报错",
        "verdicts": {
            "caught": "查出", "crash": "崩溃", "later": "以后", "shown": "如实",
            "cannot": "不会", "through": "**放过**", "unseen": "**没运行**",
        },
        "tools": ("工具", "版本", "命令"),
        "cases": {
            "typed": "输出写错了（42 写成 41）",
            "type": "输出的数是整数（[3 4]，而不是 [3. 4.]）",
            "kept": "输出保存之后，代码又改了",
            "picture": "图不是代码画出来的",
            "return": "回车后一行被覆盖，页面上却是两行",
            "doc": "单独的字符串成了 __doc__",
            "thread": "线程因异常而终止",
            "exit": "程序退出时还打印了一行",
            "child": "子进程还打印了一行",
            "stderr": "标准错误里记了一条错误",
            "overflow": "NumPy 警告溢出",
            "deprecated": "调用将被弃用",
            "set": "再运行一次，集合的顺序就变",
            "uuid": "每次运行输出都不同",
            "unreached": "显示的函数根本不能用，却从未调用",
            "main": "if __name__ == \"__main__\" 之下的代码会失败",
            "leak": "输出取决于前一页",
            "blanks": "字符串里的空格没能带到页面上",
        },
        "blocks": {
            "tilde": "~~~python", "space": "``` python", "short": "```py",
            "title": "```python title=\"x\"", "braces": "```{ .python }",
            "list": "列表里的 ```python", "quote": "引用里的 ```python",
        },
    },
}  # fmt: skip


def _read(say: Any, data: Any) -> tuple[str, list[Table]]:
    """The sentence above, and the tables."""
    tables = [_verdicts(say, data, *part) for part in (("head", "cases"), ("form", "blocks"))]
    return say["told"].format(date=data["date"]), [*tables, _tools(say, data)]


def _verdicts(say: Any, data: Any, head: str, kind: str) -> Table:
    """A line for every untruth, or form of a block; a column for every tool."""
    rows = [
        [say[kind][name], *(say["verdicts"][found[tool]] for tool in data["tools"])]
        for name, found in data[kind].items()
    ]
    return Table([say[head], *data["tools"]], rows)


def _tools(say: Any, data: Any) -> Table:
    rows = [[name, one["version"], one["command"]] for name, one in data["tools"].items()]
    return Table(say["tools"], rows)


BOARD = Recorded("others.json", "others", WORDS, _read)
show, markdown = BOARD.show, BOARD.markdown
