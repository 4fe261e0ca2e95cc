"""A visitor's own picture beyond Classify: faces found in a photo, and a place on the latent map."""

import re

import numpy as np
import pytest
from matplotlib.cbook import get_sample_data
from PIL import Image
from playwright.sync_api import expect

from tests.browser.test_photos import EXAMPLES
from tests.helpers.driving import Held, becomes_other, drop_file, open_shared, open_tab, paste_file, shared_link

FACES, MAP = "#interpolate-widget", "#latent_map-widget"


@pytest.fixture(scope="module")
def couple(tmp_path_factory):
    """A photo of two faces, the right one smaller."""
    portrait = Image.open(get_sample_data("grace_hopper.jpg", asfileobj=False)).convert("RGB")
    small = portrait.resize((portrait.width // 2, portrait.height // 2))
    both = Image.new("RGB", (portrait.width + small.width, portrait.height))
    both.paste(portrait, (0, 0))
    both.paste(small, (portrait.width, 0))
    path = tmp_path_factory.mktemp("photos") / "couple.jpg"
    both.save(path, quality=92)
    return path


def given(page):
    return page.evaluate(f"document.querySelector('{FACES} [data-face-given]').toDataURL()")


def changed(page, before):
    script = f"before => document.querySelector('{FACES} [data-face-given]').toDataURL() !== before"
    page.wait_for_function(script, arg=before, timeout=60_000)


def test_faces_are_marked_chosen_and_boxed(page, couple, photograph):
    open_tab(page, "interpolate", model="vae-faces", a=0, b=5)
    page.locator(f"{FACES} input[type=file]").set_input_files(couple)
    page.wait_for_selector(f"{FACES} .interp-photo:visible", timeout=60_000)
    expect(page.locator(f"{FACES} [data-face]")).to_have_count(2)
    expect(page.locator(f"{FACES} .face-note")).to_contain_text("2 faces")
    expect(page.locator(f"{FACES} [data-face='0']")).to_have_attribute("aria-pressed", "true")
    first = given(page)
    page.locator(f"{FACES} [data-face='1']").click()
    changed(page, first)
    expect(page.locator(f"{FACES} [data-face='1']")).to_have_attribute("aria-pressed", "true")
    photograph(page, "interpolate-couple")
    second = given(page)
    frame = page.locator(f"{FACES} .face-frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 0.72 * box["width"], box["y"] + 0.55 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.95 * box["height"], steps=6)
    page.mouse.up()
    changed(page, second)
    expect(page.locator(f"{FACES} [aria-pressed=true][data-face]")).to_have_count(0)
    expect(page.locator(f"{FACES} .face-band")).to_be_visible()


def test_each_face_model_gets_its_own_crop_of_the_photo(page, couple):
    open_tab(page, "interpolate", model="vae-faces", a=0, b=5)
    expect(page.locator(f"{FACES} [data-way=examples]")).to_be_hidden()  # they show clothes
    assert drop_file(page, f"{FACES} .interp-main", couple)
    page.wait_for_selector(f"{FACES} .interp-photo:visible", timeout=60_000)
    tight = given(page)
    page.locator(f"{FACES} [data-model]").select_option("vae-faces-256")
    changed(page, tight)
    page.wait_for_selector(f"{FACES} .interp-incoming", state="hidden")
    expect(page.locator(f"{FACES} .interp-photo")).to_be_visible()
    page.locator(f"{FACES} .tiles button").nth(3).click()
    page.wait_for_selector(f"{FACES} .interp-photo", state="hidden")


def test_a_photo_without_a_face_says_so(page):
    open_tab(page, "interpolate", model="vae-faces", a=0, b=5)
    paste_file(page, EXAMPLES / "dress/1.webp")
    page.wait_for_selector(f"{FACES} .interp-photo:visible", timeout=60_000)
    expect(page.locator(f"{FACES} .face-note")).to_contain_text("No face was found")
    expect(page.locator(f"{FACES} [data-face]")).to_have_count(0)


def left(page):
    return page.evaluate(f"document.querySelector('{MAP} .left').toDataURL()")


@pytest.mark.parametrize("kind", ["PCA", pytest.param("t-SNE", marks=pytest.mark.thorough)])
def test_a_picture_gets_its_place_on_the_map(page, browser, kind, photograph):
    open_tab(page, "latent_map", map=kind)
    page.wait_for_selector(f"{MAP} .right:not([data-pending])", timeout=60_000)
    before = left(page)
    page.locator(f"{MAP} input[type=file]").set_input_files(EXAMPLES / "pants/1.webp")
    page.wait_for_function(f"document.querySelector('{MAP} .what').textContent === 'Your picture'", timeout=60_000)
    becomes_other(page, left, before)
    expect(page.locator(f"{MAP} .right-name")).to_contain_text("reconstructed: error")
    expect(page.locator(f"{MAP} .pca-name")).to_contain_text("PCA of the same size")
    expect(page.locator(f"{MAP} .where")).to_have_text(re.compile("^[^=]+=[^=]+=[^=]+$"))
    where = page.locator(f"{MAP} .where").inner_text()
    photograph(page, f"latent-own-{kind}")
    fresh = open_shared(page, browser, "latent_map")
    assert "pixels=" in shared_link(page, "latent_map")
    fresh.wait_for_function(f"document.querySelector('{MAP} .what').textContent === 'Your picture'")
    expect(fresh.locator(f"{MAP} .where")).to_have_text(where, use_inner_text=True)
    fresh.close()
    page.locator(f"{MAP} .model").select_option("cae-4")
    changed = f"before => document.querySelector('{MAP} .where').textContent !== before"
    page.wait_for_function(changed, arg=where, timeout=60_000)
    expect(page.locator(f"{MAP} .what")).to_have_text("Your picture")


def test_a_slow_upload_to_the_map_never_replaces_a_newer_choice(page):
    open_tab(page, "latent_map")
    page.wait_for_selector(f"{MAP} .right:not([data-pending])", timeout=60_000)
    held = Held(page, "read_upload")
    page.locator(f"{MAP} input[type=file]").set_input_files(EXAMPLES / "pants/1.webp")
    held.wait()
    page.locator(f"{MAP} .draw").click()
    page.wait_for_function(f"document.querySelector('{MAP} .what').textContent.includes('at random')")
    held.release()
    expect(page.locator(f"{MAP} .what")).to_contain_text("at random")


def test_a_photo_that_is_hard_to_read_says_so_in_other_tabs_too(page, tmp_path):
    noise = np.random.default_rng(0).integers(60, 200, (160, 160, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "wall.png")
    open_tab(page, "denoise")
    page.locator("#denoise-widget input[type=file]").set_input_files(tmp_path / "wall.png")
    page.wait_for_function(
        "document.querySelector('#denoise-widget .loom-uploading').textContent.includes('could not be separated')"
    )
