import re

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from tests.helpers.driving import Held, becomes, failing, listen, open_shared, open_tab, shared_link, shows, shows_other

WIDGET = "#interpolate-widget"
NOW = f"document.querySelector('{WIDGET} canvas.now').toDataURL()"
ROWS = f"[...document.querySelectorAll('{WIDGET} .rows canvas')].map(c => c.toDataURL())"
PLAIN = {"model": "cae-27", "a": 119, "b": 640}


DONE = "s => s.textContent && !s.textContent.includes('…')"


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def wait_text(page, selector, words):
    page.wait_for_function(f"w => document.querySelector('{WIDGET} {selector}').textContent === w", arg=words)


def press(page, name):
    page.locator(f"{WIDGET} [data-do={name}]").click()


def changes(page, do, what=NOW):
    before = page.evaluate(what)
    do()
    page.wait_for_function(f"before => JSON.stringify({what}) !== JSON.stringify(before)", arg=before, timeout=60_000)
    return page.evaluate(what)


def alpha(page):
    return float(text(page, ".interp-alpha output"))


def wait_rows(page):
    page.wait_for_function(
        f"[...document.querySelectorAll('{WIDGET} .rows span')].every({DONE})",
        timeout=120_000,
    )


def test_a_drag_scrubs_every_decoder_without_asking_the_server(page, photograph):
    open_tab(page, "interpolate", **PLAIN)
    wait_rows(page)
    box = page.locator(f"{WIDGET} [data-alpha]").bounding_box()
    y, seen, seen_rows = box["y"] + box["height"] / 2, set(), set()
    asked = listen(page)
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + (0.5 - 0.024 * step) * box["width"], y)
        seen.add(page.evaluate(NOW))
        seen_rows.add(str(page.evaluate(ROWS)))
    page.mouse.up()
    assert asked == []
    assert len(seen) > 15
    assert len(seen_rows) > 15
    becomes(page, lambda page: alpha(page) < 0.1, True)
    now = page.locator(f"{WIDGET} canvas.now")
    expect(now).to_have_attribute("aria-label", re.compile("Trouser, test image"))
    expect(now).to_have_attribute("aria-label", re.compile("Shirt, test image"))
    photograph(page, "interpolate-dragged")


def test_the_keyboard_steps_plays_and_swaps(page):
    open_tab(page, "interpolate", alpha=0.5, **PLAIN)
    page.locator(f"{WIDGET} [data-alpha]").focus()
    changes(page, lambda: [page.keyboard.press("ArrowRight") for _ in range(3)])
    becomes(page, alpha, 0.53)
    page.keyboard.press("End")
    becomes(page, alpha, 1)
    changes(page, lambda: page.keyboard.press(" "))
    page.wait_for_function(f"document.querySelector('{WIDGET} [data-do=play]').textContent === 'Pause'")
    page.wait_for_function(f"Number(document.querySelector('{WIDGET} .interp-alpha output').textContent) < 0.9")
    page.keyboard.press(" ")
    page.keyboard.press("Home")
    first = text(page, "[data-end=a] span")
    page.keyboard.press("s")
    page.wait_for_function(
        f"first => document.querySelector('{WIDGET} [data-end=b] span').textContent === first", arg=first
    )
    becomes(page, alpha, 1)
    page.keyboard.press("Shift+S")  # as with Caps Lock
    page.wait_for_function(
        f"first => document.querySelector('{WIDGET} [data-end=a] span').textContent === first", arg=first
    )


