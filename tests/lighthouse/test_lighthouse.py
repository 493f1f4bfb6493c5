"""Lighthouse, as on a phone: accessibility is 100; speed depends on the machine, and is printed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from handbook.taking import browser

SAMPLE = (
    "",
    "guide/",
    "guide/table/",
    "guide/estimate/",
    "guide/memory/",
    "cnn/convolution/",
    "rnn/lstm/",
    "cnn/mnist-lab/",
    "verification/",
)
FLAGS = "--headless=new --no-sandbox --disable-gpu"
SECONDS = 300


@pytest.mark.parametrize("edition", ["zh", "en"])
@pytest.mark.parametrize("path", SAMPLE)
def test_a_page_is_open_to_everyone(path: str, edition: str, base: str, tmp_path: Path) -> None:
    program = os.environ.get("LIGHTHOUSE")
    if program is None:
        pytest.fail("Lighthouse is not here; run: make lighthouse", pytrace=False)
    chromium = browser.program()
    if chromium is None:
        pytest.fail("chromium is missing; see tools/browser.sh", pytrace=False)
    found = tmp_path / "found.json"
    subprocess.run(
        ["node", program, f"{base}/{edition}/{path}", "--quiet", f"--chrome-flags={FLAGS}",
         "--only-categories=accessibility,performance", "--output=json", f"--output-path={found}"],
        check=True, timeout=SECONDS, env={**os.environ, "CHROME_PATH": chromium},
    )  # fmt: skip
    report = json.loads(found.read_text(encoding="utf-8"))
    scores = {name: round(100 * one["score"]) for name, one in report["categories"].items()}
    print(f"\n/{edition}/{path}: {scores}")
    asked = [one["id"] for one in report["categories"]["accessibility"]["auditRefs"]]
    assert asked
    failed = [one for one in asked if report["audits"][one]["score"] not in (1, None)]
    assert scores["accessibility"] == 100 and not failed, failed
