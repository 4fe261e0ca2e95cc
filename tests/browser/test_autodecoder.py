import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.helpers.driving import Held, failing, is_seen, listen, open_shared, open_tab, shared_link, shows, shows_other

WIDGET = "#autodecoder-widget"
SEEN = f"[...document.querySelectorAll('{WIDGET} .auto-five canvas')].map(c => c.toDataURL()).join()"
NOW = f"document.querySelector('{WIDGET} [data-fit=now]').toDataURL()"


@pytest.fixture
def tab(page):
    page.set_default_timeout(150_000)
    return page


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def go(page, view):
    page.locator(f"{WIDGET} [data-view] [data-key={view}]").click()
    page.wait_for_selector(f"{WIDGET} [data-ready={view}]")


def slider(page, place):
    return page.locator(f"{WIDGET} {place} input[type=range]")


def test_the_magnitude_is_dragged_without_the_server(tab, photograph):
    open_tab(tab, "autodecoder", view="magnitude")
    box = slider(tab, ".auto-stretch").bounding_box()
    y, seen = box["y"] + box["height"] / 2, set()
    asked = listen(tab)
    tab.mouse.move(box["x"] + 0.1 * box["width"], y)
    tab.mouse.down()
    for step in range(16):
        tab.mouse.move(box["x"] + (0.1 + 0.05 * step) * box["width"], y)
        seen.add(tab.evaluate(SEEN))
    tab.mouse.up()
    assert len(seen) > 10
    assert asked == []
    tab.locator(f"{WIDGET} .auto-marks button", has_text="0.5").first.click()
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 0.50")
    slider(tab, ".auto-stretch").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 0.55")
    photograph(tab, "autodecoder-magnitude")
    painted = tab.evaluate(f"""() => {{
      const input = document.querySelector('{WIDGET} .auto-stretch input'), painted = [];
      for (let k = 0; k <= 40; k++) {{
        input.value = k;
        input.dispatchEvent(new Event('input', {{bubbles: true}}));
        painted.push({SEEN});
      }}
      return painted;
    }}""")
    assert len(set(painted)) == 41  # each is painted before its event is over; how fast, the benchmark of sliders says


def test_a_link_opens_the_same_magnitude_and_presets_and_reset_work(tab, browser):
    open_tab(tab, "autodecoder", image=603, magnitude=1.25)
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 1.25")
    fresh = open_shared(tab, browser, "autodecoder")
    shows(fresh, SEEN, tab.evaluate(SEEN))
    fresh.close()
    tab.get_by_role("button", name="Twice").click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} .whose').textContent.startsWith('Ankle boot')")
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 2.00")
    tab.locator(f"{WIDGET} [data-do=reset]").click()
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 1.00")


def test_codes_to_try_and_learned_distributions_are_read(tab, photograph):
    open_tab(tab, "autodecoder", view="try", seed=3)
    expect(tab.locator(f"{WIDGET} [data-only=try] .auto-sheet button")).to_have_count(40)
    tab.locator(f"{WIDGET} .auto-sheet button[data-m='0'][data-k='1']").hover()
    expect(tab.locator(f"{WIDGET} .auto-look .what").first).to_have_text("AD: 128 ones")
    before = text(tab, "[data-only=try] .auto-sheet")
    tab.locator(f"{WIDGET} [data-do=draws]").click()
    tab.wait_for_function(
        f"was => document.querySelector('{WIDGET} [data-only=try] .auto-sheet').innerText !== was", arg=before
    )
    go(tab, "learned")
    tab.wait_for_selector(f"{WIDGET} .auto-dimensions svg")
    first = text(tab, ".dimension")
    tab.locator(f"{WIDGET} .auto-dimensions").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(f"{WIDGET} .dimension").first).not_to_have_text(first, use_inner_text=True)
    tab.locator(f"{WIDGET} .auto-dimensions").hover(position={"x": 400, "y": 90})
    for family in ("vad-exponential", "vad-uniform"):
        tab.locator(f"{WIDGET} [data-family] [data-key={family}]").click()
        expect(tab.locator(f"{WIDGET} .auto-dimensions .mean")).to_have_count(128)
    expect(tab.locator(f"{WIDGET} .auto-draws canvas")).to_have_count(30)
    photograph(tab, "autodecoder-learned")


