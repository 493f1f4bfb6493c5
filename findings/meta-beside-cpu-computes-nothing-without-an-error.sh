#!/usr/bin/env bash
# torch 2.13.0, seen 2026-11-29 on Linux, CPU build.
#
# Expected: an operation on a CPU tensor and a meta tensor raises, as on a CPU and a CUDA tensor, so
# that a part of a model left on meta (or on the CPU) is noticed.
# Seen: only some raise (a + m, cat, where, copy_). add_ and mul_ by a meta tensor return the CPU
# tensor unchanged; a matrix product, linear, addmm, embedding, gather and index_select return a CPU
# tensor of the right shape whose numbers were never computed; the same product the other way round,
# and bmm, give a meta tensor. Nothing is said in any of these cases.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 numpy
"$folder/venv/bin/python" - <<'PYTHON'
import torch
import torch.nn.functional as F

ones, meta = torch.ones(3, 3), torch.ones(3, 3, device="meta")
index = torch.zeros(2, dtype=torch.long, device="meta")


def raises(call):
    try:
        call()
    except (RuntimeError, NotImplementedError):
        return True
    return False


loud = {
    "a + m": lambda: ones + meta,
    "cat": lambda: torch.cat([ones, meta]),
    "where": lambda: torch.where(meta > 0, ones, ones),
    "copy_": lambda: ones.clone().copy_(meta),
}
for name, call in loud.items():
    assert raises(call), f"{name} no longer raises"
unchanged = {
    "add_": lambda: ones.clone().add_(meta),
    "mul_": lambda: (2 * ones).mul_(3 * meta) / 2,
}
for name, call in unchanged.items():
    assert torch.equal(call(), ones), f"{name} no longer leaves the tensor as it was"
uncomputed = {
    "mm": lambda: torch.mm(ones, meta),
    "linear": lambda: F.linear(ones, meta),
    "addmm": lambda: torch.addmm(ones, ones, meta),
    "embedding": lambda: F.embedding(index, ones),
    "gather": lambda: ones.gather(0, index.expand(3, 2).T),
    "index_select": lambda: ones.index_select(0, index),
}
for name, call in uncomputed.items():
    assert call().device.type == "cpu", f"{name} no longer returns a tensor on the CPU"
assert torch.mm(meta, ones).device.type == "meta"
assert torch.bmm(ones[None], meta[None]).device.type == "meta"
print(f"torch {torch.__version__}: {len(loud)} raise, {len(unchanged)} do nothing,",
      f"{len(uncomputed)} return numbers that were never computed")
PYTHON
