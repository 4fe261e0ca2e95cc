"""Maps as tools: find, zoom to pictures, lasso to a contact sheet, files, a page of its own, the Python lines."""

import csv
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from demos.ui.widget import WEB
from tests.browser.test_features import POINT as FEATURE_POINT
from tests.browser.test_features import finished
from tests.browser.test_latent_map import POINT
from tests.helpers.driving import is_seen, open_shared, open_tab, shared_link

FEATURES, MAP = "#features-widget", "#latent_map-widget"


def attribute(tab, name):
    """What the layer over the first map of a tab says of itself, as a condition to wait for."""
    return f"Number(document.querySelector('{tab} .map-pictures').dataset.{name})"


def drag(page, places):
    """Draw a line through places of the page with the button down."""
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def saved(page, tab, kind):
    """The content of a map saved as a file."""
    with page.expect_download() as download:
        page.locator(f"{tab} [data-save]").select_option(kind)
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_features_finds_saves_and_tells_its_lines(page, browser, photograph):
    page.set_default_timeout(90_000)
    page.emulate_media(reduced_motion="reduce")
    open_tab(page, "features", n=6, perplexity=8)
    page.wait_for_selector(f"{FEATURES} .features-maps[data-ready]")
    finished(page)
    part = page.locator(FEATURES).first
    part.locator("[data-find]").fill("shirt")
    expect(part.locator(".found")).to_have_text("6 found")  # and no T-shirt
    page.wait_for_function(f"{attribute(FEATURES, 'found')} === 6")
    fresh = open_shared(page, browser, "features")
    assert "find=shirt" in shared_link(page, "features")
    expect(fresh.locator(f"{FEATURES} .found")).to_have_text("6 found")
    fresh.close()
    part.locator("[data-find]").press("Enter")
    dialog = page.locator(f"{FEATURES} dialog")
    expect(dialog.locator("h3")).to_have_text("6 images of the map")
    expect(dialog.locator("h4")).to_contain_text("Shirt 6 of 6, 100 %")
    photograph(page, "features-sheet")
    dialog.locator(".tiles button").nth(2).click()
    expect(dialog).to_have_count(0)
    expect(part.locator(".what")).to_have_text("Shirt")
    expect(part.locator("[data-find]")).to_have_value("shirt")
    is_seen(part.locator(".embedding-plot").first)
    # a zoom makes pictures of points, and a lasso takes them
    left, top = page.evaluate(FEATURE_POINT, [0, 30])
    drag(page, [(left - 60, top - 60), (left + 60, top + 60)])
    page.wait_for_function(f"{attribute(FEATURES, 'pictures')} > 0")
    photograph(page, "features-zoom")
    part.locator("[data-lasso]").click()
    box = part.locator(".embedding").nth(1).bounding_box()
    x, y, w, h = (box[side] for side in ("x", "y", "width", "height"))
    drag(
        page, [(x + 12, y + 12), (x + w - 12, y + 12), (x + w - 12, y + h - 12), (x + 12, y + h - 12), (x + 12, y + 20)]
    )
    expect(dialog.locator("h3")).to_have_text("60 images of the map")
    expect(dialog.locator("h4")).to_have_count(10)
    dialog.locator("[data-close]").click()
    # files of the map that was used last, the second one
    expect(part.locator("[data-save] option").first).to_have_text("Save map 2 as…")
    name, table = saved(page, FEATURES, "csv")
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    assert name == "images-fc1-t-sne-8.csv"
    assert (len(rows), list(rows[0])) == (60, ["number", "class", "x", "y"])
    assert np.ptp([float(row["x"]) for row in rows]) > 4  # map units, and not those of the page
    name, picture = saved(page, FEATURES, "png")
    assert Image.open(io.BytesIO(picture)).width > 500
    part.locator("[data-python]").click()
    expect(dialog.locator("code")).to_contain_text("TSNE(2, perplexity=8, n_iter=300")
    photograph(page, "features-python")


def test_latent_map_finds_takes_and_shows_pictures(page, photograph):
    open_tab(page, "latent_map", under=0)
    part = page.locator(MAP).first
    sample = load_fashion_sample()
    number = int(sample.index[900])
    page.mouse.move(*page.evaluate(POINT, 900))
    expect(part.locator(".embedding-thumb")).to_be_visible()
    is_seen(part.locator(".plot").first)
    part.locator("[data-find]").fill(str(number))
    expect(part.locator(".found")).to_have_text("1 found")
    part.locator("[data-find]").fill("hat")
    expect(part.locator(".found")).to_contain_text('no class "hat"')
    part.locator("[data-find]").fill("bag")
    expect(part.locator(".found")).to_have_text("100 found")
    left, top = page.evaluate(POINT, 900)
    drag(page, [(left - 30, top - 30), (left + 30, top + 30)])
    page.wait_for_function(f"{attribute(MAP, 'pictures')} > 0")
    photograph(page, "latent-zoom")
    part.locator("[data-lasso]").click()
    left, top = page.evaluate(POINT, 900)
    drag(page, [(left + dx, top + dy) for dx, dy in ((-40, -40), (40, -40), (40, 40), (-40, 40), (-40, -30))])
    dialog = page.locator(f"{MAP} dialog")
    expect(dialog.locator(".tiles button[data-i='900']")).to_have_count(1)
    photograph(page, "latent-sheet")
    dialog.locator(".tiles button[data-i='900']").click()
    expect(part.locator(".what")).to_have_text(f"A test image: {sample.classes[int(sample.labels[900])]}")
    _, table = saved(page, MAP, "csv")
    assert len(table.decode().splitlines()) == 1001
    _, picture = saved(page, MAP, "svg")
    assert picture.startswith(b"<svg")
    part.locator("[data-python]").click()
    expect(dialog.locator("code")).to_contain_text("codes[[900]]")


@pytest.mark.thorough
def test_a_saved_page_opens_from_disk_without_a_network(page, browser, tmp_path, photograph):
    open_tab(page, "latent_map")
    name, content = saved(page, MAP, "page")
    assert name.endswith(".html")
    script = len(next((WEB / "vendor").glob("plotly-basic-*.min.js")).read_bytes())
    assert len(content) - script < 3e6
    path = tmp_path / name
    path.write_bytes(content)
    context = browser.new_context(viewport={"width": 1000, "height": 700}, offline=True)
    alone, asked = context.new_page(), []
    alone.on("request", lambda request: asked.append(request.url))
    troubles = []
    alone.on("pageerror", lambda error: troubles.append(str(error)))
    alone.goto(path.as_uri())
    expect(alone.locator(".scatterlayer .point")).to_have_count(1000)
    place = alone.locator(".scatterlayer .point").nth(500).bounding_box()
    alone.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(alone.locator("#thumb")).to_be_visible()
    expect(alone.locator(".hoverlayer")).to_contain_text("test image")
    thumb = Image.open(io.BytesIO(alone.locator("#thumb").screenshot())).convert("L")
    assert thumb.getextrema()[0] < 30  # clothes on black, and not the page over them
    photograph(alone, "standalone-page")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert troubles == []
    context.close()
