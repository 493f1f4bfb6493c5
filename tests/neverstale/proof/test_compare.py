"""Outputs compared within tolerance."""

from __future__ import annotations

import pytest

from neverstale.proof import compare


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n", "a\n"),
        ("loss 0.50000", "loss 0.50001"),
        ("1e-3 2.", "0.001 2.0"),
        ("-0.0", "0.0"),
        ("tensor([1.0000, 2.0000])", "tensor([1.0001, 2.0002])"),
        ("a   1.5", "a 1.5"),
        ("0.00000001", "0.00000002"),  # next to zero
        ("3", "3"),
        ("1", "1.0"),
        ("end", "end\n"),
    ],
)
def test_the_same_within_tolerance(old: str, new: str) -> None:
    assert compare.difference(old, new, 1e-4) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a", "b", "output line 1 was 'a', is 'b'"),
        ("x\nloss 0.5", "x\nloss 0.6", "output line 2 was 'loss 0.5', is 'loss 0.6'"),
        ("10000000", "10000001", "output line 1 was '10000000', is '10000001'"),
        ("9" * 5000, "9" * 4999 + "8", "output line 1 was"),
        ("1.5", "1.5 1.5", "output line 1 was '1.5', is '1.5 1.5'"),
        ("conv1", "conv2", "output line 1 was 'conv1', is 'conv2'"),
        ("torch 2.13.0", "torch 2.13.1", "output line 1 was"),
        ("1.0", "nan", "output line 1 was '1.0', is 'nan'"),
        ("a\nb", "a", "output lacks 'b'"),
        ("a", "a\nb", "output has line 2 'b'"),
        ("", "a", "output has line 1 'a'"),
    ],
)
def test_another(old: str, new: str, told: str) -> None:
    difference = compare.difference(old, new, 1e-4)
    assert difference is not None
    assert difference.startswith(told)


def test_the_tolerance_is_relative() -> None:
    assert compare.difference("1000.0", "1009.0", 1e-2) is None
    assert compare.difference("1000.0", "1011.0", 1e-2) is not None


def test_measurements_may_be_anything_but_must_be_there() -> None:
    assert compare.difference("12 ms", "3.5 ms", 1e-4, measured=True) is None
    assert compare.difference("12 ms", "12 s", 1e-4, measured=True) is not None
    assert compare.difference("12 ms", "ms", 1e-4, measured=True) is not None


def test_lines_that_vary_are_left_out_and_only_those() -> None:
    old, varies = "loss 1.0\n| abc\n| d\n", [r"^\| "]
    assert compare.difference(old, "loss 1.0\n| xyz\n", 1e-4, varies=varies) is None
    told = compare.difference(old, "loss 2.0\n| abc\n", 1e-4, varies=varies)
    assert told is not None and "loss 2.0" in told
    assert compare.difference(old, "loss 1.0\n| xyz\n", 1e-4) is not None
