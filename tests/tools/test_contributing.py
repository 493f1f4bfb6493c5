"""CONTRIBUTING: both editions give the same commands, and each of them exists."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
from pathlib import Path

import pytest

from neverstale import cli

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = {"en": ROOT / "CONTRIBUTING.md", "zh": ROOT / "CONTRIBUTING.zh.md"}
TEXTS = {edition: path.read_text(encoding="utf-8") for edition, path in EDITIONS.items()}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
VARIABLES = set(re.findall(r"^(\w+) \?=", MAKEFILE, re.M)) | set(
    re.findall(r"\$\((\w+)\)", MAKEFILE)
)
EXAMPLES = ("batch-norm", "batch_norm", "YOU", "*", "NAME", "…", "chapter/")
# What everybody has.
ORDINARY = {"cd", "git", "grep", "."}


def commands(text: str) -> list[str]:
    """The lines of all shell blocks."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.M | re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def mentioned(text: str) -> list[str]:
    """Commands named in running text."""
    prose = re.sub(r"^ *```sh\n.*?^ *```$", "", text, flags=re.M | re.S)
    return re.findall(r"`((?:make|neverstale|python) [^`]*)`", prose)


def wrong(command: str) -> str:
    """Why this command would not run; "" if it would."""
    words = shlex.split(command)
    while words and re.fullmatch(r"[A-Z]+=.*", words[0]):
        words.pop(0)
    if words[0] == "make":
        goals = [word for word in words[1:] if "=" not in word]
        names = [word.partition("=")[0] for word in words[1:] if "=" in word]
        missing = [goal for goal in goals if goal not in TARGETS]
        missing += [name for name in names if name not in VARIABLES]
        return f"no {missing}" if missing or not goals else ""
    if words[:3] in (["python3", "-m", "neverstale"], ["python", "-m", "neverstale"]):
        words = words[2:]
    if words[0] == "neverstale":
        try:
            cli._parser().parse_args(words[1:])
        except SystemExit:
            return "not understood by neverstale"
        return ""
    if words[:2] == ["python", "-m"]:
        return "" if importlib.util.find_spec(words[2]) else f"no module {words[2]}"
    if words[0].startswith("tools/"):
        return "" if os.access(ROOT / words[0], os.X_OK) else f"no {words[0]}"
    return "" if words[0] in ORDINARY else f"no {words[0]}"


def test_both_editions_have_the_same_commands_in_the_same_order() -> None:
    assert len(commands(TEXTS["en"])) > 30
    assert commands(TEXTS["en"]) == commands(TEXTS["zh"])
    assert mentioned(TEXTS["en"]) == mentioned(TEXTS["zh"])


def test_both_editions_have_the_same_recipes_and_steps() -> None:
    shapes = [
        [line.split(" ")[0] for line in text.splitlines() if re.match(r"#+ |\d\. |- ", line)]
        for text in TEXTS.values()
    ]
    assert shapes[0] == shapes[1]
    assert shapes[0].count("##") == 10


@pytest.mark.parametrize("command", sorted({*commands(TEXTS["en"]), *mentioned(TEXTS["en"])}))
def test_every_command_exists(command: str) -> None:
    assert wrong(command) == ""


@pytest.mark.parametrize(
    "command",
    [
        "make nothing",
        "make",
        "make verify WHAT=x",
        "neverstale nothing",
        "neverstale confirm --most 'a.md#b'",
        "python -m nothing",
        "PYTHONPATH=src python3 -m neverstale run --device tpu",
        "hub fork",
    ],
)
def test_a_command_that_does_not_exist_is_seen(command: str) -> None:
    assert wrong(command)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_named_is_there(edition: str) -> None:
    text = TEXTS[edition]
    paths = {
        word
        for word in re.findall(r"`([\w./*-]+/[\w./*-]*|[\w-]+\.(?:toml|txt|yml|lock))`", text)
        if not any(mark in word for mark in EXAMPLES)
    }
    assert len(paths) > 8
    for path in paths:
        assert (ROOT / path).exists(), path
    for key in re.findall(r"'([\w/-]+\.md)#([\w-]+)'", text):
        for folder in ("en", "zh"):
            assert f"{{#{key[1]}}}" in (ROOT / "docs" / folder / key[0]).read_text(encoding="utf-8")
    for snippet in re.findall(r"neverstale run --update (\S+)", text):
        assert (ROOT / "snippets" / snippet).exists()


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "CONTRIBUTING.zh.md", "README.md", "README.zh.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    other = name.replace(".md", ".zh.md") if ".zh" not in name else name.replace(".zh.md", ".md")
    assert f"]({other})" in text
    if name.startswith("README"):
        assert f"]({name.replace('README', 'CONTRIBUTING')})" in text
    headings = {
        heading.strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)", text, re.M)
    }
    for link in re.findall(r"\]\((?!http)([^)]+)\)", text):
        file, _, anchor = link.partition("#")
        assert not file or (ROOT / file).exists(), link
        assert not anchor or file or anchor in headings, link
