"""One formula in TeX → MathML, without scripts and styles of its own; a mistake is told.

math-core makes it. Of the two libraries that were compared on the formulas of this handbook it is
the one that refuses what is not TeX (`\\frac{a`, an unknown command), lines up several lines, puts
limits above and below a sum, and has the spaces that browsers need round operators.
"""

from __future__ import annotations

import re
from functools import cache

from math_core import LatexError, LatexToMathML

from handbook.errors import Mistake
from neverstale.source.formula import Formula

# A style of an element's own would be one that nothing stands behind; the stylesheet has these.
STYLES = {
    ' style="text-align: right;justify-items: end;padding-right: 0;"': ' class="hb-end"',
    ' style="text-align: left;justify-items: start;padding-left: 0;"': ' class="hb-start"',
    ' style="text-align: left;justify-items: start;padding-right: 0;"': ' class="hb-start"',
    ' style="text-align: left;justify-items: start;padding-right: 0;padding-left:1em;"': (
        ' class="hb-start hb-apart"'
    ),
}
_STYLE = re.compile(r' style="[^"]*"')
# 1{,}000: one number, to be read as one.
_THOUSANDS = re.compile(r'</mn><mo rspace="0">,</mo><mn>(?=\d{3})')
# Firefox draws these larger where a formula stands by itself, as if they were sums.
_GROWING = re.compile(r"<mo([^>]*)>(?=[⊕⊗⊙])")
_ERROR = re.compile(r"(?P<at>\d+): (?P<what>.*?)\.?", re.DOTALL)


def html(formula: Formula) -> str:
    """The formula as a page has it: a block in a box that scrolls by itself where it is too wide.

    Raises:
        Mistake: it is not TeX, or not of what pages may use.
    """
    made = mathml(formula.tex, formula.block)
    return f'<div class="hb-formula">{made}</div>' if formula.block else made


@cache
def mathml(tex: str, block: bool) -> str:
    """The `<math>` element.

    Args:
        tex: the formula, without the signs round it.
        block: whether it stands by itself, with sums and fractions in full size.

    Raises:
        Mistake: it is not TeX, or not of what pages may use.
    """
    if not tex.strip():
        raise Mistake("an empty formula; leave it out")
    if r"\\" in tex and r"\begin" not in tex:
        raise Mistake(r"\\ breaks no line here; put \begin{aligned} … \end{aligned} round it")
    try:
        made = LatexToMathML(fancy_error=False).convert_with_local_state(tex, displaystyle=block)
    except LatexError as error:
        raise Mistake(_told(tex, str(error))) from None
    made = _STYLE.sub(lambda style: STYLES.get(style[0], style[0]), made)
    if _STYLE.search(made):
        raise Mistake("colours, negative spaces and other styles are not for pages; leave them out")
    made = _GROWING.sub(r'<mo\1 largeop="false">', made)
    return _THOUSANDS.sub(",", made)


def _told(tex: str, error: str) -> str:
    """What is wrong, and where."""
    found = _ERROR.fullmatch(error.strip())
    if found is None:
        return error
    at = int(found["at"])
    where = f"at its end, after {tex[-12:]}" if at >= len(tex) else f"at {tex[at : at + 12]}"
    return f"{found['what']}, {' '.join(where.split())}; mend the TeX"
