"""A real Chromium on the running app, which notes everything that goes wrong on a page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.chromium import chromium

expect.set_options(timeout=30_000)
WINDOW = {"viewport": {"width": 1280, "height": 800}}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")  # not longer: its event loop would be in the way of later tests
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def context(browser, address) -> Iterator[BrowserContext]:
    """One for a file of tests: what its first page has fetched, the others have, as those of a visitor who returns."""
    context = browser.new_context(**WINDOW, base_url=address)
    yield context
    context.close()


@pytest.fixture
def page(context, address) -> Iterator[Page]:
    """A fresh visitor; the test fails if the page logged an error, lost a request or called another host."""
    with watched_page(context) as page:
        yield page
        forget_visitor(page, address)


@contextmanager
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a fresh visitor. On leaving it, AssertionError if anything went wrong on it."""
    context = browser.new_context(**WINDOW, base_url=address)
    with watched_page(context) as page:
        yield page
    context.close()


def forget_visitor(page: Page, address: str) -> None:
    """Take away what a page has stored and was allowed; what it fetched stays."""
    stores = {"origin": address, "storageTypes": "cookies,local_storage,indexeddb"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", stores)
    page.context.clear_permissions()


@contextmanager
def watched_page(context: BrowserContext) -> Iterator[Page]:
    """A page of a visitor. On leaving it, AssertionError if anything went wrong on it."""
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
    page.close()
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
