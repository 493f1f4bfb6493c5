"""The command line: `gpuguide estimate | choose | gpu`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpuguide import __version__
from gpuguide.catalogue import find, load
from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.choice.buying import CONDITIONS, FORMS, SOFTWARE, SYSTEMS
from gpuguide.choice.choose import Choice, choose
from gpuguide.choice.fit import Option, span
from gpuguide.choice.known import preset, presets
from gpuguide.choice.picks import Picks, hourly, pick
from gpuguide.choice.wishes import GOALS, Constraints
from gpuguide.choice.workload import Workload, read, text_of
from gpuguide.cost.memory import Range, Unknown
from gpuguide.cost.rates import Rate, rate
from gpuguide.cost.speed import RATE, basis
from gpuguide.problem import GpuguideError, Problem
from gpuguide.table import columns, number, paragraph, size, size_of

if TYPE_CHECKING:
    from gpuguide.cost.estimate import Estimate

GOOD, BAD, USAGE = 0, 1, 2
DESCRIPTION = """\
Which GPU for which work: memory and time of a model without a GPU, and the GPU to get.

  gpuguide estimate my_model.py:build --input 32,3,224,224 --optimizer adamw
  gpuguide estimate my_model.py:build --input 32,3,224,224 --workload my_model.json
  gpuguide estimate timm:resnet50 --input 32,3,224,224 --loss cross_entropy
  gpuguide estimate hf:config.json --input input_ids=8,512:int64 --input labels=8,512:int64
  gpuguide choose my_model.json
  gpuguide choose llama-8b-lora --max-price 2000
  gpuguide gpu "RTX 5090"
