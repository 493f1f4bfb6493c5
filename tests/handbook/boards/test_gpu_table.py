"""The table and the charts, as static HTML, and the files for download."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from gpuguide.catalogue import find, load
from gpuguide.catalogue.export import gpus_csv, gpus_json
from gpuguide.catalogue.model import FACTS, QUANTITIES, RATES
from handbook.boards import charts, gpu_table
from handbook.boards.number_text import shown
from handbook.building.root import write_catalogue
from handbook.errors import HandbookError
from neverstale.project import load as load_project
from neverstale.proof import status
from neverstale.source import sources

ROOT = Path(__file__).parents[3]
EDITIONS = ("zh", "en")


def parsed(edition: str) -> BeautifulSoup:
    """The table of an edition."""
    return BeautifulSoup(gpu_table.table(load(), edition, "/assets/"), "html.parser")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_number_stands_in_its_cell_with_its_source(edition: str) -> None:
    soup = parsed(edition)
    fields = [str(head["data-field"]) for head in soup.select("thead th")]
    assert set(fields) >= {*QUANTITIES, *FACTS, *RATES, "name", "line"}
    for gpu in load():
        row = soup.select_one(f"tr#{gpu.id}")
        assert row
        cells = dict(zip(fields, row.find_all(["th", "td"], recursive=False), strict=True))
        assert cells["name"].get_text().startswith(gpu.name)
        for field in (*QUANTITIES, *FACTS, *RATES):
            seen = shown(gpu, field, edition, short=True)
            text = cells[field].get_text().rstrip("*")
            if seen is None:
                assert text in ("未知", "unknown")
                continue
            assert text == seen.value
            link = cells[field].a
            source = soup.select_one(str(link["href"]))
            assert source and source.a and source.a["href"] == seen.url
            assert source.a.get_text() == seen.title
            assert link.get("title", "") == seen.basis


def test_order() -> None:
    ordered = gpu_table.in_order(load())
    known = [gpu_table.magnitude(gpu.bandwidth) for gpu in ordered if gpu.bandwidth]
    assert known == sorted(known, reverse=True)
    assert all(gpu.bandwidth is None for gpu in ordered[len(known) :])


def test_gib_sorts_among_gb() -> None:
    speed, memory = find("rtx-4090").bandwidth, find("rtx-4090").memory
    assert speed and memory
    assert gpu_table.magnitude(replace(speed, value=1000, unit="GiB/s")) == pytest.approx(
        1073.7, 1e-3
    )
    assert gpu_table.magnitude(replace(memory, value=24, unit="GiB")) == 24


def test_a_figure_that_may_be_sparse_is_marked() -> None:
    gpu = next(
        gpu
        for gpu in load()
        if "bf16" in gpu.rates and "sparsity not stated" in gpu.rates["bf16"].basis
    )
    row = parsed("en").select_one(f"tr#{gpu.id}")
    assert row and "*" in row.get_text()


def test_the_style_folds_every_column_that_can_be_folded() -> None:
    style = (ROOT / "overrides/assets/gpu-table.css").read_text(encoding="utf-8")
    places = {int(place) for place in re.findall(r"\.js \.h(\d+) ", style)}
    last = gpu_table.BEFORE + len(gpu_table.COLUMNS)
    assert places == set(range(gpu_table.BEFORE + 1, last + 1))


def test_every_line_is_of_a_kind() -> None:
    for gpu in load():
        assert charts.kind(gpu) in charts.SHAPES, gpu.id


@pytest.mark.parametrize("which", charts.CHARTS)
def test_a_chart_compares_like_with_like(which: str) -> None:
    chart = charts.CHARTS[which]
    found = charts.points(load(), chart)
    assert len(found) >= 10
    for point in found:
        for field in (chart.x, chart.y):
            number = point.gpu.quantities().get(field) or point.gpu.rates[field]
            assert "sparsity not stated" not in number.basis
            assert "includes CPU and memory" not in number.basis


def test_a_chart_leaves_out_what_is_not_alike() -> None:
    chart = charts.CHARTS["bf16-power"]
    gpu = charts.points(load(), chart)[0].gpu
    bf16 = gpu.rates["bf16"]
    sparse = replace(bf16, basis=("per card", "sparsity not stated", "FP32 accumulate"))
    other = replace(bf16, basis=("per system", "dense", "FP32 accumulate"))
    for wrong in (sparse, other):
        assert not charts.points([replace(gpu, rates={"bf16": wrong})], chart)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("which", charts.CHARTS)
def test_a_chart_is_drawn_without_collisions(which: str, edition: str) -> None:
    soup = BeautifulSoup(charts.figure(load(), which, edition), "html.parser")
    svg = soup.svg
    assert svg and svg["aria-label"]
    ElementTree.fromstring(str(svg))
    boxes = []
    for text in svg.select("text"):
        width = charts._width(text.get_text())
        anchor = text.get("text-anchor", "start")
        left = float(text["x"]) - {"start": 0, "middle": width / 2, "end": width}[str(anchor)]
        boxes.append((left, float(text["y"]), left + width, text.get_text()))
    for left, y, right, words in boxes:
        assert left >= -2 and right <= charts.WIDTH + 2, words
        for other in boxes:
            apart = abs(y - other[1]) > 11 or left > other[2] or right < other[0]
            assert apart or words == other[3], (words, other[3])
    count = len(charts.points(load(), charts.CHARTS[which]))
    assert len(soup.select("tbody tr")) == len(svg.select("path title")) == count


def test_files_for_download(tmp_path: Path) -> None:
    write_catalogue(tmp_path)
    assert (tmp_path / "gpus.json").read_text(encoding="utf-8") == gpus_json(load())
    assert (tmp_path / "gpus.csv").read_text(encoding="utf-8") == gpus_csv(load())
    assert json.loads((tmp_path / "gpus.json").read_text(encoding="utf-8"))[0]["id"]


def test_a_mistake_in_the_catalogue_names_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.toml").write_text('[[gpu]]\nid = "x"\n', encoding="utf-8")
    monkeypatch.setattr("handbook.building.root.load", lambda: load(tmp_path))
    with pytest.raises(HandbookError, match=re.escape("catalogue/data/bad.toml")):
        write_catalogue(tmp_path)


def test_the_snippet_shows_what_the_catalogue_holds_now() -> None:
    """A record does not see the catalogue's data files: what it printed may be out of date."""
    project = load_project(ROOT)
    item = sources.read(project).snippet("guide/catalogue.py")
    found = status.of(project, item, "cpu")
    assert found.record
    result = subprocess.run(
        [sys.executable, str(item.path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert "".join(text for _, text in found.record.output) == result.stdout, (
        "run python -m neverstale run --all --update snippets/guide/catalogue.py"
    )
