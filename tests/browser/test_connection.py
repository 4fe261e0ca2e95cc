"""The network goes and comes back: what the page says meanwhile, and that every tab goes on by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import NAMES
from tests.helpers.driving import READY, open_tab

OFFLINE = ".loom-connection"


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


def test_a_question_lost_in_an_outage_is_answered_after_it(unwatched):
    open_tab(unwatched, "denoise")
    wait_for_preload(unwatched)
    unwatched.context.set_offline(True)
    unwatched.locator("#denoise-widget input[type=range]").first.focus()
    unwatched.keyboard.press("ArrowRight")
    unwatched.locator("#scoreboard-tab-button").click()
    expect(unwatched.locator(OFFLINE)).to_contain_text("Offline: trying again")
    expect(unwatched.locator(OFFLINE)).to_have_attribute("role", "status")
    unwatched.context.set_offline(False)
    expect(unwatched.locator(OFFLINE)).to_be_empty(timeout=30_000)


ALWAYS = ("scoreboard", "live", "classify")  # the others in make test-all


@pytest.mark.parametrize(
    "tab",
    [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.thorough) for name in NAMES if name != "denoise"],
)
def test_a_tab_first_opened_offline_starts_by_itself_when_the_network_is_back(unwatched, tab):
    open_tab(unwatched, "denoise")
    wait_for_preload(unwatched)
    unwatched.context.set_offline(True)
    unwatched.locator(f"#{tab}-tab-button").click()
    expect(unwatched.locator(OFFLINE)).to_contain_text("Offline: trying again")
    unwatched.context.set_offline(False)
    unwatched.wait_for_selector(f"#{tab}-widget {READY}")
    expect(unwatched.locator(OFFLINE)).to_be_empty()
