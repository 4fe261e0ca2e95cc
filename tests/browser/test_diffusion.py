import re

import pytest
from playwright.sync_api import expect

from tests.helpers.driving import (
    Held,
    drop_file,
    failing,
    listen,
    open_shared,
    open_tab,
    shared_link,
    shows,
    shows_other,
    touch_page,
)

WIDGET = "#diffusion-widget"
PATHS = f"{WIDGET} .diffusion-view[data-view=paths]"
WHOLE = f"{PATHS}[data-whole]"
# mean difference of both methods' pictures, in bytes
APART = f"""() => {{
  const [a, b] = [...document.querySelectorAll('{PATHS} .films canvas')].map((canvas) =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / (a.length * 3 / 4);
}}"""
# of the painted hole with black, with white and with the panel that the pad stands on, as WCAG measures contrast
LEAST_CONTRAST = f"""() => {{
  const pad = document.querySelector('{WIDGET} .diffusion-hole canvas');
  const hole = pad.getContext('2d').getImageData(14, 11, 1, 1).data;
  const panel = getComputedStyle(pad.closest('.loom-panel')).backgroundColor.match(/[0-9.]+/g).map(Number);
  const brightness = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, part, c) => {{
    const share = rgb[c] / 255;
    return sum + part * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }}, 0.05);
  const ratios = [[0, 0, 0], [255, 255, 255], panel].map((other) => brightness(hole) / brightness(other));
  return Math.min(...ratios.map((ratio) => Math.max(ratio, 1 / ratio)));
}}"""
TRACED = f"{WIDGET} .diffusion-classes .loom-bar.best"


@pytest.fixture(autouse=True)
def _patience(page):
    page.set_default_timeout(90_000)


def pixels(selector):
    return f"document.querySelector('{WIDGET} {selector}').toDataURL()"


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def wait_for(page, selector, words):
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector).textContent.includes(words)",
        arg=[f"{WIDGET} {selector}", words],
    )


def settled(page):
    page.wait_for_function(f"!document.querySelector('{WIDGET} [data-pending]')?.checkVisibility()")


def slide(page, selector, value, event="input"):
    page.locator(f"{WIDGET} {selector}").evaluate(
        """(one, [value, event]) => {
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(one, value);
          one.dispatchEvent(new Event(event, {bubbles: true}));
        }""",
        [value, event],
    )


def open_paths(page, **query):
    """The 64 paths of a few steps, all there and one of them traced."""
    open_tab(page, "diffusion", **({"steps": 4} | query))
    page.wait_for_selector(WHOLE, state="attached")
    page.wait_for_selector(TRACED)
    settled(page)


def test_time_is_scrubbed_both_ways_without_the_server(page, photograph):
    open_paths(page, steps=10)
    asked = listen(page)
    frames = [page.evaluate(pixels(".films canvas"))]
    parts = [page.evaluate(pixels(f".diffusion-three .{name}")) for name in ("first", "second", "third")]
    for k in [*range(9, -1, -1), *range(1, 11)]:
        slide(page, ".paths-player input", k)
        frames.append(page.evaluate(pixels(".films canvas")))
    assert asked == []
    assert len(set(frames)) == 11
    assert frames[1:10] == frames[-2:10:-1]  # the same states on the way back
    assert frames[0] == frames[-1]
    expect(page.locator(f"{WIDGET} .paths-player output").first).to_have_text("t = 1.00, picture")
    slide(page, ".paths-player input", 3)
    expect(page.locator(f"{WIDGET} .paths-player output").first).to_have_text("t = 0.30")
    changed = [page.evaluate(pixels(f".diffusion-three .{name}")) for name in ("first", "second", "third")]
    assert all(before != after for before, after in zip(parts, changed, strict=True))
    page.wait_for_timeout(400)
    assert asked == []
    photograph(page, "diffusion-early")


