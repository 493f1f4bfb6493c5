"""`[[take]]`: where the home page offers what readers take along, once it has been made.

The pages come first, and PDF, EPUB and zip are made from them; so the build leaves a place, and
`handbook.taking.links` fills it.
"""

from __future__ import annotations

PLACE = '<div class="hb-take" data-search-exclude></div>'
