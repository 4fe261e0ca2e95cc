# make demo: the app on http://127.0.0.1:7860    make test: lint and the tests, browser included
# make test-all: the same, with every view, link and control one by one
PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 7860

.PHONY: demo test test-all lint browser clean

demo: $(VENV)/runtime
	$(VENV)/bin/python app.py --host $(HOST) --port $(PORT)

test: lint browser
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile -m "not thorough"

test-all: lint browser
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

$(VENV)/runtime: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -r requirements.txt
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
