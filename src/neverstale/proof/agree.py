"""Does a run agree with what is recorded: of its own device, and of the CPU?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from neverstale.proof import compare, redrawn
from neverstale.proof.record import Record, ranges
from neverstale.source.options import Options

TOLD = 12  # lines of a difference that are shown; git shows the rest


def with_record(
    options: Options,
    old: Record,
    new: Record,
    drawn: Mapping[str, str | None],
    figures: Mapping[str, str],
) -> str | None:
    """What a run shows otherwise than the record of the same code, in one line.

    Args:
        options: of the snippet.
        old: the record.
        new: the run.
        drawn: figure → the recorded SVG; None if it is lost.
        figures: figure → the SVG of this run.
    """
    varies = [each.match for each in options.varies]
    found = compare.difference(old.whole_output, new.whole_output, rule(options), varies)
    if found:
        return found
    if not varies and old.text == new.text and _lines(old) != _lines(new):
        return f"prints at lines {_lines(new)}, not {_lines(old)}"
    if set(old.figures) != set(new.figures):
        return f"draws {sorted(new.figures)}, not {sorted(old.figures)}"
    if options.measured is None and old.fingerprint == new.fingerprint:
        for name in old.lines:
            if lost := old.reached(name) - new.reached(name):
                return f"does not reach line {ranges(lost)} of {name} any more"
    if old.packages != new.packages:  # another library lays out otherwise
        return None
    share = None if options.measured else options.tolerance or redrawn.SHARE
    for name, svg in figures.items():
        before = drawn[name]
        if found := before and redrawn.difference(before, svg, share):
            return f"{name} {found}"
    return None


def with_repetition(
    options: Options,
    first: Record,
    second: Record,
    drawn: Mapping[str, str],
    figures: Mapping[str, str],
) -> str | None:
    """What a second run shows otherwise than the first, see `with_record`.

    With another number of threads a measurement may be ten times as large.
    """
    if options.measured is None:
        return with_record(options, first, second, drawn, figures)
    varies = [each.match for each in options.varies]
    return compare.difference(
        first.whole_output, second.whole_output, _rule_of_repetition(options), varies
    )


def first_unlike(options: Options, first: Record, second: Record) -> int:
    """The line of the first statement whose output a second run shows otherwise; 0 if none."""
    varies, rule = [each.match for each in options.varies], _rule_of_repetition(options)
    for (line, before), (now, after) in zip(first.output, second.output, strict=False):
        if line != now or compare.difference(before, after, rule, varies):
            return min(line, now)
    return 0


def comparable(options: Options, cpu: Record | None, new: Record) -> bool:
    """Whether a run on a GPU must agree with that record of the CPU."""
    if cpu is None or options.gpu_differs is not None:
        return False
    return cpu.fingerprint == new.fingerprint


def with_cpu(options: Options, cpu: Record | None, new: Record) -> str | None:
    """What a run on a GPU shows otherwise than the CPU's record of the same version."""
    if cpu is None or not comparable(options, cpu, new):
        return None
    varies = [each.match for each in options.varies]
    # What is left of two numbers that cancel out is another on another device.
    rule = compare.within(options.gpu_tolerance, floor=options.gpu_tolerance * 1e-3)
    if options.measured is not None:
        rule = compare.anything
    found = compare.difference(cpu.whole_output, new.whole_output, rule, varies)
    return found and f"against the CPU: {found}"


def uncompared(options: Options, found: Record) -> str | None:
    """Why nothing of what was printed would ever be compared; None if something is."""
    kept = compare.kept(found.whole_output, [each.match for each in options.varies])
    left = any(line.replace(compare.LEFT_OUT, "").strip() for line in kept)
    if not found.whole_output.strip() or left or options.measured is not None:
        return None
    return "'varies' leaves out all that it prints; name fewer lines, or say why it is 'measured'"


def changes(old: Record, new: Record) -> Iterator[str]:
    """What is accepted with a new record: lines of output that go and come, then figures."""
    before, after = (each.whole_output.split("\n") for each in (old, new))
    lines = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    yield from lines[:TOLD]
    if len(lines) > TOLD:
        yield f"… {len(lines) - TOLD} more lines of output"
    for name in sorted({*old.figures, *new.figures}):
        if old.figures.get(name) != new.figures.get(name):
            gone, come = name not in new.figures, name not in old.figures
            yield f"{name} {'is gone' if gone else 'is new' if come else 'is drawn otherwise'}"


def rule(options: Options) -> compare.Rule:
    """How near the numbers of a run must be to those of the record."""
    if options.measured is not None:
        return compare.measured
    return compare.printed if options.tolerance is None else compare.within(options.tolerance)


def _rule_of_repetition(options: Options) -> compare.Rule:
    return rule(options) if options.measured is None else compare.anything


def _lines(found: Record) -> list[int]:
    """The lines of the statements that printed something: a page shows it below them."""
    return [line for line, text in found.output if text.strip()]
