"""A real Chromium on the running app, which notes everything that goes wrong on a page."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.chromium import NO_WORKER, chromium

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")  # not longer: its event loop would be in the way of later tests
def browser() -> Iterator[Browser]:
    """A Chromium whose pages leave everything to the server, unless computing_context() makes them."""
    with chromium() as browser:
        browser.new_context, browser.new_page = map(_without_worker, (browser.new_context, browser.new_page))
        yield browser


def _without_worker(make: Callable) -> Callable:
    """A function that makes contexts or pages, in which there are no workers."""

    @wraps(make)
    def made(**options):
        thing = make(**options)
        thing.add_init_script(NO_WORKER)
        return thing

    return made


def computing_context(browser: Browser, address: str) -> BrowserContext:
    """Of pages that compute with models."""
    return browser.new_context.__wrapped__(base_url=address, viewport={"width": 1280, "height": 800})


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    """A fresh visitor; the test fails if the page logged an error, lost a request or called another host."""
    with visitor(browser, address) as page:
        yield page


@pytest.fixture
def unwatched(browser, address) -> Iterator[Page]:
    """A page whose network may be cut, or its files withheld, which the browser logs as errors."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script("performance.setResourceTimingBufferSize(2000)")  # more files than the 250 it remembers
    yield page
    context.close()


@contextmanager
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a fresh visitor. On leaving it, AssertionError if anything went wrong on it."""
    with watched(browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)) as page:
        yield page


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """The same of a context, which is closed."""
    page, troubles = context.new_page(), []
    page.on("console", lambda m: troubles.append(f"{m.text} {m.location['url']}") if m.type == "error" else None)
    page.on("pageerror", lambda e: troubles.append(f"script: {e.stack or e}"))
    page.on("requestfailed", lambda r: troubles.append(f"failed: {r.url} {r.failure}"))
    page.on("response", lambda r: troubles.append(f"{r.status}: {r.url}") if r.status >= 400 else None)

    def watch(request):
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            troubles.append(f"another host: {request.url}")

    page.on("request", watch)
    yield page
    context.close()
    # a page that is closed breaks off its own open requests
    assert [trouble for trouble in troubles if "ERR_ABORTED" not in trouble] == []


@pytest.fixture
def photograph():
    """Save a screenshot into the folder LOOM_SCREENSHOTS names, if it names one."""

    def save(page: Page, name: str) -> None:
        if folder := os.environ.get("LOOM_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return save
