# Everything a person does here. `make gate` and `make test` work on a fresh machine with Python 3.11+ and git.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TARGET ?= examples/shop
# what `make bench` measures the store and images with: real records, and archives
RECORDS ?= ../shared/data/osv
IMAGES ?= $(wildcard ../shared/data/images/*.tar.gz)
ADVISORIES ?= $(if $(filter examples/shop,$(TARGET)),examples/shop/advisories)
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

.PHONY: help gate test check format bench bench-rules advisories real engines sarif sbom rules lock clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

gate: $(VENV)/.toolchain ## gate TARGET (default: the example shop, which fails on purpose)
	@$(BIN)/devsecgate gate $(TARGET) $(if $(ADVISORIES),--advisories $(ADVISORIES)) $(FLAGS)

test: $(VENV)/.development ## everything that the project promises
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto $(TESTS)

check: $(VENV)/.development ## lint, types and layers alone
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.development ## let ruff decide
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.development ## print every number that the documents state
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/hook.py
	$(if $(wildcard $(RECORDS)),$(BIN)/python benchmarks/store.py $(RECORDS))
	$(if $(wildcard $(RECORDS)),$(BIN)/python benchmarks/image_gate.py --advisories $(RECORDS) $(IMAGES))

bench-rules: $(VENV)/.development ## print what the tests of each rule prove, what the packs cost, and the slowest rules
	$(BIN)/python benchmarks/rules.py $(FLAGS)

advisories: $(VENV)/.toolchain ## look for published flaws in releases before and after their fixes (docs/rules.md)
	$(BIN)/python benchmarks/advisories.py $(NAMES)

real: $(VENV)/.toolchain ## fetch real projects and gate them (docs/real-runs.md)
	$(BIN)/python benchmarks/real.py run $(NAMES)

engines: $(VENV)/.toolchain ## name every difference between bandit and banditrs on the real projects
	$(BIN)/python benchmarks/real_engines.py $(NAMES)

sarif: $(VENV)/.toolchain ## hold the SARIF of real runs to the reference validator (npm), Django's too: MULTITOOL=path
	$(BIN)/python benchmarks/sarif_validation.py $(MULTITOOL)

sbom: $(VENV)/.development ## write the SBOM of the locked toolchain (CycloneDX 1.6, reproducible)
	mkdir -p dist
	$(BIN)/cyclonedx-py requirements requirements/toolchain.lock --sv 1.6 --of JSON --output-reproducible \
		-o dist/toolchain.cdx.json

rules: $(VENV)/.toolchain ## copy the parts that rules share into all of them, and draw the map, after an edit
	$(BIN)/python tests/rules/share.py
	$(BIN)/devsecgate rules --update policies/README.md

lock: ## lock the toolchains anew, with hashes and without addresses
	$(LOCK) --extra fast --extra syft --extra pipelines --extra containers --group build -o requirements/toolchain.lock
	$(LOCK) --extra fast --extra syft --extra pipelines --extra containers --group dev -o requirements/development.lock

clean: ## remove what was made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "devsecgate needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.toolchain: $(VENV)/bin/python requirements/toolchain.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/toolchain.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.development: $(VENV)/.toolchain requirements/development.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/development.lock
	@touch $@
