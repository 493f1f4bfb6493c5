"""Formulas in a notebook's text, which its renderer leaves as they were written."""

from __future__ import annotations

import logging

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from handbook.formulas.mathml import mathml
from handbook.formulas.shown import in_html

CELL = r"""Of $x_1 < y_2 * z$, `$q$` and $5:

$$
\begin{aligned} a &= b \\ c &= d \end{aligned}
$$

| a |
|-|
| $w_1$ |
"""


def test_in_a_notebook() -> None:
    made = in_html(markdown2html_mistune(CELL))
    block = r"\begin{aligned} a &= b \\ c &= d \end{aligned}"
    assert f"<p>Of {mathml('x_1 < y_2 * z', False)}, <code>$q$</code> and $5:</p>" in made
    assert f'<div class="hb-formula">{mathml(block, True)}</div>' in made
    assert f"<td>{mathml('w_1', False)}</td>" in made
    assert made.count("<math") == 3


def test_other_html_stays_as_it_is() -> None:
    text = '<p title="$x$">$ a $5 <pre>$x$</pre> <b>c</b></p>'
    assert in_html(text) == text


def test_a_wrong_one_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert "Unknown command" in in_html(r"<p>$\foo$</p>")
    assert caplog.messages == [r'"$\foo$": Unknown command "\foo", at \foo; mend the TeX']