def test_the_first_paths_can_be_scrubbed_while_others_are_walked(page):
    held = Held(page, "load_paths")
    page.goto("/?tab=diffusion&steps=2")
    held.wait()
    held.routes.pop(0).continue_()
    held.wait()  # the second part is asked for, and does not come
    page.wait_for_selector(f"{PATHS}[data-ready]")
    wait_for(page, ".progress", "16 of 64 paths")
    before = page.evaluate(pixels(".films canvas"))
    slide(page, ".paths-player input", 0)
    shows_other(page, pixels(".films canvas"), before)
    held.release()
    page.wait_for_selector(WHOLE, state="attached")
    expect(page.locator(f"{WIDGET} .progress").first).to_have_text("")


def test_a_click_follows_a_path_and_the_link_opens_it(page, browser):
    open_paths(page, seed=5, method="heun", **{"class": 8}, guidance=2, t=0.5)
    grid = page.locator(f"{WIDGET} .films canvas").first
    box = grid.bounding_box()
    grid.click(position={"x": box["width"] * 3.5 / 8, "y": box["height"] * 2.5 / 8})
    wait_for(page, ".what", "Path 20 of 64")
    wait_for(page, ".verdict-line", "Ends as: Bag")
    settled(page)
    fresh = open_shared(page, browser, "diffusion")
    link = shared_link(page, "diffusion")
    for part in ("seed=5", "steps=4", "method=heun", "class=8", "guidance=2", "tile=19", "t=0.5"):
        assert part in link
    fresh.wait_for_selector(WHOLE, state="attached")
    wait_for(fresh, ".verdict-line", "Ends as: Bag")
    settled(fresh)
    for picture in (".films canvas", ".first", ".second", ".third"):
        shows(fresh, pixels(picture), page.evaluate(pixels(picture)))
    for words in (".what", ".verdict-line", ".paths-player output"):
        expect(fresh.locator(f"{WIDGET} {words}").first).to_have_text(text(page, words), use_inner_text=True)
    fresh.close()


def test_two_methods_stand_side_by_side(page, photograph):
    open_paths(page, steps=3, method="both")
    pictures = page.locator(f"{WIDGET} [data-view=paths] .films canvas")
    expect(pictures).to_have_count(2)
    slide(page, ".paths-player input", 0)
    of_noise = page.evaluate(APART)
    slide(page, ".paths-player input", 3)
    assert of_noise < 3  # the same noise, compressed twice
    shows(page, f"() => ({APART})() > {3 * of_noise + 3}", True)
    expect(page.locator(f"{WIDGET} .what").first).to_contain_text("by Euler")
    photograph(page, "diffusion-both")
    page.get_by_role("radio", name="Heun").click()
    page.wait_for_function(f"document.querySelectorAll('{PATHS} .films canvas').length === 1")


def test_the_tab_works_with_the_keyboard_alone(page):
    open_paths(page, steps=10, t=0)
    expect(page.locator(f"{WIDGET} .paths-player output").first).to_have_text("t = 0.00, noise")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    wait_for(page, ".paths-player output", "t = 0.10")
    wait_for(page, ".what", "Path 2 of")
    page.keyboard.press(" ")
    wait_for(page, ".paths-player [data-do=play]", "Pause")
    wait_for(page, ".paths-player output", "t = 1.00, picture")
    wait_for(page, ".paths-player [data-do=play]", "Play")
    page.keyboard.press("ArrowLeft")
    wait_for(page, ".paths-player output", "t = 0.90")
    page.keyboard.press("Home")
    wait_for(page, ".paths-player output", "noise")
    page.locator(f"{WIDGET} [data-choice=view] [data-key=paths]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{WIDGET} [data-view=picture]:not([hidden])")


def test_steps_class_and_noise_ask_for_other_paths(page):
    open_paths(page)
    ends = [page.evaluate(pixels(".films canvas"))]
    expect(page.locator(f"{WIDGET} [data-guidance]")).to_be_disabled()
    for change in (
        lambda: slide(page, "[data-steps]", 2, "change"),
        lambda: page.locator(f"{WIDGET} [data-label]").select_option("8"),
        lambda: slide(page, "[data-guidance]", 3, "change"),
        lambda: page.locator(f"{WIDGET} [data-seed]").fill("12") or page.keyboard.press("Tab"),
        lambda: page.locator(f"{WIDGET} [data-do=anew]").click(),
    ):
        change()
        page.wait_for_selector(WHOLE, state="attached")
        page.wait_for_function(f"before => !before.includes({pixels('.films canvas')})", arg=ends)
        ends.append(page.evaluate(pixels(".films canvas")))
    page.locator(f"{WIDGET} [data-seed]").fill("-3")
    page.keyboard.press("Tab")
    wait_for(page, ".loom-notice", "from 0 to 9999; 0 is used")


