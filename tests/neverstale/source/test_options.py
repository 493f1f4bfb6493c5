"""The metadata block of a snippet."""

import datetime

import pytest

from neverstale.source import options
from neverstale.source.options import Exemption, Options, Skip


def block(content: str) -> str:
    return (
        "# /// script\n"
        + "".join(f"# {x}".rstrip() + "\n" for x in content.split("\n"))
        + "# ///\n"
    )


def table(content: str) -> str:
    return block(f"[tool.neverstale]\n{content}")


FETCHED = "prefetched.a = {{ sha256 = '{}', at = '{}', from = '{}' }}"


def test_everything_it_can_say() -> None:
    text = block(
        """requires-python = ">=3.11"
dependencies = ["torch", "numpy>=2"]
[tool.other]
anything = 1
[tool.neverstale]
devices = ["cpu", "cuda"]
timeout = 2.5
memory = "1.5 GiB"
tolerance = 1e-3
gpu-tolerance = 0.5
files = ["data.csv"]
measured = "these are timings"
lab = true
[tool.neverstale.skip.cuda]
reason = "no driver"
until = 2027-03-01
[[tool.neverstale.allow-warnings]]
match = "old|older"
reason = "the page is about it"
[tool.neverstale.labels.zh]
"epoch" = "轮次"
[tool.neverstale.figures."a.svg"]
zh = "曲线"
en = "A curve"
"""
    )
    found, problems = options.parse("a.py", text + "import torch\n")
    assert problems == []
    assert found == Options(
        dependencies=("torch", "numpy>=2"),
        requires_python=">=3.11",
        devices=("cpu", "cuda"),
        timeout=2.5,
        memory=3 * 2**29,
        tolerance=1e-3,
        gpu_tolerance=0.5,
        files=("data.csv",),
        measured="these are timings",
        lab=True,
        skip={"cuda": Skip("no driver", datetime.date(2027, 3, 1))},
        allow_warnings=(Exemption("old|older", "the page is about it"),),
        labels={"zh": {"epoch": "轮次"}},
        figures={"a.svg": {"zh": "曲线", "en": "A curve"}},
    )


def test_nothing_said_means_the_defaults() -> None:
    assert options.parse("a.py", block("dependencies = []")) == (Options(), [])
    assert options.parse("a.py", "print(1)\n") == (Options(), [])