def test_four_models_stand_beside_each_other_with_an_image_and_a_drawing(tab, browser, photograph):
    open_tab(tab, "autodecoder", view="four", image=900, seed=2)
    captions = tab.locator(f"{WIDGET} .auto-four small")
    expect(captions.nth(4 + 4)).to_contain_text("4 numbers")
    before = tab.locator(f"{WIDGET} .auto-four").inner_text()
    photograph(tab, "autodecoder-four")
    tab.locator(f"{WIDGET} .auto-source [data-source] [data-key=pad]").click()
    box = tab.locator(f"{WIDGET} .auto-pad .pad").bounding_box()
    tab.mouse.move(box["x"] + 40, box["y"] + 60)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 150, box["y"] + 160, steps=4)
    tab.mouse.up()
    tab.wait_for_function(
        f"was => document.querySelector('{WIDGET} .auto-four').innerText !== was "
        f"&& document.querySelector('{WIDGET} [data-ready=four]')", arg=before, timeout=90_000,
    )  # fmt: skip
    fresh = open_shared(tab, browser, "autodecoder")
    fresh.wait_for_selector(f"{WIDGET} [data-ready=four]", timeout=90_000)
    expect(fresh.locator(f"{WIDGET} .auto-four").first).to_have_text(
        tab.locator(f"{WIDGET} .auto-four").inner_text(), use_inner_text=True
    )
    fresh.close()


def test_a_code_is_fitted_and_its_way_scrubbed(tab, browser, photograph):
    open_tab(tab, "autodecoder", view="fit", steps=20, image=500)
    expect(tab.locator(f"{WIDGET} .auto-steps output").first).to_have_text("step 20 of 20")
    end, seen = tab.evaluate(NOW), set()
    asked = listen(tab)
    slider(tab, ".auto-steps").focus()
    for _ in range(12):
        tab.keyboard.press("ArrowLeft")
        seen.add(tab.evaluate(NOW))
    expect(tab.locator(f"{WIDGET} .auto-steps output").first).to_have_text("step 8 of 20")
    assert len(seen | {end}) > 8
    assert asked == []
    photograph(tab, "autodecoder-fit")
    fresh = open_shared(tab, browser, "autodecoder")
    assert "step=8" in shared_link(tab, "autodecoder")
    shows(fresh, NOW, tab.evaluate(NOW))
    fresh.close()


def test_a_drawing_and_a_photo_are_fitted(tab):
    open_tab(tab, "autodecoder", view="fit", steps=20)
    tab.get_by_role("button", name="A face").click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} .auto-pad').hidden === false")
    before = tab.evaluate(f"document.querySelector('{WIDGET} [data-fit=target]').toDataURL()")
    photo = io.BytesIO()
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (64, 1))).save(photo, "PNG")
    tab.locator(f"{WIDGET} input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": photo.getvalue()}
    )
    tab.wait_for_function(
        f"was => document.querySelector('{WIDGET} [data-fit=target]').toDataURL() !== was", arg=before
    )
    tab.wait_for_function(f"document.querySelector('{WIDGET} .auto-steps output').textContent === 'step 20 of 20'")
    tab.locator(f"{WIDGET} [data-tool=clear]").click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} .loom-notice').textContent.includes('empty')")


def test_the_way_and_the_map(tab, browser, photograph):
    open_tab(tab, "autodecoder", view="path", alpha=0.5)
    expect(tab.locator(f"{WIDGET} .auto-alpha output").first).to_have_text("α = 0.50")
    expect(tab.locator(f"{WIDGET} .auto-path .says").first).to_contain_text("Dress")
    tab.keyboard.press("End")
    expect(tab.locator(f"{WIDGET} .auto-alpha output").first).to_have_text("α = 1.00")
    tab.keyboard.press(" ")
    tab.wait_for_function(f"document.querySelector('{WIDGET} .auto-alpha button').textContent === 'Pause'")
    tab.keyboard.press(" ")
    tab.locator(f"{WIDGET} [data-end=b] [data-by='1']").click()
    tab.wait_for_selector(f"{WIDGET} [data-ready=path]")
    photograph(tab, "autodecoder-path")
    go(tab, "map")
    expect(tab.locator(f"{WIDGET} .embedding-plot .point")).to_have_count(2000)
    is_seen(tab.locator(f"{WIDGET} .embedding-plot").first)
    tab.locator(f"{WIDGET} .auto-maps .embedding").first.focus()
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(f"{WIDGET} .embedding-overlay .lit")).to_have_count(2)
    tab.locator(f"{WIDGET} [data-only=map] .chips button").first.click()
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} .embedding-plot .point').length === 1800")
    photograph(tab, "autodecoder-map")


