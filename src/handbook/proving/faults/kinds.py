"""Every kind of fault, spread over every page and snippet. One function each.

Each takes the scratch copy (built and clean) and a random generator with a fixed seed, and gives
its faults. What a fault changes is what a person, an upgrade or an attacker would change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from handbook.proving.faults.fault import Fault
from neverstale.project import Project
from neverstale.source import snippet
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources

CHECK = ("neverstale", "check")
PUBLISHED = ("neverstale", "published")
NUMBERS = ("gpuguide.catalogue.lock",)
READBACK = ("handbook", "readback")
LINKS = ("lychee",)
STUB = "src/sitecustomize.py"  # what every Python process of the scratch copy loads first

CJK = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"(?<![\w.\"'])\d+(?:\.\d+)?(?![\w.\"'])")


@dataclass(frozen=True)
class Scratch:
    """The copy that faults are injected into, clean as it was when it was read."""

    sources: Sources

    @property
    def project(self) -> Project:
        """The settings."""
        return self.sources.project

    def text(self, name: str) -> str:
        """A file's text."""
        return (self.project.root / name).read_text(encoding="utf-8")

    def snippets(self) -> list[Snippet]:
        """Every snippet."""
        return list(self.sources.snippets.values())

    def pages(self, labs: bool = False) -> list[Page]:
        """Every page written as Markdown; with `labs`, the labs' pages too."""
        return [page for page in self.sources.pages if labs or page.path.endswith(".md")]

    def path(self, item: Snippet) -> str:
        """A snippet's file, below the root."""
        return self.project.relative(item.path)

    def record(self, item: Snippet) -> str:
        """A snippet's record of the CPU, below the root."""
        stem = item.name.removesuffix(".py")
        return self.project.relative(self.project.records / f"{stem}.cpu.json")

    def runners(self, item: Snippet) -> list[Snippet]:
        """What to run to see a fault in a snippet: one that only defines something shows it where
        it is used. No single user need reach each of its lines, so all quick ones are run."""
        if json.loads(self.text(self.record(item)))["output"]:
            return [item]
        users = [u for u in self.snippets() if item.name in u.siblings]
        return [user for user in users if self.quick(user)] or users or [item]

    def quick(self, item: Snippet) -> bool:
        """Whether it runs in a moment; a lab takes half a minute, each time."""
        seconds: float = json.loads(self.text(self.record(item)))["seconds"]
        return seconds < 2


Maker = Callable[[Scratch, Random], Iterator[Fault]]


def run(*items: str) -> tuple[str, ...]:
    """The check that snippets still do what their records say."""
    return ("neverstale", "run", "--all", "--jobs", "1", *(f"snippets/{item}" for item in items))


