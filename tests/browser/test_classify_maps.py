"""A feature map is opened, and every number that is shown behind it is torch's."""

import re

import torch
from playwright.sync_api import expect
from torch.nn import functional as F

from core import load_model
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import to_tensor
from tests.browser.test_accessibility import serious, settle
from tests.helpers.driving import Held, open_shared, open_tab, shared_link, touch_page

WIDGET = "#classify-widget"
BAG, NETWORK = 803, "classifier-fashionnet"
NUMBER = "Number(document.querySelector('{}').textContent.replaceAll('−', '-').match(/{}/)[1])"


def open_map(page, layer, index):
    page.locator(f"{WIDGET} [data-layer-of={layer}][data-map='{index}']").click()
    page.wait_for_selector(f"{WIDGET} .opened-map:not([data-pending]):visible")
    expect(page.locator(f"{WIDGET} .opened-name")).to_have_text(f"{layer}, map {index}")


def expect_number(page, selector, pattern, value):
    """Wait until a number on the page, the pattern's group, is that one as far as it is shown."""
    shown = NUMBER.format(f"{WIDGET} {selector}", pattern)
    page.wait_for_function(f"Math.abs({shown} - {value}) < 0.0011")


@torch.no_grad()
def expect_torchs_numbers(page, layer, index, image=BAG):
    """Sum and activation shown are those of the network at the place shown."""
    model, x = load_model(NETWORK), to_tensor(load_fashion_sample().images[image, 0].numpy())
    found = re.search(r"row (\d+), column (\d+)", page.locator(f"{WIDGET} .opened-place").inner_text())
    row, column = map(int, found.groups())
    taps, i = model.activations(x), int(layer[-1]) - 1
    h = F.max_pool2d(taps[f"conv{i}"], 2) if i else F.interpolate(x, (32, 32), mode="bilinear")
    sums = F.conv2d(h, model.stages[i][0].weight, padding=1)[0, index]
    expect_number(page, ".opened-place", ": ([-\\d.]+)", taps[layer][0, index, row, column].item())
    expect_number(page, ".opened-steps li", "products: ([-\\d.]+)", sums[row, column].item())


def test_a_map_shows_how_it_is_computed(page, browser, photograph):
    open_tab(page, "classify", image=BAG, network=NETWORK)
    open_map(page, "conv1", 9)
    expect_torchs_numbers(page, "conv1", 9)
    expect(page.locator(f"{WIDGET} .nine span")).to_have_count(27)
    expect(page.locator(f"{WIDGET} .pad-field")).to_be_visible()
    place = page.locator(f"{WIDGET} .opened-place")
    page.locator(f"{WIDGET} .opened-output canvas").click(position={"x": 120, "y": 120})
    expect(place).to_contain_text("row 16, column 16")
    page.keyboard.press("ArrowLeft")
    expect(place).to_contain_text("row 16, column 15")
    expect_torchs_numbers(page, "conv1", 9)
    page.keyboard.press("Escape")
    expect(page.locator(f"{WIDGET} .opened-map")).to_be_hidden()
    expect(page.locator(f"{WIDGET} .pad-field")).to_be_hidden()
    page.keyboard.press("ArrowRight")  # its button has it again
    page.keyboard.press("Enter")
    expect(page.locator(f"{WIDGET} .opened-name")).to_have_text("conv1, map 10")
    expect(page.locator(f"{WIDGET} .opened-output canvas")).to_be_focused()

    open_map(page, "conv3", 5)
    expect_torchs_numbers(page, "conv3", 5)
    page.locator(f"{WIDGET} .opened-output canvas").click(position={"x": 15, "y": 188})
    expect(place).to_contain_text("row 6, column 0")
    expect_torchs_numbers(page, "conv3", 5)
    page.wait_for_selector(f"{WIDGET} .exciting-one", timeout=60_000)
    expect(page.locator(f"{WIDGET} .exciting-one")).to_have_count(9)
    photograph(page, "classify-map")
    settle(page)
    assert serious(page) == {}
    first = page.locator(f"{WIDGET} .exciting-one button").first
    image = int(first.get_attribute("data-i"))
    first.click()
    page.wait_for_selector(f"{WIDGET} .gallery [data-i='{image}'][aria-pressed=true]")
    page.wait_for_selector(f"{WIDGET} .opened-map:not([data-pending])")
    expect_torchs_numbers(page, "conv3", 5, image)

    fresh = open_shared(page, browser, "classify")
    assert f"image={image}&network={NETWORK}&map=conv3%2C5%2C" in shared_link(page, "classify")
    expect(fresh.locator(f"{WIDGET} .opened-place")).to_have_text(place.inner_text())
    fresh.close()
    page.locator(f"{WIDGET} .classify-views [data-key=confusion]").click()
    expect(page.locator(f"{WIDGET} .pad-field")).to_be_hidden()
    page.locator(f"{WIDGET} .classify-views [data-key=images]").click()
    expect(page.locator(f"{WIDGET} .pad-field")).to_be_visible()
    page.locator(f"{WIDGET} .classify-networks button", has_text="ResNet").click()
    expect(page.locator(f"{WIDGET} .opened-map")).to_be_hidden()


def test_late_numbers_of_another_map_or_picture_are_not_shown(page):
    open_tab(page, "classify", image=BAG, network=NETWORK)
    held = Held(page, "open_map")
    page.locator(f"{WIDGET} [data-layer-of=conv1][data-map='1']").click()
    held.wait()
    page.locator(f"{WIDGET} [data-layer-of=conv2][data-map='2']").click()
    expect(page.locator(f"{WIDGET} [data-layer-of=conv2][data-map='2']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{WIDGET} .opened-map")).to_be_hidden()
    held.release()
    expect(page.locator(f"{WIDGET} .opened-name")).to_have_text("conv2, map 2")
    held = Held(page, "open_map")
    page.locator(f"{WIDGET} .gallery .tiles button").nth(2).click()
    held.wait()
    expect(page.locator(f"{WIDGET} .opened-map[data-pending]")).to_have_count(1)
    page.locator(f"{WIDGET} [data-tool=clear]").click()
    held.release()
    expect(page.locator(f"{WIDGET} .opened-map")).to_be_hidden()
    expect(page.locator(f"{WIDGET} [data-pending]")).to_have_count(0)


def test_a_map_is_opened_and_walked_with_a_finger(browser, address, photograph):
    page = touch_page(browser, address)
    open_tab(page, "classify", image=BAG, network=NETWORK, map="conv9,1,2,3")
    expect(page.locator(f"{WIDGET} .loom-notice")).to_contain_text("no map 1 of 'conv9'")
    page.locator(f"{WIDGET} [data-layer-of=conv2][data-map='2']").tap()
    expect(page.locator(f"{WIDGET} .opened-name")).to_have_text("conv2, map 2")
    page.locator(f"{WIDGET} .opened-output canvas").tap(position={"x": 4, "y": 4})
    expect(page.locator(f"{WIDGET} .opened-place")).to_contain_text("row 0, column 0")
    page.wait_for_function("document.documentElement.scrollWidth <= 360")
    photograph(page, "classify-map-360")
    page.context.close()
