import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from core.training.learning_curves import load_learning_curves
from tests.helpers.driving import becomes, becomes_other, open_shared, open_tab, shared_link

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
    page.wait_for_selector("#classify-widget .bars:not([data-pending]) .loom-bar.best")


def best(page):
    return page.locator("#classify-widget .loom-bar.best .name")


def probabilities(page, network=0):
    fills = page.locator("#classify-widget .loom-bar .fill").evaluate_all(
        "fills => fills.map(f => Number(f.style.transform.slice(7, -1)))"
    )
    return fills[network :: len(fills) // 10]


def total(page, network=0):
    return sum(probabilities(page, network))


def pixels_of(page, selector):
    return page.evaluate(f"document.querySelector('#classify-widget {selector}').toDataURL()")


def press(page, tool):
    page.locator(f"#classify-widget [data-tool={tool}]").click()


def test_a_drawn_shirt_is_classified(page, photograph):
    open_tab(page, "classify")
    press(page, "clear")
    expect(page.locator("#classify-widget .loom-bar.best")).to_have_count(0)
    draw(page, SHIRT)
    settle(page)
    expect(best(page)).to_have_text(re.compile("^(T-shirt/top|Shirt)$"))
    becomes(page, total, pytest.approx(1, abs=1e-3))
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
    becomes_other(page, probabilities, first)
    page.mouse.up()


def test_an_empty_pad_asks_for_a_picture(page):
    open_tab(page, "classify")
    press(page, "clear")
    expect(page.locator("#classify-widget .loom-notice")).to_contain_text("empty")
    press(page, "undo")
    page.wait_for_selector("#classify-widget .loom-bar.best")


def test_a_test_image_of_each_class_is_recognised(page):
    open_tab(page, "classify")
    page.locator(".chips button", has_text="Trouser").click()
    page.locator(".tiles button").first.click()
    settle(page)
    expect(best(page)).to_have_text("Trouser")
    page.locator(".chips button", has_text="Bag").click()
    page.locator(".tiles button").nth(2).click()
    settle(page)
    expect(best(page)).to_have_text("Bag")
    expect(page.locator("#classify-widget .verdict")).to_contain_text("right")


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
    becomes(page, total, pytest.approx(1, abs=1e-3))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("#classify-widget .loom-notice")).to_contain_text("empty")


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
    expect(page.locator("#classify-widget .layers canvas")).to_have_count(32 + 32 + 64 + 1)
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
    before = best(page).inner_text()
    (tmp_path / "bad.png").write_bytes(content)
    page.locator("#classify-widget input[type=file]").set_input_files(tmp_path / "bad.png")
    page.wait_for_selector("#classify-widget .loom-notice:visible")
    expect(page.locator("#classify-widget .loom-notice")).to_contain_text(words)
    expect(best(page)).to_have_text(before)
    page.locator(".tiles button").nth(1).click()
    page.wait_for_selector("#classify-widget .loom-notice", state="hidden")


def test_both_networks_answer_in_one_call_while_the_pen_moves(page):
    open_tab(page, "classify")
    press(page, "clear")
    calls = []
    page.on("request", lambda request: calls.append(request.url) if request.method == "POST" else None)
    draw(page, SHIRT[:1])
    settle(page)
    becomes(page, total, pytest.approx(1, abs=1e-3))
    becomes(page, lambda page: total(page, 1), pytest.approx(1, abs=1e-3))
    becomes(page, lambda page: probabilities(page, 0) != probabilities(page, 1), True)
    assert 0 < len(calls) <= 45  # one a move at most, of 43, and one for the layers


def test_the_network_chosen_leads(page):
    open_tab(page, "classify", image=320)
    settle(page)
    expect(best(page)).to_have_text("Dress")
    page.locator(".classify-networks button", has_text="FashionNet").click()
    page.wait_for_selector("#classify-widget [data-layer=conv4] canvas")
    expect(best(page)).to_have_text("Shirt")
    expect(page.locator("#classify-widget .verdict")).to_contain_text("disagree")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#classify-widget [data-layer=block2] canvas")


def test_what_moved_it_is_shown_and_read(page, photograph):
    open_tab(page, "classify", image=905, view="evidence")
    page.wait_for_selector("#classify-widget .attribution[data-shown=occlusion]", timeout=30_000)
    first = pixels_of(page, ".loom-heat canvas")
    page.locator(".loom-heat canvas").first.hover(position={"x": 40, "y": 40})
    read = page.locator("#classify-widget .attribution-read")
    expect(read).to_contain_text("covered here")
    expect(read).to_contain_text("Ankle boot")
    photograph(page, "classify-evidence")
    page.locator("#classify-widget .loom-bar", has_text="Sneaker").click()
    becomes_other(page, lambda page: pixels_of(page, ".loom-heat canvas"), first)
    expect(page.get_by_label("Class in question")).to_have_value("7")
    page.locator("#classify-widget [data-method] button", has_text="Gradient").click()
    page.wait_for_selector("#classify-widget .attribution[data-shown=gradient]", timeout=30_000)
    page.locator(".loom-heat canvas").last.focus()
    page.keyboard.press("ArrowRight")
    expect(read).to_contain_text("10 % brighter")
    before = read.inner_text()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(read).not_to_have_text(before, use_inner_text=True)


def test_attribution_follows_the_pen(page):
    open_tab(page, "classify", image=905, view="evidence")
    page.wait_for_selector("#classify-widget .attribution[data-shown]", timeout=30_000)
    before = pixels_of(page, ".loom-heat canvas")
    draw(page, [[(3, 3), (9, 3)]])
    page.wait_for_function(
        "before => document.querySelector('#classify-widget .loom-heat canvas').toDataURL() !== before", arg=before
    )


