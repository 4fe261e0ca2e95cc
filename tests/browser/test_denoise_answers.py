"""Denoise shows figures of the picture, noise and draw that are set, and of no other; it works by touch."""

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from tests.helpers.driving import Held, becomes, becomes_other, failing, open_tab, shows, touch_page

WIDGET = "#denoise-widget"


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def pixels(page, name):
    return page.evaluate(f"document.querySelector('{WIDGET} [data-picture={name}]').toDataURL()")


def test_what_is_of_another_picture_looks_so_until_its_own_comes(page):
    open_tab(page, "denoise")
    page.wait_for_selector(f"{WIDGET} .what:not([data-pending])")
    clean = pixels(page, "clean")
    held = Held(page, "load_strip")
    page.locator(f"{WIDGET} .tiles button").nth(5).click()
    held.wait()
    becomes_other(page, lambda page: pixels(page, "clean"), clean)
    for part in (".what", ".compare", ".denoise-models", ".denoise-curve"):
        expect(page.locator(f"{WIDGET} {part}[data-pending]")).to_have_count(1)
    held.release()
    expect(page.locator(f"{WIDGET} [data-pending]")).to_have_count(0)


def test_networks_of_one_noise_wait_for_their_own_picture_and_lose_it_by_an_error(page):
    open_tab(page, "denoise", view="one-noise")
    cells = page.locator(f"{WIDGET} .denoise-one-noise button")
    expect(cells).to_have_count(9)
    held = Held(page, "load_one_noise")
    page.locator(f"{WIDGET} .tiles button").nth(5).click()
    held.wait()
    page.locator(f"{WIDGET} .tiles button").nth(6).click()
    expect(page.locator(f"{WIDGET} .denoise-one-noise[data-pending]")).to_have_count(1)
    held.release()
    expect(page.locator(f"{WIDGET} [data-pending]")).to_have_count(0)
    expect(page.locator(f"{WIDGET} .what").first).to_contain_text("test image")
    with failing(page, sentence="The server rests."):
        page.locator(f"{WIDGET} .tiles button").nth(7).click()
        expect(page.locator(f"{WIDGET} .loom-notice").first).to_have_text("The server rests.")
        expect(cells).to_have_count(0)
    page.locator(f"{WIDGET} [data-do=pictures]").click()
    expect(page.locator(f"{WIDGET} .denoise-view")).to_be_visible()
    expect(page.locator(f"{WIDGET} .denoise-models .psnr").first).not_to_have_text("")


def test_an_error_keeps_nothing_of_the_old_picture(page):
    open_tab(page, "denoise")
    with failing(page, sentence="The server rests."):
        page.locator(f"{WIDGET} .tiles button").nth(5).click()
        page.wait_for_selector(f"{WIDGET} .loom-notice:visible")
        expect(page.locator(f"{WIDGET} .what").first).to_have_text("No picture")
        expect(page.locator(f"{WIDGET} .denoise-models .psnr").first).to_have_text("")
        blank = """selector => { const c = document.querySelector(selector);
          return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.every((v) => v === 0); }"""
        for name in ("noisy", "denoised", "residual"):
            shows(page, blank, True, f"{WIDGET} [data-picture={name}]")


def test_a_slow_upload_never_replaces_a_newer_choice(page, tmp_path):
    photo = 255 - np.pad(load_fashion_sample().images[100, 0].numpy(), 8)
    Image.fromarray(photo).resize((400, 400)).save(tmp_path / "photo.png")
    open_tab(page, "denoise")
    held = Held(page, "read_upload")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "photo.png")
    held.wait()
    expect(page.locator(f"{WIDGET} .loom-uploading").first).to_contain_text("Reading photo.png")
    page.locator(f"{WIDGET} .tiles button").nth(5).click()
    chosen = pixels(page, "clean")
    held.release()
    becomes(page, lambda page: pixels(page, "clean"), chosen)
    expect(page.locator(f"{WIDGET} .loom-uploading").first).to_have_text("")


def test_a_seed_that_cannot_be_says_so(page):
    open_tab(page, "denoise", seed=3)
    seed = page.locator(f"{WIDGET} [data-seed]")
    seed.fill("-7")
    seed.press("Enter")
    expect(page.locator(f"{WIDGET} .loom-notice").first).to_contain_text("whole number from 0 to 4294967295; 0 is used")
    expect(seed).to_have_value("0")


def test_broken_values_of_a_link_are_named_and_the_rest_holds(page):
    open_tab(page, "denoise", noise="gaussian", level=7, seed=4, wipe="x", left="clean")
    notice = page.locator(f"{WIDGET} .loom-notice").first
    expect(notice).to_contain_text("level (standard deviation) must be from 0 to 1, not 7; 1 is shown")
    expect(notice).to_contain_text("wipe must be a whole number from 0 to 100")
    expect(page.locator(f"{WIDGET} [data-seed]")).to_have_value("4")
    expect(page.locator(f"{WIDGET} [data-left]")).to_have_value("clean")


def test_a_tap_moves_the_divider_and_goes_along_the_curve(browser, address):
    page = touch_page(browser, address)
    open_tab(page, "denoise")
    compare = page.locator(f"{WIDGET} .compare")
    compare.scroll_into_view_if_needed()
    box = compare.bounding_box()
    page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    expect(compare).to_have_attribute("aria-valuenow", "25")
    curve = page.locator(f"{WIDGET} .denoise-curve svg")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    becomes(page, lambda page: float(text(page, ".denoise-levels output")) > 0.5, True)
    page.locator(f"{WIDGET} .denoise-models button:visible").last.tap()
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("median")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    page.context.close()