def test_examples_open_and_mark_the_one_that_is_shown(page):
    open_paths(page, steps=2)
    pressed = page.locator(f"{WIDGET} .loom-examples [aria-pressed=true]")
    expect(pressed).to_have_count(0)
    page.get_by_role("button", name="One step", exact=True).click()
    page.wait_for_selector(WHOLE, state="attached")
    expect(pressed).to_have_text(["One step"])
    page.get_by_role("button", name="From noise to clothes").click()
    wait_for(page, ".paths-player [data-do=play]", "Pause")
    expect(pressed).to_have_text(["From noise to clothes"])
    wait_for(page, ".paths-player output", "t = 1.00, picture")
    expect(pressed).to_have_text(["From noise to clothes"])
    page.locator(f"{WIDGET} [data-do=anew]").click()
    expect(pressed).to_have_text(["From noise to clothes"])  # of other noise
    slide(page, "[data-steps]", 7, "change")
    expect(pressed).to_have_count(0)


def test_a_picture_is_noised_and_brought_back_without_the_server(page, browser, photograph):
    open_tab(page, "diffusion", view="picture", real=120)
    wait_for(page, ".what", "Test image: Trouser")
    page.wait_for_selector(TRACED)
    wait_for(page, ".verdict-line", "Trouser")
    settled(page)
    asked = listen(page)
    seen = set()
    for k in range(11):
        slide(page, ".return-player input", k)
        seen.add(page.evaluate(pixels(".second")) + page.evaluate(pixels(".third")))
    assert len(seen) == 11
    expect(page.locator(f"{WIDGET} .return-player output").first).to_have_text("noised to t = 1.0")
    shows(page, pixels(".third"), page.evaluate(pixels(".first")))
    page.locator(f"{WIDGET} .diffusion-returns button").nth(3).click()
    expect(page.locator(f"{WIDGET} .return-player output").first).to_have_text("noised to t = 0.3")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(400)
    assert asked == []
    photograph(page, "diffusion-picture")
    slide(page, ".return-player input", 3)
    fresh = open_shared(page, browser, "diffusion")
    fresh.wait_for_selector(TRACED)
    settled(fresh)
    expect(fresh.locator(f"{WIDGET} .return-player output").first).to_have_text("noised to t = 0.3")
    for picture in (".first", ".second", ".third"):
        shows(fresh, pixels(picture), page.evaluate(pixels(picture)))
    fresh.close()


def test_a_drawing_or_an_upload_is_brought_back(page, browser, tmp_path):
    from PIL import Image

    from core.data.fashion_mnist import load_fashion_sample

    open_tab(page, "diffusion", view="picture")
    page.locator(f"{WIDGET} .diffusion-pad [data-tool=clear]").click()
    wait_for(page, ".verdict-line", "Draw something")
    box = page.locator(f"{WIDGET} .diffusion-pad .pad").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 60 + 8 * (step % 3), box["y"] + 40 + 12 * step)
    page.mouse.up()
    wait_for(page, ".what", "Your picture")
    wait_for(page, ".verdict-line", "comes back as")
    fresh = open_shared(page, browser, "diffusion")
    wait_for(fresh, ".verdict-line", "comes back as")
    expect(fresh.locator(f"{WIDGET} .verdict-line").first).to_have_text(
        text(page, ".verdict-line"), use_inner_text=True
    )
    fresh.close()

    Image.fromarray(load_fashion_sample().images[120, 0].numpy()).save(tmp_path / "trouser.png")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "trouser.png")
    wait_for(page, ".verdict-line", "Trouser")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page.locator(f"{WIDGET} input[type=file]").set_input_files(tmp_path / "broken.png")
    wait_for(page, ".loom-notice", "not a picture")
    open_paths(page, steps=1)
    assert drop_file(page, f"{WIDGET} .films canvas", tmp_path / "trouser.png")
    wait_for(page, ".verdict-line", "Trouser")


