"""A visitor's own pictures in Train live: drawn or from files, mended, kept, trained on, read on the command line."""

import io
import math
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.data import get_dataset
from tests.core.data.test_picture_zip import many, on_a_table, picture, zipped
from tests.helpers.driving import Held, drop_file, open_tab, shows, touch_page
from train.autoencoder import RECIPE, Config
from train.common.stages import make

WIDGET = "#live-widget"
MAP = "#latent_map-widget"
SET = f"{WIDGET} .live-set"
TILES = f"{SET} .set-tiles button"
COUNT_CLICKS = """() => {
  window.clicks = [];
  document.addEventListener("click", ({target, detail}) => {
    if (detail && target.tagName !== "CANVAS") window.clicks.push(target.textContent);
  }, true);
}"""
SMALL = {"width": 4, "epochs": 1, "batch_size": 128}


@pytest.fixture(autouse=True)
def _patience(page, tmp_path, monkeypatch):
    page.set_default_timeout(90_000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def draw(page, seed):
    """Draw a ring or a cross, of another size and place for each seed, and press Enter."""
    box = page.locator(f"{SET} .set-pad canvas").bounding_box()
    size, x, y = 0.18 + 0.012 * seed, 0.4 + 0.02 * (seed % 7), 0.42 + 0.025 * (seed % 5)
    if seed % 2:
        places = [(x + size * math.cos(k), y + size * math.sin(k)) for k in np.linspace(0, 2 * math.pi, 9)]
    else:
        places = [(x - size, y - size), (x + size, y + size)]
    for k, (right, down) in enumerate(places):
        page.mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"])
        if k == 0:
            page.mouse.down()
    page.mouse.up()
    page.keyboard.press("Enter")


def choose_class(page, number):
    page.locator(f"{SET} .set-classes button").nth(number).click()


def words(page):
    return page.locator(f"{SET} .set-words")


def status(page, text):
    expect(page.locator(f"{WIDGET} .live-status")).to_contain_text(text, timeout=90_000)


def download_set(page, path):
    with page.expect_download() as download:
        page.locator(f"{SET} [data-set=download]").click()
    download.value.save_as(path)
    return path


def choose_files(page, *files):
    """Choose files by their names and contents."""
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.locator(f"{SET} input[type=file]").set_input_files(given)


def test_twenty_drawings_are_trained_on_kept_and_read_by_the_command_line(page, tmp_path, photograph):
    open_tab(page, "live", **SMALL)
    page.evaluate(COUNT_CLICKS)
    page.get_by_role("radio", name="Draw a set").click()
    expect(words(page)).to_have_text("No pictures yet: 10 are enough to begin with.")
    for label in range(2):
        choose_class(page, label)
        for k in range(10):
            draw(page, 2 * k + label)
            expect(page.locator(TILES)).to_have_count(k + 1)
    expect(words(page)).to_have_text("20 pictures in 2 classes.")
    photograph(page, "live-own-set")
    page.locator(f"{WIDGET} .live-play").click()
    status(page, "rests")
    photograph(page, "live-own-set-trained")

    learned = page.locator(f"{WIDGET} .live-advice")
    page.wait_for_function("document.querySelectorAll('#live-widget .live-map .key span').length === 2")
    expect(page.locator(f"{WIDGET} .live-pictures figcaption")).to_contain_text(["held-out pictures", "training"])
    expect(page.locator(f"{WIDGET} .live-map figcaption")).to_contain_text("20 of your pictures")
    expect(learned).to_contain_text("All passes are done")
    page.locator(f"{WIDGET} .live-opens [data-open=latent_map]").click()
    expect(page.locator(f"{MAP} .what")).to_contain_text("A test image: class")
    expect(page.locator(f"{MAP} .plot .legendtext")).to_have_text(["class 1", "class 2"])
    photograph(page, "live-own-set-map")
    page.locator("#tabs [role=tab]", has_text="Train live").first.click()

    page.locator(f"{WIDGET} [data-open=interpolate]").click()
    ends = page.locator("#interpolate-widget [data-end=a] span, #interpolate-widget [data-end=b] span")
    expect(ends).to_have_text([re.compile("class [12]"), re.compile("class [12]")])
    expect(page.locator("#interpolate-widget .interp-gallery .chips button")).to_have_text(["class 1", "class 2"])
    expect(page.locator("#interpolate-widget .loom-notice")).to_be_hidden()
    photograph(page, "live-own-set-interpolate")
    clicks = page.evaluate("window.clicks")
    assert len(clicks) <= 12, clicks
    page.locator("#tabs [role=tab]", has_text="Train live").first.click()
    with zipfile.ZipFile(download_set(page, tmp_path / "set.zip")) as file:
        file.extractall(tmp_path / "set")
    data = get_dataset(f"folder:{tmp_path / 'set'}")
    assert (data.title, data.class_names, data.image_shape) == ("my pictures", ("class 1", "class 2"), (1, 28, 28))
    assert len(data.train()) + len(data.test()) == 20
    make(RECIPE, Config(dataset=f"folder:{tmp_path / 'set'}", epochs=1, batch_size=8, output=str(tmp_path / "run")))
    assert list((tmp_path / "run").glob("*.safetensors"))

    open_tab(page, "live", data="files")
    expect(words(page)).to_have_text("20 pictures in 2 classes.")  # kept in the browser
    page.locator(f"{SET} [data-set=empty]").click()
    expect(words(page)).to_contain_text("No pictures yet")
    page.locator(f"{SET} input[type=file]").set_input_files(tmp_path / "set.zip")
    expect(words(page)).to_have_text("20 pictures in 2 classes.")
    again = download_set(page, tmp_path / "again.zip")
    with zipfile.ZipFile(tmp_path / "set.zip") as before, zipfile.ZipFile(again) as after:
        assert before.namelist() == after.namelist()
        for name in before.namelist()[1:]:
            pixels = [np.asarray(Image.open(io.BytesIO(f.read(name))).convert("RGB")) for f in (before, after)]
            assert np.array_equal(*pixels)


def test_a_set_from_files_is_mended_and_what_cannot_be_used_is_named(page, tmp_path, photograph):
    open_tab(page, "live", data="files", model="classifier", **SMALL)
    broken = [("笑顔/text.png", b"no picture"), ("../evil.png", picture()), ("笑顔/dot.png", picture(0, (1, 1)))]
    choose_files(page, ("faces.zip", zipped([*many(12, ("笑顔",), size=(80, 90), colour=True), *broken])))
    expect(words(page)).to_contain_text("12 pictures in 1 class. A classifier needs a second class")
    expect(page.locator(f"{SET} .set-skipped summary")).to_have_text("3 files were left out")
    expect(page.locator(f"{SET} .set-skipped li")).to_contain_text(["leads out of", "not a picture", "1 x 1 pixels"])
    expect(page.locator(f"{SET} .set-classes button")).to_have_text(["笑顔 · 12"])
    page.locator(f"{WIDGET} .live-play").click()
    notice = page.locator(f"{WIDGET} .loom-notice")
    expect(notice).to_contain_text("Your pictures have one class, and a classifier needs two at least.")

    page.locator(f"{SET} [data-set=add]").click()
    name = page.locator(f"{SET} .set-name")
    name.fill("笑顔")
    name.press("Enter")
    expect(page.locator(f"{SET} .set-problem")).to_have_text('There is a class "笑顔" already. Choose another name.')
    name.fill('Ärger "laut/leise"')
    name.press("Enter")
    choose_files(page, *[(f"{k}.png", picture(100 + k)) for k in range(3)], ("huge.txt", b"x"))
    expect(page.locator(TILES)).to_have_count(3)
    expect(page.locator(f"{SET} .set-skipped li")).to_contain_text("huge.txt was left out")
    choose_class(page, 0)
    expect(page.locator(TILES)).to_have_count(12)
    page.locator(TILES).nth(0).click()
    page.locator(TILES).nth(1).click()
    expect(page.locator(f"{SET} [data-set=delete]")).to_have_text("Delete 2 pictures")
    page.locator(f"{SET} .set-move").select_option(label='Ärger "laut/leise"')
    expect(page.locator(f"{SET} .set-classes button")).to_have_text(["笑顔 · 10", 'Ärger "laut/leise" · 5'])
    page.locator(TILES).first.focus()
    page.keyboard.press(" ")
    page.keyboard.press("Delete")
    expect(words(page)).to_have_text("14 pictures in 2 classes.")
    photograph(page, "live-own-set-files")
    page.locator(f"{WIDGET} .live-play").click()
    status(page, "rests")
    expect(notice).to_be_hidden()
    caption = page.locator(f"{WIDGET} .live-pictures figcaption")
    expect(caption).to_have_text(re.compile(r"held-out pictures: \d+ of \d+ called right"))

    page.locator(f"{SET} .set-fit").select_option("cut_out")
    choose_files(page, ("table.png", on_a_table()))
    expect(words(page)).to_have_text("15 pictures in 2 classes.")
    shows(page, f"Math.min(...[...document.querySelectorAll('{TILES} img')].map((image) => image.naturalWidth))", 28)

    path = tmp_path / "sixty-one.zip"
    path.write_bytes(zipped(many(61, [f"c{k}" for k in range(61)])))
    assert drop_file(page, SET, path)
    expect(page.locator(f"{SET} .set-skipped li")).to_contain_text("61 classes, and at most 60")
    expect(words(page)).to_have_text("15 pictures in 2 classes.")


def test_files_that_come_while_others_are_read_wait_for_their_turn(page):
    open_tab(page, "live", data="files")
    held = Held(page, "read_pictures")
    choose_files(page, *[(f"{k}.png", picture(k)) for k in range(2)])
    held.wait()
    choose_class(page, 1)
    choose_files(page, *[(f"{k}.png", picture(20 + k)) for k in range(3)])
    reading = page.locator(f"{SET} .set-reading span")
    expect(reading).to_have_text("Reading the pictures: 0 of 2 files… 3 more wait.")
    held.release()
    expect(page.locator(f"{SET} .set-classes button")).to_have_text(["class 1 · 2", "class 2 · 3"])
    expect(reading).to_be_hidden()


def test_the_camera_takes_a_picture_a_second_into_the_open_class(page, photograph):
    open_tab(page, "live", data="files")
    choose_class(page, 1)
    camera = page.locator(f"{SET} [data-set=camera]")
    dialog = page.locator(f"{WIDGET} .loom-dialog")
    shoot, shots = dialog.locator("[data-shoot]"), dialog.locator(".set-shots")
    camera.click()
    expect(dialog.locator("h3")).to_have_text("Pictures of class 2")
    expect(shoot).to_be_enabled()
    page.evaluate("() => { window.track = document.querySelector('.loom-dialog video').srcObject.getTracks()[0] }")
    shoot.click()
    photograph(page, "live-own-set-camera")
    page.wait_for_function(f"document.querySelectorAll('{TILES}').length >= 2")
    shoot.click()
    expect(shoot).to_have_text("Start")
    expect(shots).to_have_text(re.compile(r"^\d+ pictures of class 2 taken\.$"))
    dialog.locator("[data-close]").click()
    expect(dialog).to_have_count(0)
    shows(page, "window.track.readyState", "ended")
    expect(page.locator(f"{SET} .set-classes button")).to_have_text(
        [re.compile("class 1 · 0"), re.compile("2 · [2-9]")]
    )
    page.wait_for_function(f"document.querySelector('{TILES} img').naturalWidth === 64")

    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError') } }"
    )
    camera.click()
    expect(dialog.locator(".loom-notice")).to_have_text("No camera was found. Choose a file instead.")
    expect(shoot).to_be_disabled()
    page.keyboard.press("Escape")
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    with page.expect_file_chooser() as chooser:
        camera.click()
    chooser.value.set_files({"name": "photo.png", "mimeType": "image/png", "buffer": picture(3)})
    expect(page.locator(f"{SET} .set-classes button").nth(1)).to_have_text(re.compile("2 · [3-9]"))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("model", "tab", "shown", "names"),
    [
        ("cae", "latent_map", ".legendtext", ["crow", "jay"]),
        ("classifier", "classify", ".chips button", ["crow", "jay"]),
        ("denoiser", "denoise", ".chips button", ["crow", "jay"]),
        ("autodecoder", "autodecoder", ".chips button", ["crow", "jay"]),
        ("vae", "features", ".chips button", ["crow", "jay"]),
        ("gan", "gan", ".loom-datasets option:checked", ["my pictures"]),
    ],
)
def test_a_model_of_own_pictures_opens_in_its_tab_with_them(page, model, tab, shown, names, photograph):
    open_tab(page, "live", data="files", model=model, **SMALL)
    choose_files(page, ("set.zip", zipped(many(24, ("jay", "crow")))))
    expect(words(page)).to_have_text("24 pictures in 2 classes.")
    page.locator(f"{WIDGET} .live-play").click()
    status(page, "rests")
    page.locator(f"{WIDGET} [data-open={tab}]").click()
    expect(page.locator(f"#{tab}-widget {shown}")).to_contain_text(names)
    expect(page.locator(f"#{tab}-widget .loom-notice")).to_be_hidden()
    photograph(page, f"live-own-set-{tab}")


@pytest.mark.thorough
def test_a_finger_draws_and_a_pause_takes_the_drawing(browser, address):
    page = touch_page(browser, address)
    page.set_default_timeout(90_000)
    open_tab(page, "live", data="draw")
    page.locator(f"{SET} [data-auto]").tap()
    canvas = page.locator(f"{SET} .set-pad canvas")
    for k in range(2):
        canvas.tap(position={"x": 60 + 40 * k, "y": 80})
        expect(page.locator(TILES)).to_have_count(k + 1)
    shows(page, "document.documentElement.scrollWidth <= innerWidth", True)
    page.context.close()
