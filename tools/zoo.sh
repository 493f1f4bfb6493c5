#!/usr/bin/env bash
# The libraries of bench/zoo, in a folder of their own: the project depends on none of them.
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=build/zoo
PACKAGES="transformers==5.24.0 timm==1.0.31 diffusers==0.42.1 peft==0.21.2 torchvision==0.28.0
  accelerate huggingface_hub httpx httpx2 httpcore httpcore2 h11 anyio sniffio idna certifi
  truststore safetensors tokenizers regex tqdm typer shellingham click annotated-doc hf-xet psutil
  importlib_metadata zipp"
if [ ! -d "$FOLDER/transformers" ]; then
  # shellcheck disable=SC2086 # a list of words
  .venv/bin/pip install --quiet --no-deps --target "$FOLDER" $PACKAGES
fi
PYTHONPATH=src:bench:$FOLDER exec .venv/bin/python -m zoo "$@"
