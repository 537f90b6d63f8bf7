# `make` lists the goals. Each does the set-up it needs, once, in $(VENV).

VENV   ?= .venv
PYTHON ?=#             3.12, or a command or path; unset: scripts/find-python.sh finds one
# For `make run`: which chapters, and their options, such as CHAPTERS=mlp ARGS="--data digits --epochs 20".
CHAPTERS ?= linreg softmax_regression mlp
ARGS   ?=
py     := $(VENV)/bin/python

.NOTPARALLEL:
.PHONY: help install run smoke test test-slow bench figures lint clean venv

help:       ## list the goals
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Variables: PYTHON=3.12 (or a path) chooses the interpreter, VENV=.venv the environment, and for make run"
	@echo 'CHAPTERS=mlp the chapters and ARGS="--data digits --epochs 20" their options.'

install: $(VENV)/.installed  ## set up MXNet, d2lmx and the import hook
	@echo "Ready. For a shell with it, type:  . $(VENV)/bin/activate"

run: $(VENV)/.installed  ## train three chapters, from scratch and with Gluon; figures and numbers go to out/
	for chapter in $(CHAPTERS); do $(py) -m chapters.$$chapter --out out/$$chapter $(ARGS) || exit; done

smoke: $(VENV)/.installed  ## run every chapter small and offline
	$(py) -m chapters --smoke

test: $(VENV)/.installed-dev  ## run the tests, but for the slow ones
	$(py) -m pytest -n auto

test-slow: $(VENV)/.installed-dev  ## run the slow tests: training on real data
	$(py) -m pytest -m slow

bench: $(VENV)/.installed-bench  ## time d2lmx beside its peers; BENCH=--quick for a first look
	$(py) -m benchmarks $(BENCH)

figures: $(VENV)/.installed  ## draw the learning curves of the front page anew
	$(py) scripts/figures.py

lint: $(VENV)/.installed  ## check the style with ruff
	$(py) -m pip install --quiet "ruff>=0.4"
	$(py) -m ruff check .

clean:      ## remove the environment and what tools leave behind; your results in out/ stay
	if [ -e $(VENV)/pyvenv.cfg ]; then rm -rf $(VENV); fi
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache
	find d2lmx chapters solutions tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# --- Set-up: a stamp is written when everything before it has worked. pip comes first because Python 3.9's own takes very
# long to find versions that suit d2l's pins.

venv:
	@sh scripts/make-venv.sh "$(VENV)" "$(PYTHON)"

$(VENV)/.installed: extras := [book]
$(VENV)/.installed-dev: extras := [dev]
$(VENV)/.installed-bench: extras := [bench]
$(VENV)/.installed $(VENV)/.installed-dev $(VENV)/.installed-bench: setup.py | venv
	$(py) -m pip install --quiet --upgrade pip
	$(py) -m pip install -e '.$(extras)'
	$(py) -m d2lmx setup
	@touch $(VENV)/.installed $@
