"""docs/reports.md: every figure of the course reports has a link, and every link opens the view that it names."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import visitor
from tests.conftest import ROOT
from tests.helpers.driving import READY, shared_link

TABLE = (ROOT / "docs" / "reports.md").read_text("utf-8").split("## The figures", 1)[1].split("\n## ", 1)[0]
LISTED = list(dict.fromkeys(re.findall(r"`(\?tab=[^`]+)`", TABLE)))
# links that people have in their slides: a new figure adds one, none is ever changed or taken away
PROMISED = Path(__file__).with_name("figure_links.txt").read_text("utf-8").split()
LINKS = list(dict.fromkeys(PROMISED + LISTED))
FIRST_OF_A_TAB = {parse_qs(link[1:])["tab"][0]: link for link in reversed(LINKS)}.values()


@pytest.fixture(scope="module")
def reader(browser, address):
    """One visitor who opens every link, one after the other."""
    with visitor(browser, address) as page:
        yield page


def test_there_is_a_link_for_every_row():
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith("| report |")]
    assert len(rows) > 25
    assert all("`?tab=" in row for row in rows)


def test_no_promised_link_has_gone():
    assert set(PROMISED) <= set(LISTED)


@pytest.mark.parametrize(
    "link",
    [pytest.param(link, marks=[] if link in FIRST_OF_A_TAB else pytest.mark.thorough) for link in LINKS],
)
def test_a_figure_opens_from_its_link(reader, photograph, link):
    reader.goto(f"/{link}")
    asked = parse_qs(link.removeprefix("?"), strict_parsing=True)
    (name,) = asked["tab"]
    reader.wait_for_selector(f"#{name}-widget {READY}", timeout=60_000)
    expect(reader.locator("#tabs [role=tab][aria-selected=true]").first).to_have_attribute("data-tab-id", name)
    reader.wait_for_function(f"document.querySelector('#{name}-widget .share')")
    reader.wait_for_timeout(400)  # a tab may complain after its first picture
    expect(reader.locator(".loom-notice:visible")).to_have_count(0)
    reader.locator(f"#{name}-widget .share").click()
    reader.wait_for_function(f"document.querySelector('#{name}-widget .share').dataset.link")
    shared = parse_qs(shared_link(reader, name).split("?", 1)[1])
    assert {key: shared.get(key) for key in asked} == asked  # nothing that the link asks for was ignored
    photograph(reader, f"figure-{LISTED.index(link):02}-{name}")
