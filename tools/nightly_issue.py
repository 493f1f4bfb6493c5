"""Open, update or close the one issue that says what the newest packages broke.

usage: nightly_issue.py REPORT    REPORT is the JUnit file of `neverstale run`
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TITLE = "Nightly: snippets fail with the newest packages"


def body(report: Path) -> str:
    """What broke, as Markdown: each snippet, its message, the pages that show it; "" if nothing."""
    lines = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        failure = case.find("failure")
        if failure is None:
            continue
        lines.append(f"- `{case.get('name')}`: {failure.get('message')}")
        lines += [f"  - {each.get('value')}" for each in case.iter("property")]
    if not lines:
        return ""
    head = "These fail with the newest packages; pages that show them are listed below each.\n\n"
    return head + "\n".join(lines) + "\n\nThis issue is renewed every night and closes itself.\n"


def gh(*arguments: str, text: str | None = None) -> str:
    """Run GitHub's command line; its own message tells what is wrong."""
    done = subprocess.run(
        ["gh", *arguments], input=text, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main(arguments: list[str]) -> int:
    """Bring the issue in line with the report."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print(__doc__, file=sys.stderr)
        return 2
    text = body(Path(arguments[0]))
    search = ("--state", "open", "--search", f'in:title "{TITLE}"', "--json", "number,title")
    opened = [
        issue["number"]
        for issue in json.loads(gh("issue", "list", *search))
        if issue["title"] == TITLE
    ]
    if text and opened:
        gh("issue", "edit", str(opened[0]), "--body-file", "-", text=text)
    elif text:
        gh("issue", "create", "--title", TITLE, "--body-file", "-", text=text)
    for number in [] if text else opened:
        gh("issue", "close", str(number), "--comment", "All snippets pass again.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