def test_the_training_is_a_film_of_the_same_noise(page, browser, photograph):
    open_tab(page, "diffusion", view="training", snapshot=0, tile=3)
    wait_for(page, ".training-player output", "before any training")
    wait_for(page, ".what", "Noise 4 through")
    asked = listen(page)
    before = page.evaluate(pixels("[data-view=training] .films canvas"))
    page.keyboard.press("ArrowRight")
    wait_for(page, ".training-player output", "after 53 steps")
    shows_other(page, pixels("[data-view=training] .films canvas"), before)
    page.locator(f"{WIDGET} .diffusion-strip button").nth(9).click()
    wait_for(page, ".training-player output", "after 4,250 steps")
    page.locator(f"{WIDGET} .diffusion-strip button").nth(9).press("ArrowRight")
    assert asked == []
    photograph(page, "diffusion-training")
    fresh = open_shared(page, browser, "diffusion")
    wait_for(fresh, ".training-player output", "after 4,250 steps")
    shows(fresh, pixels(".first"), page.evaluate(pixels(".first")))
    fresh.close()


def test_broken_values_of_a_link_are_named_and_the_rest_kept(page):
    open_tab(page, "diffusion", steps=0, guidance=-1, tile=64, t=2, method="constructor", seed=5, **{"class": 10})
    said = page.locator(f"{WIDGET} .loom-notice").first
    for name in ("steps", "guidance", "tile", "t", "method", "class"):
        expect(said).to_contain_text(f"The link's {name} must be ")
    expect(page.locator(f"{WIDGET} [data-seed]")).to_have_value("5")


def test_a_late_answer_is_not_painted(page):
    open_paths(page, steps=2)
    held = Held(page, "trace")
    page.keyboard.press("ArrowDown")
    wait_for(page, ".what", "Path 2 of")
    held.wait()
    page.wait_for_selector(f"{WIDGET} .diffusion-classes[data-pending]")
    page.keyboard.press("ArrowUp")  # back to the first, which is asked for again
    wait_for(page, ".what", "Path 1 of")
    held.release()
    settled(page)
    first = page.evaluate(pixels(".third"))
    fresh = Held(page, "load_paths")
    page.locator(f"{WIDGET} [data-do=anew]").click()
    fresh.wait()
    page.wait_for_selector(f"{WIDGET} .diffusion-film[data-pending]")
    page.locator(f"{WIDGET} [data-seed]").fill("0")
    page.keyboard.press("Tab")
    fresh.release()
    page.wait_for_selector(WHOLE, state="attached")
    settled(page)
    shows(page, pixels(".third"), first)


def test_an_answer_that_fails_keeps_nothing_of_the_paths_before(page):
    open_paths(page, steps=2)
    with failing(page, "load_paths"):
        empty = page.evaluate("(() => { const c = document.createElement('canvas'); c.width = c.height = 224; "
                              "return c.toDataURL(); })()")  # fmt: skip
        page.locator(f"{WIDGET} [data-do=anew]").click()
        wait_for(page, ".loom-notice", "It broke.")
        shows(page, pixels(".films canvas"), empty)
        expect(page.locator(f"{WIDGET} .progress").first).to_have_text("")
    page.locator(f"{WIDGET} [data-do=anew]").click()
    page.wait_for_selector(WHOLE, state="attached")


def test_fingers_do_what_a_mouse_does_on_a_phone(browser, address):
    page = touch_page(browser, address)
    page.set_default_timeout(90_000)
    open_paths(page)
    grid = page.locator(f"{WIDGET} .films canvas").first
    box = grid.bounding_box()
    grid.tap(position={"x": box["width"] * 3.5 / 8, "y": box["height"] * 2.5 / 8})
    wait_for(page, ".what", "Path 20 of 64")
    page.locator(f"{WIDGET} [data-choice=view] [data-key=picture]").tap()
    page.wait_for_selector(TRACED)
    page.locator(f"{WIDGET} .diffusion-returns button").nth(2).tap()
    wait_for(page, ".return-player output", "noised to t = 0.2")
    page.locator(f"{WIDGET} .gallery .chips button").first.tap()
    page.locator(f"{WIDGET} .gallery .tiles button").nth(2).tap()
    wait_for(page, ".what", "Test image: T-shirt")
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    page.context.close()