def test_broken_values_of_a_link_are_named_and_the_rest_kept(tab):
    open_tab(tab, "autodecoder", view="magnitude", magnitude="much")
    expect(tab.locator(f"{WIDGET} .auto-stretch output").first).to_have_text("× 1.00")
    open_tab(tab, "autodecoder", view="nowhere", image=-4, magnitude="much", seed=1e9, model="x,y", pixels="")
    expect(tab.locator(f"{WIDGET} [data-view] [aria-checked=true]")).to_have_text("Codes to try")
    said = tab.locator(f"{WIDGET} .loom-notice").first
    for name in ("view", "image", "magnitude", "seed", "model", "pixels"):
        expect(said).to_contain_text(f"The link's {name} must be ")
    open_tab(tab, "autodecoder", view="path", a=7, b="x", alpha=0.25)
    expect(tab.locator(f"{WIDGET} .auto-alpha output").first).to_have_text("α = 0.25")
    expect(tab.locator(f"{WIDGET} .loom-notice").first).to_contain_text(
        "The link's b must be a whole number from 0 to 999"
    )


def test_a_link_keeps_the_chosen_code_and_a_drawing(tab, browser):
    open_tab(tab, "autodecoder", view="try", seed=3)
    tab.locator(f"{WIDGET} .auto-sheet button[data-m='2'][data-k='5']").hover()
    fresh = open_shared(tab, browser, "autodecoder")
    expect(fresh.locator(f"{WIDGET} .auto-look .what").first).to_have_text(
        text(tab, ".auto-look .what"), use_inner_text=True
    )
    fresh.close()
    open_tab(tab, "autodecoder", view="fit", steps=20)
    tab.get_by_role("button", name="A face").click()
    tab.wait_for_selector(f"{WIDGET} [data-ready=fit]")
    fresh = open_shared(tab, browser, "autodecoder")
    shows(fresh, NOW, tab.evaluate(NOW))
    fresh.close()


def test_what_is_not_yet_answered_looks_so_and_a_late_answer_is_not_shown(tab):
    open_tab(tab, "autodecoder", image=600)
    held = Held(tab, "load_magnitudes")
    tab.locator(f"{WIDGET} .tiles button").nth(3).click()
    held.wait()
    expect(tab.locator(f"{WIDGET} .auto-five [data-pending]")).to_have_count(4)
    tab.locator(f"{WIDGET} .tiles button").nth(5).click()
    latest = text(tab, ".whose")
    held.release()
    tab.wait_for_selector(f"{WIDGET} [data-ready=magnitude]")
    expect(tab.locator(f"{WIDGET} [data-pending]")).to_have_count(0)
    expect(tab.locator(f"{WIDGET} .whose").first).to_have_text(latest, use_inner_text=True)
    shown = tab.evaluate(SEEN)
    fresh = latest.split("no. ")[1]
    tab.locator(f"{WIDGET} .tiles button").nth(4).click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} .whose').textContent.indexOf('{fresh}') < 0")
    tab.wait_for_selector(f"{WIDGET} [data-ready=magnitude]")
    shows_other(tab, SEEN, shown)


def test_a_cleared_pad_keeps_nothing_of_the_fit_even_when_an_answer_comes_late(tab):
    open_tab(tab, "autodecoder", view="fit", steps=20)
    held = Held(tab, "follow_fit")
    tab.get_by_role("button", name="A face").click()
    tab.wait_for_selector(f"{WIDGET} [data-fit=now][data-empty]", state="attached")
    held.wait()
    tab.locator(f"{WIDGET} [data-tool=clear]").click()
    held.release()
    tab.wait_for_timeout(800)
    expect(tab.locator(f"{WIDGET} .loom-notice").first).to_contain_text("The pad is empty")
    for part in ("[data-fit=now]", "[data-fit=rest]", ".results", "[data-chart=loss]"):
        expect(tab.locator(f"{WIDGET} {part}")).to_be_hidden()


