# Every target prepares .venv (and, where Node is present, the front-end assets) by itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv/ready

.PHONY: serve test check format help

serve: $(VENV) ## run the server on an embedded PostgreSQL, with demo data on first start
	@.venv/bin/scholagraph serve

test: $(VENV) ## run the tests
	.venv/bin/pytest

check: $(VENV) ## all that CI checks: format, lint, types, the printed schema, then the tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy .
	.venv/bin/scholagraph schema --check
	$(MAKE) test

format: $(VENV) ## put the code into its standard form and print schema.graphql anew
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/scholagraph schema

help: ## say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort

$(VENV): requirements.lock pyproject.toml
	@echo "Preparing .venv from requirements.lock ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@
