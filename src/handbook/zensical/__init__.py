"""The same site by Zensical: pages, records and data in, both editions out, from the same source.

Zensical reads the settings of MkDocs, but no hooks and no notebooks; both come from here.
"""
