# Every target prepares .venv first; `serve` also builds the front end if Node.js is installed.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv/ready
WEB := web/dist/ready
WEB_SOURCES := $(wildcard web/package-lock.json web/vite.config.js web/static/*) $(shell find web/src -type f)
PACKAGES := web/node_modules/ready
HAS_NODE := node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null

.PHONY: serve test check frontend conformance fuzz hostile faults bench format help

serve: $(VENV) $(WEB) ## run the server on an embedded PostgreSQL; load demo data on first start
	@exec .venv/bin/scholagraph serve

test: $(VENV) ## run the tests on all cores
	@.venv/bin/pytest --numprocesses auto --dist loadfile

check: $(VENV) ## run everything CI runs: format, lint, types, printed schema, front end, tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy .
	@.venv/bin/scholagraph schema --check
	@$(MAKE) --no-print-directory frontend
	@$(MAKE) --no-print-directory test

frontend: $(PACKAGES) ## run lint, types and unit tests of web/; needs Node.js 20 and npm
	@if [ -e $(PACKAGES) ]; then cd web && npm run --silent check; \
	elif grep -qs EUSAGE .venv/web.log; then head -n 6 .venv/web.log; exit 1; \
	else echo "The front end was not checked: this needs Node.js 20, npm, and the packages of web/."; fi

conformance: $(VENV) $(WEB) ## test real clients, routers and tools against a server; ARGS="-k federation" selects some
	@.venv/bin/pytest conformance -rs $(ARGS)

fuzz: $(VENV) ## compare the engine with graphql-core on 20,000 generated operations
	@ORACLE_COUNT=20000 ORACLE_SEED=$${SEED:-1000} .venv/bin/pytest tests/graph/engine/test_run_oracle.py -p no:randomly

hostile: $(VENV) ## print the CPU time of hostile operation documents; with ORIGIN and PID, of hostile requests
	@.venv/bin/python -m tests.graph.limits.hostile_documents
	@.venv/bin/python -m tests.serving.hostile_requests

faults: $(VENV) ## kill the server 500 times during writes; check that no acknowledged write is lost
	@KILLS=$${KILLS:-500} .venv/bin/pytest tests/serving/test_kills.py

bench: $(VENV) ## compare with other GraphQL servers, about four minutes; ARGS="--scale 100" adds data
	@.venv/bin/python -m bench $(ARGS)

format: $(VENV) ## format the code, print schema.graphql, validate REST documents
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/scholagraph schema
	@.venv/bin/scholagraph validate

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort

$(VENV): requirements.lock pyproject.toml
	@echo "Preparing .venv from requirements.lock ..."
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Without Node.js 20 the front end is not built and GraphiQL loads from a CDN; the server starts anyway.
$(WEB): $(WEB_SOURCES) $(PACKAGES) | $(VENV)
	@if [ -e $(PACKAGES) ]; then \
		echo "Building the front end in web/ ..."; \
		if (cd web && npm run --silent build) >.venv/web.log 2>&1; then touch $@; \
		else echo "The front end was not built (see .venv/web.log). GraphiQL loads from a CDN."; fi; \
	fi

# Without Node.js 20, or if npm cannot reach its registry, the stamp is missing.
$(PACKAGES): web/package.json web/package-lock.json | $(VENV)
	@if $(HAS_NODE); then \
		echo "Installing the packages of web/ ..."; \
		if (cd web && npm ci --loglevel=error) >.venv/web.log 2>&1; then touch $@; \
		else echo "The packages of web/ were not installed (see .venv/web.log)."; rm -f $@; fi; \
	fi
