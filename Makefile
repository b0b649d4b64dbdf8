# The verbs of this repository. `make` alone lists them; continuous integration runs the same ones.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Parallel test processes: `make test WORKERS=4`. One picks of tests: `make test ARGS="-k callback"`.
WORKERS ?= auto
ARGS ?=
# The interpreter that builds .venv: `make run PYTHON=/opt/python/bin/python3`.
PYTHON ?= python3 python3.13 python3.12 python3.11

VENV := .venv
BIN := $(VENV)/bin
# Written when an installation is complete, so that the next verb starts at once.
RUNS := $(VENV)/installed
DEVELOPS := $(VENV)/installed-dev

.PHONY: help
help:  ## List these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUNS)  ## Start Prefect, the flows and a demonstration office, and print their address
	@$(BIN)/duecourse up --demo $(ARGS)

.PHONY: test
test: $(DEVELOPS)  ## Run the tests, on PostgreSQL too if it is there, and say what was left out
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: check
check: $(DEVELOPS)  ## Check format, lint, types, import arrows and that the generated docs are fresh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m desk.docs --check

.PHONY: bench
bench: $(RUNS)  ## Measure the door and the watch beside the raw limit, on both databases
	@$(BIN)/python -m bench $(ARGS)

.PHONY: docs
docs: $(DEVELOPS)  ## Write the generated pages of docs/ afresh
	@$(BIN)/python -m desk.docs

.PHONY: format
format: $(DEVELOPS)  ## Format the sources and mend what the linter can mend by itself
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: lock
lock:  ## Resolve the locks afresh from pyproject.toml (needs a package index)
	@test -x build/lock/bin/uv || { $(FIND_PYTHON); "$$python" -m venv build/lock; build/lock/bin/pip install --quiet uv; }
	@$(RESOLVE) --group build --output-file requirements.lock pyproject.toml
	@$(RESOLVE) --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@$(RESOLVE) --group build --constraint requirements.lock --output-file requirements-build.lock
	@for lock in requirements.lock requirements-dev.lock; do awk "$$REPEAT_WITHOUT_EXTRAS" $$lock > build/lock/new && cp build/lock/new $$lock; done

# One lock for Python 3.11 and later on every platform. No header and no origin is written, so that a
# lock names no host: it installs from whatever index the machine is set up with, and hashes guard it.
RESOLVE = build/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links $(UPGRADE)
# `make lock UPGRADE=--upgrade` takes the newest versions; without it, locked versions stay where they can.
UPGRADE ?=

# Until 23.3, pip does not see that `name[extra]==1` pins `name` too, and refuses the lock; Python 3.11 and 3.12
# bring such a pip. So each pin with extras is followed by the same pin without them.
define REPEAT_WITHOUT_EXTRAS
/^[^ ]+\[.*==/ { if (copy) print copy; copy = $$0; sub(/\[[^]]*\]/, "", copy); print; next }
/^[^ ]/ { if (copy) print copy; copy = "" }
{ if (copy) copy = copy "\n" $$0; print }
END { if (copy) print copy }
endef
export REPEAT_WITHOUT_EXTRAS

# Sets $python to the first interpreter that is new enough and can build a virtual environment.
define FIND_PYTHON
python=; for name in $(PYTHON); do \
  if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo 'Duecourse needs Python 3.11 or newer with its venv module, and none of these is one: $(PYTHON).' >&2; \
  echo 'Install it (Debian, Ubuntu: apt-get install python3 python3-venv) or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; \
  exit 1; \
fi
endef

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The build tools come first and no build is isolated: an isolated one would fetch tools that nothing pins.
$(RUNS): requirements-build.lock requirements.lock pyproject.toml
	@$(FIND_PYTHON); "$(BIN)/python" -c 'import pip' 2>/dev/null || "$$python" -m venv --clear $(VENV)
	@echo 'Installing the locked packages into $(VENV) ...'
	@$(INSTALL) --require-hashes --only-binary :all: --requirement requirements-build.lock
	@$(INSTALL) --require-hashes --no-build-isolation --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPS): $(RUNS) requirements-dev.lock
	@echo 'Installing the locked tools of development into $(VENV) ...'
	@$(INSTALL) --require-hashes --no-build-isolation --requirement requirements-dev.lock
	@touch $@
