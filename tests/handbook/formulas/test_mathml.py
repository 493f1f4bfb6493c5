"""TeX → MathML, and the mistakes in it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from handbook.errors import Mistake
from handbook.formulas.mathml import html, mathml
from neverstale.source.formula import Formula


def test_a_fraction() -> None:
    assert mathml(r"\frac{a}{b}", False) == "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>"


def test_a_block_stands_in_a_box_that_scrolls() -> None:
    made = ElementTree.fromstring(html(Formula(1, "x", True)))
    assert (made.tag, made.attrib) == ("div", {"class": "hb-formula"})
    assert made[0].attrib == {"display": "block"}


def test_lines_are_aligned_by_classes_and_by_no_style() -> None:
    made = mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", True)
    cells = list(ElementTree.fromstring(made).iter("mtd"))
    assert [cell.get("class") for cell in cells] == ["hb-end", "hb-start"] * 2
    assert " style=" not in made
    assert " style=" not in mathml(r"\begin{cases} a & b \\ c & d \end{cases}", True)


def test_thousands_are_one_number() -> None:
    assert "<mn>17,152</mn>" in mathml("17{,}152", False)
    assert "<mn>1,000,000</mn>" in mathml("1{,}000{,}000", False)
    assert "<mo>,</mo>" in mathml("1, 2", False)


def test_a_product_by_elements_has_one_size() -> None:
    for block in (True, False):
        assert ' largeop="false">⊙</mo>' in mathml(r"a \odot b", block)
    assert "largeop" not in mathml(r"\sum_i a_i + b", True)


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"\frac{a", r'Expected closing token "}", but reached end of input, at its end, after'),
        (r"a + \softmax(x)", r'Unknown command "\softmax", at \softmax(x); mend the TeX'),
        ("a^b^c", "Duplicate subscript or superscript, at ^c"),
        ("a & b", "may only appear in a table-like environment"),
        (r"a \\ b", r"\\ breaks no line here; put \begin{aligned}"),
        (r"\color{red}{x}", "colours, negative spaces and other styles are not for pages"),
        (r"\!x", "colours, negative spaces and other styles are not for pages"),
        (" ", "an empty formula"),
    ],
)
def test_a_mistake_is_one_line(tex: str, told: str) -> None:
    with pytest.raises(Mistake) as caught:
        mathml(tex, True)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