def our_function(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A function of ours changed under a snippet that imports it."""
    for item in scratch.snippets():
        for name in item.siblings:
            where = f"snippets/{name}"
            text = scratch.text(where)
            yield Fault("our function", item.name, {where: _number_changed(text, random)}, CHECK)


def code_edited(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Code edited after its run."""
    for item in scratch.snippets():
        text = _number_changed(item.text, random)
        yield Fault("code edited", item.name, {scratch.path(item): text}, CHECK)


def output_edited(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Output edited in a record."""
    for item in scratch.snippets():
        where = scratch.record(item)
        data = json.loads(scratch.text(where))
        if not data["output"]:
            continue
        line = random.choice(data["output"])
        line[1] = line[1].rstrip("\n") + " 7\n"
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        yield Fault("output edited", item.name, {where: text}, CHECK)


def record_copied(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A record copied from another snippet."""
    items = scratch.snippets()
    for item in items:
        other = random.choice([each for each in items if each.name != item.name])
        edits = {scratch.record(item): scratch.text(scratch.record(other))}
        yield Fault("record copied", item.name, edits, CHECK)


def comment_edited(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """One language's comment edited."""
    for item in scratch.snippets():
        lines = item.text.split("\n")
        tagged = [i for i, line in enumerate(lines) if snippet.tagged(line, item.editions)]
        if tagged:
            i = random.choice(tagged)
            lines[i] += "。" if CJK.search(lines[i]) else " indeed"
            yield Fault("comment edited", item.name, {scratch.path(item): "\n".join(lines)}, CHECK)


def paragraph_edited(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """One language's paragraph edited."""
    for page in scratch.pages():
        lines = page.text.split("\n")
        prose = [i for i, line in enumerate(lines) if re.match(r"[\w\u4e00-\u9fff]", line)]
        if not prose:  # a page of nothing but headings and blocks
            continue
        i = random.choice(prose)
        lines[i] += "此外另有一句。" if page.edition == "zh" else " And one more sentence."
        yield Fault("paragraph edited", page.path, {page.path: "\n".join(lines)}, CHECK)


def section_removed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A section removed from one edition."""
    for page in scratch.pages():
        if len(page.headings) < 2:
            continue
        i = random.randrange(1, len(page.headings))
        lines = page.text.split("\n")
        first = page.headings[i].line - 1
        last = page.headings[i + 1].line - 1 if i + 1 < len(page.headings) else len(lines)
        text = "\n".join(lines[:first] + lines[last:])
        yield Fault("section removed", page.path, {page.path: text}, CHECK)


def heading_id(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A heading's id changed in one edition."""
    for page in scratch.pages():
        heading = random.choice(page.headings)
        lines = page.text.split("\n")
        old = lines[heading.line - 1]
        lines[heading.line - 1] = old.replace(f"{{#{heading.id}", f"{{#{heading.id}-x")
        yield Fault("heading id", page.path, {page.path: "\n".join(lines)}, CHECK)


def built_html(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Built HTML that a theme override changed: code, output, fingerprint, a block of its own."""
    root = scratch.project.root
    site = scratch.project.site
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("index.html"))}
    shown = [path for path, html in texts.items() if 'data-fingerprint="' in html]
    for path in random.sample(shown, min(40, len(shown))):
        html = texts[path]
        spoil = random.choice(SPOILED)
        old, new = spoil
        if not re.search(old, html):
            old, new = SPOILED[0]
        where = path.relative_to(root).as_posix()
        yield Fault("built HTML", where, {where: re.sub(old, new, html, count=1)}, PUBLISHED)


SPOILED = (
    (r'data-fingerprint="[0-9a-f]{4}', 'data-fingerprint="0bad'),
    (r'(data-fingerprint="[^>]*>(?:(?!</code>).)*?<span class="mi">)\d+', r"\g<1>987654"),
    (r'(<div class="ns-output"(?:(?!</pre>).)*)</pre>', r"\1 edited</pre>"),
    (r' data-snippet="[^"]*"(?=[^>]*data-fingerprint)', ""),
    (r'(<details class="ns-proof"[^>]*data-device="cpu".*?<p>)[^<]*', r"\1NVIDIA B200 "),
    (r"</article>", '<pre><code class="language-python">print(1)</code></pre></article>'),
    (r"</article>", '<figure class="ns-figure"><b>accuracy 0.99</b></figure></article>'),
    (r"</article>", '<p class="illustration" data-reason="-">accuracy 0.99</p></article>'),
)


def figure_edited(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A recorded figure edited: one coordinate."""
    for item in scratch.snippets():
        record = scratch.record(item)
        for name in json.loads(scratch.text(record))["figures"]:
            where = f"{record.removesuffix('.json')}/{name}"
            text = scratch.text(where)
            match = random.choice(list(re.finditer(r"(?<=[ML] )\d+", text)))
            text = f"{text[: match.start()]}9{text[match.start() :]}"
            yield Fault("figure edited", f"{item.name}, {name}", {where: text}, CHECK)


def picture_typed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A picture, script or style on a page, with nothing behind it."""
    found = scratch.pages()
    for form, line in PICTURES.items():
        for page in random.sample(found, 6):
            text = page.text.rstrip("\n") + f"\n\n{line}\n"
            yield Fault("typed picture", f"{page.path}, {form}", {page.path: text}, CHECK)


PICTURES = {
    "image": "![what it printed](output.png)",
    "image by reference": "![what it printed]\n\n[what it printed]: output.png",
    "image in HTML": '<img src="output.png" alt="what it printed">',
    "drawing": "<svg><text>accuracy 0.99</text></svg>",
    "script": "<script src='x.js'></script>",
    "style": "<style>.ns-proof { display: none }</style>",
    "style after a slash": '<span/style="font-family: monospace">accuracy 0.99</span>',
    "text like output": 'accuracy 0.99 { style="font-family: monospace" }',
}


def shown_number(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A GPU's number, or its source, that a theme override changed on its way to a page."""
    root = scratch.project.root
    for path in sorted(scratch.project.site.rglob("index.html")):
        text = path.read_text(encoding="utf-8")
        found = list(re.finditer(r'<a class="hb-number" href="([^"]*)"[^>]*>([^<]*)<', text))
        for match in random.sample(found, min(3, len(found))):
            group = random.choice((1, 2))
            new = f"{text[: match.start(group)]}9{text[match.start(group) :]}"
            where = path.relative_to(root).as_posix()
            yield Fault("shown number", f"{where}, {match[2]}", {where: new}, READBACK)


def gpu_number(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A GPU's number changed without its source."""
    for path in sorted((scratch.project.root / "src/gpuguide/catalogue/data").glob("*.toml")):
        where = path.relative_to(scratch.project.root).as_posix()
        text = scratch.text(where)
        found = list(re.finditer(r"value = (\d+(?:\.\d+)?)", text))
        for match in random.sample(found, min(4, len(found))):
            changed = f"value = {float(match[1]) + 1:g}"
            new = text[: match.start()] + changed + text[match.end() :]
            line = text.count("\n", 0, match.start()) + 1
            yield Fault("GPU number", f"{where}:{line}", {where: new}, NUMBERS)


def link_target(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A link's target removed from the built site."""
    root, site = scratch.project.root, scratch.project.site
    for edition in scratch.project.editions:
        for path in random.sample(sorted((site / edition).glob("*/*/index.html")), 8):
            html = path.read_text(encoding="utf-8")
            # lychee takes the name of a form's field for a target; tests/site does not.
            fields = set(re.findall(r'<(?:input|select|button)[^>]* name="([\w-]+)"', html))
            ids = [id for id in re.findall(r'<h[23] id="([\w-]+)"', html) if id not in fields]
            if ids:
                name = random.choice(ids)
                where = path.relative_to(root).as_posix()
                new = html.replace(f' id="{name}"', "", 1)
                yield Fault("link target", f"{where}#{name}", {where: new}, LINKS)


def dependency_moved(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A dependency moved to another version, records not renewed."""
    pins = scratch.project.pins()
    text = scratch.text("constraints.txt")
    for item in random.sample(scratch.snippets(), 20):
        data = json.loads(scratch.text(scratch.record(item)))
        used = sorted(name for name in data["packages"] if name in pins)
        if used:
            name = random.choice(used)
            new = re.sub(rf"(?mi)^{re.escape(name)}==.*$", f"{name}==99.0", text)
            target = f"{item.name}, {name}"
            yield Fault("dependency moved", target, {"constraints.txt": new}, CHECK)


def skip_expired(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A skip past its date."""
    for item in random.sample(scratch.snippets(), 12):
        lines = item.text.split("\n")
        end = lines.index("# ///", 1)
        lines[end:end] = [
            "# [tool.neverstale.skip.cpu]",
            '# reason = "waits for a mended torch"',
            "# until = 2026-01-31",
        ]
        text = "\n".join(lines)
        yield Fault("skip expired", item.name, {scratch.path(item): text}, CHECK)


def fence_typed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A fence typed by hand, in every form that the site's Markdown takes as code."""
    found = scratch.pages()
    for form, lines in FENCES.items():
        for page in random.sample(found, 6):
            text = page.text.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
            yield Fault("typed fence", f"{page.path}, {form}", {page.path: text}, CHECK)
    for lab in [item for item in scratch.snippets() if item.options.lab]:
        cell = random.choice([each for each in lab.cells if each.edition])
        lines = lab.text.split("\n")
        lines[cell.last : cell.last] = ["#", "# ```python", "# print(1)", "# ```"]
        edits = {scratch.path(lab): "\n".join(lines)}
        yield Fault("typed fence", f"{lab.name}, in a notebook", edits, CHECK)


FENCES = {
    "plain": ["```python", "print(1)", "```"],
    "tildes": ["~~~python", "print(1)", "~~~"],
    "attributes": ["``` { .python .proved data-snippet='x' }", "print(1)", "```"],
    "title": ['```python title="x.py" linenums="1"', "print(1)", "```"],
    "short name": ["```py", "print(1)", "```"],
    "no language": ["```", "print(1)", "```"],
    "admonition": ["!!! note", "    ```python", "    print(1)", "    ```"],
    "folded": ['??? success "x"', "    ~~~ python", "    print(1)", "    ~~~"],
    "tabs": ['=== "x"', "    ```python", "    print(1)", "    ```"],
    "list": ["- item", "", "    ```python", "    print(1)", "    ```"],
    "list, same line": ["- ```python", "  print(1)", "  ```"],
    "quote": ["> ```python", "> print(1)", "> ```"],
    "HTML": ["<pre><code>print(1)</code></pre>"],
    "shell": ["```sh", "pip install torch", "```"],
}

KINDS: dict[str, Maker] = {
    "our function": our_function,
    "code edited": code_edited,
    "output edited": output_edited,
    "record copied": record_copied,
    "comment edited": comment_edited,
    "paragraph edited": paragraph_edited,
    "section removed": section_removed,
    "heading id": heading_id,
    "figure edited": figure_edited,
    "built HTML": built_html,
    "GPU number": gpu_number,
    "shown number": shown_number,
    "link target": link_target,
    "dependency moved": dependency_moved,
    "skip expired": skip_expired,
    "typed fence": fence_typed,
    "typed picture": picture_typed,
}


def _number_changed(text: str, random: Random) -> str:
    """The code with one number changed, or one statement added if it has no number."""
    code = text.partition("# ///\n")[2].partition("# ///\n")
    start = len(text) - len(code[2])
    found = [
        match
        for match in NUMBER.finditer(text, start)
        if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip().startswith("#")
    ]
    if not found:
        return text.rstrip("\n") + "\nprint(1)\n"
    match = random.choice(found)
    return f"{text[: match.start()]}{match[0]}1{text[match.end() :]}"
