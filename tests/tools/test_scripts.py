"""The scripts behind the workflows, run with a stand-in for GitHub's command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Nightly: snippets fail with the newest packages"
FAILED = """<testsuite name="snippets"><testcase name="cnn/a.py" classname="cpu">
<properties><property name="page" value="docs/zh/cnn/a.md:3"/></properties>
<failure message="snippets/cnn/a.py:9: broken"/></testcase><testcase name="cnn/b.py"/></testsuite>
"""
PASSED = '<testsuite name="snippets"><testcase name="cnn/a.py"/></testsuite>'


@pytest.fixture
def gh(tmp_path: Path) -> Path:
    """A `gh` that writes down what it is asked, and knows the issues in `issues.json`."""
    script = f"""#!{sys.executable}
import pathlib, sys
here = pathlib.Path(__file__).parent
text = sys.stdin.read() if "-" in sys.argv else ""
with open(here / "log", "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n" + text)
if sys.argv[1:3] == ["issue", "list"]:
    print((here / "issues.json").read_text())
if sys.argv[1:3] == ["pr", "list"]:
    print(0)
"""
    (tmp_path / "gh").write_text(script, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "log").touch()
    return tmp_path


def issue(gh: Path, report: str, issues: list[dict[str, object]]) -> str:
    (gh / "issues.json").write_text(json.dumps(issues), encoding="utf-8")
    (gh / "report.xml").write_text(report, encoding="utf-8")
    command = [sys.executable, ROOT / "tools/nightly_issue.py", gh / "report.xml"]
    environment = {**os.environ, "PATH": f"{gh}:{os.environ['PATH']}"}
    subprocess.run(command, env=environment, check=True)
    return (gh / "log").read_text(encoding="utf-8")


def test_an_issue_is_opened_with_snippet_and_pages(gh: Path) -> None:
    log = issue(gh, FAILED, [])
    assert f"issue create --title {TITLE}" in log
    assert "- `cnn/a.py`: snippets/cnn/a.py:9: broken\n  - docs/zh/cnn/a.md:3\n" in log
    assert "cnn/b.py" not in log


def test_the_open_issue_is_renewed(gh: Path) -> None:
    log = issue(gh, FAILED, [{"number": 7, "title": TITLE}, {"number": 8, "title": "other"}])
    assert "issue edit 7" in log and "create" not in log and " 8 " not in log


def test_it_is_closed_when_all_pass(gh: Path) -> None:
    log = issue(gh, PASSED, [{"number": 7, "title": TITLE}])
    assert "issue close 7" in log
    assert "edit" not in log and "create" not in log


def test_nothing_to_say(gh: Path) -> None:
    assert issue(gh, PASSED, []).count("\n") == 1  # it looked, that was all


def test_records_alone_are_taken_from_a_runner(gh: Path, tmp_path: Path) -> None:
    """A runner's folder that also holds a page, a CPU record and a script."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q", "--bare", origin], check=True)
    subprocess.run([*git, "clone", "-q", origin, clone], check=True, capture_output=True)
    (clone / "tools").mkdir()
    script = clone / "tools/propose_records.sh"
    script.write_bytes((ROOT / "tools/propose_records.sh").read_bytes())
    script.chmod(0o755)
    subprocess.run([*git, "-C", clone, "add", "-A"], check=True)
    subprocess.run([*git, "-C", clone, "commit", "-qm", "x"], check=True)
    made = tmp_path / "made"
    for name in ("cnn/a.cuda.json", "cnn/a.cuda/f.svg", "cnn/a.cpu.json", "../docs/x.md", "x.sh"):
        (made / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        (made / "r" / name).write_text("x", encoding="utf-8")
    environment = {**os.environ, "PATH": f"{gh}:{os.environ['PATH']}"}
    subprocess.run([script, made / "r"], env=environment, check=True, capture_output=True)
    command = [*git, "-C", clone, "show", "--name-only", "--format=", "origin/gpu-records"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["records/cnn/a.cuda.json", "records/cnn/a.cuda/f.svg"]
    assert "pr create --head gpu-records" in (gh / "log").read_text(encoding="utf-8")


def test_the_branch_of_notebooks_holds_those_of_the_last_site_alone(tmp_path: Path) -> None:
    origin, clone, site = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "site"
    subprocess.run(["git", "init", "-q", "--bare", origin], check=True)
    subprocess.run(["git", "clone", "-q", origin, clone], check=True, capture_output=True)
    (clone / "tools").mkdir()
    script = clone / "tools/publish_notebooks.sh"
    script.write_bytes((ROOT / "tools/publish_notebooks.sh").read_bytes())
    script.chmod(0o755)
    for name in ("en/cnn/a/a.ipynb", "en/cnn/a/index.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("{}", encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "GH_TOKEN"}
    subprocess.run([script, site], env=environment, check=True)
    (site / "en/cnn/a").rename(site / "en/cnn/b")
    subprocess.run([script, site], env=environment, check=True)
    command = ["git", "-C", origin, "log", "--name-only", "--format=", "notebooks"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["en/cnn/b/a.ipynb"]
    (site / "en/cnn/b/a.ipynb").unlink()
    done = subprocess.run([script, site], env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "build the site first" in done.stderr


def test_loosened_frees_a_package_and_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "constraints.txt"
    file.write_text("# head\ntorch==2.0\nsympy==1.0\nmkdocs==1.6.1\n", encoding="utf-8")
    command = [sys.executable, ROOT / "tools/loosened.py", file]
    done = subprocess.run([*command, "torch"], capture_output=True, text=True, check=True)
    assert done.stdout == "# head\nmkdocs==1.6.1\n"
    done = subprocess.run([*command, "troch"], capture_output=True, text=True)
    assert done.returncode == 2 and "mind the spelling" in done.stderr
