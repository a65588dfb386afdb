# Every target prepares .venv (and `serve` the front-end assets, where Node is present) by itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv/ready
WEB := web/dist/ready
WEB_SOURCES := $(wildcard web/package-lock.json web/*.js web/static/*) $(shell find web/src -type f)

.PHONY: serve test check conformance fuzz hostile faults bench format help

serve: $(VENV) $(WEB) ## run the server on an embedded PostgreSQL, with demo data on first start
	@exec .venv/bin/scholagraph serve

test: $(VENV) ## run the tests, on all cores
	@.venv/bin/pytest --numprocesses auto --dist loadfile

check: $(VENV) ## all that CI checks: format, lint, types, the printed schema, then the tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy .
	@.venv/bin/scholagraph schema --check
	@$(MAKE) --no-print-directory test

conformance: $(VENV) $(WEB) ## hold real clients, routers and tools from npm against a server; ARGS="-k federation" for some
	@.venv/bin/pytest conformance -rs $(ARGS)

fuzz: $(VENV) ## compare the engine with graphql-core on 20,000 generated operations, with and without faults
	@ORACLE_COUNT=20000 ORACLE_SEED=$${SEED:-1000} .venv/bin/pytest tests/graph/engine/test_run_oracle.py -p no:randomly

hostile: $(VENV) ## print what each of some seventy hostile documents costs, in CPU time
	@.venv/bin/python -m tests.graph.limits.hostile

faults: $(VENV) ## kill the server 500 times while clients write, and compare what they were told with what is there
	@KILLS=$${KILLS:-500} .venv/bin/pytest tests/serving/test_kills.py

bench: $(VENV) ## measure against other GraphQL servers, some four minutes; ARGS="--scale 100" for more data
	@.venv/bin/python -m bench $(ARGS)

format: $(VENV) ## put the code into its standard form and print schema.graphql anew
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/scholagraph schema
	@.venv/bin/scholagraph validate

help: ## say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort

$(VENV): requirements.lock pyproject.toml
	@echo "Preparing .venv from requirements.lock ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat -e .
	@touch $@

# Without Node.js 20 nothing is built, and without a build GraphiQL comes from a CDN: neither stops the server.
$(WEB): $(WEB_SOURCES) | $(VENV)
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; then \
		echo "Building the front end in web/ ..."; \
		if (cd web && npm ci --silent && npm run --silent build) >.venv/web.log 2>&1; then touch $@; \
		else echo "The front end was not built (.venv/web.log says why); without a build GraphiQL comes from a CDN."; fi; \
	fi