SKIP = "[tool.neverstale.skip.cuda]\n"
VARIES = block("[[tool.neverstale.varies]]\nmatch = '{}'\nreason = 'it does differ'")
EVERYTHING = (".", ".*", "", "^", "$", r"\w", r"\d", "[a-z]", "e", "o|a", r"^(?!nothing)", r"\b")
ALLOW = "[[tool.neverstale.allow-warnings]]\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (block("a = 1") + block("a = 1"), 4, "second '# /// script' block"),
        (block("dependencies = []\nnonsense ="), 3, "not TOML: Invalid value"),
        (block('dependencies = ["torch"'), 2, "not TOML"),
        (block("author = 'me'"), 2, "unknown key 'author'"),
        (block("requires-python = 3"), 2, "'requires-python' must be a string"),
        (block("dependencies = 'torch'"), 2, "'dependencies' must be a list of strings"),
        (block("dependencies = ['torch=2']"), 2, "'dependencies': '=2' is no condition on"),
        (block("dependencies = ['a; b > \"1\"']"), 2, "'dependencies': no marker is called 'b'"),
        (block("requires-python = '3.11'"), 2, "'requires-python': '3.11' is no condition"),
        (block("dependencies = [1]"), 2, "'dependencies' must be a list of strings"),
        (block("tool = 3"), 2, "write a table"),
        (block("[tool]\nneverstale = 3"), 2, "write a table"),
        (table("retries = 3"), 3, "unknown key 'retries'"),
        (table("gpu-tolerance = 0.1\ntolerance = 'x'"), 4, "'tolerance' must be a number above 0"),
        (table("timeout = 0"), 3, "'timeout' must be a number above 0"),
        (table("timeout = true"), 3, "'timeout' must be a number above 0"),
        (table("timeout = inf"), 3, "'timeout' must be a number above 0"),
        (table("timeout = nan"), 3, "'timeout' must be a number above 0"),
        (table("memory = 2"), 3, "'memory' must be a size"),
        (table("memory = '2 GB/s'"), 3, "'memory' must be a size"),
        (table("memory = '1.2.3 GiB'"), 3, "'memory' must be a size"),
        (table("memory = '0 GiB'"), 3, "'memory' must be a size"),
        (table("devices = []"), 3, "'devices' must be a list of cpu and cuda"),
        (table("devices = 'cpu'"), 3, "'devices' must be a list of cpu and cuda"),
        (table("devices = ['tpu']"), 3, "'devices' must be a list of cpu and cuda"),
        (table("files = 'a.csv'"), 3, "'files' must be a list of names of files, or"),
        (table("files = ['../a.csv']"), 3, "'files' must be a list of names of files, or"),
        (table("prefetched = 'a'"), 3, "'prefetched': write [tool.neverstale.prefetched."),
        (table("prefetched.a = { sha256 = 'b' }"), 3, "'prefetched': write [tool.neverstale."),
        (table(FETCHED.format("A" * 64, "a", "https://example.org/a")), 3, "a: 'sha256' must be"),
        (table(FETCHED.format("a" * 64, "", "https://example.org/a")), 3, "a: 'at' must be"),
        (table(FETCHED.format("a" * 64, "a", "http://example.org/a")), 3, "a: 'from' must be"),
        (table("files = ['a/b/']"), 3, "'files' must be a list of names of files, or"),
        (table("measured = true"), 3, "'measured' must be the reason, in words"),
        (table("measured = ''"), 3, "'measured' must be the reason, in words"),
        (table("lab = 'yes'"), 3, "'lab' must be true or false"),
        (table("skip = true"), 3, "write [tool.neverstale.skip.cpu]"),
        (block("[tool.neverstale.skip.tpu]\nreason = 'none here'"), 2, "write [tool.neverstale"),
        (block(SKIP + "reason = 'no driver'"), 2, "needs a 'reason' and an 'until' date"),
        (block(SKIP + "until = 2027-01-01"), 2, "needs a 'reason' and an 'until' date"),
        (block(SKIP + "reason = ''\nuntil = 2027-01-01"), 3, "must be the reason, in words"),
        (block(SKIP + "reason = 'no driver'\nuntil = 2099-01-01"), 4, "more than a year away"),
        (table("tolerance = 1e9"), 3, "'tolerance' must be at most 0.5"),
        (table("gpu-tolerance = 0.51"), 3, "'gpu-tolerance' must be at most 0.5"),
        (table("measured = 'xxxxx'"), 3, "'measured' must be the reason, in words"),
        (table("measured = 'timings'"), 3, "'measured' must be the reason, in words"),
        (table("measured = 'xxxxx xxxxx xxxxx'"), 3, "'measured' must be the reason, in words"),
        (table("measured = '计时'"), 3, "'measured' must be the reason, in words"),
        (table("gpu-differs = 'x'"), 3, "'gpu-differs' must be the reason, in words"),
        *((VARIES.format(match), 3, "of certain lines only") for match in EVERYTHING),
        (block(SKIP + "reason = 'no driver'\nuntil = 'May'"), 4, "must be a date"),
        (block(SKIP + "reason = 'no driver'\nuntil = 2027-01-01T00:00:00"), 4, "must be a date"),
        (table("allow-warnings = true"), 3, "needs 'match' and 'reason'"),
        (block(ALLOW + "match = 'old'"), 2, "needs 'match' and 'reason'"),
        (block(ALLOW + "match = 'old'\nreason = ' '"), 4, "must be the reason, in words"),
        (block(ALLOW + "match = '('\nreason = 'it is old'"), 3, "must be a regular expression"),
        (block(ALLOW + "match = 1\nreason = 'it is old'"), 3, "must be a regular expression"),
        (table("allow-stderr = ['x']"), 3, "each of allow-stderr needs 'match' and 'reason'"),
        (table("labels = 'x'"), 3, "write [tool.neverstale.labels.en]"),
        (table("labels.zh = { '0.12' = '0.99' }"), 3, "'0.99' has other digits than '0.12'"),
        (table("labels.zh = { Adam = 'SGD', SGD = 'x' }"), 3, "'SGD' stands for another text of"),
        (table("labels.zh = { Adam = 'x', SGD = 'x' }"), 3, "'x' stands for another text of"),
        (table("labels.zh = 'x'"), 3, "write [tool.neverstale.labels.en]"),
        (block("[tool.neverstale.figures]\n'a.svg' = 'x'"), 3, "write [tool.neverstale.figures"),
        (block("[tool.neverstale.figures.'a.svg']\nzh = 1"), 2, "write [tool.neverstale.figures"),
    ],
)
def test_a_mistake_is_told_once_at_its_line(text: str, line: int, message: str) -> None:
    _, problems = options.parse("a.py", text)
    assert [(p.path, p.line) for p in problems] == [("a.py", line)]
    assert message in problems[0].message
    assert "\n" not in problems[0].message


def test_reasons_may_be_chinese_and_days_up_to_a_year_away() -> None:
    until = datetime.date.today() + datetime.timedelta(days=365)
    text = "measured = '这台机器的计时'\n[tool.neverstale.skip.cuda]\nreason = '没有驱动'"
    found, problems = options.parse("a.py", table(f"{text}\nuntil = {until}"))
    assert problems == []
    assert found.skip["cuda"].until == until


def test_the_cpu_comes_first() -> None:
    """What a page shows is the output of the first device; a GPU's record is rarely run again."""
    found, _ = options.parse("a.py", table("devices = ['cuda', 'cpu', 'cuda']"))
    assert found.devices == ("cpu", "cuda")
