# make run    set up, then the main job on the bundled sample
# make test   set up, then all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run reprocess schedule test lint dictionary lock benchmark clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

setup: $(READY)  ## Make .venv with the locked packages

run: $(READY)  ## Run the main job on the bundled sample
	@$(BIN)/python -m flows.once daily --sample $(if $(DAY),--day $(DAY))

schedule: $(READY)  ## Serve the schedules from this process
	@$(BIN)/python -m flows.serve

reprocess: $(READY)  ## Read the archive again after a rule changed, without network
	@$(BIN)/python -m flows.once reprocess

test: $(READY)  ## Run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)  ## Format check, lint, types, import rules
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

dictionary: $(READY)  ## Write warehouse/README.md from the comments in the database
	@$(BIN)/python -m ingest.desk.dictionary

lock: $(READY)  ## Pin everything in requirements.lock again
	@$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --quiet -o requirements.lock

benchmark: $(READY)  ## Print speed and accuracy tables
	@$(BIN)/python -m benchmarks.run

clean:  ## Remove the environment and all of data/: archive and warehouse, too
	rm -rf $(VENV) data
