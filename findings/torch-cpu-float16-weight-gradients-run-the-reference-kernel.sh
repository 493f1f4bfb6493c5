#!/usr/bin/env bash
# torch 2.13.0 (CPU build, with its oneDNN), seen 2026-12-01 on Linux, on a processor with AVX512-FP16.
#
# Expected: where a convolution in float16 has a fast kernel forward, it has one in all three passes,
# as float32 and bfloat16 have on the same processor; so training in float16 costs about what
# inference promises.
# Seen: forward and the gradient of the input run fast kernels in float16 too; the gradient of the
# weights runs oneDNN's reference one ("ref:any"), a plain loop. A training step of a small network
# spent over nine tenths of its time there, and took some twenty times one in bfloat16. torch says
# nothing of it; ONEDNN_VERBOSE=1 does.
#
# Needs: a processor whose flags have avx512_fp16. Without one, torch does not ask oneDNN for float16
# convolutions at all, and there is nothing to see: the script says so and fails.
set -euo pipefail
if ! grep -qw avx512_fp16 /proc/cpuinfo; then
  echo "not seen here: this processor has no avx512_fp16" >&2
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 numpy
cat >"$folder/passes.py" <<'PYTHON'
import torch

for dtype in (torch.float32, torch.bfloat16, torch.float16):
    print("dtype", dtype, flush=True)
    layer = torch.nn.Conv2d(16, 32, 3, padding=1).to(dtype)
    images = torch.randn(32, 16, 14, 14, dtype=dtype, requires_grad=True)
    layer(images).sum().backward()
PYTHON
ONEDNN_VERBOSE=1 "$folder/venv/bin/python" "$folder/passes.py" >"$folder/said"
awk -F, '/^dtype/ { split($0, word, "."); dtype = word[2] }
  /,exec,.*,convolution,/ { for (i = 1; i <= NF; i++) if ($i == "convolution") print dtype, $(i + 2), $(i + 1) }' \
  "$folder/said" | tee "$folder/kernels"
for dtype in float32 bfloat16 float16; do
  for pass in forward_training backward_data backward_weights; do
    found=$(grep "^$dtype $pass " "$folder/kernels") || { echo "no kernel told: $dtype $pass" >&2; exit 1; }
    case "$dtype $pass $found" in
      "float16 backward_weights "*ref:any) ;;
      "float16 backward_weights "*) echo "it has a fast kernel now: $found" >&2; exit 1 ;;
      *ref:any) echo "another one runs the reference kernel: $found" >&2; exit 1 ;;
    esac
  done
done
