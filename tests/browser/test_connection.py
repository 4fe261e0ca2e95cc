"""The network goes and comes back: what the page says meanwhile, and that every tab goes on by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import NAMES
from tests.helpers.driving import READY, open_tab

OFFLINE = ".loom-connection"


@pytest.fixture
def visitor(browser, address):
    """A page whose network may be cut, which the browser logs as errors."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script("performance.setResourceTimingBufferSize(2000)")  # more files than the 250 it remembers
    yield page
    context.close()


def wait_for_preload(page):
    """Until the other tabs' scripts have arrived."""
    page.wait_for_function(
        """() => {
          const links = [...document.querySelectorAll("link[rel=modulepreload]")].map(({href}) => href);
          const there = new Set(performance.getEntriesByType("resource").map(({name}) => name));
          const last = links.some((href) => href.endsWith("scoreboard/widget.js"));
          return last && links.every((href) => there.has(href));
        }"""
    )


def test_a_question_lost_in_an_outage_is_answered_after_it(visitor):
    open_tab(visitor, "denoise")
    wait_for_preload(visitor)
    visitor.context.set_offline(True)
    visitor.locator("#denoise-widget input[type=range]").first.focus()
    visitor.keyboard.press("ArrowRight")
    visitor.locator("#scoreboard-tab-button").click()
    expect(visitor.locator(OFFLINE)).to_contain_text("Offline: trying again")
    expect(visitor.locator(OFFLINE)).to_have_attribute("role", "status")
    visitor.context.set_offline(False)
    expect(visitor.locator(OFFLINE)).to_be_empty(timeout=30_000)


ALWAYS = ("scoreboard", "live", "classify")  # the others in make test-all


@pytest.mark.parametrize(
    "tab",
    [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.thorough) for name in NAMES if name != "denoise"],
)
def test_a_tab_first_opened_offline_starts_by_itself_when_the_network_is_back(visitor, tab):
    open_tab(visitor, "denoise")
    wait_for_preload(visitor)
    visitor.context.set_offline(True)
    visitor.locator(f"#{tab}-tab-button").click()
    expect(visitor.locator(OFFLINE)).to_contain_text("Offline: trying again")
    visitor.context.set_offline(False)
    visitor.wait_for_selector(f"#{tab}-widget {READY}")
    expect(visitor.locator(OFFLINE)).to_be_empty()
