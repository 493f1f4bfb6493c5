"""A formula as text."""

from __future__ import annotations

import pytest

from handbook.building import search_index
from handbook.formulas.mathml import mathml
from handbook.formulas.words import in_place, prose, say, told
from handbook.proving.claims import CLAIM, claims
from neverstale.source import pages


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{a + b}{c}", "(a + b) / c"),
        (r"\left\lfloor \frac{i + 2p}{s} \right\rfloor + 1", "⌊(i + 2p) / s⌋ + 1"),
        (r"h_t = \tanh(W_{ih}\,x_t + W'_f h_{t-1})", "h_t = tanh(W_ih x_t + W′_fh_(t−1))"),
        (r"0.58^{50} \approx 10^{-12}", "0.58^50 ≈ 10^−12"),
        (r"\sqrt{\sigma^2 + \varepsilon}", "√(σ^2 + ε)"),
        (r"7 \times 10^9 \times 2 = 14.0\,\text{GB}", "7 × 10^9 × 2 = 14.0 GB"),
        (r"\sum_{j=1}^{K} e^{z_j}", "∑_(j=1)^Ke^z_j"),
        (r"a < b", "a < b"),
        (r"\frac{17{,}152}{4}", "17,152 / 4"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b; c = d;"),
    ],
)
def test_said(tex: str, said: str) -> None:
    assert say(mathml(tex, True)) == said


def test_what_is_no_formula_of_ours_is_told_as_it_is() -> None:
    assert told("<math><mi>a</math>") == "<math><mi>a</math>"
    assert told("<math><mfrac></mfrac></math>") == "<math><mfrac></mfrac></math>"


def test_the_search_reads_it_as_one_line() -> None:
    page = f'<h1 id="a">A</h1><p>Of {mathml("a < b", False)}.</p>'
    assert in_place(page).endswith("<p>Of a &lt; b.</p>")
    assert search_index.sections(page) == [["", "A", "Of a < b."]]


def test_a_quantity_in_a_formula_is_a_claim_like_any_other() -> None:
    text = (
        "# X {#x}\n\n$$\nm = 24\\,\\text{GB}\n$$\n\nIt is $24\\,\\text{GB}$, `$9\\,\\text{GB}$`.\n"
    )
    found = list(claims(pages.parse("en", "guide/x.md", "x.md", text), CLAIM))
    assert [(claim.line, claim.text) for claim in found] == [(3, "24 GB"), (7, "24 GB")]


def test_a_wrong_one_stays_as_it_is() -> None:
    assert prose(r"a $\foo$ b") == r"a $\foo$ b"
