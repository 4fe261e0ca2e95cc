"""What a page outlives: scripts lost on their way, an upload that is late, a file that falls beside the tabs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_features import SMALL
from tests.conftest import ROOT
from tests.helpers.driving import READY, Held, drop_file, intercept, open_tab
from tests.helpers.page_fuzzing import BAD_SVG

EXAMPLES = ROOT / "demos" / "web" / "examples"
OFFLINE = ".loom-connection"
FEATURES = "#features-widget"


@pytest.mark.parametrize(
    ("tab", "lost", "words"),
    [
        ("features", "**/plotly-*.js", (OFFLINE, "Offline: trying again")),
        ("denoise", "**/bundle/shared.js", ("#denoise-widget", "did not load yet: trying again")),
    ],
)
def test_a_script_that_is_lost_on_its_way_is_asked_for_again(unwatched, tab, lost, words):
    intercept(unwatched, lost, lambda route: route.abort())
    unwatched.goto(f"/?tab={tab}")
    expect(unwatched.locator(words[0]).first).to_contain_text(words[1])
    unwatched.unroute(lost)
    unwatched.wait_for_selector(f"#{tab}-widget {READY}")
    expect(unwatched.locator(OFFLINE)).to_be_empty()
    expect(unwatched.locator(f"#{tab}-widget .loom-notice:visible")).to_have_count(0)


def test_the_layers_of_a_network_come_after_their_script_was_lost(unwatched):
    lost = "**/web/machine/machine.js"
    intercept(unwatched, lost, lambda route: route.abort())
    open_tab(unwatched, "classify")
    fold = unwatched.locator("#classify-widget details", has=unwatched.locator(".machine-place"))
    fold.locator("summary").click()
    expect(unwatched.locator(OFFLINE)).to_contain_text("Offline: trying again")
    unwatched.unroute(lost)
    expect(fold.locator(".machine-layers > li")).not_to_have_count(0)
    expect(unwatched.locator(OFFLINE)).to_be_empty()


def test_a_slow_upload_to_features_never_comes_back_after_it_was_removed(page):
    open_tab(page, "features", method="PCA", **SMALL)
    own = page.locator(f"{FEATURES} .own-shown")
    file = page.locator(f"{FEATURES} input[type=file]")
    file.set_input_files(EXAMPLES / "pants/1.webp")
    expect(page.locator(f"{FEATURES} .own-words b")).to_have_text(re.compile(r"\w"))
    held = Held(page, "read_upload")
    file.set_input_files(EXAMPLES / "t-shirt/1.webp")
    held.wait()
    page.locator(f"{FEATURES} .own-remove").click()
    expect(own).to_be_hidden()
    expect(page.locator(f"{FEATURES} .loom-uploading")).to_be_empty()
    held.release()
    expect(own).to_be_hidden()


def test_fewer_images_leave_no_mark_of_those_that_went(page):
    open_tab(page, "features", method="PCA", n=10, perplexity=8)
    page.locator(f"{FEATURES} .features-maps[data-ready]").wait_for()
    page.keyboard.press("ArrowUp")  # the last image
    expect(page.locator(f"{FEATURES} .embedding-overlay > *").first).to_be_attached()
    page.locator(f"{FEATURES} [data-n]").fill("5")
    expect(page.locator(f"{FEATURES} [data-n] + output")).to_contain_text("5")
    page.wait_for_function(f"!document.querySelector('{FEATURES} [data-pending]')")
    page.wait_for_function(f"({BAD_SVG})('{FEATURES}') === 0")


def test_a_file_that_falls_beside_every_tab_does_not_replace_the_page(page):
    open_tab(page, "scoreboard")
    assert drop_file(page, ".loom-header h1", EXAMPLES / "pants/1.webp")
    assert drop_file(page, "#scoreboard-widget .board-list", EXAMPLES / "pants/1.webp")
