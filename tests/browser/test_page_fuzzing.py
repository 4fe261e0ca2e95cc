"""A short form of the links and gestures of tests/bench/fuzz.py."""

import random

from demos import tab_id, tabs
from tests.helpers.page_fuzzing import (
    LAPTOP,
    PHONE,
    TABLET,
    links,
    trouble_of_link,
    trouble_shown,
    troubles_of_fingers,
    watched,
)

NAMES = [tab_id(tab) for tab in tabs()]
SEED = 20261126


def test_broken_links_open_a_page_without_a_fault(browser, address):
    with watched(browser, address) as (page, errors):
        found = {link: trouble_of_link(page, errors, link, NAMES) for link in links(random.Random(SEED), 5)}
    assert {link: verdict for link, verdict in found.items() if verdict} == {}


def test_fingers_that_go_anywhere_break_nothing(browser, address):
    rng = random.Random(SEED)
    for device, tab in ((PHONE, "latent_map"), (TABLET, "denoise"), (LAPTOP, "interpolate")):
        with watched(browser, address, **device) as (page, errors):
            assert troubles_of_fingers(page, errors, tab, rng, 10) == []


def test_a_page_with_a_fault_is_found(browser, address):
    with watched(browser, address) as (page, errors):
        assert trouble_of_link(page, errors, "/?tab=scoreboard", NAMES) == ""
        for script, words in (
            ("document.querySelector('#scoreboard-widget').append('NaN %')", "shows NaN"),
            ("setTimeout(() => { throw new Error('lost'); })", "script: lost"),
        ):
            errors.clear()
            page.evaluate(script)
            page.wait_for_timeout(100)
            assert words in trouble_shown(page, errors, "scoreboard")
