"""The Python-Markdown extension: a directive on a page becomes code, output, figure and proof.

The one module that needs Python-Markdown; it knows nothing of MkDocs, so that the same pages
render under whatever site generator runs Python-Markdown extensions.
"""

from __future__ import annotations

import contextlib
import html
import logging
import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from neverstale import project
from neverstale.page import block, board, runs, shared, unreached
from neverstale.page.block import Place
from neverstale.problem import NeverstaleError, Problem
from neverstale.proof import status
from neverstale.source import directive
from neverstale.source.directive import Directive, Mistake
from neverstale.translation import notice

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.neverstale")


class VerifiedCode(Extension):
    """Settings: `edition`, `project` (folder), `root` and `source` (addresses).

    `statuses` hands over what was read already; else the first page reads the whole site, and the
    others take that as long as no file of it changes.
    """

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages; needed if there are several"],
            "project": [".", "a folder inside the project"],
            "root": ["/", "address of the site's root, ending in a slash"],
            "source": ["", "address of the repository's files, ending in a slash"],
            "statuses": ["", "how all snippets stand, a `Statuses`"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register before fences (25), after `normalize_whitespace` (30), which drops stashes."""
        blocks = _Blocks(md, self.place)
        md.preprocessors.register(blocks, "neverstale", 28)
        md.preprocessors.register(_Ours(blocks), "neverstale.ours", 33)  # snippets of pymdownx: 32
        md.postprocessors.register(_Marks(blocks), "neverstale", 1)  # when the code is HTML

    def place(self) -> Place:
        """Where blocks are shown."""
        found = self.getConfig("statuses")
        if not found:
            found = shared.statuses(project.load(Path(self.getConfig("project"))))
        editions = found.sources.project.editions
        edition = self.getConfig("edition") or (next(iter(editions)) if len(editions) == 1 else "")
        if edition not in editions:
            message = f"edition '{edition}' is none of the settings', {', '.join(editions)}"
            raise NeverstaleError(Problem("markdown_extensions: neverstale.markdown", 0, message))
        return Place(found, edition, self.getConfig("root"), self.getConfig("source"))


class _Ours(Preprocessor):
    """Takes what names one of our snippets out of the sight of pymdownx.snippets, whatever the
    order of extensions; what it includes is its own."""

    def __init__(self, blocks: _Blocks) -> None:
        super().__init__(blocks.md)
        self.blocks = blocks

    def run(self, lines: list[str]) -> list[str]:
        if "snippet" not in self.md.preprocessors:
            return lines
        return [self._named_apart(line) for line in lines]

    def _named_apart(self, line: str) -> str:
        found = directive.SNIPPET.match(line)
        with contextlib.suppress(NeverstaleError):  # told where the block is made
            if found and found["name"] in self.blocks.place.sources.names():
                return line.replace("--8<--", "--proved--", 1)
        return line


class _Blocks(Preprocessor):
    def __init__(self, md: Markdown, make_place: Callable[[], Place]) -> None:
        super().__init__(md)
        self.make_place = make_place
        self.figures = 0

    @cached_property
    def place(self) -> Place:
        """Made when it is first needed: tools make renderers that never see a directive."""
        return self.make_place()

    def run(self, lines: list[str]) -> list[str]:
        self.figures = 0
        self.times: Counter[tuple[str, str | None]] = Counter()
        text = "\n".join(lines)
        free = dict(directive.outside_fences(text))
        opening = {fence.line for fence in directive.fences(text)}
        result: list[str] = []
        for number, line in enumerate(lines, 1):
            try:
                found = directive.read_line(line, number) if number in free else None
                if found is None:
                    result.append(_illustration(line) if number in opening else line)
                    continue
                rendered = self._render(found)
            except (Mistake, FileNotFoundError, NeverstaleError, KeyError) as error:
                log.warning("'%s': %s", line.strip(), error)
                rendered = [self._stash(f'<p class="ns-error">{html.escape(str(error))}</p>')]
            # Exactly one blank line on either side: two would end a footnote.
            result += ["", *rendered] if result and result[-1].strip() else rendered
            result += [""] if number < len(lines) and lines[number].strip() else []
        return result

    def _stash(self, text: str) -> str:
        stashed: str = self.md.htmlStash.store(text)
        return stashed

    def _render(self, item: Directive) -> list[str]:
        """The lines that take the directive's place, indented as it was."""
        if item.kind == "snippet":
            lines = self._snippet(item)
        elif item.name == "wanted":
            lines = [self._stash(notice.wanted(self.place, item.about))]
        elif item.kind == "board":
            lines = [self._stash(board.MAKERS[item.name](self.place))]
        else:
            lines = [self._stash(self._image(item))]
        return [item.indent + line if line else "" for line in lines]

    @cached_property
    def lacking(self) -> str | None:
        """What a proved block needs, and is not among the extensions: else it loses its proof."""
        if "attr_list" not in self.md.treeprocessors:
            return "attr_list"
        if "fenced_code_block" not in self.md.preprocessors:
            return "pymdownx.superfences"
        plain = type(self.md.preprocessors["fenced_code_block"]) is FencedBlockPreprocessor
        return "pymdownx.superfences" if plain and "hilite" in self.md.treeprocessors else None

    def _snippet(self, item: Directive) -> list[str]:
        if self.lacking:
            log.warning("a proved block needs %s among markdown_extensions; add it", self.lacking)
        target = self.place.sources.snippet(item.name)
        code = target.shown(self.place.edition, item.section)
        again = self.times[item.name, item.section]
        self.times[item.name, item.section] += 1
        found = self.place.statuses.by_name[item.name]
        for each in found:
            if status.forbids(target, each):
                log.warning("%s is %s on %s: %s", item.name, each.state, each.device, each.reason)
        longest = max((len(run) for run in re.findall("`+", code)), default=0)
        fence = "`" * max(3, longest + 1)
        attributes = (
            f'data-snippet="{item.name}" data-section="{item.section or ""}" '
            f'data-fingerprint="{found[0].fingerprint}"'
        )
        if item.highlighted:
            attributes += f' hl_lines="{" ".join(map(str, item.highlighted))}"'
        return [
            f"{fence} {{ .python .proved {attributes} }}",
            *code.split("\n")[:-1],
            fence,
            "",
            self._stash(runs.results(self.place, target, item.section, item.output, again)),
        ]

    def _image(self, item: Directive) -> str:
        self.figures += 1
        if item.kind == "diagram":
            return block.diagram(self.place, item.name, item.alt, item.caption, self.figures)
        target = self.place.sources.snippet(item.name)
        return runs.figure(self.place, target, item.figure, item.alt, item.caption, self.figures)


class _Marks(Postprocessor):
    """Marks the lines of each block that no run has reached."""

    CODE = re.compile(
        r'(data-snippet="(?P<name>[^"]*)" data-section="(?P<section>[^"]*)" data-fingerprint='
        r"[^>]*>(?:<(?:pre|table)\b.*?<code>)?)(?P<code>.*?)(?=</code>)",
        re.DOTALL,
    )

    def __init__(self, blocks: _Blocks) -> None:
        super().__init__(blocks.md)
        self.blocks = blocks

    def run(self, text: str) -> str:
        times: Counter[tuple[str, str | None]] = Counter()
        return self.CODE.sub(partial(self._mark, times), text)

    def _mark(self, times: Counter[tuple[str, str | None]], found: re.Match[str]) -> str:
        place, section = self.blocks.place, found["section"] or None
        item = place.sources.snippet(found["name"])
        key = unreached.key(item, section, again=times[item.name, section])
        times[item.name, section] += 1
        return found[1] + unreached.marked(place, item, *item.span(section), key, found["code"])


def _illustration(line: str) -> str:
    """Give the reason of an illustration a name that HTML allows."""
    match = directive.FENCE.match(line)
    if match and directive.ILLUSTRATION.search(match["info"]):
        return line.replace(" reason=", " data-reason=")
    return line


def makeExtension(**settings: Any) -> VerifiedCode:
    """Called by Python-Markdown."""
    return VerifiedCode(**settings)
