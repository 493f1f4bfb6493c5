# Every line calls one tool; `make` alone lists what one can do.
.DEFAULT_GOAL := help
.PHONY: help serve site take test verify check snippets upgrade deployed prove bench where zoo counters others adopt calibrate validate notebooks firefox lighthouse screenshot hooks clean
export PYTHON PIP_ARGS PORT CHROMIUM

BIN := .venv/bin
DEVICE ?= cpu
PORT ?= 8000
SHARD ?= 1/1
UPGRADE ?= torch
HASH_SEED ?= 0

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

serve: .venv/.site ## live preview of both editions at http://127.0.0.1:8000/ (PORT=8001 for another port)
	@$(BIN)/python -m handbook serve --port $(PORT)

site: .venv/.site ## build both editions into site/ and check what was built
	@$(BIN)/python -m handbook build
	@$(BIN)/python -m neverstale published
	@$(BIN)/python -m handbook readback

take: .venv/.test ## make PDFs, EPUBs and a zip of the built site, linked on its home pages
	@tools/browser.sh
	@$(BIN)/python -m handbook take

test: .venv/.test ## everything: lint, types, snippets, site, links, a real browser
	@tools/browser.sh
	@$(BIN)/python tools/test.py

verify: .venv/.site ## run the snippets that are not fresh (DEVICE=cuda, ONLY=cnn/kernel.py)
	@$(BIN)/python -m neverstale run --device $(DEVICE) $(ONLY)

check: .venv/.test ## the fast checks, in seconds: lint, types, sources, translations
	@tools/check.sh

snippets: .venv/.site ## run every snippet and compare with its record (SHARD=2/3 for a part, DEVICE=cuda, HASH_SEED=random)
	@$(BIN)/python -m neverstale run --all --every-edition --device $(DEVICE) --shard $(SHARD) --hash-seed $(HASH_SEED) --junit build/snippets.xml

upgrade: .venv/.test ## take newer packages and pin them (UPGRADE=torch, or UPGRADE=all)
	@tools/upgrade.sh $(UPGRADE)

prove: .venv/.test ## inject faults, one at a time, and demand that the checks catch each
	@$(BIN)/python -m handbook prove

deployed: .venv/.site ## compare what ADDRESS serves with site/, file by file
	@$(BIN)/python -m handbook deployed $(ADDRESS)

hooks: ## let git run `make check` before each commit
	git config core.hooksPath .githooks

bench: .venv/.test ## how fast the engine, an estimate and each site generator are, side by side
	@$(BIN)/python bench/bench.py
	@PYTHONPATH=src $(BIN)/python bench/generators.py
	@PYTHONPATH=src $(BIN)/python bench/estimate.py

where: ## where the time of the last `make test` went, step by step
	@python3 bench/where.py

calibrate: .venv/.site ## time the operators that estimates are fitted to, on this machine's GPU
	@PYTHONPATH=src $(BIN)/python -m gpuguide.measuring.calibrate

validate: .venv/.site ## estimates against this machine's GPU, written to records/validation.json
	@PYTHONPATH=src $(BIN)/python -m gpuguide.measuring.validate

zoo: .venv/.test ## what an estimate makes of models of timm, transformers and others (ONLY=llama)
	@tools/zoo.sh $(ONLY)

counters: .venv/.test ## what counters of FLOPs say of five small networks, against the count by hand
	@tools/counters.sh

others: .venv/.test ## which untruths other tools that run the code of pages let through
	@tools/others.sh

adopt: .venv/.site ## run the code of other people's sites as it stands (SITES="../fastapi ../typer", checkouts)
	@tools/adopt.sh $(SITES)

notebooks: .venv/.test ## run every English notebook of the built site as a reader does (ONLY=site/en/cnn/pooling/pooling.ipynb)
	@$(BIN)/python tools/notebooks.py $(ONLY)

firefox: .venv/.test ## what readers do on a sample of the built pages, in Firefox
	@tools/firefox.sh

lighthouse: .venv/.test ## Lighthouse on a sample of the built pages: accessibility 100, how fast
	@tools/browser.sh
	@tools/lighthouse.sh

screenshot: .venv/.test ## take the pictures in README.md anew
	@tools/browser.sh
	@$(BIN)/python -m handbook build
	@$(BIN)/python tools/readme_pictures.py

clean: ## remove what was built (.venv and records stay)
	rm -rf site .cache build .mypy_cache .ruff_cache .pytest_cache

.venv/.site: pyproject.toml constraints.txt
	@tools/environment.sh snippets,site
	@touch $@

.venv/.test: pyproject.toml constraints.txt
	@tools/environment.sh snippets,site,take,test
	@touch .venv/.site $@
