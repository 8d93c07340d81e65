# make demo     set up and show the whole path on the examples
# make test     set up, with what the tests need, and run them all
# make lint     style, types, import directions
# make install  set up only; then .venv/bin/kg --help

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# The variable, unlike the option, pins what builds the package too.
PIP := PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install demo test lint lock clean
install: $(VENV)/.kg

$(VENV)/.kg: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.kg-test: $(VENV)/.kg
	@$(PIP) --editable '.[test,lint]'
	@touch $@

demo: $(VENV)/.kg
	@$(BIN)/kg demo --folder demo

test: $(VENV)/.kg-test
	@bash tests/system_packages.sh
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

lint: $(VENV)/.kg-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The pins of constraints.txt, from what a fresh environment resolves to today.
lock:
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --editable '.[pandas,training,test,lint]' hatchling
	$(VENV)-lock/bin/python -m pip freeze --exclude-editable > constraints.txt
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) demo .cache build dist
