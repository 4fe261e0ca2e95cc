import re

import pytest
from playwright.sync_api import expect

from tests.helpers.driving import Held, add_new, listen, open_shared, open_tab, shows

WIDGET = "#latent_map-widget"
RIGHT = f"document.querySelector('{WIDGET} canvas.right').toDataURL()"
LEFT = f"document.querySelector('{WIDGET} canvas.left').toDataURL()"
# the place of the page at shares (u, v) of the map's width and height
PIXEL = """([u, v]) => {
  const box = document.querySelector('#latent_map-widget .plot .nsewdrag').getBoundingClientRect();
  return [box.left + u * box.width, box.top + v * box.height];
}"""
POINT = """(i) => {  // where the map shows test image i of the sample
  const plot = document.querySelector('#latent_map-widget .plot'), {xaxis, yaxis} = plot._fullLayout;
  const box = plot.querySelector('.nsewdrag').getBoundingClientRect();
  for (const trace of plot.data) {
    const k = trace.customdata.indexOf(i);
    if (k >= 0) return [box.left + xaxis.d2p(trace.x[k]), box.top + yaxis.d2p(trace.y[k])];
  }
}"""


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").inner_text()


def click(page, place):
    before = page.evaluate(RIGHT)
    page.mouse.move(*place)
    page.mouse.click(*place)
    page.wait_for_function(f"before => {RIGHT} !== before", arg=before)
    return page.evaluate(RIGHT)


def test_a_click_on_empty_space_decodes_it(page, photograph):
    open_tab(page, "latent_map")
    first = click(page, page.evaluate(PIXEL, [0.97, 0.03]))
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A place between the images")
    second = click(page, page.evaluate(PIXEL, [0.03, 0.97]))
    assert first != second
    expect(page.locator(f"{WIDGET} .right-name")).to_have_text("decoded exactly")
    photograph(page, "latent_map-empty-space")


def test_a_click_on_a_point_reconstructs_that_image(page):
    open_tab(page, "latent_map")
    click(page, page.evaluate(POINT, 999))  # the last point drawn: nothing covers it
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A test image: Ankle boot")
    expect(page.locator(f"{WIDGET} .right-name")).to_have_text(re.compile("^" + re.escape("reconstructed: error 0.0")))
    expect(page.locator(f"{WIDGET} .pca-name")).to_have_text(re.compile("^" + re.escape("PCA of the same size: 0.0")))


def test_hovering_shows_pictures_without_asking_the_server(page):
    open_tab(page, "latent_map")
    asked = listen(page)
    seen = set()
    for step in range(24):
        page.mouse.move(*page.evaluate(PIXEL, [0.05 + step * 0.038, 0.1 + 0.03 * step]))
        add_new(page, lambda page: page.evaluate(LEFT), seen)
    assert len(seen) > 12
    assert asked == []


def test_hovering_a_point_shows_the_test_image(page):
    open_tab(page, "latent_map")
    page.mouse.move(*page.evaluate(POINT, 999))
    page.wait_for_function(f"document.querySelector('{WIDGET} .left-name').textContent.includes('test image')")


def test_tsne_can_be_chosen_and_decoded(page, photograph):
    open_tab(page, "latent_map")
    page.get_by_role("radio", name="t-SNE").click()
    page.wait_for_function(f"document.querySelector('{WIDGET} .xtitle')?.textContent === 't-SNE 1'", timeout=60_000)
    click(page, page.evaluate(PIXEL, [0.5, 0.5]))
    expect(page.locator(f"{WIDGET} .where")).to_contain_text("t-SNE 1 =")
    photograph(page, "latent_map-tsne")


def test_the_map_works_with_the_keyboard_alone(page):
    open_tab(page, "latent_map")
    page.locator(f"{WIDGET} .plot").focus()
    before_left, before_right = page.evaluate(LEFT), page.evaluate(RIGHT)
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function(f"before => {LEFT} !== before", arg=before_left)
    page.keyboard.press("Enter")
    page.wait_for_function(f"before => {RIGHT} !== before", arg=before_right)
    page.get_by_role("radio", name="PCA").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"document.querySelector('{WIDGET} .xtitle')?.textContent === 't-SNE 1'", timeout=60_000)


