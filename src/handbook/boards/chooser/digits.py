"""Numbers as the chooser writes them; its script writes them alike."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def fixed(value: float, digits: int) -> str:
    """So many decimals, halves upwards, as JavaScript's toFixed does."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def plain(value: float) -> str:
    """At most two decimals, thousands apart."""
    text = f"{Decimal(fixed(value, 2)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def three(value: float) -> str:
    """Three significant digits; from 100 on a whole number, thousands apart."""
    if value >= 100:
        return f"{Decimal(fixed(value, 0)):,f}"
    if value == 0:
        return "0"
    text = fixed(value, 2 - Decimal(value).adjusted())
    return text.rstrip("0").rstrip(".") if "." in text else text


def gigabytes(nbytes: float) -> str:
    """10⁹ bytes, one decimal."""
    return fixed(nbytes / 1e9, 1)


def capacity_text(nbytes: float) -> str:
    """10⁹ bytes, one decimal where it is not 0."""
    return plain(float(gigabytes(nbytes)))


def size(nbytes: float) -> str:
    """Gigabytes, or megabytes where it is less than 0.1 GB."""
    if nbytes < 1e8:
        return f"{three(nbytes / 1e6)}\u00a0MB"
    return f"{gigabytes(nbytes)}\u00a0GB"
