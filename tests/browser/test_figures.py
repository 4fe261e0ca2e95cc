"""The README's table of the reports' figures: every link opens, tells of no trouble, and shows what it names."""

import re
from urllib.parse import parse_qs

import pytest

from tests.conftest import ROOT
from tests.helpers.driving import READY

SECTION = (ROOT / "README.md").read_text("utf-8").split("## The reports' figures", 1)[1].split("\n## ", 1)[0]
LINKS = list(dict.fromkeys(re.findall(r"`(\?tab=[^`]+)`", SECTION)))


def test_there_is_a_link_for_every_row():
    rows = [line for line in SECTION.splitlines() if line.startswith("| ") and not line.startswith(("| report |",))]
    assert len(rows) > 25
    assert all("`?tab=" in row for row in rows)


@pytest.mark.thorough
@pytest.mark.parametrize("link", LINKS)
def test_a_figure_opens_from_its_link(page, photograph, link):
    page.goto(f"/{link}")
    query = parse_qs(link.removeprefix("?"))
    (name,) = query.pop("tab")
    page.wait_for_selector(f"#{name}-widget {READY}", timeout=90_000)
    page.wait_for_timeout(400)
    assert page.locator(".loom-notice:visible").count() == 0
    page.locator(f"#{name}-widget .share").click()
    page.wait_for_function(f"document.querySelector('#{name}-widget .share').dataset.link")
    shared = parse_qs(page.locator(f"#{name}-widget .share").get_attribute("data-link").split("?", 1)[1])
    for key, values in query.items():  # nothing that the link asks for was ignored
        assert shared[key] == values, key
    photograph(page, f"figure-{LINKS.index(link):02}-{name}")
