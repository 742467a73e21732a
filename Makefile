# Every target sets up what it needs itself (bootstrap.py); the second time that takes under a second.
PYTHON ?= python3

.PHONY: run test quick bench fuzz setup lock screenshots bundle clean

run:     ## set up, run the main job on the demo event, open the window where there is a display
	@$(PYTHON) bootstrap.py run

test:    ## set up, then lint, types, import contracts, tests
	@$(PYTHON) bootstrap.py test

quick:   ## the tests without the slow ones
	@$(PYTHON) bootstrap.py quick

bench:   ## benchmarks with ratios against a peer; BENCH_SMALL=1 for the short ones
	@$(PYTHON) bootstrap.py bench

fuzz:    ## damaged inputs of every kind the readers take, counted; FUZZ=2000 of each
	@$(PYTHON) bootstrap.py setup
	@.venv/bin/python -m tests.fuzzing $(or $(FUZZ),300)

screenshots:  ## the manual's pictures, made anew by the window's own tests
	@$(PYTHON) bootstrap.py setup
	@.venv/bin/python -m tests.ui.screenshots docs/screenshots

bundle:  ## the program as one folder, dist/shockplan: built, weighed, and made to test itself (Linux, Windows)
	@$(PYTHON) bootstrap.py setup
	@.venv/bin/python packaging/bundle.py

setup:
	@$(PYTHON) bootstrap.py setup

lock:    ## pin again from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis
