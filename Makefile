# Everything a person types. `make` alone lists it.
# On a fresh Debian or Ubuntu machine:  sudo apt-get install -y make python3-venv

PYTHON ?= python3
VENV ?= .venv
# cpu or gpu: which build of the model's run time to install.
EXTRA ?= cpu
FACTORY ?= .venv-factory
PEERS ?= .venv-peers
FUZZ ?= .venv-fuzz

BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check install --no-input --no-compile --progress-bar off
PINS := pyproject.toml constraints.txt
INSTALLED := $(VENV)/.installed-$(EXTRA)
DEVELOP := $(VENV)/.installed-$(EXTRA)-dev
FACTORY_READY := $(FACTORY)/.installed
FACTORY_PINS := inference/factory/requirements.txt
PEERS_READY := $(PEERS)/.installed
PEERS_PINS := benchmarks/peers/requirements.txt
FUZZ_READY := $(FUZZ)/.installed
FUZZ_PINS := tests/fuzz/requirements.txt

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# Tells a person at a terminal how far pip has come; errors reach them as pip writes them.
PROGRESS := n=0; while read -r word what _; do case "$$word $$what" in \
  Collecting*|Processing*) n=$$((n + 1)); if [ -t 1 ]; then printf '\r  %d packages found' $$n; fi;; \
  "Installing collected") printf '\r  %d packages found, unpacking them\n' $$n;; esac; done

# An exported PYTHONPATH or a pip --user default would leak into the environment; and without compiled
# modules every process that starts compiles all of its libraries anew, which takes seconds.
unexport PYTHONPATH PYTHONHOME PIP_USER PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench fuzz peers factory test-factory constraints clean
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## create the environment, install, build the default model (once)
	@$(BIN)/sereno model build

demo: setup ## run a simulated ward and print the address to open
	@$(BIN)/sereno demo

test: setup $(DEVELOP) ## run the tests, but for the slow ones, the benchmarks and the factory's
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow and not bench and not factory"

check: $(DEVELOP) ## lint, types and import layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEVELOP) ## format the code and sort its imports
	$(BIN)/ruff check --fix --quiet --exit-zero
	$(BIN)/ruff format

bench: setup $(DEVELOP) ## run every benchmark; results go to benchmarks/results
	@set -e; for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

fuzz: $(FUZZ_READY) ## give each parser ten million bytes of odd input; what breaks one goes to /tmp/sereno-fuzz
	$(FUZZ)/bin/python -m tests.fuzz.fuzz

peers: $(PEERS_READY) ## compile what the benchmarks measure beside (needs g++ and cmake)

factory: $(FACTORY_READY) ## create the model factory's own environment (torch: several GB)

test-factory: $(FACTORY_READY) ## run the model factory's tests in that environment
	$(FACTORY)/bin/python -m pytest -m factory tests/factory

constraints: ## resolve the dependencies afresh and rewrite constraints.txt
	@rm -rf $(VENV)-fresh && $(PYTHON) -m venv $(VENV)-fresh
	@$(VENV)-fresh/bin/python $(PIP) --editable '.[cpu,postgres,dev]' | { $(PROGRESS); }
	@{ sed -n '/^#/p' constraints.txt; $(VENV)-fresh/bin/python -m pip freeze --exclude-editable \
	  | sed -n "p; s/^onnxruntime-genai==/onnxruntime-genai-cuda==/p; s/^onnxruntime==/onnxruntime-gpu==/p"; } > constraints.tmp
	@mv constraints.tmp constraints.txt && rm -rf $(VENV)-fresh

clean: ## remove the environments and caches; patients' data and built models stay
	rm -rf $(VENV) $(FACTORY) $(PEERS) $(FUZZ) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sereno needs Python 3.11 or newer: install it, then run make PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing: sudo apt-get install -y python3-venv"; exit 1; }
	@echo "Creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): $(BIN)/python $(PINS)
	@for other in $(filter-out $(EXTRA),cpu gpu); do test ! -e $(VENV)/.installed-$$other || \
	  { echo "$(VENV) holds the $$other build, and both bring the same module: run make clean first"; exit 1; }; done
	@echo "Installing Sereno ($(EXTRA)) into $(VENV): a minute or two, about 300 MB to fetch"
	@$(BIN)/python $(PIP) --constraint constraints.txt --editable '.[$(EXTRA)]' | { $(PROGRESS); }
	@touch $@

$(DEVELOP): $(INSTALLED)
	@echo "Installing what the tests and checks need"
	@$(BIN)/python $(PIP) --constraint constraints.txt --editable '.[$(EXTRA),dev]' | { $(PROGRESS); }
	@touch $@

$(FACTORY)/bin/python:
	@$(PYTHON) -m venv $(FACTORY)

$(FACTORY_READY): $(FACTORY)/bin/python $(FACTORY_PINS)
	@echo "Installing the model factory into $(FACTORY): torch is large, this takes minutes"
	@$(FACTORY)/bin/python $(PIP) --requirement $(FACTORY_PINS) | { $(PROGRESS); }
	@touch $@

$(PEERS_READY): $(PEERS_PINS)
	@echo "Compiling the benchmarks' peers in $(PEERS): some minutes"
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python $(PIP) --requirement $(PEERS_PINS) | { $(PROGRESS); }
	@touch $@

$(FUZZ_READY): $(FUZZ_PINS) $(PINS)
	@echo "Installing what fuzzes the parsers into $(FUZZ): a minute or two"
	@$(PYTHON) -m venv $(FUZZ)
	@$(FUZZ)/bin/python $(PIP) --constraint constraints.txt --editable '.[cpu,ble]' --requirement $(FUZZ_PINS) | { $(PROGRESS); }
	@touch $@
