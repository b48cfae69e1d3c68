# A fresh clone needs Python 3.11, make and git. `make demo` and `make test` set up the rest from uv.lock.
# Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
WORKERS ?= 2
GOLD ?= ../shared/eval
BIN := .venv/bin/
PACKAGES := etl dashboard
CODE := $(PACKAGES) tests tools

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast check format bench bench-speed bench-scale bench-series bench-dashboard fuzz clean

help:  ## List these commands
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: .venv/.packages  ## Serve the bundled documents on http://127.0.0.1:8050 (options: ARGS="--port 8051")
	@$(BIN)trade-figures demo $(ARGS)

test: .venv/.dev  ## Run all tests; installs Chromium for the browser tests where it can
	@$(PYTHON) tools/setup.py chromium
	$(BIN)pytest -n $(WORKERS) $(ARGS)

test-fast: .venv/.dev  ## Run all tests but those in a browser (options: ARGS="-k periods")
	$(BIN)pytest -n $(WORKERS) -m "not browser" $(ARGS)

check: .venv/.dev  ## Check format, lint, types, import contracts and the examples in docstrings
	$(BIN)ruff format --check $(CODE)
	$(BIN)ruff check $(CODE)
	$(BIN)mypy $(CODE)
	$(BIN)lint-imports
	$(BIN)pytest --doctest-modules -q $(PACKAGES)

format: .venv/.dev  ## Format the code and apply safe lint fixes
	$(BIN)ruff format $(CODE)
	$(BIN)ruff check --fix $(CODE)

bench: .venv/.dev  ## Measure other tools and ours on the same data, for README.md (options: PEERS="cqe dateparser" GOLD=DIR)
	@$(BIN)python -m tools.bench $(PEERS) --gold $(GOLD)

bench-speed: .venv/.dev  ## Measure how fast texts are read, and in how much memory (options: ARGS=--hard)
	$(BIN)python -m tools.bench.speed $(ARGS)

bench-scale: .venv/.dev  ## Measure how fast many articles are stored (options: ARGS="--articles 20000 --engines pool")
	@$(BIN)python -m tools.bench.scale $(ARGS)

bench-series: .venv/.dev  ## Measure how fast claims become series and checks (options: ARGS="--claims 1000000")
	@$(BIN)python -m tools.bench.series $(ARGS)

bench-dashboard: .venv/.dev  ## Measure how fast the dashboard answers (options: ARGS="--store DIR --seconds 300")
	@$(PYTHON) tools/setup.py chromium
	@$(BIN)python -m tools.bench.dashboard $(ARGS)

fuzz: .venv/.dev  ## Read thousands of broken files of every format (options: ARGS="--cases 200000 --formats text jsonl")
	@$(BIN)python -m tools.fuzz $(ARGS)

clean:  ## Remove the environment, caches and build products; stores stay
	rm -rf .venv .tools build dist .*_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.packages .venv/.dev: uv.lock pyproject.toml tools/setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { printf >&2 '%s\n' \
	  'Set-up stopped: Python 3.11 or newer is needed, and "$(PYTHON)" is not one.' \
	  'Install one and name it, for example: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@$(PYTHON) tools/setup.py $(@:.venv/.%=%)
	@touch $@