def test_other_ends_models_and_ways(page, photograph):
    open_tab(page, "interpolate", **PLAIN)
    page.locator(f"{WIDGET} [data-end=b]").click()
    page.locator(f"{WIDGET} .chips button", has_text="Bag").click()
    changes(page, lambda: page.locator(f"{WIDGET} .tiles button").nth(3).click())
    expect(page.locator(f"{WIDGET} [data-end=b] span").first).to_contain_text("Bag")
    expect(page.locator(f"{WIDGET} [data-end=a] span").first).to_have_text(re.compile("^" + re.escape("Trouser")))
    changes(page, lambda: page.get_by_role("radio", name="spherical").click())
    changes(page, lambda: page.locator(f"{WIDGET} .rows button", has_text="cae-2").last.click())
    page.locator(f"{WIDGET} [data-model]").select_option("cae-4")
    page.locator(f"{WIDGET} [data-beyond]").check()
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .strip button').length === 10")
    page.locator(f"{WIDGET} [data-alpha]").focus()
    page.locator(f"{WIDGET} .strip button").last.click()
    becomes(page, alpha, 1.4)
    page.locator(f"{WIDGET} [data-beyond]").uncheck()
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .strip button').length === 9")
    becomes(page, alpha, 1)
    changes(page, lambda: page.get_by_role("button", name="Sneaker to boot").click())
    expect(page.locator(f"{WIDGET} [data-end=a] span").first).to_contain_text("Sneaker")
    photograph(page, "interpolate-sneaker")
    press(page, "reset")
    page.wait_for_selector(f"{WIDGET} .loom-examples [aria-pressed=true] >> text=Trouser to Shirt")


def test_a_drawing_becomes_an_end_and_travels_in_the_link(page, browser, photograph):
    open_tab(page, "interpolate", alpha=0.2, **PLAIN)
    page.get_by_role("radio", name="draw").click()
    page.locator(f"{WIDGET} [data-tool=clear]").click()
    expect(page.locator(f"{WIDGET} .loom-notice").first).to_contain_text("empty")
    box = page.locator(f"{WIDGET} .pad canvas").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"], steps=8)
    changes(page, page.mouse.up)
    expect(page.locator(f"{WIDGET} [data-end=a] span").first).to_have_text("your drawing")
    photograph(page, "interpolate-drawn")
    fresh = open_shared(page, browser, "interpolate")
    assert "a_pixels=" in shared_link(page, "interpolate")
    shows(fresh, NOW, page.evaluate(NOW))
    fresh.close()


def test_the_shared_link_opens_the_same_view(page, browser):
    open_tab(page, "interpolate", model="cae-6", a=7, b=903, alpha=1.37, method="spherical", beyond=1)
    fresh = open_shared(page, browser, "interpolate")
    becomes(page, alpha, 1.37)
    becomes(fresh, alpha, 1.37)
    shows(fresh, NOW, page.evaluate(NOW))
    fresh.close()


def test_an_upload_becomes_an_end_and_a_bad_one_is_explained(page, tmp_path):
    Image.fromarray(255 - np.pad(load_fashion_sample().images[905, 0].numpy(), 8)).save(tmp_path / "boot.png")
    (tmp_path / "bad.png").write_bytes(b"hello")
    open_tab(page, "interpolate", alpha=0, **PLAIN)
    changes(page, lambda: page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "boot.png"))
    expect(page.locator(f"{WIDGET} .said").first).to_have_text(re.compile("^" + re.escape("Ankle boot")))
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "bad.png")
    page.wait_for_selector(f"{WIDGET} .loom-notice:visible")
    expect(page.locator(f"{WIDGET} .loom-notice").first).to_contain_text("not a picture")
    expect(page.locator(f"{WIDGET} .said").first).to_have_text(re.compile("^" + re.escape("Ankle boot")))


def test_gif_png_and_python_can_be_kept(page):
    open_tab(page, "interpolate", alpha=0.25, **PLAIN)
    for name, magic in (("gif", b"GIF89a"), ("png", b"\x89PNG")):
        with page.expect_download() as download:
            press(page, name)
        path = download.value.path()
        assert path.read_bytes().startswith(magic)
        assert download.value.suggested_filename == f"cae-27-linear.{name}"
        with Image.open(path) as picture:
            assert picture.width > 200
    press(page, "python")
    dialog = page.locator(f"{WIDGET} dialog")
    expect(dialog.locator("pre")).to_contain_text("lerp(a, b, 0.25)")
    dialog.locator("[data-close]").click()
    page.locator(f"{WIDGET} [data-alpha]").focus()
    page.keyboard.press("ArrowRight")
    press(page, "python")
    expect(dialog.locator("pre")).to_contain_text("lerp(a, b, 0.26)")
    dialog.locator("[data-copy]").click()
    expect(dialog.locator("[data-copy]")).to_have_text(re.compile("Copied|Ctrl"))