def test_a_walk_between_two_noises_is_scrubbed_without_the_server(page, browser, photograph):
    open_tab(page, "diffusion", view="walk", steps=2, tile=4, to=9)
    wait_for(page, ".what", "From noise 5 to noise 10")
    settled(page)
    asked = listen(page)
    page.keyboard.press("End")
    wait_for(page, ".walk-player output", "at the second noise")
    shows(page, pixels(".second"), page.evaluate(pixels(".third")))
    page.keyboard.press("ArrowUp")
    wait_for(page, ".walk-player output", "79 % of the way")
    box = page.locator(f"{WIDGET} [data-view=walk] .films canvas").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    wait_for(page, ".walk-player output", "50 % of the way")
    page.wait_for_timeout(400)
    assert asked == []
    photograph(page, "diffusion-walk")
    fresh = open_shared(page, browser, "diffusion")
    settled(fresh)
    expect(fresh.locator(f"{WIDGET} .walk-player output").first).to_have_text("50 % of the way")
    shows(fresh, pixels(".second"), page.evaluate(pixels(".second")))
    fresh.close()
    page.locator(f"{WIDGET} [data-noise=to]").fill("65")
    page.keyboard.press("Tab")
    wait_for(page, ".loom-notice", "noise takes a whole number from 1 to 64; 64 is used.")
    wait_for(page, ".what", "to noise 64")


def test_other_models_are_named_with_their_distance(page, photograph):
    open_tab(page, "diffusion", view="others", seed=3)
    names = ["flow", "dcgan", "vad-gaussian", "vae-fashion"]
    captions = page.locator(f"{WIDGET} [data-view=others] figcaption")
    expect(captions).to_have_text([re.compile(f"^{name}:.*Fréchet distance", re.DOTALL) for name in names])
    before = page.evaluate(pixels("[data-view=others] .films canvas"))
    photograph(page, "diffusion-others")
    page.locator(f"{WIDGET} [data-do=anew]").click()
    page.wait_for_function(f"before => {pixels('[data-view=others] .films canvas')} !== before", arg=before)


def test_a_hole_is_painted_and_filled(page, browser, photograph):
    open_tab(page, "diffusion", view="hole", real=905, steps=4)
    wait_for(page, ".verdict-line", "Filled, the classifier predicts")
    settled(page)
    photograph(page, "diffusion-hole")
    asked = listen(page)
    ends = page.evaluate(pixels("[data-view=hole] .films canvas"))
    slide(page, ".hole-player input", 0)
    shows_other(page, pixels("[data-view=hole] .films canvas"), ends)
    slide(page, ".hole-player input", 4)
    shows(page, pixels("[data-view=hole] .films canvas"), ends)
    assert asked == []
    page.locator(f"{WIDGET} .diffusion-hole [data-tool=clear]").click()
    wait_for(page, ".verdict-line", "Paint over what is to be filled")
    expect(page.locator(f"{WIDGET} [data-view=hole] .films canvas")).to_be_hidden()
    box = page.locator(f"{WIDGET} .diffusion-hole .pad").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 140, steps=5)
    page.mouse.up()
    wait_for(page, ".verdict-line", "Filled, the classifier predicts")
    settled(page)
    shows_other(page, pixels("[data-view=hole] .films canvas"), ends)
    for _ in ("light", "dark"):
        page.wait_for_function(f"() => ({LEAST_CONTRAST})() >= 3")
        page.click("[data-page=theme]")
    fresh = open_shared(page, browser, "diffusion")
    settled(fresh)
    for picture in ("[data-view=hole] .films canvas", ".first", ".second", ".third"):
        shows(fresh, pixels(picture), page.evaluate(pixels(picture)))
    fresh.close()
