# Everything a newcomer or a machine does with this project. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCALES := bot/wording/locale
POT := $(VENV)/drawbell.pot

.DEFAULT_GOAL := help
.PHONY: help setup run test check format lint types contracts bench messages picture lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## Install everything into .venv, from locked and hashed requirements

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

run: setup ## Run drawbell (the demo, while no platform token is set)
	@$(BIN)/drawbell run

test: setup ## Run the tests, with coverage of the core
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=
	$(BIN)/python -m coverage report --include='bot/core/*' --fail-under=98

check: setup ## What CI runs: formatting, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: setup ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Measure speed and memory; prints tables with ratios
	$(BIN)/python -m benchmarks

messages: setup ## Bring the translation catalogues up to date with the code
	$(BIN)/pybabel --quiet extract -k say -k say_many:1,2 --no-location --sort-output --width 100 --project drawbell --msgid-bugs-address drawbell -o $(POT) bot adapters/console adapters/telegram adapters/discord
	$(BIN)/pybabel --quiet update --domain drawbell --width 100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -i $(POT) -d $(LOCALES)

picture: setup ## Draw the README's picture of an alert anew
	$(BIN)/python -m docs.pictures.telegram_alert

lock: ## Lock the newest allowed versions of all dependencies (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/run.txt
	uv pip compile pyproject.toml --group dev -c requirements/run.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/dev.txt

clean: ## Remove what setup and the tools made
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
