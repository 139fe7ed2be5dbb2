# The two commands of the README, and the few others a developer needs.
# Each sets up what it needs: an environment in .venv, with the locked versions.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python \
	--require-hashes --constraint requirements.lock --requirement pyproject.toml

# Container images often forbid byte code: each command would then compile all of Scrapy and SQLAlchemy anew.
export PYTHONDONTWRITEBYTECODE :=
# Trust whom the machine trusts, as pip does: a company's network often has an authority of its own.
export UV_SYSTEM_CERTS := 1

.PHONY: demo check test lint style types fast format lock serve benchmark clean

demo: .venv/core  ## collect the sample site into data/demo.db and show what came of it
	$(BIN)/python -m tests.demo

check: .venv/all  ## before each commit: style, types, import contracts and the fast tests
	@$(MAKE) --no-print-directory --jobs 2 lint fast

test: .venv/all lint  ## everything CI runs
	FUZZ_EXAMPLES=60 $(PYTEST)

lint: style types

style: .venv/all
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: .venv/all
	$(BIN)/mypy

fast: .venv/all
	$(PYTEST) -m "not slow"

format: .venv/all
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

serve: .venv/core  ## the sample site on http://127.0.0.1:8000
	$(BIN)/python -m tests.site --port 8000

benchmark: .venv/all .venv-benchmarks/ready  ## measurements, side by side with others; takes half an hour
	$(BIN)/python -m benchmarks

lock: .venv/bin/uv  ## after a change of the dependencies in pyproject.toml
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --all-extras --universal --python-version 3.11 \
		--generate-hashes --upgrade --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf .venv .venv-benchmarks data/demo.db*

.venv/core: .venv/bin/uv requirements.lock
	$(INSTALL)
	touch $@

.venv/all: .venv/bin/uv requirements.lock
	$(INSTALL) --all-extras --group dev
	touch $@ .venv/core

.venv/bin/uv:  # it installs the others in seconds, where pip takes minutes
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/^ *#/p' requirements.lock >.venv/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock

.venv-benchmarks/ready: pyproject.toml  # what benchmarks compare with: it would crowd the other environment
	$(PYTHON) -m venv .venv-benchmarks
	.venv-benchmarks/bin/python -m pip install --quiet "pip>=25.1"
	.venv-benchmarks/bin/python -m pip install --quiet --group benchmarks
	touch $@
