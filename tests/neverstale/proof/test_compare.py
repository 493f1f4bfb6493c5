"""Outputs compared: words to the letter, numbers to the digits that were printed."""

from __future__ import annotations

import time

import pytest

from neverstale.proof import compare


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n", "a\n"),
        ("loss 0.50000", "loss 0.50001"),
        ("0.1234", "0.1235"),  # a rounding tipped the last digit
        ("1e-3 2.", "0.001 2.0"),
        ("-0.0", "0.0"),
        ("tensor([1.0000, 2.0000])", "tensor([1.0001, 1.9999])"),
        ("a   1.5", "a 1.5"),
        ("a | b", "a  |  b"),
        ("  9.999 s", " 10.000 s"),  # aligned to the right
        ("9.9999  s", "10.0000 s"),
        ("3", "3"),
        ("end", "end\n"),
        ("3.1415ms", "3.1416ms"),
        ("(1.0000+2.0000j)", "(1.0001+1.9999j)"),
        ("(1.0000+0.0000j)", "(1.0000-0.0000j)"),
        ("nan inf", "nan inf"),
    ],
)
def test_the_same_to_the_digits_that_were_printed(old: str, new: str) -> None:
    assert compare.difference(old, new, compare.printed) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a", "b"),
        ("  a", "a"),
        ("    return x", "  return x"),
        ("  1.5", "1.5"),
        ("a 1.5", "a1.5"),
        ("x\nloss 0.5", "x\nloss 0.6"),
        ("loss 0.50", "loss 0.51"),  # the last digit, but two hundredths of the number
        ("10000000", "10000001"),
        ("7,000,000,000", "7,000,400,000"),
        ("7000000000.0", "7000400000.0"),
        ("1764447731.1234", "1764627731.1234"),  # a clock, 50 hours later
        ("1764447731.1234", "1764447731.1236"),
        ("[3. 4.]", "[3 4]"),
        ("[3. 4.]", "[4. 4.]"),
        ("1000.", "1001."),
        ("1", "1.0"),
        ("1e-08", "1e-07"),  # next to zero
        ("0.00000001", "0.00000002"),
        ("9" * 5000, "9" * 4999 + "8"),
        ("1.5", "1.5 1.5"),
        ("conv1", "conv2"),
        ("torch 2.13.0", "torch 2.13.1"),
        ("0x7f3a", "0x7f3b"),
        ("28x28", "29x28"),
        ("1.0", "nan"),
        ("1.5", "-1.5"),
        ("3.1ms", "3.1us"),
        ("12 GB", "12 MB"),
        ("5%", "5"),
        ("2.5%", "2.6%"),
        ("(1+2j)", "(1+3j)"),
        ("1.5+2.5j", "1.5-2.5j"),
        ("(1.5+0j)", "1.5"),
        ("2.0j", "2.0"),
        ("1e" + "9" * 30, "2e" + "9" * 30),
        ("a\x0cb", "a\nb"),
        ("a\n\nb", "a\nb"),
    ],
)
def test_another(old: str, new: str) -> None:
    for one, two in ((old, new), (new, old)):
        assert compare.difference(one, two, compare.printed)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("x\nloss 0.5", "x\nloss 0.6", "output line 2 was 'loss 0.5', is 'loss 0.6'"),
        ("  a", "a", "output line 1 was '  a', is 'a'"),
        ("a\nb", "a", "output lacks 'b'"),
        ("a", "a\nb", "output has line 2 'b'"),
        ("", "a", "output has line 1 'a'"),
    ],
)
def test_what_differs_is_told_in_one_line(old: str, new: str, told: str) -> None:
    assert compare.difference(old, new, compare.printed) == told


def test_a_tolerance_that_was_asked_for_is_relative_and_for_floats_alone() -> None:
    rule = compare.within(1e-2)
    assert compare.difference("1000.0", "1009.0", rule) is None
    assert compare.difference("1000.0", "1011.0", rule)
    assert compare.difference("(100.0+1.0j)", "(100.0+1.5j)", rule) is None
    assert compare.difference("1000", "1001", rule)
    assert compare.difference("1.00ms", "1.01us", rule)
    assert compare.difference("0.0", "0.00001", rule)
    assert compare.difference("0.0", "0.00001", compare.within(1e-2, floor=1e-5)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 ms", "3.5 ms"),
        ("12ms", "3.5ms"),
        ("-2%", "-19%"),
        ("0.0 s", "0 s"),
        ("1,234 images/s", "987 images/s"),
        ("[  3.1]", "[ 13.1]"),
        ("0.05 ns", "0.76 ns"),  # a busy machine
    ],
)
def test_a_measurement_may_be_another(old: str, new: str) -> None:
    assert compare.difference(old, new, compare.measured) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 ms", "12 s"),
        ("12ms", "12s"),
        ("12GB", "12MB"),
        ("12 ms", "ms"),
        ("12 ms", "1200 ms"),  # a hundred times as long
        ("12 ms", "0.12 ms"),
        ("12 ms", "-12 ms"),
        ("12 ms", "0 ms"),
        ("0.0 ms", "0.1 ms"),
        ("5%", "-5%"),
    ],
)
def test_but_not_of_another_unit_sign_or_magnitude(old: str, new: str) -> None:
    for one, two in ((old, new), (new, old)):
        assert compare.difference(one, two, compare.measured)


def test_of_another_device_any_measurement_will_do() -> None:
    assert compare.difference("12 ms", "0.1 ms", compare.anything) is None
    assert compare.difference("12 ms", "0.1 s", compare.anything)


def test_lines_that_vary_are_left_out_and_only_those() -> None:
    log = [r"^(?P<varies>\d\d:\d\d) INFO", r"in (?P<varies>[\d.]+)s"]
    old, new = "10:02 INFO read in 0.1s\nloss 1\n", "11:30 INFO read in 0.25s\nloss 1\n"
    assert compare.difference(old, new, compare.printed, log) is None
    told = compare.difference(old, new.replace("read", "lost"), compare.printed, log)
    assert told is not None and told.startswith("output line 1 was")
    old, varies = "loss 1.0\n| abc\n| d\n", [r"^\| "]
    assert compare.difference(old, "loss 1.0\n| xyz\n", compare.printed, varies) is None
    told = compare.difference(old, "loss 2.0\n| abc\n", compare.printed, varies)
    assert told is not None and "loss 2.0" in told
    assert compare.difference(old, "loss 1.0\n| xyz\n", compare.printed) is not None


@pytest.mark.parametrize("part", ["9", "1.", "1e", ".", "9,999", "1+1", "1ms", " ", "a1", "1j+"])
def test_a_long_line_takes_a_time_in_proportion(part: str) -> None:
    def work(length: int) -> float:
        line = part * (length // len(part))
        begun = time.process_time()
        compare.difference(line + "x", line + "y", compare.printed)
        return time.process_time() - begun

    once, eight = (min(work(length) for _ in range(3)) for length in (10_000, 80_000))
    assert eight < 24 * once  # the square of it would be 64 times
