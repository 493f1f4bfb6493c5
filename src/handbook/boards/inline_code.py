"""MkDocs hook: a word with hyphens in a sentence's code, such as `--input`, stays on one line.

Some browsers break a line after hyphens; the spaces between words are where a command breaks.
"""

from __future__ import annotations

import re
from typing import Any

CODE = re.compile(r"(?<!<pre>)(?<!<span></span>)<code>[^<]*</code>")
HYPHENED = re.compile(r"(?<![^\s>])[\w-]{0,20}-\w[\w-]{0,20}")


def on_page_content(content: str, **_: Any) -> str:
    """Wrap such words in a page's HTML."""
    return keep_whole(content)


def keep_whole(content: str) -> str:
    """Such words of some HTML, wrapped; their text stays as it is, and twice is as good as once."""
    whole = r'<span class="hb-whole">\g<0></span>'
    return CODE.sub(lambda code: HYPHENED.sub(whole, code[0]), content)
