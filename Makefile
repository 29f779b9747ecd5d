# Every recipe works on a machine that has only make, Python 3.11+ and a package index.
# CI and pre-commit call these targets; nothing else defines what "green" means.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
CODE := services shared redress bench tests

.DEFAULT_GOAL := help
.PHONY: help .venv demo check format-check lint types fences secrets audit sbom pure format refusals mutants test connected faults tools journeys docs lock up clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[.a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv: $(VENV)/.installed  ## a virtual environment with everything that requirements.lock pins
	@:

$(VENV)/.installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "Redress needs Python 3.11 or newer and $(PYTHON) is %d.%d: try make PYTHON=python3.12 $(MAKECMDGOALS)" % v[:2])'
	@echo "installing into $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv  ## a whole dispute on embedded servers, narrated
	@$(BIN)/redress demo

check: format-check lint types fences secrets audit pure  ## what every commit must pass: format, lint, types, fences, no secrets, pure tests

format-check: .venv
	@$(BIN)/ruff format --quiet --check .

lint: .venv
	@$(BIN)/ruff check --quiet .

types: .venv
	@$(BIN)/mypy --no-error-summary

fences: .venv
	@$(BIN)/lint-imports --no-logo

secrets: .venv  ## no key, token or password in any file
	@$(BIN)/python -m tests.kit.secret_scan

audit: .venv  ## what is known against our dependencies; says so when no advisory service can be reached
	@$(BIN)/python -m tests.kit.audit

sbom: .venv  ## sbom.cdx.json: what is in the image, with the hash of every file (CycloneDX)
	@$(BIN)/python -W ignore -m cyclonedx_py requirements requirements-runtime.lock --pyproject pyproject.toml \
		--output-reproducible --sv 1.6 --of JSON -o sbom.cdx.json

pure: .venv
	@$(PYTEST) -q tests/pure tests/architecture --cov --cov-config=tests/pure/coverage.ini --cov-report=term

format: .venv  ## format, and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

refusals: .venv  ## record what callers are told when a rule refuses: tests/pure/<service>/refusals.yaml
	@$(PYTEST) -q tests/pure --record-refusals

mutants: .venv  ## mutation score of every domain, most of an hour (SERVICE=appeals: one of them): docs/mutation.md
	@$(BIN)/python -m tests.kit.mutants $(SERVICE)

test: .venv  ## pure, architecture, contracts and messaging, on embedded servers
	@$(PYTEST) tests/pure tests/architecture tests/contracts tests/messaging

connected: .venv  ## real Kafka and MongoDB: TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL, or TEST_BACKEND=containers
	@$(PYTEST) tests/connected

faults: .venv  ## kill, pause and corrupt real servers
	@$(PYTEST) tests/faults

tools: .venv  ## what needs tools of other ecosystems: AsyncAPI (node), a consumer in Go, Prometheus, helm and kubeconform
	@$(PYTEST) tests/tools

journeys: .venv  ## all four services under docker compose
	@$(PYTEST) tests/journeys

docs: .venv  ## regenerate the event catalogue, JSON Schemas, AsyncAPI, OpenAPI and golden wire files
	@$(BIN)/redress docs
	@$(BIN)/python -m tests.kit.golden
	@$(BIN)/python -m tests.kit.requirements

# Names, versions and hashes only: no index, path or host of the machine that made them.
UV_LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -p 3.11

lock: .venv  ## resolve pyproject.toml again, keeping pins that still fit (UPGRADE=--upgrade lifts them)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(UV_LOCK) $(UPGRADE) --extra embedded --extra dev pyproject.toml -o requirements.lock
	@$(UV_LOCK) $(UPGRADE) -c requirements.lock pyproject.toml -o requirements-runtime.lock
	@$(MAKE) --no-print-directory sbom

up: ## all services with Kafka and MongoDB under docker compose
	docker compose up --build -d

clean:  ## remove the environment and every cache
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