def test_points_and_pictures_can_be_hidden(page, photograph):
    open_tab(page, "latent_map")
    page.locator(f"{WIDGET} [data-points]").uncheck()
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .scatterlayer .point').length === 0")
    photograph(page, "latent_map-decoded-plane")
    page.locator(f"{WIDGET} [data-under]").uncheck()
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .imagelayer image').length === 0")


def test_another_model_can_be_chosen_and_keeps_the_image(page, photograph):
    open_tab(page, "latent_map")
    click(page, page.evaluate(POINT, 999))
    page.locator(f"{WIDGET} .model").select_option("cae-2")
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .axes input').length === 2", timeout=60_000)
    page.wait_for_function(f"document.querySelector('{WIDGET} .what').textContent === 'A test image: Ankle boot'")
    expect(page.locator(f"{WIDGET} .pca-name")).to_contain_text("PCA of the same size")
    photograph(page, "latent_map-cae-2")


def test_a_slider_is_dragged_without_the_server_and_decoded_at_its_end(page):
    open_tab(page, "latent_map", model="cae-2")
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .axes input').length === 2", timeout=60_000)
    page.wait_for_function(f"document.querySelector('{WIDGET} .axes output').textContent !== '0'")
    box = page.locator(f"{WIDGET} .axes input").first.bounding_box()
    y, seen = box["y"] + box["height"] / 2, set()
    asked = listen(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + (0.3 + 0.03 * step) * box["width"], y)
        seen.add(page.evaluate(RIGHT))
    assert asked == []
    assert len(seen) > 10
    expect(page.locator(f"{WIDGET} .right-name")).to_have_text("decoded ahead")
    page.mouse.up()
    page.wait_for_function(f"document.querySelector('{WIDGET} .right-name').textContent === 'decoded exactly'")
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A code of your own")


def test_a_slider_works_with_the_keyboard(page):
    open_tab(page, "latent_map")
    slider = page.get_by_label("component 1", exact=True)
    page.wait_for_function(f"document.querySelector('{WIDGET} .axes output').textContent !== '0'")
    before = page.evaluate(RIGHT)
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => {RIGHT} !== before", arg=before)
    page.wait_for_function(f"document.querySelector('{WIDGET} .what').textContent === 'A code of your own'")


def test_a_random_code_is_drawn_and_its_link_opens_it(page, browser):
    open_tab(page, "latent_map")
    before = page.evaluate(RIGHT)
    page.get_by_role("button", name="Random code").click()
    page.wait_for_function(f"before => {RIGHT} !== before", arg=before)
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A code drawn at random")
    fresh = open_shared(page, browser, "latent_map")
    expect(fresh.locator(f"{WIDGET} .where")).to_have_text(text(page, ".where"), use_inner_text=True)
    expect(fresh.locator(f"{WIDGET} .what")).to_have_text("A code of your own")
    fresh.close()


def test_a_link_can_name_an_image_alone(page):
    open_tab(page, "latent_map", model="cae-4", i=803)
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A test image: Bag")


@pytest.mark.parametrize("kind", ["PCA", pytest.param("t-SNE", marks=pytest.mark.thorough)])
def test_the_shared_link_opens_the_same_view(page, browser, kind):
    open_tab(page, "latent_map", map=kind)
    click(page, page.evaluate(PIXEL, [0.6, 0.35]))
    fresh = open_shared(page, browser, "latent_map")
    shows(fresh, RIGHT, page.evaluate(RIGHT))
    expect(fresh.locator(f"{WIDGET} .where")).to_have_text(text(page, ".where"), use_inner_text=True)
    fresh.close()


def test_nonsense_in_a_link_is_ignored(page):
    page.goto("/?tab=latent_map&map=UMAP&x=here&y=1e999&i=-7&model=constructor&code=a,b")
    page.wait_for_selector(f"{WIDGET} .loom-bar.best", timeout=60_000)


WHERE = f"document.querySelector('{WIDGET} .where').textContent"


def place_of(page, u, v):
    """Coordinates of the map at shares (u, v) of its width and height, as the page words them."""
    return page.evaluate(
        """([u, v]) => {
          const {xaxis, yaxis} = document.querySelector('#latent_map-widget .plot')._fullLayout;
          const [x, y] = [xaxis.p2d(u * xaxis._length), yaxis.p2d(v * yaxis._length)];
          return `component 1 = ${x.toFixed(2)}, component 2 = ${y.toFixed(2)}`;
        }""",
        [u, v],
    )


