# `make demo` and `make test` are the two commands that a newcomer needs: each sets itself up.
# Everything runs on the built wheel, never on the checkout: what is missing from a wheel fails here.

PYTHON ?= python3
VENV ?= .venv
DIST ?= dist
PYTEST_ARGS ?= -n 2

BIN := $(VENV)/bin
PACKAGES := core domains envs experiments models rewards students teachers training
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
WHEEL := $(DIST)/teachgym-$(VERSION)-py3-none-any.whl
# Folders are listed too: a file that goes away changes nothing else.
SOURCES := pyproject.toml README.md LICENSE \
	$(shell find $(PACKAGES) -name __pycache__ -prune -o -print)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports docs clean

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

# A short run: the warm-up of 250 lessons in the paper of ALP-GMM would be half of it.
demo: $(VENV)/.demo  ## Teach the tiny model with two teachers and compare them (some minutes)
	rm -rf runs/demo
	$(BIN)/teachgym compare --env Strings --student tiny --update grpo \
		--teachers uniform,alp_gmm:warmup=60,fit_every=30,window=120 --seeds 3 --jobs 2 \
		--budget 480 --lesson-size 1 --lessons-per-update 4 --exam-size 540 --exam-every 60 \
		--update-option learning_rate=1.5e-4 --update-option num_generations=8 \
		--update-option warmup_updates=10 --out runs/demo

# One thread a process: two processes of many threads on two cores are slower than one.
test check docs: export OMP_NUM_THREADS = 1
test check docs: export HF_HUB_OFFLINE = 1
test check docs: export HF_HUB_DISABLE_TELEMETRY = 1

test: $(VENV)/.dev  ## Run the tests (PYTEST_ARGS="-k exam" for some of them)
	$(BIN)/pytest $(PYTEST_ARGS)

check: lint types imports docs  ## Run every other check: style, types, imports, documentation

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy $(PACKAGES:%=-p teachgym.%)

imports: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev  ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

clean:  ## Remove everything that make has made, but for runs/
	rm -rf $(VENV) $(DIST) build docs/_build teachgym.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.tools: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'teachgym needs Python 3.11 or later: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt build setuptools
	@touch $@

# The sdist first, then the wheel from it, in a temporary folder: nothing stale gets in.
$(WHEEL): $(SOURCES) $(VENV)/.tools
	rm -rf $(DIST)
	$(BIN)/pyproject-build --quiet --no-isolation --outdir $(DIST) .

# pip takes a wheel of the installed version for installed: the code is replaced by force first.
define install
@echo 'Installing teachgym[$(EXTRAS)] into $(VENV); the first time takes some minutes.'
$(BIN)/pip install --quiet --force-reinstall --no-deps $(WHEEL)
$(BIN)/pip install --quiet --constraint constraints.txt '$(WHEEL)[$(EXTRAS)]'
@touch $@
endef

$(VENV)/.demo: EXTRAS := lm,report
$(VENV)/.dev: EXTRAS := dev
$(VENV)/.demo $(VENV)/.dev: $(WHEEL) constraints.txt
	$(install)
