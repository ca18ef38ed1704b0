# `make build` compiles platform.yaml, `make test` tests the compiler; both set up what they need first.
# Needs Python 3.11 to 3.14, git and make; works without the network once everything is set up.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary=:all:
# Stamps are named after the content of the lock, so that a checkout that only touches files installs nothing.
key = $(shell cksum < $(1) | tr -d ' ')
STAMPS := $(VENV)/stamps
RUNTIME := $(STAMPS)/runtime-$(call key,requirements/runtime.txt)
DEV := $(STAMPS)/dev-$(call key,requirements/dev.txt)

# Words for the programs behind the targets: make build ARGS='--cluster prod-eu', make test PYTEST_ARGS='-k teams -x'.
ARGS ?=
PYTEST_ARGS ?=
PROCESSES ?= auto
# Kubernetes minors of the real control planes, newest and oldest without it: make test-cluster KUBERNETES=1.37
KUBERNETES ?=
# Releases of Kubeflow that a real Argo CD follows there, two and an upgrade without it: make test-cluster RELEASES=all
RELEASES ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup runtime kustomize build check-fresh test test-cluster lint format typecheck unit bench update-golden lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(PY):
	@make_venv=$$(sh tools/choose-python) && echo "Making $(VENV) with $$make_venv" >&2 && $$make_venv $(VENV)

$(RUNTIME): $(PY)
	@echo "Installing requirements/runtime.txt into $(VENV)" >&2
	@$(PIP) -r requirements/runtime.txt
	@mkdir -p $(STAMPS) && rm -f $(STAMPS)/runtime-* && touch $@

$(DEV): $(RUNTIME)
	@echo "Installing requirements/dev.txt into $(VENV)" >&2
	@$(PIP) -r requirements/dev.txt
	@rm -f $(STAMPS)/dev-* && touch $@

runtime: $(RUNTIME)

kustomize: $(RUNTIME)
	@$(PY) tools/ensure_kustomize.py

setup: $(DEV) kustomize ## Set up everything that build and test need

build: $(RUNTIME) ## Compile platform.yaml into generated/ and overlays/ (ARGS=...)
	@$(PY) -m compiler build $(ARGS)

check-fresh: $(RUNTIME) ## Fail when generated/ or overlays/ are not what platform.yaml says
	@$(PY) -m compiler build --check

test: setup ## Lint, types, import contracts, then all tests with coverage (PYTEST_ARGS=...)
	@$(MAKE) --no-print-directory lint typecheck
	@$(PY) -m pytest -n $(PROCESSES) --ignore=tests/cluster --cov --cov-report=term $(PYTEST_ARGS)

test-cluster: setup ## Run what needs a real control plane, after building it once (KUBERNETES=1.37, RELEASES=all)
	@$(PY) tools/ensure_cluster.py $(KUBERNETES)
	@TEST_KUBERNETES="$(or $(KUBERNETES),all)" TEST_RELEASES="$(RELEASES)" $(PY) -m pytest tests/cluster $(PYTEST_ARGS)

lint: $(DEV) ## Check style, format and the direction of imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -c 'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))'

format: $(DEV) ## Format the sources and repair what can be repaired
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

typecheck: $(DEV) ## Check types, strictly
	$(PY) -m mypy

unit: $(DEV) ## Run the quick tests alone: no network, no process (PYTEST_ARGS=...)
	@$(PY) -m pytest tests/unit $(PYTEST_ARGS)

bench: setup ## Measure speed and memory as ratios side by side (ARGS=...)
	@$(PY) -m benchmarks $(ARGS)

update-golden: setup ## Rewrite the expected files of the golden tests, which fail once so that the diff is read
	@UPDATE_GOLDEN=1 $(PY) -m pytest tests -k "golden or readme" $(PYTEST_ARGS)

lock: $(PY) ## Write requirements/*.txt anew after a change of pyproject.toml (ARGS=--upgrade for newer versions)
	@$(PIP) -r requirements/lock.txt
	@$(PY) tools/lock.py $(ARGS)

clean: ## Remove what set-up and tests made; platform files stay
	rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
