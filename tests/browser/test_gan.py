import re

import pytest
from playwright.sync_api import expect

from tests.helpers.driving import Held, failing, listen, open_shared, open_tab, shared_link, shows

WIDGET = "#gan-widget"
COMPARED = f"document.querySelectorAll('{WIDGET} [data-near=fc1] li').length === 6"
EVEN_SHEETS = f"""() => {{
  const [a, b] = [...document.querySelectorAll('{WIDGET} .sheet')].map((sheet) => sheet.getBoundingClientRect());
  return innerWidth === 360 && a.width > 50 && a.top === b.top && a.bottom === b.bottom;
}}"""
LAID_OUT = f"document.querySelector('{WIDGET} .loom-dots canvas').getAttribute('aria-label')"


@pytest.fixture(autouse=True)
def _patience(page):
    page.set_default_timeout(90_000)


def pixels(selector):
    return f"document.querySelector('{WIDGET} {selector}').toDataURL()"


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").inner_text()


def wait_for(page, selector, words):
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector).textContent.includes(words)",
        arg=[f"{WIDGET} {selector}", words],
    )


def drag(page, selector, places):
    """Move the mouse, pressed, through shares (u, v) of an element; gives the pictures seen on the way."""
    box, seen = page.locator(f"{WIDGET} {selector}").bounding_box(), set()
    for step, (u, v) in enumerate(places):
        page.mouse.move(box["x"] + u * box["width"], box["y"] + v * box["height"])
        if step == 0:
            page.mouse.down()
        seen.add(page.evaluate(pixels(".film")) + page.evaluate(pixels(".big")))
    return seen


def test_the_training_is_scrubbed_without_the_server(page, photograph):
    open_tab(page, "gan")
    page.wait_for_function(COMPARED)
    asked = listen(page)
    seen = drag(page, ".training-player input", [(0.98 - 0.05 * k, 0.5) for k in range(20)])
    assert asked == []
    assert len(seen) > 8
    page.mouse.up()
    expect(page.locator(f"{WIDGET} .training-player output")).to_have_text(re.compile("^" + re.escape("moment ")))
    wait_for(page, ".what", "Code 1, ")
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')")  # judged once the hand rests
    photograph(page, "gan-early")


def test_a_click_on_a_picture_follows_its_code_and_the_link_opens_it(page, browser):
    open_tab(page, "gan")
    grid = page.locator(f"{WIDGET} .film")
    box = grid.bounding_box()
    grid.click(position={"x": box["width"] * 3.5 / 8, "y": box["height"] * 2.5 / 8})
    wait_for(page, ".what", "Code 20, ")
    wait_for(page, ".strip-title", "Code 20 through")
    page.locator(f"{WIDGET} .gan-strip button").nth(2).click()
    wait_for(page, ".training-player output", "moment 3 of")
    page.wait_for_function(f"!document.querySelector('{WIDGET} .gan-verdict[data-pending]')")
    fresh = open_shared(page, browser, "gan")
    assert "moment=2" in shared_link(page, "gan")
    assert "tile=19" in shared_link(page, "gan")
    for picture in (".film", ".picture"):
        shows(fresh, pixels(picture), page.evaluate(pixels(picture)))
    for words in (".what", ".chance", ".training-player output"):
        expect(fresh.locator(f"{WIDGET} {words}")).to_have_text(text(page, words), use_inner_text=True)
    fresh.close()


def test_the_training_works_with_the_keyboard_alone(page):
    open_tab(page, "gan", moment=0)
    wait_for(page, ".training-player output", "moment 1 of")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    wait_for(page, ".training-player output", "moment 2 of")
    wait_for(page, ".what", "Code 2, ")
    page.keyboard.press(" ")
    wait_for(page, ".training-player [data-do=play]", "Pause")
    wait_for(page, ".training-player output", "moment 5 of")
    page.keyboard.press(" ")
    wait_for(page, ".training-player [data-do=play]", "Play")
    page.keyboard.press("End")
    page.wait_for_function(f"(i => i.value === i.max)(document.querySelector('{WIDGET} .training-player input'))")
    page.locator(f"{WIDGET} [data-choice=view] [data-key=training]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{WIDGET} [data-view=walk]:not([hidden])")


def test_the_losses_name_what_the_target_makes_of_them_and_a_click_goes_there(page):
    open_tab(page, "gan")
    before = text(page, ".losses .key")
    for words in ("1.38", "0.80", "0.325"):  # what the discriminator's target makes of the least losses
        assert words in before
    box = page.locator(f"{WIDGET} .losses svg").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + 60)
    wait_for(page, ".training-player output", "moment 1 of")
    expect(page.locator(f"{WIDGET} .losses .key")).not_to_have_text(before, use_inner_text=True)