def test_a_cell_of_the_matrix_opens_its_images_and_their_places(page, photograph):
    open_tab(page, "classify", view="confusion", cell="0,6")
    shown = "#classify-widget .classify-cell[data-shown='classifier-resnet {}']"
    page.wait_for_selector(shown.format("0 6 false"), timeout=60_000)
    expect(page.locator(".classify-cell .tiles button")).to_have_count(3)
    expect(page.locator(".cell-title")).to_contain_text("T-shirt/top called Shirt 56 of all")
    page.locator(".classify-cell .tiles button").first.click()
    settle(page)
    expect(best(page)).to_have_text("Shirt")
    expect(page.locator("#classify-widget .verdict")).to_contain_text("it is: T-shirt/top")
    cell = page.locator("#classify-widget .matrix td button[aria-pressed=true]")
    cell.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(shown.format("1 6 false"))
    expect(page.locator(".classify-cell .tiles")).to_contain_text("None of them")
    before = pixels_of(page, ".plane canvas")
    page.locator(".scope button", has_text="all classes").click()
    page.wait_for_selector(shown.format("1 6 true"))
    becomes_other(page, lambda page: pixels_of(page, ".plane canvas"), before)
    photograph(page, "classify-confusion")


def test_a_point_on_the_plane_is_named_and_taken(page):
    open_tab(page, "classify", view="confusion", cell="6,4")
    page.wait_for_selector("#classify-widget .classify-cell[data-shown]", timeout=60_000)
    page.locator(".plane canvas").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".plane small")).to_contain_text("Shirt called Coat")
    page.keyboard.press("Enter")
    settle(page)
    expect(best(page)).to_have_text("Coat")


def test_training_is_drawn_from_runs_from_scratch(page):
    open_tab(page, "classify", view="training")
    curve = page.locator("#classify-widget [data-curve=accuracy]")
    for title, name in (("ResNet", "classifier-resnet"), ("FashionNet", "classifier-fashionnet")):
        page.locator(".classify-networks button", has_text=title).click()
        last = load_learning_curves()[name].history["validation_accuracy"][-1]
        expect(curve).to_contain_text(f"held out {100 * last:.2f} %")
    curve.focus()
    page.keyboard.press("ArrowRight")
    expect(curve).to_contain_text("epoch 1")


def test_each_step_of_a_photo_can_be_switched(page, tmp_path, photograph):
    photo = 255 - np.pad(load_fashion_sample().images[100, 0].numpy(), ((8, 8), (20, 8)))
    Image.fromarray(photo).resize((840, 660)).convert("RGB").save(tmp_path / "photo.jpg")
    open_tab(page, "classify", view="training")
    page.locator("#classify-widget input[type=file]").set_input_files(tmp_path / "photo.jpg")
    page.wait_for_selector("#classify-widget .classify-photo:visible")
    expect(page.locator("#classify-widget .stages img")).to_have_count(6)
    photograph(page, "classify-photo")
    for step in ("trimmed", "on_black", "negative"):
        before = pixels_of(page, ".pad canvas")
        page.locator(f"#classify-widget [data-stage={step}]").click()
        page.wait_for_function(
            "before => document.querySelector('#classify-widget .pad canvas').toDataURL() !== before", arg=before
        )
    page.locator("#classify-widget [data-do=reset]").click()
    page.wait_for_selector("#classify-widget .classify-photo", state="hidden")


@pytest.mark.parametrize("name", ["They disagree", "Sure, and wrong", "Plain grey", "Shirts taken for coats"])
def test_an_example_opens(page, name):
    open_tab(page, "classify")
    settle(page)
    before = probabilities(page)
    page.locator("#classify-widget .loom-examples button", has_text=name).click()
    settle(page)
    becomes(page, lambda page: probabilities(page) == before, name == "Shirts taken for coats")
    if name == "Sure, and wrong":
        page.wait_for_selector("#classify-widget .attribution[data-shown]", timeout=30_000)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (
            "image=803&network=classifier-fashionnet&view=evidence&method=gradient&class=5",
            ".attribution[data-shown=gradient]",
        ),
        ("image=12&view=confusion&cell=2%2C6", ".classify-cell[data-shown='classifier-resnet 2 6 false']"),
        ("image=7&network=classifier-fashionnet&view=training", "[data-curve=accuracy] svg"),
    ],
)
def test_the_link_keeps_view_and_network(page, browser, link, shown):
    page.goto(f"/?tab=classify&{link}")
    page.wait_for_selector(f"#classify-widget {shown}", timeout=60_000)
    settle(page)
    fresh = open_shared(page, browser, "classify")
    fresh.wait_for_selector(f"#classify-widget {shown}", timeout=60_000)
    settle(fresh)
    assert shared_link(page, "classify").split("?")[1] == f"tab=classify&{link}"
    becomes(fresh, probabilities, pytest.approx(probabilities(page), abs=1e-3))
    if "gradient" in link:
        heat = pixels_of(page, ".loom-heat canvas")
        becomes(fresh, lambda page: pixels_of(page, ".loom-heat canvas"), heat)
    fresh.close()


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
    becomes(fresh, probabilities, pytest.approx(probabilities(page), abs=1e-3))
    fresh.close()


def test_a_damaged_link_is_told_and_the_tab_works(page):
    open_tab_words = "/?tab=classify&pixels=%%%25"
    page.goto(open_tab_words)
    page.wait_for_selector("#classify-widget .loom-notice:visible")
    expect(page.locator("#classify-widget .loom-notice")).to_contain_text("link")
    page.locator(".tiles button").first.click()
    page.wait_for_selector("#classify-widget .loom-bar.best")
