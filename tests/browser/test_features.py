import pytest
from playwright.sync_api import expect

from tests.helpers.driving import (
    Held,
    add_new,
    intercept,
    listen,
    open_shared,
    open_tab,
    shared_link,
    shows,
    shows_other,
)

WIDGET = "#features-widget"
SMALL = {"n": 5, "perplexity": 8}  # quick to lay out
FRAMES = 100
# where map m shows its j-th drawn point, in the page's pixels
POINT = """([m, j]) => {
  const plot = document.querySelectorAll('#features-widget .embedding-plot')[m];
  const node = plot.querySelectorAll('.point')[j];
  const box = node.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""
PLACES = "m => [...document.querySelectorAll('#features-widget .embedding-plot')[m].querySelectorAll('.point')].map(n => n.getAttribute('transform')).join()"  # noqa: E501
# whether every map shows its points where it showed them a moment ago
AT_REST = """() => {
  const nodes = document.querySelectorAll('#features-widget .embedding-plot .point');
  const now = [...nodes].map((node) => node.getAttribute('transform')).join();
  const isAtRest = now === window.before;
  window.before = now;
  return isAtRest;
}"""
# whether the second map has come to the end of another film than one whose caption is given
CHANGED = """(before) => {
  const now = document.querySelectorAll('#features-widget figcaption')[1].innerText;
  return now !== before && now.includes('iteration 300');
}"""


@pytest.fixture
def tab(page):
    page.set_default_timeout(90_000)
    page.emulate_media(reduced_motion="reduce")  # a film goes to its end at once
    open_tab(page, "features", **SMALL)
    page.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    finished(page)
    return page


def text(page, selector):
    return page.locator(f"{WIDGET} {selector}").first.inner_text()


def button(page, words):
    return page.locator(f"{WIDGET} button", has_text=words).first


def finished(page):
    """Wait until the film stands on its last frame."""
    page.wait_for_function(
        f"document.querySelector('{WIDGET} .step').textContent === 'frame {FRAMES} of {FRAMES}' && "
        f"document.querySelector('{WIDGET} [data-do=play]').textContent === 'Play'"
    )
    page.evaluate("window.before = null")
    page.wait_for_function(AT_REST, polling=250)  # plotly draws what has come to rest


def captions(page):
    return page.locator(f"{WIDGET} figcaption")


def test_pca_stands_beside_tsne_with_scores_of_three_layers(tab, photograph):
    expect(captions(tab)).to_contain_text(["of the variance", "iteration 300"])
    expect(tab.locator(f"{WIDGET} .embedding-plot .point")).to_have_count(100)
    tab.wait_for_function(f"![...document.querySelectorAll('{WIDGET} .trio .value')].some(v => v.textContent === '…')")
    expect(tab.locator(f"{WIDGET} [data-chart=agreement] .loom-bar")).to_have_count(9)
    expect(tab.locator(f"{WIDGET} [data-chart=ch] .loom-bar")).to_have_count(6)  # of a t-SNE map there is none
    expect(tab.locator(f"{WIDGET} [data-chart=kept] .loom-bar")).to_have_count(6)
    photograph(tab, "features-small")


def test_pointing_lights_the_image_in_both_maps_without_asking_the_server(tab, photograph):
    seen = set()
    asked = listen(tab)
    for j in (0, 11, 22, 33, 44):
        tab.mouse.move(*tab.evaluate(POINT, [1, j]))
        add_new(tab, lambda tab: text(tab, ".where"), seen)
        expect(tab.locator(f"{WIDGET} .embedding-overlay .lit")).to_have_count(2)
        expect(tab.locator(f"{WIDGET} .embedding-thumb:visible")).to_have_count(2)
        expect(tab.locator(f"{WIDGET} .features-near li")).to_have_count(6)
    assert len(seen) >= 4
    expect(tab.locator(f"{WIDGET} .space").first).to_contain_text("pᵢⱼ")
    photograph(tab, "features-hover")
    tab.mouse.move(*tab.evaluate(POINT, [0, 5]))
    tab.wait_for_function(f"document.querySelector('{WIDGET} .space').textContent.includes('map 1')")
    expect(tab.locator(f"{WIDGET} .space").first).not_to_contain_text("pᵢⱼ")
    assert asked == []


def test_tsne_plays_pauses_and_steps(tab):
    tab.emulate_media(reduced_motion="no-preference")
    button(tab, "Play").click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} [data-do=play]').textContent === 'Pause'")
    tab.wait_for_function(f"!document.querySelector('{WIDGET} .step').textContent.startsWith('frame 100')")
    button(tab, "Pause").click()
    before, still = text(tab, ".step"), tab.evaluate(PLACES, 0)
    places = tab.evaluate(PLACES, 1)
    tab.locator(f"{WIDGET} [data-do=forward]").click()
    expect(tab.locator(f"{WIDGET} .step").first).not_to_have_text(before, use_inner_text=True)
    shows_other(tab, PLACES, places, 1)
    tab.locator(f"{WIDGET} [data-do=back]").click()
    expect(tab.locator(f"{WIDGET} .step").first).to_have_text(before, use_inner_text=True)
    tab.locator(f"{WIDGET} [data-frame]").fill("40")
    expect(tab.locator(f"{WIDGET} .step").first).to_have_text("frame 41 of 100")
    expect(captions(tab).nth(1)).to_contain_text("iteration 123")
    shows(tab, PLACES, still, 0)


def test_the_keyboard_plays_steps_and_walks(tab):
    tab.emulate_media(reduced_motion="no-preference")
    tab.locator(f"{WIDGET} .embedding").nth(1).focus()
    tab.keyboard.press("Home")
    expect(tab.locator(f"{WIDGET} .step").first).to_have_text("frame 1 of 100")
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(f"{WIDGET} .step").first).to_have_text("frame 3 of 100")
    tab.keyboard.press("Space")
    tab.wait_for_function(f"document.querySelector('{WIDGET} [data-do=play]').textContent === 'Pause'")
    tab.keyboard.press("Space")
    expect(tab.locator(f"{WIDGET} [data-do=play]").first).to_have_text("Play")
    first = text(tab, ".where")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(f"{WIDGET} .where").first).not_to_have_text(first, use_inner_text=True)
    tab.keyboard.press("ArrowUp")
    expect(tab.locator(f"{WIDGET} .where").first).to_have_text(first, use_inner_text=True)


def test_layer_method_perplexity_and_seed_change_a_map(tab):
    second = tab.locator(f"{WIDGET} .features-map").nth(1)
    before = captions(tab).nth(1).inner_text()
    for act in (
        lambda: second.locator("[data-seed]").fill("5") or second.locator("[data-seed]").press("Tab"),
        lambda: second.locator("[data-perplexity]").fill("20"),
        lambda: second.locator("[data-layer]").select_option("output"),
    ):
        act()
        tab.wait_for_function(CHANGED, arg=before)
        finished(tab)
        expect(captions(tab).nth(1)).not_to_have_text(before, use_inner_text=True)
        before = captions(tab).nth(1).inner_text()
    expect(tab.locator(f"{WIDGET} .setting").first).to_contain_text("perplexity 20, seed 5")
    second.get_by_role("radio", name="PCA").click()
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} figcaption')[1].textContent.includes('variance')")
    expect(tab.locator(f"{WIDGET} [data-do=play]")).to_be_disabled()


def test_a_perplexity_too_large_for_few_images_is_clamped_and_said(page):
    page.emulate_media(reduced_motion="reduce")
    page.set_default_timeout(90_000)
    open_tab(page, "features", n=5, perplexity=100, method="t-SNE")
    page.wait_for_selector(f"{WIDGET} .loom-notice:visible")
    expect(page.locator(f"{WIDGET} .loom-notice").first).to_contain_text("at most 49")
    finished(page)
    expect(page.locator(f"{WIDGET} [data-perplexity]")).to_have_value("49")
    expect(page.locator(f"{WIDGET} .features-map")).to_have_count(1)


def test_maps_are_added_removed_and_reset(tab):
    button(tab, "+ map").click()
    expect(tab.locator(f"{WIDGET} .features-map")).to_have_count(3)
    expect(button(tab, "+ map")).to_be_disabled()
    finished(tab)
    tab.locator(f"{WIDGET} [data-do=drop]").first.click()
    expect(tab.locator(f"{WIDGET} .features-map")).to_have_count(2)
    finished(tab)
    button(tab, "Reset").click()
    tab.wait_for_function(f"document.querySelector('{WIDGET} [data-n]').value === '30'")
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} .embedding-plot .point').length === 600")


def test_classes_can_be_hidden_in_every_map(tab):
    tab.locator(f"{WIDGET} .chips button", has_text="Bag").click()
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} .embedding-plot .point').length === 90")
    tab.locator(f"{WIDGET} .chips button", has_text="Bag").click()
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} .embedding-plot .point').length === 100")


@pytest.mark.parametrize(
    ("preset", "maps"), [("conv1 | output", 2), ("Perplexity 5", 3), ("Two seeds", 2), ("Three layers", 3)]
)
def test_presets_open_a_telling_example(tab, photograph, preset, maps):
    button(tab, preset).click()
    finished(tab)
    expect(captions(tab)).to_contain_text(["iteration 300"] * maps)
    photograph(tab, f"features-{preset.split()[0].lower()}")


def test_a_flat_map_does_not_wait_for_the_script_of_three_dimensions(page):
    held = []
    intercept(page, "**/plotly-gl3d-*.js", lambda route: held.append(route))
    open_tab(page, "features")
    waiting = page.locator(f"{WIDGET} .embedding-plot[data-pending]")
    page.get_by_role("radio", name="3-D").click()
    expect(waiting).to_have_count(2)
    page.get_by_role("radio", name="2-D").click()
    expect(waiting).to_have_count(0)
    page.get_by_role("radio", name="3-D").click()
    expect(waiting).to_have_count(2)
    for route in held:
        route.continue_()
    expect(page.locator(f"{WIDGET} .gl-container canvas").first).to_be_visible()
    expect(waiting).to_have_count(0)


def test_three_dimensions_are_drawn(tab, photograph):
    tab.get_by_role("radio", name="3-D").click()
    tab.wait_for_selector(f"{WIDGET} .gl-container canvas")
    finished(tab)
    kinds = f"[...document.querySelectorAll('{WIDGET} .embedding-plot')].map(p => p.data[0].type)"
    shows(tab, kinds, ["scatter3d", "scatter3d"])
    tab.locator(f"{WIDGET} .embedding").nth(0).focus()
    tab.keyboard.press("ArrowDown")
    lamp = f"document.querySelector('{WIDGET} .embedding-plot').data[10].x.length"
    tab.wait_for_function(f"{lamp} > 0")
    photograph(tab, "features-3d")
    tab.get_by_role("radio", name="2-D").click()
    tab.wait_for_function(f"document.querySelectorAll('{WIDGET} .embedding-plot .point').length === 100")


def test_the_shared_link_opens_the_same_view(tab, browser):
    tab.mouse.click(*tab.evaluate(POINT, [0, 40]))
    tab.locator(f"{WIDGET} [data-frame]").fill("60")
    tab.wait_for_timeout(500)
    fresh = open_shared(tab, browser, "features")
    for words in ("tab=features", "layer=fc1", "n=5", "perplexity=8", "seed=0", "frame=60", "point="):
        assert words in shared_link(tab, "features")
    fresh.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    fresh.wait_for_function(
        f"words => document.querySelector('{WIDGET} .where').innerText === words", arg=text(tab, ".where")
    )
    expect(fresh.locator(f"{WIDGET} .step").first).to_have_text("frame 61 of 100")
    expect(captions(fresh)).to_have_text(captions(tab).all_inner_texts(), use_inner_text=True)
    fresh.close()


def test_nonsense_in_a_link_is_named_and_the_rest_kept(page):
    page.set_default_timeout(90_000)
    page.goto(
        "/?tab=features&layer=fc9,,&method=UMAP&n=1e9&perplexity=here&seed=-1&frame=999&point=x&dimensions=7&hide=99"
    )
    page.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    expect(page.locator(f"{WIDGET} .features-map")).to_have_count(2)
    said = page.locator(f"{WIDGET} .loom-notice").first
    for name in ("layer", "method", "n", "perplexity", "seed", "frame", "point", "dimensions", "hide"):
        expect(said).to_contain_text(f"The link's {name} must be")
    open_tab(page, "features", layer="conv1", method="UMAP", seed="2,3", **SMALL)
    expect(page.locator(f"{WIDGET} .loom-notice").first).not_to_contain_text("layer")
    expect(page.locator(f"{WIDGET} [data-layer]").first).to_have_value("conv1")
    expect(page.locator(f"{WIDGET} [data-seed]").nth(1)).to_have_value("3")


def test_a_seed_that_is_changed_says_so(tab):
    seed = tab.locator(f"{WIDGET} [data-seed]").nth(1)
    seed.fill("70000")
    seed.press("Tab")
    tab.wait_for_selector(f"{WIDGET} .loom-notice:visible")
    expect(tab.locator(f"{WIDGET} .loom-notice").first).to_contain_text("from 0 to 9999; 9999 is used")
    expect(seed).to_have_value("9999")


def test_maps_that_have_not_come_look_so(tab):
    held = Held(tab, "load_plane")
    tab.locator(f"{WIDGET} [data-n]").fill("6")
    tab.wait_for_selector(f"{WIDGET} .embedding[data-pending]")
    expect(captions(tab)).to_contain_text(["the network looks at 60 images"] * 2)
    expect(tab.locator(f"{WIDGET} .what").first).to_have_text("Point at an image")
    expect(tab.locator(f"{WIDGET} .features-near li")).to_have_count(0)
    held.release()
    tab.wait_for_selector(f"{WIDGET} .embedding:not([data-pending])")


def test_a_finger_takes_an_image_on_a_phone(browser, address):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, base_url=address, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(90_000)
    open_tab(page, "features", method="PCA", **SMALL)
    page.wait_for_selector(f"{WIDGET} .features-maps[data-ready]")
    before = text(page, ".where")
    page.locator(f"{WIDGET} .embedding").first.scroll_into_view_if_needed()
    page.touchscreen.tap(*page.evaluate(POINT, [0, 40]))
    page.wait_for_function(f"before => document.querySelector('{WIDGET} .where').innerText !== before", arg=before)
    expect(page.locator(f"{WIDGET} .embedding-overlay .lit")).to_have_count(1)
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    context.close()
