# Bare `make` lists the targets. Each installs what it needs into .venv; a second run installs nothing.
.DEFAULT_GOAL := help
PORT ?= 8000
SANDBOX_PORT ?= 8001
PYTHON ?= python3
T ?= tests
BIN := .venv/bin

.PHONY: help demo test lint words bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/.ready ## serve a whole demo workshop (PORT, SANDBOX_PORT, RESET=1)
	@exec $(BIN)/workshop demo --port $(PORT) --sandbox-port $(SANDBOX_PORT) $(if $(RESET),--reset)

test: .venv/.ready-dev ## run every test (T=path for one)
	@exec tools/test $(T)

lint: .venv/.ready-dev ## format, style, types, layers, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates

words: .venv/.ready-dev ## bring the translations up to date with the words of the program
	@exec $(BIN)/python -m workshop.translations

bench: .venv/.ready-dev ## measure a scan against a bare handler
	@exec $(BIN)/python -m bench.scan $(BENCH)

clean: ## take .venv and caches away; data under instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.ready: requirements.txt pyproject.toml tools/install
	@tools/install $(PYTHON) requirements.txt
	@touch $@

.venv/.ready-dev: requirements-dev.txt pyproject.toml tools/install
	@tools/install $(PYTHON) requirements-dev.txt
	@touch $@ .venv/.ready
