"""Every setting of a site: of which type it is, what holds without it, what it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A setting as it is written.

    Attributes:
        kind: of which type.
        default: what holds if nothing is said, in words.
        says: what it is for, in a sentence.
    """

    kind: type
    default: str
    says: str


SETTINGS = {
    "editions": Setting(
        dict,
        "needed",
        "Language → folder of its pages; or `{ pages = …, at = … }`, where `at` is the folder of "
        "its built pages below `site`, and their address.",
    ),
    "snippets": Setting(str, "`snippets`", "Folder of the snippets."),
    "records": Setting(str, "`records`", "Folder of the records of runs, to be committed."),
    "site": Setting(str, "`site`", "Folder of the built site."),
    "directory-urls": Setting(
        bool,
        "`true`",
        "Whether a page becomes `page/index.html`; as `use_directory_urls` of MkDocs.",
    ),
    "downloads": Setting(
        str, "no links", "Address below the site's root at which the snippets' files can be read."
    ),
    "imports": Setting(
        list, "to be said", "Folders whose modules are ours: a change in one makes records stale."
    ),
    "constraints": Setting(
        str,
        "to be said",
        "File of `name==version` lines, or a uv.lock; a record of another version is stale.",
    ),
    "preload": Setting(
        list, "`[]`", "Modules that are imported once for all snippets: saves time."
    ),
    "repeat-environment": Setting(
        dict,
        "`{}`",
        "Variables that the second of two agreeing runs sees, such as one that switches off "
        "instructions that not every processor has.",
    ),
    "line-length": Setting(
        int, "any", "How many columns a line of shown code may take; a Chinese character takes two."
    ),
    "devices": Setting(
        list, '`["cpu"]`', "Where snippets may be proved: `cpu`, `cuda` (with torch)."
    ),
    "named": Setting(list, "`[]`", "Packages whose versions are told first, and in lists of runs."),
    "deprecations": Setting(
        list, "`[]`", "Packages whose deprecations fail a snippet, besides what is ours."
    ),
    "possible": Setting(
        str,
        "to be said, with cuda",
        "`module:function` that says why what is recorded of a GPU cannot be.",
    ),
    "translations": Setting(
        str,
        "to be said, with two editions",
        "Lock file of the sections that were confirmed to say the same.",
    ),
    "turning": Setting(
        dict,
        "`{}`",
        "Edition → words, or characters of a script without blanks, with blanks between them: "
        "`confirm --minor` takes no change of one, such as `not`.",
    ),
    "numerals": Setting(
        dict,
        "`{}`",
        "Edition → `times` (word that multiplies, such as `million` → number) and `months` (twelve "
        "names in one text), so that numbers and dates in words are known to be the same.",
    ),
    "reasons-in": Setting(
        str, "not said", "Language of the reasons in settings and heads, which readers are shown."
    ),
    "compilers": Setting(
        list,
        "`[]`",
        "Names of what compiles functions, besides `compile(` and `jit`: where a file says one, "
        "shapes in comments inside functions are not held against values.",
    ),
    "navigation": Setting(dict, "`{}`", "Edition → file in which `neverstale new` enters a page."),
    "words": Setting(dict, "`{}`", "Edition → what the engine says on its pages, by key."),
    "figures": Setting(
        dict,
        "`{}`",
        "`style` (a matplotlib style file), `diagrams` (a folder of SVG files), `colours` (colour "
        "in a figure → CSS variable that takes its place).",
    ),
    "rules": Setting(
        list,
        "`[]`",
        "Rules that are no errors everywhere: `rule`, `level` (`off`, `warning`), `paths`, "
        "`reason`, `until`. The first that fits counts.",
    ),
    "heads": Setting(
        list,
        "`[]`",
        "What a head would say, of files without one: `paths`, and keys of a head such as `argv`. "
        "Of each key the first that fits counts.",
    ),
    "unconfined": Setting(
        str,
        "refused",
        "Why runs without the Linux sandbox are accepted, such as those on a Mac, in words; proof "
        "lines say of each record that it was made so.",
    ),
    "elsewhere": Setting(
        list,
        "`[]`",
        "What some machines cannot run: `snippet`, `device`, `error`, `reason`, `until`.",
    ),
}
# What checks rest on: who does without says so with `false`, or with an empty list.
PROTECTING = ("imports", "constraints", "translations", "possible")
FIGURE_KEYS = {"style": str, "diagrams": str, "colours": dict}
