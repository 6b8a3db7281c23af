# Everything a newcomer, a developer and CI need. Wants only Python 3.11 or newer, make and the package registries.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
# Of the Pythons that will do, one that is linked as a whole is quicker at everything than one in a shared library.
WHOLE := import ensurepip, sys; sys.exit(sys.version_info < (3, 11) or "libpython" in open("/proc/self/maps").read())
PYTHON ?= $(shell for it in python3 /usr/bin/python3; do $$it -c '$(WHOLE)' 2>/dev/null && echo $$it && exit; done; echo python3)
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
CATALOGUES := $(wildcard shared/translations/*/LC_MESSAGES/*.po)
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile -q --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate
# An environment that has the checks keeps them: the demo never takes anything away again.
SET := $(if $(wildcard .venv/ready-dev),dev,base)

# Trust what the machine trusts: company proxies sign with an authority of their own.
export UV_SYSTEM_CERTS := 1
# A machine may tell Python to keep no bytecode: every command would compile 10 MB of libraries anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help:  ## Show this list
	@echo "Twindesk. What make can do here:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo demo-check demo-wake
demo: .venv/catalogues  ## A hub and two spaces on this machine; stays up until Ctrl-C (a whole network: make demo SPACES=97)
	@exec $(BIN)/python -m demo $(if $(SPACES),--spaces $(SPACES))
demo-wake: .venv/catalogues  ## One more space of the whole network serves (SPACE=esempio-monza), while the demo runs
	@exec $(BIN)/python -m demo.wake $(SPACE)
demo-check: .venv/catalogues  ## The same story on other ports, every step checked; then stops
	@exec $(BIN)/python -m demo --check

.PHONY: test
test: .venv/ready-dev .venv/catalogues .tools/browser .tools/ical.js  ## All checks, as CI runs them (one tier: make test TIER=unit)
	@exec $(BIN)/python -m tests.run $(if $(TIER),--tier $(TIER)) $(if $(FAST),--fast)
.PHONY: interop
interop: .venv/ready-dev .venv/catalogues .tools/ical.js  ## Our calendar files, read by software that is not ours (part of make test)
	@exec $(BIN)/python -m tests.run --tier interop

.PHONY: hostile
hostile: .venv/ready-dev .venv/catalogues  ## Every field, file, address, call and step with everything that breaks software (a turn is part of make test)
	@export TWINDESK_HOSTILE=1000; $(BIN)/python -m pytest -q tests/api/federation/test_bad_bodies.py tests/service/space_node/test_uplink_lists.py && exec $(BIN)/python -m tests.run --tier hostile

.PHONY: simulate simulate-bugs story crash-points
simulate: .venv/ready-dev .venv/catalogues  ## Lives of a network with everything that can go wrong (make simulate SEEDS=2000)
	@exec $(BIN)/python -m tests.simulate $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FIRST),--first $(FIRST))
simulate-bugs: .venv/ready-dev .venv/catalogues  ## How many seeds it takes to find each planted bug (or one: BUG=one-leg)
	@$(BIN)/python -m tests.simulate --bugs $(if $(SEEDS),--seeds $(SEEDS)) $(if $(BUG),--bug $(BUG)) && $(BIN)/python -m tools.docs
story: .venv/ready-dev .venv/catalogues  ## One story of the simulator, line by line (make story SEED=17, with BUG=one-leg planted)
	@exec $(BIN)/python -m tests.simulate --trace $(or $(SEED),1) $(if $(BUG),--bug $(BUG))
crash-points: .venv/ready-dev .venv/catalogues  ## The hub dies at every statement of every path on which money moves
	@exec $(BIN)/python -m tests.crash_points $(if $(ENGINE),--engine $(ENGINE))

.PHONY: stalls
stalls: .venv/ready-dev .venv/catalogues .tools/browser .tools/ical.js  ## All tests on a machine that stands still now and then: which of them want it to be quick?
	@exec $(BIN)/python -m tests.stalls $(if $(TIER),--tier $(TIER))

.PHONY: soak
soak: .venv/ready-dev .venv/catalogues  ## kill -9 of a loaded hub's processes and of its PostgreSQL (make soak MINUTES=60): is anything lost?
	@exec $(BIN)/python -m bench.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

.PHONY: bench-events bench-pages
bench-events: .venv/ready-dev .venv/catalogues  ## How many RSVPs a second, how fast the network's calendar: var/bench/events.json
	@exec $(BIN)/python -m bench events
bench-pages: .venv/ready-dev .venv/catalogues  ## How long every page takes in a network of 97 spaces: var/bench/pages.json
	@exec $(BIN)/python -m bench pages $(if $(SPACES),--spaces $(SPACES))

.PHONY: lint format docs screenshots chromium
lint: .venv/ready-dev  ## Style, types and import contracts
	@exec $(BIN)/python -m tests.run --tier lint
format: .venv/ready-dev  ## Lay the code out and mend what can be mended by machine
	@$(BIN)/ruff check --quiet --fix --exit-zero .
	@$(BIN)/ruff format --quiet .
docs: .venv/ready-dev .venv/catalogues  ## Write the parts of docs/ that are generated from the code
	@$(BIN)/python -m tools.docs
screenshots: .venv/ready-dev .venv/catalogues .tools/browser  ## Take the two pictures of the README anew
	@exec $(BIN)/python -m tools.screenshots
chromium: .venv/ready-dev  ## Install a Chromium into the checkout, for the browser tests
	@$(BIN)/python -m tools.chromium install

.PHONY: env lock clean
env: .venv/ready-dev .venv/catalogues  ## The environment for developing, and nothing else
lock: | $(UV)  ## Take newer versions into requirements/*.txt and package-lock.json
	@$(COMPILE) requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) requirements/dev.in -o requirements/dev.txt
	@$(COMPILE) requirements/base.in requirements/build.in --constraint requirements/dev.txt -o requirements/base.txt
	@$(MAKE) --no-print-directory .venv/ready-dev && $(BIN)/python -m tools.npm lock
clean:  ## Take away everything that was made here, the environment and the demo's data included
	@rm -rf .venv .tools node_modules var build *.egg-info .coverage* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} + ; find shared -name '*.mo' -delete

define install
@echo "1/3 environment"
@test -x $(BIN)/python || $(UV) venv -q --python $(PYTHON) .venv
@echo "2/3 libraries of requirements/$(1).txt, checked against their hashes"
@$(UV) pip sync -q --python .venv --require-hashes --compile-bytecode requirements/$(1).txt
@echo "3/3 Twindesk itself"
@$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
endef

.venv/ready-base: requirements/base.txt pyproject.toml | $(UV)
	$(call install,base)
	@touch $@

.venv/ready-dev: requirements/dev.txt pyproject.toml | $(UV)
	$(call install,dev)
	@touch .venv/ready-base $@

.venv/catalogues: .venv/ready-$(SET) $(CATALOGUES)
	@$(BIN)/python -c 'from shared.ui.catalogue import main; raise SystemExit(main(["compile"]))'
	@touch $@

.tools/browser: .venv/ready-dev package-lock.json
	@$(BIN)/python -m tools.chromium ensure
	@touch $@

.tools/ical.js: .venv/ready-dev package-lock.json
	@$(BIN)/python -m tools.npm ical.js
	@touch $@

.tools/bin/uv: requirements/uv.txt
	@echo "0/3 uv, which brings the libraries"
	@$(PYTHON) -c 'import sys; sys.exit("Twindesk needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .tools 2>/dev/null || { rm -rf .tools; echo "Python's venv module is missing (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@.tools/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@