def test_the_diverged_run_is_a_film_of_its_own(page, photograph):
    open_tab(page, "gan")
    before = page.evaluate(pixels(".film"))
    page.get_by_role("button", name="A divergence").click()
    page.wait_for_function(f"before => {pixels('.film')} !== before", arg=before)
    expect(page.get_by_role("radio", name="diverged run")).to_have_attribute("aria-checked", "true")
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')")
    expect(page.locator(f"{WIDGET} .gan-classes p")).to_have_text("All pictures are black: nothing to name.")
    photograph(page, "gan-divergence")
    page.get_by_role("radio", name="mode collapse").click()
    expect(page.locator(f"{WIDGET} .gan-classes p")).to_have_text(re.compile("^1 of 10 classes; 1 class holds"))
    photograph(page, "gan-mode-collapse")
    page.get_by_role("radio", name="healthy run").click()
    page.wait_for_function(f"before => {pixels('.film')} === before", arg=before)
    expect(page.locator(f"{WIDGET} .gan-classes p")).to_have_text(re.compile("^10 of 10 classes;"))
    columns = page.locator(f"{WIDGET} .gan-classes svg")
    columns.click(position={"x": 3, "y": 30})
    expect(page.locator(f"{WIDGET} .training-player output")).to_have_text(re.compile("^moment 1 of"))
    expect(page.locator(f"{WIDGET} .gan-classes p")).to_have_text(re.compile("^1 of 10 classes; 1 class holds"))


def test_a_walk_is_turned_without_the_server_and_its_link_opens_it(page, browser, photograph):
    open_tab(page, "gan", view="walk", seed=5, stops=6, frame=0)
    page.wait_for_selector(f"{WIDGET} .walk-bars .best")
    page.wait_for_function(COMPARED)
    expect(page.locator(f"{WIDGET} .walk-player output")).to_have_text("code 1 of 6")
    asked = listen(page)
    seen = drag(page, ".gan-ring", [(0.5 + 0.04 * k, 0.06 + 0.02 * k) for k in range(11)])
    assert asked == []
    assert len(seen) > 6
    page.mouse.up()
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')")
    photograph(page, "gan-walk")
    fresh = open_shared(page, browser, "gan")
    expect(fresh.locator(f"{WIDGET} .walk-player output")).to_have_text(
        text(page, ".walk-player output"), use_inner_text=True
    )
    shows(fresh, pixels(".big"), page.evaluate(pixels(".big")))
    fresh.close()


def test_walks_play_and_a_new_one_is_another(page):
    open_tab(page, "gan", view="walk", frame=95)
    before = page.evaluate(pixels(".ring"))
    page.keyboard.press("ArrowRight")  # the walk is closed
    wait_for(page, ".walk-player output", "code 1 of 4")
    page.keyboard.press(" ")
    wait_for(page, ".walk-player [data-do=play]", "Pause")
    page.get_by_role("button", name="New walk").click()
    page.wait_for_function(f"before => {pixels('.ring')} !== before", arg=before)
    page.locator(f"{WIDGET} [data-stops]").select_option("8")
    wait_for(page, ".walk-player output", "of 8")
    page.locator(f"{WIDGET} [data-seed]").fill("12")
    page.keyboard.press("Tab")
    wait_for(page, ".what", "Walk 12")


def test_the_discriminator_judges_real_made_and_own_pictures(page, browser, photograph):
    open_tab(page, "gan", view="score", real=120)
    page.wait_for_function(LAID_OUT)
    wait_for(page, ".what", "Test image: Trouser")
    wait_for(page, ".rank", "of the real and")
    photograph(page, "gan-score")
    page.set_viewport_size({"width": 360, "height": 740})  # where the words over one sheet take two lines
    shows(page, EVEN_SHEETS, True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(f"{WIDGET} .loom-dots canvas").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"!document.querySelector('{WIDGET} .what').textContent.includes('Trouser') "
                           f"|| !document.querySelector('{WIDGET} .loom-dots .thumb').hidden")  # fmt: skip
    page.get_by_role("button", name="A fake that passes").click()
    wait_for(page, ".what", "Made picture")
    page.locator(f"{WIDGET} [data-tool=clear]").click()
    box = page.locator(f"{WIDGET} .pad").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 60 + 8 * (step % 3), box["y"] + 40 + 12 * step)
    page.mouse.up()
    wait_for(page, ".what", "Your picture")
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')")
    fresh = open_shared(page, browser, "gan")
    wait_for(fresh, ".what", "Your picture")
    expect(fresh.locator(f"{WIDGET} .chance")).to_have_text(text(page, ".chance"), use_inner_text=True)
    fresh.close()


def test_an_upload_is_judged_and_what_is_no_picture_is_told(page, tmp_path):
    from PIL import Image

    from core.data.fashion_mnist import load_fashion_sample

    open_tab(page, "gan", view="score")
    page.wait_for_function(LAID_OUT)
    Image.fromarray(load_fashion_sample().images[120, 0].numpy()).save(tmp_path / "trouser.png")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "trouser.png")
    wait_for(page, ".what", "Your picture")
    wait_for(page, ".predicted", "Trouser")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "broken.png")
    wait_for(page, ".loom-notice", "not a picture")


