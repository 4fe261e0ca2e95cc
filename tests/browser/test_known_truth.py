"""Features on data whose structure is known, the forces of t-SNE, and a picture that lands on a finished map."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.data.fashion_mnist import load_fashion_sample
from tests.browser.test_features import POINT, SMALL, WIDGET, captions, finished
from tests.helpers.driving import becomes, listen, open_shared, open_tab, shared_link

FORCE = "() => document.querySelector('#features-widget .features-near li span:last-child').textContent"


@pytest.fixture
def tab(page):
    page.set_default_timeout(90_000)
    page.emulate_media(reduced_motion="reduce")  # a film goes to its end at once
    open_tab(page, "features", data="two", start="PCA", **SMALL)
    page.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    finished(page)
    return page


def picture(index):
    """A test image of the sample as a file to upload."""
    out = io.BytesIO()
    Image.fromarray(load_fashion_sample().images[index, 0].numpy()).save(out, "PNG")
    return {"name": "clothes.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_known_truth_is_drawn_told_and_shared(tab, browser, photograph):
    part = tab.locator(WIDGET).first
    expect(part.locator(".chips button")).to_have_text(["wide cluster", "tight cluster"])
    expect(part.locator(".embedding-plot .point")).to_have_count(100)
    expect(part.locator(".features-story")).to_contain_text("What is true: Two clusters in ten dimensions")
    expect(part.locator("[data-chart=agreement] .loom-bar")).to_have_count(3)  # of the data alone, not of layers
    expect(part.locator(".nearest")).to_contain_text("chance alone gives 63 %")
    expect(part.locator("[data-layer]").first).to_be_hidden()
    # pointing gives p, q and the force, and asks nobody
    asked = listen(tab)
    tab.mouse.move(*tab.evaluate(POINT, [1, 45]))
    expect(part.locator(".what")).to_have_text("tight cluster")
    expect(part.locator(".features-near li").first).to_have_attribute("title", re.compile("p .*, q .*, force "))
    expect(part.locator(".space")).to_contain_text("pᵢⱼ, qᵢⱼ and the force")
    assert asked == []
    photograph(tab, "features-two")
    last = tab.evaluate(FORCE)
    tab.locator(f"{WIDGET} [data-frame]").fill("20")
    tab.wait_for_function(f"before => ({FORCE})() !== before", arg=last)  # as the map is in that frame
    # a story: first sight, and what undoes it
    part.get_by_role("button", name="Widths", exact=True).click()
    finished(tab)
    expect(part.locator(".features-map")).to_have_count(1)
    expect(part.locator(".features-story")).to_contain_text("At first sight")
    expect(part.locator(".features-story")).not_to_contain_text("What is true")
    part.get_by_role("button", name="What undoes it?").click()
    expect(part.locator(".features-map")).to_have_count(2)
    expect(part.locator(".features-story")).to_contain_text("PCA keeps distances")
    expect(part.get_by_role("button", name="Widths", exact=True)).to_have_attribute("aria-pressed", "true")
    finished(tab)
    fresh = open_shared(tab, browser, "features")
    assert "data=two" in shared_link(tab, "features")
    expect(fresh.locator(f"{WIDGET} .features-story").first).to_contain_text("PCA keeps distances")
    fresh.close()
    # other data: its own classes, and hidden ones are shown again
    part.locator(".chips button").first.click()
    part.locator("[data-data]").select_option("trefoil")
    expect(part.locator(".chips button")).to_have_count(10)
    expect(part.locator(".chips button[aria-pressed=false]")).to_have_count(0)
    expect(part.locator(".features-own")).to_be_hidden()


def test_perplexity_is_chosen_before_tsne_starts_and_a_picture_lands_on_its_map(page, browser, photograph):
    page.set_default_timeout(90_000)
    page.emulate_media(reduced_motion="reduce")
    open_tab(page, "features", method="PCA", n=8, perplexity=30)
    page.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    part = page.locator(WIDGET).first
    asked = []
    page.on("request", lambda r: asked.append(r.post_data or ""))
    part.locator("[data-perplexity]").fill("12")
    expect(part.locator("[data-perplexity] + output")).to_have_text("12")
    assert not [body for body in asked if '"follow"' in body]
    part.get_by_role("radio", name="t-SNE").click()
    finished(page)
    expect(part.locator(".setting")).to_contain_text("perplexity 12")
    bag = int(np.flatnonzero(load_fashion_sample().labels.numpy() == 8)[2])
    part.locator("input[type=file]").set_input_files(picture(bag))
    expect(part.locator(".own-words b")).to_have_text("Bag")
    expect(part.locator(".own-near canvas")).to_have_count(6)
    star = part.locator(".embedding-overlay .star")
    expect(star).to_have_count(1)

    def lies_near(page):
        box, near = star.bounding_box(), page.evaluate(POINT, [0, 8 * 8 + 2])
        if not box:  # while it is drawn
            return False
        across, down = box["x"] + box["width"] / 2 - near[0], box["y"] + box["height"] / 2 - near[1]
        return abs(across) < 60 and abs(down) < 60

    becomes(page, lies_near, True)
    photograph(page, "features-own")
    fresh = open_shared(page, browser, "features")
    assert "pixels=" in shared_link(page, "features")
    expect(fresh.locator(f"{WIDGET} .star")).to_have_count(1)
    fresh.close()
    part.locator("[data-frame]").fill("10")  # the map is not finished there
    expect(star).to_have_count(0)
    part.locator("[data-frame]").fill("99")
    expect(star).to_have_count(1)
    part.get_by_role("radio", name="3-D").click()
    finished(page)
    page.wait_for_function(f"document.querySelector('{WIDGET} .embedding-plot').data[11].x.length === 1")
    part.locator(".own-remove").click()
    expect(part.locator(".own-shown")).to_be_hidden()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("story", "maps"),
    [("Clumps", 2), ("Widths", 2), ("A line", 3), ("A knot", 2), ("Groups", 2), ("Luck", 2), ("Labels", 1)],
)
def test_every_story_opens_and_is_undone(tab, photograph, story, maps):
    part = tab.locator(WIDGET).first
    part.get_by_role("button", name=story, exact=True).click()
    expect(part.locator(".features-story")).to_contain_text("At first sight")
    finished(tab)
    photograph(tab, f"features-{story.split()[-1]}-first")
    part.get_by_role("button", name="What undoes it?").click()
    expect(part.locator(".features-story")).to_contain_text("What undoes it:")
    finished(tab)
    expect(captions(tab).filter(has_text=re.compile("iteration 300|of the variance"))).to_have_count(maps)
    photograph(tab, f"features-{story.split()[-1]}-undone")
