import numpy as np
import pytest
from PIL import Image

from core.data import load_fashion_sample
from tests.browser.test_page import open_shared, open_tab, shared_link

# strokes on the 28 x 28 pad: the body, then two short sleeves
SHIRT = [
    [(10, 5), (10, 25), (12.5, 25), (12.5, 6), (15.5, 6), (15.5, 25), (18, 25), (18, 5)],
    [(9, 5), (4, 9), (5, 11), (9, 8)],
    [(19, 5), (24, 9), (23, 11), (19, 8)],
]


def draw(page, strokes):
    box = page.locator("#classify-widget .pad canvas").bounding_box()
    unit = box["width"] / 28
    for stroke in strokes:
        places = [(box["x"] + x * unit, box["y"] + y * unit) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=6)
        page.mouse.up()


def settle(page):
    """Wait until the answer shown is that of the pixels on the pad."""
    page.wait_for_timeout(400)
    page.wait_for_selector("#classify-widget .loom-bar.best")


def best(page):
    return page.locator("#classify-widget .loom-bar.best .name").inner_text()


def probabilities(page):
    return page.locator("#classify-widget .loom-bar .fill").evaluate_all(
        "fills => fills.map(f => Number(f.style.transform.slice(7, -1)))"
    )


def press(page, tool):
    page.locator(f"#classify-widget [data-tool={tool}]").click()


def test_a_drawn_shirt_is_classified(page, photograph):
    open_tab(page, "classify")
    press(page, "clear")
    assert page.locator("#classify-widget .loom-bar.best").count() == 0
    draw(page, SHIRT)
    settle(page)
    assert best(page) in ("T-shirt/top", "Shirt")
    assert sum(probabilities(page)) == pytest.approx(1, abs=1e-3)
    photograph(page, "classify-drawn")


def test_probabilities_move_while_the_pen_is_down(page):
    open_tab(page, "classify")
    press(page, "clear")
    box = page.locator("#classify-widget .pad canvas").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 250, steps=8)
    settle(page)
    first = probabilities(page)
    page.mouse.move(box["x"] + 260, box["y"] + 250, steps=8)
    settle(page)
    assert probabilities(page) != first
    page.mouse.up()


def test_an_empty_pad_asks_for_a_picture(page):
    open_tab(page, "classify")
    press(page, "clear")
    assert "empty" in page.locator("#classify-widget .loom-notice").inner_text()
    press(page, "undo")
    page.wait_for_selector("#classify-widget .loom-bar.best")


def test_a_test_image_of_each_class_is_recognised(page):
    open_tab(page, "classify")
    page.locator(".chips button", has_text="Trouser").click()
    page.locator(".tiles button").first.click()
    settle(page)
    assert best(page) == "Trouser"
    page.locator(".chips button", has_text="Bag").click()
    page.locator(".tiles button").nth(2).click()
    settle(page)
    assert best(page) == "Bag"
    assert "right" in page.locator("#classify-widget .verdict").inner_text()


def test_its_mistakes_can_be_looked_at(page):
    open_tab(page, "classify")
    page.locator(".chips button", has_text="its mistakes").click()
    page.wait_for_function("document.querySelectorAll('.tiles button').length !== 100", timeout=60_000)
    page.locator(".tiles button").first.click()
    page.wait_for_function("document.querySelector('#classify-widget .verdict').textContent.includes('it is:')")


def test_the_pad_can_be_drawn_on_with_the_keyboard(page):
    open_tab(page, "classify")
    press(page, "clear")
    page.locator("#classify-widget .pad canvas").focus()
    for key in ["ArrowUp", "Space", "ArrowDown", "ArrowDown", "Space"]:
        page.keyboard.press(key)
    settle(page)
    assert sum(probabilities(page)) == pytest.approx(1, abs=1e-3)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert "empty" in page.locator("#classify-widget .loom-notice").inner_text()


def test_mirror_draws_both_halves(page):
    open_tab(page, "classify")
    press(page, "clear")
    press(page, "mirror")
    draw(page, [[(6, 5), (6, 20)]])
    settle(page)
    pixels = page.locator("#classify-widget .pad canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    pixels = np.array(pixels).reshape(28, 28)
    assert pixels[10, 6] > 200
    assert np.abs(pixels - pixels[:, ::-1]).max() <= 60


def test_feature_maps_change_with_the_picture(page):
    open_tab(page, "classify")
    page.wait_for_selector("#classify-widget .layers canvas")
    assert page.locator("#classify-widget .layers canvas").count() == 32 + 32 + 64 + 1
    picture = "() => [...document.querySelectorAll('[data-layer=conv1] canvas')].map(c => c.toDataURL()).join()"
    before = page.evaluate(picture)
    page.locator(".chips button", has_text="Sandal").click()
    page.locator(".tiles button").first.click()
    page.wait_for_function(f"before => ({picture})() !== before", arg=before)


def test_a_photo_is_shown_as_the_network_sees_it(page, tmp_path):
    photo = 255 - np.pad(load_fashion_sample().images[100, 0].numpy(), 8)  # dark trousers on a light wall
    Image.fromarray(photo).resize((660, 660)).convert("RGB").save(tmp_path / "photo.jpg")
    open_tab(page, "classify")
    page.locator("#classify-widget input[type=file]").set_input_files(tmp_path / "photo.jpg")
    page.wait_for_function("document.querySelector('#classify-widget .loom-bar.best .name').textContent === 'Trouser'")


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"hello", "not a picture"), (b"\x89PNG\r\n", "picture")]
)
def test_a_bad_upload_is_explained_and_nothing_is_lost(page, tmp_path, content, words):
    open_tab(page, "classify")
    before = best(page)
    (tmp_path / "bad.png").write_bytes(content)
    page.locator("#classify-widget input[type=file]").set_input_files(tmp_path / "bad.png")
    page.wait_for_selector("#classify-widget .loom-notice:visible")
    assert words in page.locator("#classify-widget .loom-notice").inner_text()
    assert best(page) == before
    page.locator(".tiles button").nth(1).click()
    page.wait_for_selector("#classify-widget .loom-notice", state="hidden")


@pytest.mark.parametrize("kind", ["a test image", "a drawing"])
def test_the_shared_link_opens_the_same_view(page, browser, address, kind):
    open_tab(page, "classify")
    if kind == "a drawing":
        press(page, "clear")
        draw(page, SHIRT)
    else:
        page.locator(".chips button", has_text="Bag").click()
        page.locator(".tiles button").nth(7).click()
    settle(page)
    fresh = open_shared(page, browser, "classify")
    assert ("pixels=" in shared_link(page, "classify")) == (kind == "a drawing")
    settle(fresh)
    assert probabilities(fresh) == pytest.approx(probabilities(page), abs=1e-3)
    fresh.close()


def test_a_damaged_link_is_told_and_the_tab_works(page):
    open_tab_words = "/?tab=classify&pixels=%%%25"
    page.goto(open_tab_words)
    page.wait_for_selector("#classify-widget .loom-notice:visible")
    assert "link" in page.locator("#classify-widget .loom-notice").inner_text()
    page.locator(".tiles button").first.click()
    page.wait_for_selector("#classify-widget .loom-bar.best")
