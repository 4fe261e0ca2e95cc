"""The app below a prefix of a host, behind a reverse proxy: every address that a page asks for lies below it."""

from urllib.parse import urlsplit

import pytest

from demos import tab_id, tabs
from tests.browser.conftest import visitor
from tests.conftest import running_app
from tests.helpers.driving import READY
from tests.helpers.reverse_proxy import behind_proxy

PREFIX = "/loom"


@pytest.fixture(scope="module")
def host():
    with running_app("--root-path", PREFIX) as app, behind_proxy(app, PREFIX) as address:
        yield address


def test_every_tab_works_below_a_prefix(browser, host):
    with visitor(browser, host) as page:
        asked = []
        page.on("request", lambda r: asked.append(urlsplit(r.url).path) if r.url.startswith("http") else None)
        page.goto(f"{PREFIX}/?tab=interpolate&model=cae-27&a=3&b=907")
        for tab in map(tab_id, tabs()):
            page.locator(f"#{tab}-tab-button").click()
            page.wait_for_selector(f"#{tab}-widget {READY}", timeout=90_000)
        assert any("/web/" in path for path in asked)
        assert [path for path in asked if not path.startswith(f"{PREFIX}/")] == []
        icon = page.locator("link[rel=icon]").get_attribute("href")
        assert urlsplit(icon).path == f"{PREFIX}/favicon.ico"
        answer = page.request.get(icon)
        assert answer.ok
        assert answer.headers["content-type"].startswith("image/")


def test_a_link_shared_below_a_prefix_opens_there(browser, host):
    with visitor(browser, host) as page:
        page.goto(f"{PREFIX}/?tab=interpolate&model=cae-27&a=3&b=907")
        page.wait_for_selector(f"#interpolate-widget {READY}", timeout=90_000)
        page.locator("#interpolate-widget .share").click()
        page.wait_for_function("document.querySelector('#interpolate-widget .share').dataset.link")
        link = urlsplit(page.locator("#interpolate-widget .share").get_attribute("data-link"))
        assert link.path.startswith(f"{PREFIX}/")
        assert "b=907" in link.query
