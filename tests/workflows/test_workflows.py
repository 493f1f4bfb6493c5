"""The workflows: valid, safe, and made of commands that a contributor can run as well."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = [
    path
    for path in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    if path.name != "config.yml"
]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
BIN = Path(sys.executable).parent


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads the key `on` as true."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in data.items()}


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job.get("steps", [])]


def stranger(command: str) -> str:
    """Why a contributor could not run this command; "" if he can."""
    words = command.split()
    if words[0] == "make":
        goals = [word for word in words[1:] if "=" not in word]
        missing = [goal for goal in goals if goal not in TARGETS]
        return "" if goals and not missing else f"no make target {missing}"
    program = words[1] if words[0] == "python3" else words[0]
    return "" if program.startswith("tools/") and (ROOT / program).is_file() else f"no {program}"


def test_there_are_workflows() -> None:
    assert {path.name for path in FILES} == {"gpu.yml", "nightly.yml", "publish.yml", "test.yml"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_run_step_is_a_command_of_the_project(path: Path) -> None:
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert commands
    for command in commands:
        assert "\n" not in command and "${{" not in command, command
        assert stranger(command) == "", command


@pytest.mark.parametrize("command", ["make nothing", "make", "tools/nothing.sh", "curl x | sh"])
def test_a_command_that_nobody_has_is_seen(command: str) -> None:
    assert stranger(command)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_permissions_and_actions(path: Path) -> None:
    assert load(path)["permissions"] == {}
    for step in steps(path):
        assert "continue-on-error" not in step
        if "uses" in step:
            assert re.search(r"@[0-9a-f]{40}$", step["uses"]), step["uses"]
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    for job in load(path)["jobs"].values():
        assert "continue-on-error" not in job
        assert "timeout-minutes" in job


def test_no_strangers_code_reaches_the_gpu_or_the_site() -> None:
    events = {path.name: set(load(path)["on"]) for path in FILES}
    assert events["gpu.yml"] == {"push", "schedule", "workflow_dispatch"}
    assert events["publish.yml"] == {"push"}
    assert load(ROOT / ".github/workflows/publish.yml")["on"]["push"] == {"branches": ["main"]}
    assert not any("pull_request_target" in names for names in events.values())
    gpu = load(ROOT / ".github/workflows/gpu.yml")["jobs"]["run"]
    assert gpu["environment"] == "gpu"
    assert gpu["permissions"] == {"contents": "read"}


def test_a_link_to_a_notebook_is_published_after_the_notebook() -> None:
    jobs = load(ROOT / ".github/workflows/publish.yml")["jobs"]
    writers = [name for name, job in jobs.items() if job["permissions"].get("contents") == "write"]
    assert writers == ["notebooks"]
    assert jobs["notebooks"]["steps"][-1]["run"] == "tools/publish_notebooks.sh site"
    assert "notebooks" in jobs["deploy"]["needs"]
    at = jobs["build"]["steps"][-4]["env"]["NOTEBOOKS_AT"]
    assert "/blob/notebooks/" in at and "private" in at


def test_what_is_attested_was_compared_before() -> None:
    """GitHub signs what a workflow hands to it; so every check comes first, and the upload last."""
    job = load(ROOT / ".github/workflows/publish.yml")["jobs"]["build"]
    done = [step.get("run") or step["uses"].partition("@")[0] for step in job["steps"]]
    attest = done.index("actions/attest-build-provenance")
    assert done.index("make test") < done.index("make site") < attest
    assert attest < done.index("actions/upload-pages-artifact")
    assert job["steps"][attest]["with"] == {"subject-path": "site/verification.json"}
    assert "if" not in job["steps"][attest]


def test_zizmor_finds_nothing() -> None:
    command = [BIN / "zizmor", "--offline", "--persona=auditor", "--quiet", *FILES]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    bad.write_text(text.replace("permissions: {}\n", "permissions: write-all\n"), encoding="utf-8")
    command = [BIN / "zizmor", "--offline", "--persona=auditor", "--quiet", bad]
    assert subprocess.run(command, capture_output=True).returncode != 0


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", FILES),
        ("vendor.dependabot", [ROOT / ".github/dependabot.yml"]),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [ROOT / ".github/ISSUE_TEMPLATE/config.yml"]),
    ],
    ids=["workflows", "dependabot", "issue forms", "issue choice"],
)
def test_schema(schema: str, files: list[Path]) -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def said(part: Any) -> Iterator[str]:
    """What a form says to whoever fills it in, but for what is code alone."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("name", "description", "label"):
                yield from [] if re.fullmatch("`[^`]*`", value) else [value]
            else:
                yield from said(value)
    elif isinstance(part, list):
        for each in part:
            yield from said(each)


def test_what_github_asks_is_asked_in_both_languages() -> None:
    assert {path.name for path in FORMS} == {"idea.yml", "snippet.yml", "wrong.yml"}
    texts = [text for path in FORMS for text in said(load(path))]
    template = (ROOT / ".github/PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    texts += [line for line in template.splitlines() if line]
    assert len(texts) > 20
    for text in texts:
        assert re.search("[a-z]{3}", text) and re.search("[\u4e00-\u9fff]", text), text


def test_the_dev_container_is_pinned_and_made_by_the_project() -> None:
    """JSON with no comments, an image that cannot change, and a command that a contributor has."""
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert re.search(r":[\w.-]*3\.11[\w.-]*@sha256:[0-9a-f]{64}$", settings["image"])
    assert stranger(settings["postCreateCommand"]) == ""
    for path in (ROOT / ".vscode").glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