"""
EPILOG = "Exit code: 0 all good, 1 nothing fits or an input is wrong, 2 wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a mistake costs one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # `… | head`: what was wanted has been read
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except GpuguideError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "gpuguide", description=DESCRIPTION, epilog=EPILOG, formatter_class=shape
    )
    parser.add_argument("--version", action="version", version=f"gpuguide {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, function: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, epilog=EPILOG)
        command.set_defaults(command=function)
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        return command

    command = add("estimate", _estimate, "memory and work of one step of your own model")
    command.add_argument(
        "target", metavar="MODEL",
        help="FILE:FUNCTION that returns the model, hf:CONFIG.json[:CLASS] or timm:NAME",
    )  # fmt: skip
    command.add_argument(
        "--input", action="append", required=True, metavar="[NAME=]SIZES[:TYPE]",
        help="an argument of forward(): 32,3,224,224 or input_ids=8,512:int64; repeatable",
    )  # fmt: skip
    command.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="an argument that is no tensor, such as use_cache=false; repeatable",
    )  # fmt: skip
    command.add_argument("--checkpoints", action="store_true", help="gradient checkpoints on")
    command.add_argument("--optimizer", help="sgd, momentum, adam or adamw; default: none")
    command.add_argument("--precision", default="fp32", help="fp32, tf32, bf16 or fp16")
    command.add_argument("--loss", default="mean", help="mean, mse or cross_entropy")
    command.add_argument("--accumulate", type=int, default=1, help="passes per optimizer step")
    command.add_argument(
        "--keep-output", action="store_true", help="the loop keeps it: out = model(x)"
    )
    command.add_argument("--inference", action="store_true", help="a forward pass only")
    command.add_argument("--gpu", action="append", default=[], help="also time on it; repeatable")
    command.add_argument(
        "--workload", type=Path, metavar="FILE",
        help="also write the model as a workload, at any batch: for `choose` and the guide's page",
    )  # fmt: skip

    command = add("choose", _choose, "rank GPUs for a workload, with reasons")
    command.add_argument(
        "workload", nargs="?",
        help="a preset, or a file of `estimate --workload`; leave it out for a list of presets",
    )  # fmt: skip
    command.add_argument("--items", type=float, help="batch, or sequences at once")
    command.add_argument("--context", type=int, help="tokens a language model looks back on")
    command.add_argument("--count", type=int, default=1, help="1 or 2 of a kind")
    command.add_argument("--margin", type=float, default=0.1, help="share of memory to stay free")
    command.add_argument("--goal", default="value", help=", ".join(GOALS))
    command.add_argument("--max-seconds", type=float, help="for one step")
    command.add_argument("--max-price", type=float)
    command.add_argument("--max-power", type=float, metavar="W")
    command.add_argument("--supply", type=float, metavar="W", help="of your power supply")
    command.add_argument("--length", type=float, metavar="MM", help="room for a card")
    command.add_argument("--slots", type=float, help="that are free")
    command.add_argument("--system", help=f"yours: {', '.join(SYSTEMS)}")
    command.add_argument("--currency", default="USD")
    command.add_argument("--condition", default="either", help=", ".join(CONDITIONS))
    command.add_argument("--form", action="append", help=f"{', '.join(FORMS)}; repeatable")
    command.add_argument("--unsold", action="store_true", help="also what one cannot buy")
    software = ", ".join(SOFTWARE.values())
    command.add_argument("--software", action="append", help=f"{software}; repeatable")
    command.add_argument("--market", action="append", default=[], help="such as China")
    pair = {"action": "append", "default": [], "metavar": "GPU=PRICE"}
    command.add_argument("--price", **pair, help="your price of one")  # type: ignore[arg-type]
    command.add_argument("--hourly", **pair, help="your price of an hour")  # type: ignore[arg-type]
    command.add_argument("--hours", type=float, default=10.0, help="of use a week, if rented")
    command.add_argument("--all", action="store_true", help="also every rejection")

    command = add("gpu", _gpu, "what the catalogue knows of a GPU, with sources")
    command.add_argument(
        "name", nargs="?", help='id or name, such as "RTX 5090"; leave it out for a list'
    )
    return parser


def _estimate(options: argparse.Namespace) -> int:
    gpus = [find(name) for name in options.gpu]
    try:
        from gpuguide.choice.traced import own_workload
        from gpuguide.cost.estimate import estimate
        from gpuguide.cost.speed import step_time
        from gpuguide.step.trace import Recipe, check
        from gpuguide.target import checkpointed, explain, load_model, parse_inputs
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise GpuguideError(
            Problem("", "", "", "an estimate needs torch: pip install torch")
        ) from error
    if options.workload is not None and options.workload.suffix != ".json":
        raise GpuguideError(
            Problem("", "", "--workload", f"{options.workload}; its name must end in .json")
        )
    inputs = parse_inputs(options.input, options.set)
    kind = {
        "training": not options.inference,
        "precision": options.precision,
        "optimizer": options.optimizer,
        "loss": options.loss,
        "accumulate": options.accumulate,
        "keep_output": options.keep_output,
    }
    check(Recipe(**kind))
    with contextlib.redirect_stdout(sys.stderr):  # what the model prints is no part of the answer
        model = load_model(options.target)
        if options.checkpoints:
            model = checkpointed(model, options.target)
        try:
            found = estimate(model, inputs, **kind)
        except GpuguideError:
            raise
        except Exception as error:
            raise explain(error, options.target, options.input) from error
        if options.workload is not None:
            name = Path(options.target).name
            kind.pop("keep_output")
            workload = own_workload(model, inputs, name=name, first=found, **kind)
            _write(options.workload, workload)
    times = {gpu.id: (found.on(gpu), step_time(found, gpu)) for gpu in gpus}
    print(_estimate_json(found, times) if options.json else _estimate_text(found, times))
    if options.workload is not None and not options.json:
        print(f"\nWritten for `gpuguide choose` and the guide's page: {options.workload}")
    return GOOD


def _write(file: Path, workload: Workload) -> None:
    try:
        file.write_text(text_of(workload), encoding="utf-8")
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise GpuguideError(Problem(str(file), "", "", message)) from error


def _estimate_text(found: Estimate, times: dict[str, tuple[Estimate, Range | Unknown]]) -> str:
    memory = found.memory
    lines = [f"{found.parameters:,} parameters; {number(found.flops)}FLOP a step", ""]
    rows = [(part, size(nbytes), f"{nbytes / memory.allocated:.0%}")
            for part, nbytes in memory.parts.items()]  # fmt: skip
    lines += columns([("at the peak", "bytes", "share"), *rows], right=(1, 2))
    lines += ["", *columns([
        ("allocated", size(memory.allocated)), ("reserved", size(memory.reserved)),
        ("device memory", size_of(memory.device)),
    ])]  # fmt: skip
    classes = [(kind, number(flops), size(nbytes), str(count))
               for kind, (flops, nbytes, count) in found.by_class().items()]  # fmt: skip
    header = ("operators", "FLOP", "moved", "launches")
    lines += ["", *columns([header, *classes], right=(1, 2, 3))]
    for gpu, (there, seconds) in times.items():
        text = str(seconds)
        if isinstance(seconds, Range):
            text = f"{span(seconds)} a step, {BASIS[basis(find(gpu))]}"
            if told := _derived(found, find(gpu)):
                text += f" and a peak rate that is derived ({told})"
        lines += [
            "",
            paragraph(f"{find(gpu).name}: {text}; device memory {size_of(there.memory.device)}"),
        ]
    lines += [paragraph(note, "  ") for note in ("", *memory.notes)]
    return "\n".join(lines)


BASIS = {
    "measured": "from measurements on this GPU",
    "generation": "from measurements on its generation",
    "carried": "from measurements on other generations",
}
"""What a time rests on, by `gpuguide.cost.speed.basis`."""


def _derived(found: Estimate, gpu: Gpu) -> str:
    """What the peak rate of most of the arithmetic was derived from; empty if it is catalogued."""
    flops: dict[str, int] = {}
    for one in found.trace.operators():
        flops[one.dtype] = flops.get(one.dtype, 0) + one.flops
    most = max(flops, key=lambda dtype: flops[dtype], default="")
    peak = rate(gpu, RATE[most]) if most in RATE else None
    return peak.derived if isinstance(peak, Rate) else ""


def _estimate_json(found: Estimate, times: dict[str, tuple[Estimate, Range | Unknown]]) -> str:
    memory = found.memory
    data: dict[str, Any] = {
        "parameters": found.parameters,
        "flops": found.flops,
        "bytes_moved": found.trace.bytes_moved(),
        "parts": memory.parts,
        "allocated": memory.allocated,
        "reserved": memory.reserved,
        "device_memory": _known(memory.device),
        "operators": {
            kind: dict(zip(("flops", "bytes", "launches"), counts, strict=True))
            for kind, counts in found.by_class().items()
        },
        "gpus": {
            gpu: {
                "device_memory": _known(there.memory.device),
                "seconds": _known(seconds),
                "basis": basis(find(gpu)),
                "derived": _derived(found, find(gpu)),
            }
            for gpu, (there, seconds) in times.items()
        },
        "notes": list(memory.notes),
    }
    return json.dumps(data, indent=1)


def _choose(options: argparse.Namespace) -> int:
    if options.workload is None:
        rows = [(one.id, one.name["en"]) for one in presets()]
        print(json.dumps(dict(rows), indent=1) if options.json else "\n".join(columns(rows)))
        return GOOD
    file = Path(options.workload)
    # A preset's name has no ending; a file named like one is still reached as ./NAME.
    own = bool(file.suffix) or len(file.parts) > 1
    workload = read(file) if own else preset(options.workload, options.context)
    wishes = Constraints(
        items=options.items,
        count=options.count,
        margin=options.margin,
        goal=options.goal,
        max_seconds=options.max_seconds,
        max_price=options.max_price,
        currency=options.currency,
        max_power=options.max_power,
        supply=options.supply,
        length=options.length,
        slots=options.slots,
        system=options.system,
        condition=options.condition,
        unsold=options.unsold,
        forms=None if options.form is None else tuple(options.form),
        software=("cuda",) if options.software is None else tuple(options.software),
        markets=tuple(options.market),
        prices=_prices("--price", options.price),
        hourly=_prices("--hourly", options.hourly),
        hours=options.hours,
    )
    found = choose(workload, wishes)
    picks = pick(workload, wishes, found)
    if options.json:
        print(_choice_json(found, picks))
    else:
        items = workload.items if options.items is None else options.items
        print(f"{workload.name['en']}: {items:g} {workload.item['en']}")
        for sentence in workload.assumes["en"]:
            print(paragraph(sentence, "  "))
        print(_choice_text(found, options.all))
        print(_picks_text(picks, wishes))
    return GOOD if found.options else BAD


def _choice_text(found: Choice, everything: bool) -> str:
    lines = [""]
    if found.options:
        rows = [
            (f"{place}.", find(option.gpu).name, option.reason)
            for place, option in enumerate(found.options, 1)
        ]
        lines += columns(rows if everything else rows[:10])
        if len(rows) > 10 and not everything:
            lines.append(f"and {len(rows) - 10} more: --all")
    else:
        lines.append("No GPU in the catalogue fits.")
    counts: dict[str, int] = {}
    for one in found.rejected:
        counts[one.code] = counts.get(one.code, 0) + 1
    summary = ", ".join(f"{count} by {code}" for code, count in counts.items())
    lines += ["", f"Left out: {summary or 'none'}"]
    if everything and found.rejected:
        lines += columns([(find(one.gpu).name, one.reason) for one in found.rejected])
    return "\n".join(lines)


def _picks_text(picks: Picks, wishes: Constraints) -> str:
    """The runner-up, the cheapest, what to rent, and when renting is cheaper."""
    named = (("Runner-up", picks.second), ("Cheapest", picks.cheapest), ("To rent", picks.rent))
    lines = [f"{role}: {find(one.gpu).name if one else 'none'}" for role, one in named]
    rent = hourly(wishes, find(picks.rent.gpu)) if picks.rent else None
    if rent is not None:
        lines[-1] += f", from {rent * wishes.count:g} {wishes.currency} an hour"
    if picks.hour is not None:
        each = f"{picks.hour:,.2f} {wishes.currency}"
        text = (
            f"A year of {wishes.hours:g} rented hours a week costs as much as the first at {each}"
        )
        lines.append(paragraph(f"{text} an hour."))
    return "\n".join(["", *lines])


def _choice_json(found: Choice, picks: Picks) -> str:
    options = [asdict(one) | {"seconds": _known(one.seconds)} for one in found.options]
    data = {
        "options": options,
        "rejected": [asdict(one) for one in found.rejected],
        "picks": {
            role: one.gpu if isinstance(one, Option) else one for role, one in vars(picks).items()
        },
    }
    return json.dumps(data, indent=1)


def _gpu(options: argparse.Namespace) -> int:
    found = load() if options.name is None else (find(options.name),)
    if options.json:
        from gpuguide.catalogue.export import gpus_json

        data = json.loads(gpus_json(found))
        print(json.dumps(data if options.name is None else data[0], ensure_ascii=False, indent=1))
    elif options.name is None:
        rows = [(gpu.vendor, gpu.id, _memory(gpu)) for gpu in found]
        print("\n".join(columns([("vendor", "id", "memory"), *rows], right=(2,))))
    else:
        print("\n".join(_gpu_text(*found)))
    return GOOD


def _gpu_text(gpu: Gpu) -> list[str]:
    lines = [f"{gpu.name} ({gpu.id})", f"{gpu.vendor} {gpu.architecture}, {gpu.form}"]
    for name, fact in gpu.facts().items():
        dated = f" ({fact.date})" if fact.date else ""
        lines.append(f"{name.replace('_', ' ')} {fact.value}{dated}")
    rows = [("", "value", "basis; source")]
    for name, one in gpu.quantities().items():
        value = f"{one.value:,g}" if one.high is None else f"{one.value:,g} to {one.high:,g}"
        rows.append((name.removeprefix("rates."), f"{value} {one.unit}", _basis(one)))
    lines += ["", *columns(rows, right=(1,))]
    unknown = [name.removeprefix("rates.") for name in gpu.unknown()]
    if unknown:
        lines += ["", paragraph(f"Unknown: {', '.join(unknown)}.")]
    if "en" in gpu.note:
        lines += ["", paragraph(gpu.note["en"])]
    return lines


def _memory(gpu: Gpu) -> str:
    return "unknown" if gpu.memory is None else f"{gpu.memory.value:g} {gpu.memory.unit}"


def _basis(one: Quantity) -> str:
    when = f"{one.date}; " if one.date else ""
    who = "the vendor" if one.source.vendor else one.source.title
    return f"{when}{', '.join(one.basis)}; {who}, read {one.source.read}"


def _prices(option: str, pairs: Sequence[str]) -> dict[str, float]:
    found = {}
    for pair in pairs:
        name, _, price = pair.partition("=")
        try:
            found[find(name).id] = float(price)
        except ValueError:
            message = f"{pair!r}; write a GPU and a number, such as rtx-4090=1500"
            raise GpuguideError(Problem("", "", option, message)) from None
    return found


def _known(value: Range | Unknown | None) -> Any:
    if value is None:
        return None
    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    return {"low": value.low, "high": value.high}


if __name__ == "__main__":
    sys.exit(main())
