# make demo   install into .venv and run the worked examples      make test   pass the tests
# make help   all targets

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint types docs check bench simulate test-engines screenshots lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/.installed ## run the worked examples; the report is written to out/
	$(BIN)/counterproof demo --out out

test: .venv/.developing ## pass the tests
	$(BIN)/python -m pytest -n 2

lint: .venv/.developing ## style, and whether the documentation is true
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.developing ## strict types
	$(BIN)/mypy

docs: .venv/.developing ## write docs/cli.md and the JSON schemas anew
	$(BIN)/python -m counterproof.schemas
	$(BIN)/python -m counterproof.cli.document > docs/cli.new && mv docs/cli.new docs/cli.md

check: lint types test ## everything that must be green

bench: .venv/.developing ## measure speed and memory as ratios; the figures stand in docs/benchmarks.md
	$(BIN)/python benchmarks/bench_score.py --billion --peers
	$(BIN)/python benchmarks/bench_report.py
	$(BIN)/python benchmarks/bench_disclosure.py
	$(BIN)/python benchmarks/bench_spending.py
	$(BIN)/python benchmarks/bench_identification.py
	$(BIN)/python benchmarks/bench_time.py
	$(BIN)/python benchmarks/bench_search_log.py

simulate: .venv/.developing ## long simulations; write their tables into docs/
	$(BIN)/python -m benchmarks.coverage --out docs/coverage.md
	$(BIN)/python benchmarks/verdicts.py --out docs/verdicts.md
	$(BIN)/python -m pytest -m deep -n 2 --timeout 3600

test-engines: .venv/.developing ## the same counts on PostgreSQL
	$(PIP) -e '.[postgres]'
	$(BIN)/python -m pytest -m postgres

screenshots: .venv/.developing ## pictures of real reports for the documentation (needs chromium)
	$(BIN)/python tools/screenshots.py

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --group dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was made here
	rm -rf .venv out .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.created:
	@test -n "$(PYTHON)" || { echo "Counterproof needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.created requirements.lock pyproject.toml
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	@touch $@

.venv/.developing: .venv/.installed requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