@pytest.mark.parametrize(
    ("width", "height"),
    [(360, 740), *(pytest.param(*size, marks=pytest.mark.thorough) for size in [(820, 1180), (1366, 768)])],
)
def test_a_tap_on_an_empty_place_decodes_that_place(browser, address, width, height):
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, base_url=address)
    page = context.new_page()
    open_tab(page, "latent_map", points=0)
    for u, v in ((0.3, 0.7), (0.8, 0.2)):
        before = page.evaluate(RIGHT)
        page.touchscreen.tap(*page.evaluate(PIXEL, [u, v]))
        page.wait_for_function(f"before => {RIGHT} !== before", arg=before)
        expect(page.locator(f"{WIDGET} .what")).to_have_text("A place between the images")
        x, y = (float(part.split("=")[1]) for part in page.evaluate(WHERE).split(","))
        wanted_x, wanted_y = (float(part.split("=")[1]) for part in place_of(page, u, v).split(","))
        assert abs(x - wanted_x) < 0.2
        assert abs(y - wanted_y) < 0.2
    context.close()


def test_a_tap_on_a_point_reconstructs_that_image(browser, address):
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True, base_url=address)
    page = context.new_page()
    open_tab(page, "latent_map")
    page.touchscreen.tap(*page.evaluate(POINT, 999))
    page.wait_for_function(f"document.querySelector('{WIDGET} .what').textContent === 'A test image: Ankle boot'")
    context.close()


def test_a_double_click_that_resets_the_zoom_decodes_nothing(page):
    open_tab(page, "latent_map")
    width = "document.querySelector('#latent_map-widget .plot')._fullLayout.xaxis.range.reduce((a, b) => b - a)"
    whole = page.evaluate(width)
    before, asked = page.evaluate(RIGHT), listen(page)
    left, top = page.evaluate(PIXEL, [0.3, 0.3])
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 120, top + 120, steps=6)
    page.mouse.up()
    page.wait_for_function(f"whole => {width} < 0.9 * whole", arg=whole)
    page.mouse.dblclick(left + 40, top + 40)
    page.wait_for_function(f"whole => Math.abs({width} - whole) < 0.001 * whole", arg=whole)
    page.wait_for_timeout(600)
    assert asked == []
    shows(page, RIGHT, before)


def test_a_late_picture_is_not_shown_under_a_newer_place(page):
    open_tab(page, "latent_map", points=0)
    held = Held(page, "decode", lambda data: data["checkpoint"] != "cae-2")
    page.mouse.click(*page.evaluate(PIXEL, [0.2, 0.2]))
    page.wait_for_selector(f"{WIDGET} .right[data-pending]")
    expect(page.locator(f"{WIDGET} .right-name")).to_have_text("decoding…")
    page.locator(f"{WIDGET} .model").select_option("cae-2")
    page.wait_for_function(f"document.querySelectorAll('{WIDGET} .axes input').length === 2", timeout=60_000)
    held.wait()
    held.release()
    page.wait_for_selector(f"{WIDGET} .right:not([data-pending])")
    expect(page.locator(f"{WIDGET} .what")).to_have_text(re.compile("^" + re.escape("A test image")))


def test_a_broken_link_says_what_is_broken_and_keeps_the_rest(page):
    open_tab(page, "latent_map", model="cae-4", map="UMAP", i=803, under=0)
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text('map must be one of PCA, t-SNE, not "UMAP"')
    expect(page.locator(f"{WIDGET} .what")).to_have_text("A test image: Bag")
    expect(page.locator(f"{WIDGET} [data-under]")).not_to_be_checked()


def test_the_first_picture_stands_where_its_point_is(page):
    open_tab(page, "latent_map")  # READY: the map can be pointed at
    place = page.evaluate(f"""() => {{
      const trace = document.querySelector('{WIDGET} .plot').data.find(({{customdata}}) => customdata.includes(100));
      const k = trace.customdata.indexOf(100);
      return [trace.x[k], trace.y[k]].map((value) => value.toFixed(2));
    }}""")
    expect(page.locator(f"{WIDGET} .where")).to_have_text(re.compile(rf"= {place[0]}, .* = {place[1]}$"))
