"""handbook: puts this site together, and previews it while it is written.

`edition` names the two editions; `render` builds one of them with MkDocs; `workers` does that in
warm processes of their own; `root` adds what belongs to no single edition; `build` does all of
it once, `serve` again and again as files change.
"""
