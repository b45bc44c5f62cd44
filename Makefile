# One virtual environment, made from the lock files alone, serves every target: what runs comes
# first, and what develops is added where it is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
COMPLETE := .venv/.complete
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation
LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# What looks random or sits beside a word like "password" is mostly a test's.
SECRETS := $(BIN)/detect-secrets-hook --disable-plugin KeywordDetector \
	--disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString \
	--disable-plugin BasicAuthDetector --disable-plugin IPPublicDetector

.DEFAULT_GOAL := help
.PHONY: help install demo test test-fast check bench lock audit sbom clean

help: ## Print these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) ## Set up what Airquote needs to run

demo: $(READY) ## Set everything up and answer a search in the sample podcast
	$(BIN)/airquote search "model registry"

test: $(COMPLETE) ## Set everything up and run the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

test-fast: $(COMPLETE) ## Run what answers within a minute: no server, no load, hardly a process
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not slow"

check: $(COMPLETE) ## Check format, lint and types, and that no secret is committed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	git ls-files -z | xargs -0 $(SECRETS)

bench: $(COMPLETE) ## Compare the search with other engines, and its worst queries with a plain one
	$(BIN)/python -m bench
	$(BIN)/python -m bench.search.worst

lock: ## Pin the newest versions pyproject.toml allows (needs uv)
	$(LOCK) --group build --output-file requirements-build.lock
	$(LOCK) --group dev --output-file requirements.lock pyproject.toml
	$(LOCK) --extra charts --constraint requirements.lock --output-file requirements.txt pyproject.toml
	$(LOCK) --group opensearch --constraint requirements.lock --output-file requirements-opensearch.txt

audit: ## Look the pinned packages up among known vulnerabilities (needs uv and the network)
	uvx pip-audit --disable-pip --require-hashes --requirement requirements.lock

sbom: ## Write what Airquote runs on to sbom.json, in CycloneDX (needs uv)
	uvx --from cyclonedx-bom cyclonedx-py requirements --output-file sbom.json requirements.txt

clean: ## Remove the environment and everything built
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The build backend comes first: with it in place, nothing is built with what no lock names.
$(READY): requirements-build.lock requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Airquote needs Python 3.11 or newer as $(PYTHON). Name another one: make demo PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks venv. Install it (on Debian and Ubuntu: apt install python3-venv)."; \
		exit 1; }
	@echo "Setting up .venv from the lock files (once, about half a minute)"
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --requirement requirements-build.lock
	@$(PIP) --require-hashes --requirement requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $@

$(COMPLETE): $(READY) requirements.lock
	@echo "Adding what tests and checks need (once, about a minute)"
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@
