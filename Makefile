# The same commands on a laptop and in CI. PYTHON picks the interpreter; 3.13 is about twice as fast as 3.11.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check hostile fuzz bench docs notebooks trial large smoke bounds beside clean help

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"npov-analyzer needs Python 3.11 to 3.13; $(PYTHON) is {v[0]}.{v[1]}. Name another: make PYTHON=python3.13 demo")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(STAMP)  ## install, and print the report of the seed article
	@$(BIN)/npov check seeds/human-rights-in-kazakhstan.txt

test: $(STAMP)  ## run the tests
	$(BIN)/python -m pytest

check: $(STAMP)  ## lint, types, layers, and that generated files are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/contracts

hostile: $(STAMP)  ## every hostile case, with its time and memory; writes the figures of docs/reliability.md
	NPOV_HOSTILE=all $(BIN)/python -m pytest tests/hostile/test_corpus.py

fuzz: $(STAMP)  ## fuzz each reader for ten minutes; what breaks one is kept in tests/hostile/found
	$(BIN)/python tests/hostile/fuzz.py

docs: $(STAMP)  ## make the pages that come from the code anew, and build the site into site/
	$(BIN)/python -m analyzer.report.schema > docs/report.schema.json
	$(BIN)/python -m analyzer.cli.reference > docs/cli.md
	$(BIN)/python -m analyzer.issues.score_docs > docs/scores.md
	$(BIN)/python -m analyzer.report.record_docs > docs/report.md
	$(BIN)/python tests/docs/renew_pages.py > docs/issues.md
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

notebooks: $(STAMP)  ## run the notebooks and write their pages in docs/notebooks
	$(BIN)/python tests/notebooks/renew_pages.py

trial: $(STAMP)  ## install the wheel with pip in a clean environment, and run the notebooks there (some minutes)
	$(BIN)/python tests/packaging/as_a_user.py

bench: $(STAMP)  ## speed beside the bare spaCy parse, stage by stage; writes docs/performance.md
	$(BIN)/python tests/bench/bench_pipeline.py
	$(BIN)/python tests/bench/bench_batch.py --write

large: $(STAMP)  ## build the wheel of the large engine's weights
	cd models/large && $(abspath $(BIN))/python -m hatchling build -t wheel -d $(CURDIR)/dist

smoke: $(STAMP)  ## do the whole README from the built wheel in empty environments, with Python 3.11 and 3.13
	$(BIN)/python -m pytest -s tests/packaging/test_readme.py

bounds: $(STAMP)  ## the lowest and the highest version of each dependency: the same reports, with Python 3.11 and 3.13
	$(BIN)/python tests/packaging/bounds.py lowest
	$(BIN)/python tests/packaging/bounds.py highest

beside: $(STAMP)  ## does it install beside others that its users have?
	$(BIN)/python tests/packaging/beside.py

clean:  ## remove the environment and caches
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache
