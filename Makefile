# make setup | run | test | test-all | lint | bench | match | fit | picture | lock | clean
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: setup run test test-all lint bench match fit picture lock clean
.DEFAULT_GOAL := help

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## make .venv from the locked dependencies (reused when nothing changed)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hepatrial needs Python 3.11 or newer; found %s. Choose one: make setup PYTHON=python3.12" % sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) (once; one or two minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: setup  ## simulate SHARP, print it beside the published result, write runs/sharp
	@$(BIN)/hepatrial run sharp --out runs/sharp --force

test: setup  ## run the tests (some minutes)
	@sh tests/install_peers.sh
	@$(BIN)/python -m pytest -n 2 -m "not long"

test-all: setup  ## run the tests, the long ones too
	@sh tests/install_peers.sh
	@$(BIN)/python -m pytest -n 2

lint: setup  ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

bench: setup  ## speed, as ratios against peers measured in the same run
	@$(BIN)/python -m benchmarks

match: setup  ## match the baseline tables to the published shares
	@$(BIN)/python -m hepatrial.patients.matching

fit: setup  ## calibrate anew and make the result the one that ships (half an hour)
	@$(BIN)/hepatrial calibrate --out runs/calibration
	@$(BIN)/python -m hepatrial.calibration runs/calibration

picture: setup  ## draw the README's picture anew
	@$(BIN)/hepatrial run sharp --out runs/picture --force --quiet --figures svg
	@cp runs/picture/figures/km-os.svg docs/images/sharp-km.svg

lock: setup  ## resolve the dependencies anew
	@$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --output-file requirements.lock pyproject.toml

clean:  ## remove what the commands above made
	@rm -rf $(VENV) runs .pytest_cache .ruff_cache
