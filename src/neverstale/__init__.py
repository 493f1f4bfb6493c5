"""neverstale: code in documentation that cannot go stale.

The data runs round one ring, and each step takes one plain kind of data and returns another:

page names a snippet (`source.pages`) → snippet (`source.snippet`) → run (`running.run`)
→ record (`proof.record`) → status (`proof.status`) → blocks (`markdown`, `page.notebook`,
`page.export`) → built page → published (`page.published`) → done.

What people wrote is read once, into `source.sources.Sources`; with the records it becomes
`proof.status.Statuses`, which is handed on. Only `markdown` needs a package besides the standard
library (Python-Markdown).
"""

__version__ = "0.1.0"
