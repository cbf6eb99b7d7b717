# AudienceOS. `make run` and `make test` set up all that they need; the second time that takes no time.

MAKEFLAGS += --no-print-directory
# Python keeps what it compiled, whatever the shell says: nothing is compiled while it is installed
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
SCRIPT := @scripts/python

# Options for the program behind a target: make run ARGS=--workers=2, make test ARGS='-k wall'
ARGS ?=
# Processes that share the tests
JOBS ?= 3
# Leaves out the long evidence, and the fuzzer that only it needs, which takes seconds to load in each process, as does
# what it brings along
SHORT := -m "not proof" -p no:schemathesis -p no:faker --ignore tests/proof

.DEFAULT_GOAL := help
.PHONY: help run demo test check format proof bench quality shots lighthouse assets docs lock setup setup-dev setup-test lint types quick

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; \
	  do printf '  make %-10s %s\n' "$$name" "$$what"; done

run: setup ## start AudienceOS: database, web and worker, until Ctrl-C
	@exec $(BIN)/audienceos serve $(ARGS)

demo: setup ## fill an agency with believable clients, to look around in
	@exec $(BIN)/audienceos demo $(ARGS)

test: setup-test ## run every test, in a real browser too
	@browser=$$(scripts/python browser.py) && \
	  AUDIENCEOS_TEST_BROWSER="$$browser" exec $(BIN)/pytest -n $(JOBS) --maxschedchunk 20 $(SHORT) $(ARGS)

check: setup-dev ## style, types, the laws and the fast tests, in less than a minute
	@$(MAKE) -j 3 lint types quick

quick: setup-dev
	@exec $(BIN)/pytest $(SHORT) -m "not served and not slow and not journey and not proof" $(ARGS)

lint: setup-dev
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not in our format: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

types: setup-dev
	@$(BIN)/basedpyright --level error

format: setup-dev ## put every file in our format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

proof: setup-test ## gather the long evidence: the wall, fuzzing, crashes, every screen by every rule
	@browser=$$(scripts/python browser.py) && \
	  AUDIENCEOS_TEST_BROWSER="$$browser" exec $(BIN)/pytest -m proof --timeout 7200 $(ARGS)

bench: setup-dev ## measure the hot paths side by side and print ratios
	@exec $(BIN)/python -m bench $(ARGS)

quality: setup-dev ## measure how often the inbox judges rightly, into docs/quality.md
	@$(BIN)/python -m tests.inbox.quality

shots: setup-dev ## take pictures of the screens into shots/
	@browser=$$(scripts/python browser.py) && \
	  AUDIENCEOS_TEST_BROWSER="$$browser" exec $(BIN)/python -m tests.shots $(ARGS)

lighthouse: setup-dev ## have Lighthouse judge the main screens; ARGS=--phone for a slow phone
	@browser=$$(scripts/python browser.py whole) && tool=$$(scripts/python lighthouse.py) && \
	  AUDIENCEOS_TEST_BROWSER="$$browser" AUDIENCEOS_TEST_LIGHTHOUSE="$$tool" exec $(BIN)/python -m tests.lighthouse $(ARGS)

assets: setup ## build style sheet, scripts and icons, if they changed

docs: setup-dev ## draw the tables into docs/data-model.md anew
	@$(BIN)/python scripts/data_model.py

lock: setup-dev ## compile the locks of requirements*.in and package.json; ARGS=--upgrade for newer versions
	$(SCRIPT) lock.py $(ARGS)

setup:
	$(SCRIPT) setup.py

setup-dev:
	$(SCRIPT) setup.py --dev

setup-test:
	$(SCRIPT) setup.py --dev --browser
