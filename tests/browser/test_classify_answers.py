"""Classify shows answers of the picture that is on the pad, and of no other; it works by touch, drop and keyboard."""

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from tests.helpers.driving import Held, becomes, drop_file, failing, open_tab, shows, touch_page

WIDGET = "#classify-widget"
BAG = 803


@pytest.fixture
def trouser(tmp_path):
    path = tmp_path / "trouser.png"
    Image.fromarray(255 - np.pad(load_fashion_sample().images[100, 0].numpy(), 8)).resize((400, 400)).save(path)
    return path


def verdict(page):
    return page.locator(f"{WIDGET} .verdict")


def pad(page):
    return page.evaluate(f"document.querySelector('{WIDGET} .pad canvas').toDataURL()")


def press(page, tool):
    page.locator(f"{WIDGET} [data-tool={tool}]").click()


def test_a_cleared_pad_has_no_verdict_even_when_an_answer_comes_late(page):
    open_tab(page, "classify", image=BAG)
    held = Held(page, "classify")
    page.locator(f"{WIDGET} .tiles button").nth(3).click()
    held.wait()
    expect(page.locator(f"{WIDGET} .bars[data-pending]")).to_have_count(1)  # of the picture before
    expect(verdict(page)).to_have_text("")
    press(page, "clear")
    held.release()
    expect(verdict(page)).to_have_text("")
    expect(page.locator(f"{WIDGET} .loom-bar.best")).to_have_count(0)
    expect(page.locator(f"{WIDGET} .layers canvas")).to_have_count(0)
    expect(page.locator(f"{WIDGET} [data-pending]")).to_have_count(0)


def test_an_error_keeps_nothing_of_the_old_picture(page):
    open_tab(page, "classify", image=BAG, view="evidence")
    page.wait_for_selector(f"{WIDGET} .attribution[data-shown]", timeout=60_000)
    with failing(page, sentence="The server rests."):
        page.locator("#classify-widget .loom-examples button", has_text="Sure, and wrong").click()
        page.wait_for_selector(f"{WIDGET} .loom-notice:visible")
        page.wait_for_timeout(300)
        expect(verdict(page)).to_have_text("")
        expect(page.locator(f"{WIDGET} .loom-bar.best")).to_have_count(0)
        expect(page.locator(f"{WIDGET} .attribution[data-shown]")).to_have_count(0)


def test_maps_of_another_picture_look_so_until_their_own_come(page):
    open_tab(page, "classify", image=BAG)
    page.wait_for_selector(f"{WIDGET} .layers:not([data-pending]) canvas")
    held = Held(page, "feature_maps")
    page.locator(f"{WIDGET} .tiles button").nth(3).click()
    held.wait()
    expect(page.locator(f"{WIDGET} .layers[data-pending]")).to_have_count(1)
    held.release()
    page.wait_for_selector(f"{WIDGET} .layers:not([data-pending])")


def test_a_slow_upload_is_seen_and_never_replaces_a_newer_choice(page, trouser):
    open_tab(page, "classify", image=BAG)
    held = Held(page, "read_stages")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(trouser)
    held.wait()
    expect(page.locator(f"{WIDGET} .loom-uploading")).to_contain_text("Reading trouser.png")
    page.locator(f"{WIDGET} .tiles button").nth(3).click()
    chosen = pad(page)
    expect(page.locator(f"{WIDGET} .loom-uploading")).to_have_text("")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(trouser)
    held.wait(2)
    page.locator(f"{WIDGET} .loom-uploading button").click()
    held.release()
    becomes(page, pad, chosen)
    expect(page.locator(f"{WIDGET} .classify-photo")).to_be_hidden()


def test_a_file_dropped_beside_the_pad_is_taken(page, trouser):
    open_tab(page, "classify", image=BAG)
    assert drop_file(page, f"{WIDGET} .classify-verdict", trouser)
    page.wait_for_function(f"document.querySelector('{WIDGET} .loom-bar.best .name')?.textContent === 'Trouser'")


def test_a_gallery_is_one_tab_stop_that_arrows_walk_through(page):
    open_tab(page, "classify", image=600)
    tiles = page.locator(f"{WIDGET} .tiles button")
    expect(page.locator(f"{WIDGET} .tiles button:not([tabindex='-1'])")).to_have_count(1)
    tiles.first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "End"):
        page.keyboard.press(key)
    shows(page, "document.activeElement.dataset.i", "699")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{WIDGET} .tiles button[data-i='699'][aria-pressed=true]")


def test_a_broken_value_of_a_link_is_named_and_the_rest_holds(page):
    open_tab(page, "classify", image=BAG, view="training", network="vgg", cell="1,x")
    notice = page.locator(f"{WIDGET} .loom-notice")
    expect(notice).to_contain_text("network must be one of classifier-resnet")
    expect(notice).to_contain_text("cell must be two whole numbers")
    expect(page.locator(f"{WIDGET} [data-key=training]")).to_have_attribute("aria-checked", "true")
    page.locator(".classify-views [data-key=images]").click()
    page.locator(f"{WIDGET} .tiles button").first.click()
    page.wait_for_selector(f"{WIDGET} .loom-notice", state="hidden")


def test_a_tap_takes_an_image_and_a_finger_draws(browser, address):
    page = touch_page(browser, address)
    open_tab(page, "classify", image=BAG)
    page.locator(f"{WIDGET} .tiles button").nth(2).tap()
    page.wait_for_selector(f"{WIDGET} .tiles button[aria-pressed=true]")
    press(page, "clear")
    canvas = page.locator(f"{WIDGET} .pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(f"{WIDGET} .loom-bar.best")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    page.context.close()


def test_a_second_finger_takes_the_stroke_back(browser, address):
    page = touch_page(browser, address)
    open_tab(page, "classify", image=BAG)
    before, box = pad(page), page.locator(f"{WIDGET} .pad canvas").bounding_box()
    fingers = [{"x": box["x"] + 30 + 90 * k, "y": box["y"] + 60, "id": k} for k in range(2)]
    wire = page.context.new_cdp_session(page)
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers[:1]})
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers})
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    becomes(page, pad, before)
    page.context.close()
