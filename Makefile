# The two commands of the README, and the few others a developer needs.
# Each sets up what it needs: an environment in .venv, with the locked versions.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo test lint format lock serve benchmark clean

demo: $(READY)  ## collect the sample site into data/demo.db and show what came of it
	$(BIN)/python -m tests.demo

test: $(READY) lint  ## everything CI runs
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

serve: $(READY)  ## the sample site on http://127.0.0.1:8000
	$(BIN)/python -m tests.site --port 8000

benchmark: $(READY) .venv-benchmarks/ready  ## writes docs/benchmarks-measured.md
	$(BIN)/python -m benchmarks

lock: $(READY)  ## after a change of the dependencies in pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --all-extras --universal --python-version 3.11 \
		--generate-hashes --upgrade --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf .venv .venv-benchmarks data/demo.db*

$(READY): requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; \
	else \
		$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock; \
	fi
	touch $@

.venv-benchmarks/ready: pyproject.toml  # what benchmarks compare with: it would crowd the other environment
	$(PYTHON) -m venv .venv-benchmarks
	.venv-benchmarks/bin/python -m pip install --quiet "pip>=25.1"
	.venv-benchmarks/bin/python -m pip install --quiet --group benchmarks
	touch $@