def test_faces_have_a_gallery_a_portrait_chance_and_attributes(page, photograph):
    open_tab(page, "interpolate", model="vae-faces", a=0, b=5)
    page.wait_for_selector(f"{WIDGET} .faces .tiles button")
    expect(page.locator(f"{WIDGET} .faces .tiles button")).to_have_count(64)
    for name, words in (("portrait", "your photo"), ("random", "a face of your own")):
        press(page, name)
        page.wait_for_function(
            f"words => document.querySelector('{WIDGET} [data-end=a] span').textContent === words", arg=words
        )
    page.wait_for_selector(f"{WIDGET} [data-ahead]", timeout=120_000)
    slider = page.get_by_label(re.compile("^Smiling"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{WIDGET} .axes output").first).to_have_text("+0.1")
    press(page, "still")
    expect(page.locator(f"{WIDGET} .axes output").first).to_have_text("0.0")
    photograph(page, "interpolate-faces")
    page.locator(f"{WIDGET} .share").click()
    page.wait_for_function(f"document.querySelector('{WIDGET} .share').dataset.link")
    assert "a_code=" in shared_link(page, "interpolate")
    page.locator(f"{WIDGET} [data-model]").select_option("cae-4")
    page.wait_for_function(f"document.querySelector('{WIDGET} [data-end=a] span').textContent.startsWith('Trouser')")


def test_nonsense_in_a_link_is_ignored_or_told(page):
    page.goto("/?tab=interpolate&model=cae-27&a=x&b=1e9&alpha=here&method=cubic&attributes=a,b&beyond=2")
    page.wait_for_selector(f"{WIDGET} [data-ready]", timeout=60_000)
    becomes(page, alpha, 0.5)
    page.goto("/?tab=interpolate&model=constructor")
    page.wait_for_selector(f"{WIDGET} .loom-notice:visible", timeout=60_000)
    expect(page.locator(f"{WIDGET} .loom-notice").first).to_contain_text('no decoder "constructor"')
    page.goto("/?tab=interpolate&model=cae-27&a_pixels=%%%25")
    page.wait_for_selector(f"{WIDGET} .loom-notice:visible", timeout=60_000)
    changes(page, lambda: page.locator(f"{WIDGET} .tiles button").nth(1).click())


def test_what_is_not_yet_answered_looks_so_and_a_late_answer_is_not_shown(page):
    open_tab(page, "interpolate", **PLAIN)
    wait_rows(page)
    held = Held(page, "path")
    page.locator(f"{WIDGET} .tiles button").nth(5).click()
    page.wait_for_selector(f"{WIDGET} .now[data-pending]")
    expect(page.locator(f"{WIDGET} .said").first).to_have_text("…")
    expect(page.locator(f"{WIDGET} .rows [data-pending]")).to_have_count(9)
    page.locator(f"{WIDGET} [data-model]").select_option("cae-4")
    press(page, "swap")
    latest = text(page, "[data-end=b] span")
    held.release()
    page.wait_for_selector(f"{WIDGET} .now:not([data-pending])")
    wait_rows(page)
    expect(page.locator(f"{WIDGET} [data-end=b] span").first).to_have_text(latest, use_inner_text=True)
    now = page.locator(f"{WIDGET} canvas.now")
    expect(now).to_have_attribute("aria-label", re.compile(re.escape(f"B, {latest}")))
    expect(now).to_have_attribute("aria-label", re.compile("painted by cae-4"))


def test_a_path_can_be_scrubbed_before_all_its_frames_are_here(page):
    open_tab(page, "interpolate", alpha=0.37, **PLAIN)
    wait_rows(page)
    frames = f"document.querySelectorAll('{WIDGET} .strip canvas').length"
    held = Held(page, "path", lambda data: len(data["frames"]) > 15)
    before = page.evaluate(NOW)
    page.locator(f"{WIDGET} .tiles button").nth(5).click()
    page.wait_for_selector(f"{WIDGET} .now:not([data-pending])")
    shown = page.evaluate(NOW)
    assert shown != before
    shows(page, frames, 9)
    expect(page.locator(f"{WIDGET} .strip[data-pending]")).to_have_count(0)
    expect(page.locator(f"{WIDGET} .band[data-pending]")).to_have_count(1)
    expect(page.locator(f"{WIDGET} .said").first).to_contain_text("%")
    page.locator(f"{WIDGET} [data-alpha]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{WIDGET} .now[data-pending]")
    shows(page, NOW, shown)  # of the nearest frame, and said to be none yet
    expect(page.locator(f"{WIDGET} .said").first).to_have_text("…")
    page.locator(f"{WIDGET} .strip button").first.click()
    page.wait_for_selector(f"{WIDGET} .now:not([data-pending])")
    shows_other(page, NOW, shown)
    held.release()
    page.wait_for_selector(f"{WIDGET} .band:not([data-pending])")
    page.locator(f"{WIDGET} [data-alpha]").focus()
    changes(page, lambda: page.keyboard.press("ArrowRight"))
    expect(page.locator(f"{WIDGET} .now[data-pending]")).to_have_count(0)


def test_a_slow_upload_is_seen_can_be_cancelled_and_never_overwrites_a_newer_choice(page, tmp_path):
    Image.fromarray(255 - np.pad(load_fashion_sample().images[905, 0].numpy(), 8)).save(tmp_path / "boot.png")
    open_tab(page, "interpolate", alpha=0, **PLAIN)
    for give_up in (
        lambda: press(page, "cancel"),
        lambda: page.locator(f"{WIDGET} .tiles button").nth(4).click(),
    ):
        held = Held(page, "read_upload")
        page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "boot.png")
        page.wait_for_selector(f"{WIDGET} .interp-incoming:visible")
        expect(page.locator(f"{WIDGET} .interp-incoming").first).to_contain_text("boot.png")
        give_up()
        page.wait_for_selector(f"{WIDGET} .interp-incoming", state="hidden")
        held.release()
        page.wait_for_timeout(800)
        expect(page.locator(f"{WIDGET} [data-end=a] span").first).to_have_text(re.compile("^" + re.escape("Trouser")))


def test_a_path_that_fails_keeps_nothing_of_the_one_before(page):
    open_tab(page, "interpolate", **PLAIN)
    wait_rows(page)
    with failing(page, "path"):
        page.locator(f"{WIDGET} .tiles button").nth(6).click()
        page.wait_for_selector(f"{WIDGET} .loom-notice:visible")
        expect(page.locator(f"{WIDGET} .loom-notice").first).to_have_text("It broke.")
        expect(page.locator(f"{WIDGET} .said").first).to_have_text("no picture")
        expect(page.locator(f"{WIDGET} .band")).to_be_hidden()
    changes(page, lambda: page.locator(f"{WIDGET} .tiles button").nth(7).click())
    page.wait_for_selector(f"{WIDGET} .loom-notice", state="hidden")


def test_a_broken_value_of_a_link_is_named_and_the_rest_kept(page):
    open_tab(page, "interpolate", model="cae-4", a=7, b="x", alpha="abc", end="b")
    said = page.locator(f"{WIDGET} .loom-notice").first
    expect(said).to_contain_text('alpha must be a number from -0.5 to 1.5, not "abc"; 0.5 is shown.')
    expect(said).to_contain_text("The link's b must be a whole number from 0 to 999")
    expect(page.locator(f"{WIDGET} [data-model]")).to_have_value("cae-4")
    expect(page.locator(f"{WIDGET} [data-end=b]")).to_have_attribute("aria-pressed", "true")


def test_a_finger_takes_ends_frames_and_decoders_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, base_url=address)
    page = context.new_page()
    open_tab(page, "interpolate", **PLAIN)
    wait_rows(page)
    page.locator(f"{WIDGET} .strip button").first.tap()
    becomes(page, alpha, 0.1)
    page.locator(f"{WIDGET} [data-end=b]").tap()
    changes(page, lambda: page.locator(f"{WIDGET} .tiles button").nth(2).tap(), what=ROWS)
    page.locator(f"{WIDGET} .rows button", has_text="cae-6").tap()
    page.wait_for_function(f"document.querySelector('{WIDGET} [data-model]').value === 'cae-6'")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    context.close()
