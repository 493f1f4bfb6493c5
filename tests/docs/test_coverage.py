"""Every row of the original article has a home in both editions, or is openly waiting for one."""

from __future__ import annotations

import tomllib

from neverstale.project import Project
from neverstale.source.sources import Sources

# The rows, as they were listed when the project began: 24 of the guide, 10 of the tutorial.
ROWS = {
    *("I.A", "I.B", "II.A.1", "II.A.2", "II.B.1", "II.B.2", "III.A.1", "III.A.2"),
    *("III.B.1.a", "III.B.1.b", "III.B.1.c", "III.B.2.a", "III.B.2.b"),
    *("III.C.1.a", "III.C.1.b", "III.C.2", "IV.A.1", "IV.A.2", "IV.B.1"),
    *("IV.C.1", "IV.C.2", "IV.C.3", "IV.C.4", "IV.C.5"),
    *("CNN.0", "CNN.1", "CNN.2", "CNN.3", "CNN.4", "RNN.0", "RNN.1", "RNN.2", "RNN.3", "END"),
}


def test_every_row_is_covered_or_waiting(site: Project) -> None:
    data = tomllib.loads((site.root / "coverage.toml").read_text(encoding="utf-8"))
    waiting = {row for rows in data["waiting"].values() for row in rows}
    covered = set(data["covered"])
    assert covered | waiting == ROWS
    assert not covered & waiting


def test_a_covered_row_has_text_under_its_heading_in_both_editions(
    site: Project, written: Sources
) -> None:
    data = tomllib.loads((site.root / "coverage.toml").read_text(encoding="utf-8"))
    by_name = {(page.edition, page.name): page for page in written.pages}
    for row, place in data["covered"].items():
        name, _, anchor = place.partition("#")
        for edition in site.editions:
            page = by_name[edition, name]
            heading = next((h for h in page.headings if h.id == anchor), None)
            assert heading is not None, f"{row}: {page.path} has no heading #{anchor}"
            below = "\n".join(page.text.splitlines()[heading.line :])
            assert len(below.strip()) > 200, f"{row}: nothing under {page.path}#{anchor}"