def test_a_slow_upload_can_be_cancelled_and_never_overwrites_a_newer_choice(tab):
    open_tab(tab, "autodecoder", view="fit", steps=20)
    photo = io.BytesIO()
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (64, 1))).save(photo, "PNG")
    for give_up in (
        lambda: tab.locator(f"{WIDGET} .loom-uploading button").click(),
        lambda: tab.locator(f"{WIDGET} .tiles button").nth(4).click(),
    ):
        held = Held(tab, "read_upload")
        tab.locator(f"{WIDGET} input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": photo.getvalue()}
        )
        tab.wait_for_selector(f"{WIDGET} .loom-uploading button")
        held.wait()
        give_up()
        held.release()
        tab.wait_for_timeout(800)
        expect(tab.locator(f"{WIDGET} .auto-pad")).to_be_hidden()


def test_a_failing_answer_keeps_nothing_of_the_one_before_and_a_choice_asks_again(tab):
    open_tab(tab, "autodecoder", image=600)
    with failing(tab):
        tab.locator(f"{WIDGET} .tiles button").nth(3).click()
        tab.wait_for_selector(f"{WIDGET} .loom-notice:visible")
        expect(tab.locator(f"{WIDGET} .loom-notice").first).to_have_text("It broke.")
        expect(tab.locator(f"{WIDGET} .auto-five [data-empty]")).to_have_count(4)
    tab.locator(f"{WIDGET} .tiles button").nth(3).click()
    tab.wait_for_selector(f"{WIDGET} [data-ready=magnitude]")
    expect(tab.locator(f"{WIDGET} .loom-notice:visible")).to_have_count(0)


def test_fingers_do_what_a_mouse_does_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, base_url=address)
    page = context.new_page()
    page.set_default_timeout(150_000)
    open_tab(page, "autodecoder", view="try")
    page.locator(f"{WIDGET} .auto-sheet button[data-m='0'][data-k='1']").tap()
    expect(page.locator(f"{WIDGET} .auto-look .what").first).to_have_text("AD: 128 ones")
    page.locator(f"{WIDGET} [data-view] [data-key=learned]").tap()
    page.wait_for_selector(f"{WIDGET} [data-ready=learned]")
    first = text(page, ".dimension")
    page.locator(f"{WIDGET} .auto-dimensions").tap(position={"x": 200, "y": 90})
    expect(page.locator(f"{WIDGET} .dimension").first).not_to_have_text(first, use_inner_text=True)
    page.locator(f"{WIDGET} [data-view] [data-key=path]").tap()
    page.wait_for_selector(f"{WIDGET} [data-ready=path]")
    page.locator(f"{WIDGET} .strip button").first.tap()
    expect(page.locator(f"{WIDGET} .auto-alpha output").first).to_have_text("α = 0.00")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    context.close()


def test_a_file_dropped_anywhere_is_fitted(tab):
    open_tab(tab, "autodecoder", steps=20)
    photo = io.BytesIO()
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (64, 1))).save(photo, "PNG")
    tab.evaluate(
        """([place, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], 'a.png', {type: 'image/png'}));
          document.querySelector(place).dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}));
        }""",
        [f"{WIDGET} .auto-charts", list(photo.getvalue())],
    )
    tab.wait_for_function(f"document.querySelector('{WIDGET} .auto-pad').hidden === false")
    tab.wait_for_selector(f"{WIDGET} [data-ready=fit]")


def test_an_encoder_stands_beside_the_descent(tab):
    open_tab(tab, "autodecoder", view="fit", steps=20, image=500)
    tab.wait_for_selector(f"{WIDGET} .encoded:not([data-empty])", timeout=60_000)
    expect(tab.locator(f"{WIDGET} .encoded").first).to_contain_text("cae-27, 27 numbers: error 0.0")
    words = text(tab, ".encoded")
    tab.locator(f"{WIDGET} .tiles button").nth(5).click()
    tab.wait_for_function(f"before => document.querySelector('{WIDGET} .encoded').innerText !== before", arg=words)
