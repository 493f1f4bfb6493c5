#!/usr/bin/env bash
# The packages of bench/counters, in a folder of their own: the project depends on none of them.
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=build/counters
PACKAGES="fvcore==0.1.5.post20221221 ptflops==0.7.5 thop==0.1.1.post2209072238 calflops==0.3.2
  torchinfo==1.8.0 yacs iopath portalocker termcolor tabulate tqdm accelerate psutil packaging
  transformers==5.24.0 huggingface_hub httpx httpx2 httpcore httpcore2 h11 anyio sniffio idna
  certifi truststore safetensors tokenizers regex typer shellingham click annotated-doc hf-xet
  filelock"
if [ ! -d "$FOLDER/torchinfo" ]; then
  # shellcheck disable=SC2086 # a list of words
  .venv/bin/pip install --quiet --no-deps --target "$FOLDER" $PACKAGES
fi
PYTHONPATH=src:bench:$FOLDER exec .venv/bin/python -m counters
