"""Models that nobody here wrote, called as people call them: what an estimate makes of each.

    make zoo                 # all of them; writes records/zoo.json
    make zoo ONLY=llama      # those with this in their name; the rest stay as recorded

Each step is traced on tensors without bytes, and done on the CPU with the same rules for what CUDA
would keep. Parameters, gradients, optimizer state, what lives when the forward pass ends, and FLOPs
must agree to the byte; attention is taken apart in both, since the CPU has no fused kernel of its
kind (`tests/gpuguide/step/` has that).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import traceback
import warnings
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

os.environ["HF_HUB_OFFLINE"] = "1"
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "records" / "zoo.json"
LIBRARY = torch.library.Library("torchvision", "DEF")
for one in ("nms", "qnms"):  # torchvision's own are for another build of torch
    LIBRARY.define(f"{one}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from gpuguide.problem import GpuguideError  # noqa: E402
from gpuguide.step.cudalike import CudaLike  # noqa: E402
from gpuguide.step.dependent import UPPER  # noqa: E402
from gpuguide.step.events import Allocation, Release, Trace  # noqa: E402
from gpuguide.step.recorder import Recorder  # noqa: E402
from gpuguide.step.trace import Recipe, call, replay, trace_step  # noqa: E402
from gpuguide.step.twin import LAZY  # noqa: E402
from gpuguide.step.values import RANDOM  # noqa: E402
from zoo import image_models, transformers_models, tutorials  # noqa: E402

ALLOWED = {"activations": 512}
"""Bytes of small tensors that a model makes on the CPU, which a run there cannot tell apart."""
KINDS = ("parameters", "buffers", "gradients", "optimizer_state")
COUNTER = 8
"""Bytes of Adam's count of steps, which stays on the host and is seen on the CPU only."""
BOUNDS = {UPPER, RANDOM}
"""Notes that say that an estimate is an upper bound."""
SOURCES = {
    "transformers": transformers_models.cases,
    "timm": image_models.timm_cases,
    "diffusers": image_models.diffusers_cases,
    "peft": image_models.peft_cases,
    "torch": tutorials.cases,
}


def main() -> int:
    """Try every model whose library and name have a word of the command line in them, or all."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)  # on a busy machine threads wait for one another
    words = sys.argv[1:]
    known: dict[tuple[str, str], dict[str, Any]] = {}
    if words and RECORD.is_file():
        known = {_key(row): row for row in json.loads(RECORD.read_text(encoding="utf-8"))["rows"]}
    every = [(library, *case) for library, cases in SOURCES.items() for case in cases()]
    for library, name, build, recipe in every:
        if not words or any(word in f"{library} {name}" for word in words):
            known[library, name] = _row(library, name, build, recipe, bool(words))
            print(*known[library, name].values(), flush=True)
            rows = [known[one[:2]] for one in every if one[:2] in known]
            _write(rows)
    counts = Counter(row["outcome"] for row in known.values())
    print(dict(counts))
    return int(counts["wrong"] > 0)


def _write(rows: list[dict[str, Any]]) -> None:
    data = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name).partition("+")[0] for name in SOURCES},
        "rows": rows,
    }
    RECORD.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["library"], row["name"]


def _row(library: str, name: str, build: Any, options: Any, loud: bool) -> dict[str, Any]:
    recipe = Recipe(**options)
    torch.manual_seed(0)
    with contextlib.redirect_stdout(sys.stderr):
        model, inputs = build()
        outcome, reason = "works", ""
        try:
            trace = trace_step(model, inputs, recipe)  # as a reader would
            with _attention_taken_apart():
                said = figures(trace_step(model, inputs, recipe))
                if any(isinstance(one, LAZY) for one in model.parameters()):
                    call(model, inputs)  # the first call makes layers, the later ones compute
                real = figures(replay(model, inputs, recipe, Recorder("cpu")))
        except Exception as error:
            if loud:
                traceback.print_exc()
            outcome = "refused"
            reason = " ".join(str(error).split())[:300]
            if not isinstance(error, GpuguideError):
                reason = f"{type(error).__name__}: {reason}"
        else:
            wrong = [key for key in real if abs(said[key] - real[key]) > ALLOWED.get(key, 0)]
            if wrong:
                least = BOUNDS & set(trace.notes) and all(said[key] >= real[key] for key in wrong)
                outcome = "at most" if least else "wrong"
                reason = ", ".join(f"{key} {said[key]}, on the CPU {real[key]}" for key in wrong)
    return {"library": library, "name": name, "outcome": outcome, "reason": reason}


def figures(trace: Trace) -> dict[str, int]:
    """Bytes and FLOPs that must agree."""
    sums: Counter[str] = Counter()
    live: dict[int, Allocation] = {}
    kept = 0
    for event in trace.events:
        if isinstance(event, Allocation):
            if event.kind in KINDS and event.nbytes > COUNTER * (event.kind == "optimizer_state"):
                sums[event.kind] += event.nbytes
            if event.phase == "backward" and not kept:
                kept = sum(one.nbytes for one in live.values() if one.kind == "activations")
            live[event.storage] = event
        elif isinstance(event, Release):
            live.pop(event.storage)
    return {**sums, "activations": kept, "flops": trace.flops()}


@contextlib.contextmanager
def _attention_taken_apart() -> Any:
    fused = CudaLike._attention, CudaLike._rms_norm

    def attention(self: Any, *args: Any, **kwargs: Any) -> Any:
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            return functional.scaled_dot_product_attention(*args, **kwargs)

    CudaLike._attention = attention  # type: ignore[method-assign]
    CudaLike._rms_norm = lambda self, *args, **kwargs: functional.rms_norm(*args, **kwargs)  # type: ignore[method-assign]
    try:
        yield
    finally:
        CudaLike._attention, CudaLike._rms_norm = fused  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
