# make solve   sets everything up and solves an example with the bundled model
# make test    sets everything up and runs every check that CI runs
# Both need only Python 3.11 or newer; the sandbox takes Docker, bubblewrap or the kernel, in this order.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
EXAMPLE ?= examples/word_report.md

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: solve test lint setup image clean

solve: $(VENV)/.core
	@$(BIN)/hrl solve $(EXAMPLE)

test: $(VENV)/.dev lint
	$(BIN)/pytest

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.dev

# The image that the Docker sandbox runs programs in; it is made here, from a package mirror, not pulled.
image: $(VENV)/.core
	$(BIN)/hrl sandbox build

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing hrl and what it stands on" >&2
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) .hrl build dist
