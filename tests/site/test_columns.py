"""What a snippet prints in Chinese stands in columns, as in a terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

WIDTHS = """async () => { const pre = document.querySelector(".ns-columns")
  const width = text => {
    const span = pre.appendChild(document.createElement("span"))
    span.textContent = text
    const found = span.getBoundingClientRect().width
    span.remove()
    return found
  }
  width("微，")
  await document.fonts.ready
  return [width("微".repeat(10)), width("，".repeat(10)), width("0".repeat(20))] }"""


def test_a_chinese_character_is_as_wide_as_two_digits(visit: Callable[[str], Page]) -> None:
    character, comma, digits = visit("/zh/cnn/transfer/").evaluate(WIDTHS)
    assert digits > 50
    assert (character, comma) == pytest.approx((digits, digits), rel=0.01)
