# The one door to the project: `make help` lists what it does.
#
# Everything runs in .venv, which is made from the locked, hash-checked requirements/*.txt on first use and
# again when these change. A package index set up for pip is respected; none is named here.

VENV := .venv
BIN := $(VENV)/bin
LOGS := $(VENV)/logs

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Settings of the person's shell that would reach into .venv.
export PIP_USER := 0
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# $(call quietly,<name>,<command>): the output goes to a log that is shown only if the command fails.
quietly = mkdir -p $(LOGS) && { { $(2); } >$(LOGS)/$(1).log 2>&1 || { cat $(LOGS)/$(1).log >&2; exit 1; }; }
# $(call install,<lock>): what the lock names, checked by hash, and then the package itself, which fetches nothing.
install = $(call quietly,$(1),$(BIN)/python -m pip install --quiet --require-hashes -r requirements/$(1).txt \
	&& $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long check bench bench-quick bench-peers docs lock clean
.DELETE_ON_ERROR:

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run  ## A firm's quarter, from a customer list to what is not billed yet. ARGS="--lang nl --serve" and so on.
	@$(BIN)/python -m worktraq demo $(ARGS)

test: $(VENV)/.dev  ## All tests, with a modest budget, and the core's coverage by branches. ARGS="-k approval" narrows them.
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report term $(ARGS)

test-long: $(VENV)/.dev  ## The same tests with the large budgets.
	$(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-profile long $(ARGS)

check: $(VENV)/.dev  ## Format, lint, types, layers, and the docs with warnings as errors.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(call quietly,layers,$(BIN)/lint-imports --no-logo) && echo "Layers kept."
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

bench: $(VENV)/.dev  ## Measure against the floors; writes bench/results.md and .json.
	$(BIN)/python -m bench $(ARGS)

bench-quick: $(VENV)/.dev  ## The same with small numbers, in under a minute.
	$(BIN)/python -m bench --quick $(ARGS)

bench-peers: $(VENV)/.dev $(VENV)/.peers  ## Beside Tryton and TimeTagger; writes bench/peers.md and .json.
	$(BIN)/python -m bench.peers $(VENV)/peers/bin/python

docs: $(VENV)/.dev  ## Generate the requirements page and build the docs into docs/_build/html.
	$(BIN)/python scripts/requirements_table.py
	$(BIN)/python -m scripts.rule_tables
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

COMPILE = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --upgrade --custom-compile-command "make lock"

lock: $(VENV)/.lock  ## Lock the newest versions of everything, for Python 3.11 and newer on every platform.
	$(COMPILE) requirements/lock.in -o requirements/lock.txt
	$(COMPILE) requirements/peers.in -o requirements/peers.txt
	$(COMPILE) pyproject.toml requirements/run.in --extra cli -o requirements/run.txt
	$(COMPILE) pyproject.toml requirements/run.in requirements/dev.in --extra cli --extra testing \
		--extra charts --extra pdf --extra ubl --extra postgres --extra mariadb -c requirements/run.txt -o requirements/dev.txt

clean:  ## Remove .venv and all that is made.
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* docs/_build build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@PYTHON="$(PYTHON)" sh scripts/make_venv.sh $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml $(BIN)/python
	@echo "Installing what worktraq needs into $(VENV) ..."
	@$(call install,run)
	@touch $@

# What is locked for development includes what is locked for running.
$(VENV)/.dev: requirements/dev.txt pyproject.toml $(BIN)/python
	@echo "Installing the development tools into $(VENV) ..."
	@$(call install,dev)
	@touch $@ $(VENV)/.run

# What we are measured beside, apart from what we need ourselves.
$(VENV)/.peers: requirements/peers.txt $(BIN)/python
	@echo "Installing Tryton and TimeTagger into $(VENV)/peers ..."
	@$(call quietly,peers,$(BIN)/python -m venv --clear $(VENV)/peers \
		&& $(VENV)/peers/bin/python -m pip install --quiet --require-hashes -r requirements/peers.txt)
	@touch $@

$(VENV)/.lock: requirements/lock.txt $(BIN)/python
	@$(call quietly,lock,$(BIN)/python -m pip install --quiet --require-hashes -r requirements/lock.txt)
	@touch $@
