"""A visitor's own photo on Classify: every way in, the stages, mending the cut-out, and what is no photo of clothes."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.helpers.driving import (
    CALLS,
    Held,
    becomes,
    becomes_other,
    drop_file,
    intercept,
    open_tab,
    paste_file,
    shows,
    touch_page,
)

WIDGET = "#classify-widget"
EXAMPLES = Path(__file__).resolve().parents[2] / "demos" / "web" / "examples"
SHIRT = EXAMPLES / "t-shirt/1.webp"


def settle(page):
    """Wait until the answer shown is that of the pixels on the pad."""
    page.wait_for_selector(f"{WIDGET} .stages:not([data-pending])")
    page.wait_for_selector(f"{WIDGET} .bars:not([data-pending]) .loom-bar.best")


def best(page):
    return page.locator(f"{WIDGET} .loom-bar.best .name")


def pad(page):
    return page.evaluate(f"document.querySelector('{WIDGET} .pad canvas').toDataURL()")


def changed(page, before):
    page.wait_for_function(
        f"before => document.querySelector('{WIDGET} .pad canvas').toDataURL() !== before", arg=before
    )


def upload(page, path):
    page.locator(f"{WIDGET} input[type=file]").set_input_files(path)
    page.wait_for_selector(f"{WIDGET} .classify-photo:visible")


@pytest.mark.parametrize("way", ["upload", "drop", "paste"])
def test_a_photo_of_a_t_shirt_is_a_t_shirt(page, way):
    open_tab(page, "classify")
    if way == "upload":
        page.locator(f"{WIDGET} input[type=file]").set_input_files(SHIRT)
    elif way == "drop":
        assert drop_file(page, f"{WIDGET} .classify-verdict", SHIRT)
    else:
        paste_file(page, SHIRT)
    page.wait_for_selector(f"{WIDGET} .classify-photo:visible")
    settle(page)
    expect(best(page)).to_have_text("T-shirt/top")
    expect(page.locator(f"{WIDGET} .stages img")).to_have_count(6)


def test_the_camera_gives_a_picture_and_is_let_go(page):
    open_tab(page, "classify")
    before = pad(page)
    page.locator(f"{WIDGET} [data-way=camera]").click()
    page.wait_for_selector(".loom-dialog [data-take]:not([disabled])")
    page.evaluate("() => { window.track = document.querySelector('.loom-dialog video').srcObject.getTracks()[0] }")
    page.locator(".loom-dialog [data-take]").click()
    page.wait_for_selector(f"{WIDGET} .classify-photo:visible")
    settle(page)
    becomes_other(page, pad, before)
    expect(page.locator(".loom-dialog")).to_have_count(0)
    shows(page, "window.track.readyState", "ended")
    page.locator(f"{WIDGET} [data-way=camera]").click()
    page.keyboard.press("Escape")
    expect(page.locator(".loom-dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "words"), [("NotAllowedError", "not allowed"), ("NotFoundError", "No camera was found")]
)
def test_a_camera_that_cannot_be_used_is_explained(page, name, words):
    open_tab(page, "classify")
    failing = f"async () => {{ throw new DOMException('', '{name}') }}"
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {failing} }}")
    page.locator(f"{WIDGET} [data-way=camera]").click()
    page.wait_for_selector(".loom-dialog .loom-notice:visible")
    expect(page.locator(".loom-dialog .loom-notice")).to_contain_text(words)
    expect(page.locator(".loom-dialog [data-take]")).to_be_disabled()
    page.locator(".loom-dialog [data-close]").click()
    expect(page.locator(".loom-dialog")).to_have_count(0)


def test_where_the_page_gets_no_camera_the_system_is_asked(page):
    open_tab(page, "classify")
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    with page.expect_file_chooser() as chooser:
        page.locator(f"{WIDGET} [data-way=camera]").click()
    camera = chooser.value.element.get_attribute("capture")
    assert camera == "environment"
    chooser.value.set_files(SHIRT)
    page.wait_for_selector(f"{WIDGET} .classify-photo:visible")
    settle(page)
    expect(best(page)).to_have_text("T-shirt/top")


def test_an_example_photo_is_taken_and_its_origin_named(page, photograph):
    open_tab(page, "classify")
    page.locator(f"{WIDGET} [data-way=examples]").click()
    page.wait_for_selector(".loom-dialog .loom-photos button")
    expect(page.locator(".loom-dialog .loom-photos button")).to_have_count(20)
    expect(page.locator(".loom-dialog .loom-hint")).to_contain_text("CC0")
    photograph(page, "classify-examples")
    page.locator(".loom-dialog [data-file='pants/1.webp']").click()
    page.wait_for_selector(f"{WIDGET} .classify-photo:visible")
    settle(page)
    expect(best(page)).to_have_text("Trouser")


def test_a_heic_opens(page, tmp_path):
    pillow_heif.register_heif_opener()
    Image.open(SHIRT).convert("RGB").save(tmp_path / "shirt.heic", "HEIF", quality=90)
    open_tab(page, "classify")
    upload(page, tmp_path / "shirt.heic")
    settle(page)
    expect(best(page)).to_have_text("T-shirt/top")


def test_why_a_t_shirt_is_a_bag(page, photograph):
    open_tab(page, "classify")
    page.locator(f"{WIDGET} .loom-examples button", has_text="Why is my T-shirt a bag?").click()
    page.wait_for_selector(f"{WIDGET} .photo-lesson:visible")
    settle(page)
    expect(best(page)).to_have_text("Bag")
    expect(page.locator(f"{WIDGET} .photo-lesson")).to_contain_text("both call it a Bag")
    expect(page.locator(f"{WIDGET} .classify-unlike")).to_contain_text("PhotoNet does not know it")
    expect(page.locator(f"{WIDGET} .verdict")).to_have_text("both: Bag")
    expect(page.locator(f"{WIDGET} [data-stage=cut_out]")).not_to_be_checked()
    photograph(page, "classify-bag")
    before = pad(page)
    page.locator(f"{WIDGET} [data-do=cut]").click()
    changed(page, before)
    settle(page)
    expect(best(page)).to_have_text("T-shirt/top")
    expect(page.locator(f"{WIDGET} .photo-lesson")).to_contain_text("all call it a T-shirt")
    expect(page.locator(f"{WIDGET} .classify-unlike")).to_be_hidden()
    expect(page.locator(f"{WIDGET} .verdict")).to_contain_text("all: T-shirt/top")
    expect(page.locator(f"{WIDGET} [data-do=cut]")).to_be_hidden()
    photograph(page, "classify-shirt")
    upload(page, EXAMPLES / "dress/1.webp")  # another photo has no lesson
    page.wait_for_selector(f"{WIDGET} .photo-lesson", state="hidden")


def drag(page, start, *ways):
    """Over the photo, from place to place in shares of its sides."""
    canvas = page.locator(f"{WIDGET} .photo-editor canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, *ways)]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def test_the_cut_out_is_mended_with_a_box_and_a_brush(page, photograph):
    open_tab(page, "classify")
    upload(page, SHIRT)
    settle(page)
    first = pad(page)
    drag(page, (0.05, 0.05), (0.55, 0.95))
    changed(page, first)
    settle(page)
    boxed = pad(page)
    page.locator(f"{WIDGET} .photo-editor [data-key=is_not]").click()
    drag(page, (0.3, 0.3), (0.3, 0.7))
    changed(page, boxed)
    settle(page)
    photograph(page, "classify-mended")
    page.locator(f"{WIDGET} [data-edit=undo]").click()
    page.wait_for_function(f"boxed => document.querySelector('{WIDGET} .pad canvas').toDataURL() === boxed", arg=boxed)
    page.locator(f"{WIDGET} .photo-editor [data-key=box]").click()
    canvas = page.locator(f"{WIDGET} .photo-editor canvas")
    canvas.focus()
    for key in ["Space", *["ArrowRight"] * 8, *["ArrowDown"] * 8, "Space"]:
        page.keyboard.press(key)
    changed(page, boxed)
    settle(page)
    page.locator(f"{WIDGET} [data-edit=clear]").click()
    page.wait_for_function(f"first => document.querySelector('{WIDGET} .pad canvas').toDataURL() === first", arg=first)
    expect(page.locator(f"{WIDGET} [data-edit=undo]")).to_be_disabled()


def test_a_finger_mends_the_cut_out_on_a_phone(browser, address):
    page = touch_page(browser, address)
    open_tab(page, "classify")
    upload(page, SHIRT)
    settle(page)
    first = pad(page)
    page.locator(f"{WIDGET} .photo-editor [data-key=is_not]").tap()
    canvas = page.locator(f"{WIDGET} .photo-editor canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    changed(page, first)
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    page.context.close()


def test_a_late_answer_for_a_photo_does_not_replace_what_was_chosen_since(page):
    open_tab(page, "classify")
    upload(page, SHIRT)
    settle(page)
    held = Held(page, "read_stages")
    page.locator(f"{WIDGET} [data-stage=cut_out]").click()
    held.wait()
    expect(page.locator(f"{WIDGET} .stages[data-pending]")).to_have_count(1)
    page.locator(f"{WIDGET} .tiles button").nth(3).click()
    chosen = pad(page)
    held.release()
    page.wait_for_selector(f"{WIDGET} .stages:not([data-pending])")
    becomes(page, pad, chosen)


def test_a_photo_without_clothes_says_that_nothing_was_cut_out(page, tmp_path):
    noise = np.random.default_rng(0).integers(60, 200, (160, 160, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "wall.png")
    open_tab(page, "classify")
    upload(page, tmp_path / "wall.png")
    settle(page)
    expect(page.locator(f"{WIDGET} .photo-note")).to_contain_text("could not be separated")
    upload(page, SHIRT)
    page.wait_for_selector(f"{WIDGET} .photo-note", state="hidden")


def test_a_dark_photo_gets_a_warning(page, tmp_path):
    dark = np.asarray(Image.open(SHIRT).convert("RGB")) // 6
    out = io.BytesIO()
    Image.fromarray(dark).save(out, "PNG")
    (tmp_path / "dark.png").write_bytes(out.getvalue())
    open_tab(page, "classify")
    upload(page, tmp_path / "dark.png")
    settle(page)
    expect(page.locator(f"{WIDGET} .photo-note")).to_contain_text("very dark")


def test_a_network_that_does_not_know_says_so(page):
    sentence = "Unlike anything this network was taught: familiarity 1.0, below 2.0."

    def answer(route):
        if route.request.post_data_json["fn_name"] != "classify":
            return route.continue_()
        body = route.fetch().json()
        return route.fulfill(json=body | {"unlike": ["", sentence, ""]})

    open_tab(page, "classify")
    expect(page.locator(f"{WIDGET} .classify-unlike")).to_be_hidden()
    intercept(page, CALLS, answer)
    page.locator(f"{WIDGET} .tiles button").nth(3).click()
    page.wait_for_selector(f"{WIDGET} .classify-unlike:visible")
    said = f"FashionNet does not know it. {sentence}"
    expect(page.locator(f"{WIDGET} .classify-unlike")).to_have_text(said, use_inner_text=True)
    expect(page.locator(f"{WIDGET} .classify-networks [data-unlike]")).to_have_text("FashionNet")
    page.unroute(CALLS)
    page.locator(f"{WIDGET} .tiles button").nth(4).click()
    page.wait_for_selector(f"{WIDGET} .classify-unlike", state="hidden")
