"""Results of a run as JUnit XML, which services for continuous integration show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from neverstale.proof.judge import Result
from neverstale.source.sources import Sources


def write(found: Sources, results: Iterable[Result], path: Path) -> None:
    """Write one test case per result.

    Args:
        found: what people wrote: which pages show a snippet.
        results: how each snippet fared.
        path: the file; its folder is made.
    """
    results = list(results)
    suite = ElementTree.Element("testsuite", name="snippets", tests=str(len(results)))
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", name=result.snippet, classname=result.device,
            time=f"{result.seconds:.3f}",
        )  # fmt: skip
        if result.problem:
            properties = ElementTree.SubElement(case, "properties")
            for where, line in found.places(result.snippet):
                ElementTree.SubElement(properties, "property", name="page", value=f"{where}:{line}")
            message = _printable("\n".join(map(str, result.problems)))
            failure = ElementTree.SubElement(case, "failure", message=message)
            failure.text = _printable(result.detail)
        elif result.verdict == "skipped":
            ElementTree.SubElement(case, "skipped", message=result.detail)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _printable(text: str) -> str:
    """Without control characters, for which XML 1.0 has no form."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
