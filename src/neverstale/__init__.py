"""neverstale: code in documentation that cannot go stale.

The data runs round one ring, and each stage is one module:

page names a snippet (`pages`) → snippet (`snippet`) → run (`run`, `forkserver`, `sandbox`, `child`)
→ record (`record`) → status (`status`) → markdown (`markdown`, `notebook`, `export`)
→ built page → published (`published`) → done.

Only `markdown` needs a package besides the standard library (Python-Markdown).
"""