def test_a_copy_check_and_reset(page):
    open_tab(page, "gan", moment=0)
    page.get_by_role("button", name="A copy?").click()
    page.wait_for_function(COMPARED)
    wait_for(page, "[data-closer=pixels]", "have a closer neighbour")
    page.locator(f"{WIDGET} [data-do=reset]").click()
    wait_for(page, ".what", "Code 1, ")


def test_broken_values_of_a_link_are_named_and_the_rest_kept(page):
    open_tab(
        page, "gan", view="constructor", run="toString", moment="-3", tile="1e9", seed="x", real="-1", pixels="%25"
    )
    wait_for(page, ".what", "Code 1, ")
    said = page.locator(f"{WIDGET} .loom-notice")
    for name in ("view", "run", "moment", "tile", "seed", "real", "pixels"):
        expect(said).to_contain_text(f"The link's {name} must be ")
    open_tab(page, "gan", view="walk", seed=5, stops=7, frame=10)
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text("The link's stops must be one of 3, 4, 6, 8")
    expect(page.locator(f"{WIDGET} [data-seed]")).to_have_value("5")


def test_what_is_not_yet_answered_looks_so_and_a_late_answer_is_not_shown(page):
    open_tab(page, "gan", view="score", real=120)
    wait_for(page, ".rank", "of the real and")
    held = Held(page, "describe_picture")
    tiles = page.locator(f"{WIDGET} .gallery .tiles button")
    tiles.nth(3).click()
    held.wait()
    page.wait_for_selector(f"{WIDGET} .gan-verdict[data-pending]")
    page.wait_for_selector(f"{WIDGET} [data-near=pixels][data-pending]")
    page.locator(f"{WIDGET} [data-tool=clear]").click()
    held.release()
    page.wait_for_timeout(800)
    expect(page.locator(f"{WIDGET} .chance")).to_have_text("…")
    expect(page.locator(f"{WIDGET} .predicted")).to_have_text("")
    expect(page.locator(f"{WIDGET} [data-near=pixels]")).to_be_hidden()
    tiles.nth(4).click()
    wait_for(page, ".rank", "of the real and")
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')")


def test_a_slow_upload_can_be_cancelled_and_never_overwrites_a_newer_choice(page, tmp_path):
    from PIL import Image

    open_tab(page, "gan", view="score", real=120)
    page.wait_for_function(LAID_OUT)
    Image.new("L", (28, 28), 200).save(tmp_path / "grey.png")
    for give_up in (
        lambda: page.locator(f"{WIDGET} .loom-uploading button").click(),
        lambda: page.locator(f"{WIDGET} .gallery .tiles button").nth(4).click(),
    ):
        held = Held(page, "read_upload")
        page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "grey.png")
        page.wait_for_selector(f"{WIDGET} .loom-uploading button")
        held.wait()
        give_up()
        held.release()
        page.wait_for_timeout(800)
        expect(page.locator(f"{WIDGET} .what")).to_have_text(re.compile("^" + re.escape("Test image")))


def test_an_answer_that_fails_keeps_nothing_of_the_picture_before(page):
    open_tab(page, "gan", view="score", real=120)
    wait_for(page, ".rank", "of the real and")
    with failing(page, "describe_picture"):
        page.locator(f"{WIDGET} .gallery .tiles button").nth(3).click()
        wait_for(page, ".loom-notice", "It broke.")
        expect(page.locator(f"{WIDGET} .chance")).to_have_text("…")
        expect(page.locator(f"{WIDGET} [data-near=pixels]")).to_be_hidden()
    page.locator(f"{WIDGET} .gallery .tiles button").nth(3).click()
    wait_for(page, ".rank", "of the real and")


def test_fingers_do_what_a_mouse_does_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, base_url=address)
    page = context.new_page()
    page.set_default_timeout(90_000)
    open_tab(page, "gan")
    box = page.locator(f"{WIDGET} .film").bounding_box()
    page.locator(f"{WIDGET} .film").tap(position={"x": box["width"] * 3.5 / 8, "y": box["height"] * 2.5 / 8})
    wait_for(page, ".what", "Code 20, ")
    page.locator(f"{WIDGET} .gan-strip button").nth(2).tap()
    wait_for(page, ".training-player output", "moment 3 of")
    page.locator(f"{WIDGET} [data-choice=view] [data-key=walk]").tap()
    page.wait_for_selector(f"{WIDGET} .walk-bars .best")
    ring = page.locator(f"{WIDGET} .gan-ring").bounding_box()
    page.locator(f"{WIDGET} .gan-ring").tap(position={"x": ring["width"] * 0.94, "y": ring["height"] / 2})
    wait_for(page, ".walk-player output", "code 2 of 4")
    page.locator(f"{WIDGET} [data-choice=view] [data-key=score]").tap()
    wait_for(page, ".rank", "of the real and")
    page.locator(f"{WIDGET} .gallery .tiles button").nth(2).tap()
    wait_for(page, ".what", "Test image: T-shirt")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    context.close()
