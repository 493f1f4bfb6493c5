"""Every page that shows code offers it as a notebook that says and does the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup, SoupStrainer

ROOT = Path(__file__).parents[2]
WRITES = "%%writefile "
# Each is run by every test run, in seconds: plain, with a sibling, with figures, with answers, a
# lab with data is too slow. `make notebooks` runs them all, every night.
SAMPLE = ("en/cnn/simple-cnn/simple-cnn.ipynb", "zh/cnn/pooling/pooling.ipynb")


def notebooks(site: Path) -> list[Path]:
    return sorted(site.glob("??/**/*.ipynb"))


def read(file: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return cells


def fits(file: Path) -> bool:
    """Whether a cell can do what the file does: it gets no arguments, and must not fail."""
    head = file.read_text(encoding="utf-8").partition("# ///\n")[0]
    return not re.search(r"^# (argv|raises|exit|environment|\[tool.neverstale.env)", head, re.M)


def test_each_page_with_code_offers_one(site: Path, soup: BeautifulSoup, content_path: str) -> None:
    """Above the title, and on no other page."""
    folder = site / content_path.strip("/")
    links = [str(link["href"]) for link in soup.select("a[href$='.ipynb'][download]")]
    shown = {str(each["data-snippet"]) for each in soup.select("article .proved")}
    if not any(fits(site / "snippets" / each) for each in shown):
        assert not links and not list(folder.glob("*.ipynb"))
        return
    first = soup.select_one(".hb-run a[download]")
    assert first
    file = folder / str(first["href"])
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    assert any(cell.outputs for cell in notebook.cells if cell.cell_type == "code")


def test_it_holds_the_statements_of_the_page_in_order(site: Path) -> None:
    """Those that an outside tool runs from the Markdown, and files of ours byte for byte."""
    files = notebooks(site)
    assert len(files) > 60
    for file in files:
        code = [each["source"] for each in read(file) if each["cell_type"] == "code"]
        own = [each for each in code if not each.startswith(WRITES)]
        twin = (file.parent / "index.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```python\n(.*?)^```$", twin, re.DOTALL | re.MULTILINE)
        assert [each.split() for each in own] == [each.split() for each in blocks], file
        for written in (each for each in code if each.startswith(WRITES)):
            name, _, text = written.removeprefix(WRITES).partition("\n")
            ours = [each.read_text(encoding="utf-8") for each in (site / "snippets").rglob(name)]
            assert text + "\n" in ours, (file, name)


def test_its_outputs_are_those_of_the_page(site: Path) -> None:
    """What stands below the code on the page stands below the code of the notebook."""
    for file in notebooks(site):
        text = (file.parent / "index.html").read_text("utf-8")
        page = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(class_="ns-output"))
        shown = [
            each.get_text().split()
            for each in page.select(".ns-output")
            if each.get("data-device") == "cpu"
        ]
        held = [
            output["text"].split()
            for cell in read(file)
            for output in cell.get("outputs", [])
            if output["output_type"] == "stream" and output["text"].strip()
        ]
        assert held == shown, file


def test_its_text_needs_nothing_beside_it(site: Path) -> None:
    for file in notebooks(site):
        for cell in read(file):
            text = cell["source"]
            assert "--8<--" not in text or text.startswith(WRITES), file
            if cell["cell_type"] != "markdown":
                continue
            text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
            assert not re.search(r"^\s*(\?\?\?|!!!) |\[\^|\{#|\[\[|data-md|var\(--", text), file
            targets = re.findall(r"\]\(([^)\s]+)", text)
            near = [each for each in targets if not re.match(r"\w+:|#", each)]
            assert not near, (file, near)


def test_a_sample_of_them_runs(site: Path) -> None:
    """In an empty folder, cell after cell, with the outputs that are shown."""
    command = [sys.executable, ROOT / "tools/notebooks.py", *(site / each for each in SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(SAMPLE)} notebooks, 0 failed" in done.stdout


def test_a_notebook_that_shows_what_it_does_not_do_is_seen(site: Path, tmp_path: Path) -> None:
    notebook = json.loads((site / SAMPLE[0]).read_text(encoding="utf-8"))
    code = [each for each in notebook["cells"] if each["cell_type"] == "code"]
    printed = next(at for at, each in enumerate(code) if each["outputs"])
    notebook["cells"] = code[: printed + 1]
    shown = code[printed]["outputs"][0]
    shown["text"] = shown["text"].replace("4", "5", 1)
    file = tmp_path / "changed.ipynb"
    file.write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, ROOT / "tools/notebooks.py", file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1 and "was '(5, 3, 28, 28)" in done.stdout, done.stdout


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_no_service_is_named_before_it_can_open_anything(site: Path, edition: str) -> None:
    """Built without NOTEBOOKS_AT, a page tells the way in words instead."""
    text = (site / edition / "cnn/pooling/index.html").read_text(encoding="utf-8")
    assert "colab.research.google.com/github" not in text
    assert 'href="../../start/setup/#run"' in text
