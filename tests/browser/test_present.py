"""Every tab on a projector: all of its width, no small type, and what the tab is about without scrolling."""

import pytest

from tests.browser.test_accessibility import PLACES, settle
from tests.browser.test_page import NAMES
from tests.helpers.driving import open_tab, shows

SIZES = [(1280, 720), (1920, 1080)]
# parts of a tab's first view that a class must see at once
MAIN = {
    "classify": ["pad", "probabilities", "images"],
    "features": ["settings", "maps", "player"],
    "latent_map": ["settings", "map", "pictures"],
    "interpolate": ["picture", "slider", "strip"],
    "autodecoder": ["views", "sheet"],
    "denoise": ["kinds", "level", "pictures", "sides"],
    "gan": ["pictures", "losses", "player", "picture", "classes"],
    "diffusion": ["settings", "paths", "player"],
    "live": ["play", "film", "curves", "pictures"],
    "scoreboard": ["table"],
}
# the same of further views
MAIN_OF_VIEWS = {("diffusion", "others"): ["others"]}
# the named parts that are not wholly on the page
UNSEEN = """([tab, names]) => names.filter((name) => {
  const part = document.querySelector(`#${tab}-widget [data-part="${name}"]`);
  const {left, right, top, bottom, height} = part.getBoundingClientRect();
  return height < 10 || left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
})"""
# texts that are seen, and smaller than so many pixels as they are drawn
SMALL = """(least) => {
  const found = [], range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {data, parentElement: holder} = texts.currentNode;
    if (!data.trim() || holder.closest('script, style')) continue;
    if (!holder.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(texts.currentNode);
    if (!range.getBoundingClientRect().width) continue;
    const frame = holder.closest('.loom-widget');
    const scale = frame ? frame.getBoundingClientRect().width / frame.offsetWidth : 1;
    const size = scale * parseFloat(getComputedStyle(holder).fontSize);
    const words = `${holder.tagName} ${holder.className}: ${data.trim().slice(0, 30)}`;
    if (size < least) found.push(`${size.toFixed(1)} ${words}`);
  }
  return [...new Set(found)];
}"""
# classes of a plot's legend that its frame cuts off
CUT_OFF = """() => [...document.querySelectorAll('.loom-widget .legend')].flatMap((legend) => {
  const {right} = legend.querySelector('.bg').getBoundingClientRect();
  const classes = [...legend.querySelectorAll('text')];
  return classes.filter((text) => text.getBoundingClientRect().right > right).map((text) => text.textContent);
})"""
EDGE = 30  # pixels of 1920 that may stay empty on either side


def wait_until_empty(page, script, argument):
    """Wait until a function of the page gives an empty list; the failure says what was in it."""
    try:
        page.wait_for_function(f"(argument) => ({script})(argument).length === 0", arg=argument, timeout=30_000)
    except Exception:
        raise AssertionError(page.evaluate(script, argument)) from None


def present(page, name, width, height, view=None):
    page.set_viewport_size({"width": width, "height": height})
    open_tab(page, name, present=1, **({"view": view} if view else {}))
    wait_until_empty(page, UNSEEN, [name, MAIN_OF_VIEWS[name, view] if view else MAIN[name]])
    edges = f"""() => {{
      const {{left, right}} = document.querySelector('#{name}-widget').getBoundingClientRect();
      return left <= {EDGE} && right >= innerWidth - {EDGE} && document.documentElement.scrollWidth <= innerWidth;
    }}"""
    page.wait_for_function(edges)


def test_a_projector_shows_large_type_and_the_present_button_goes_back(page):
    present(page, "classify", 1920, 1080)
    wait_until_empty(page, SMALL, 20)
    page.locator("[data-page=present]").click()
    page.wait_for_function("!document.body.classList.contains('loom-present')")
    page.wait_for_function("document.querySelector('#classify-widget').getBoundingClientRect().width < 1500")


def test_pointers_find_their_place_where_all_is_drawn_larger(page):
    present(page, "latent_map", 1920, 1080)
    box = page.locator("#latent_map-widget .nsewdrag").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    where = """() => {
      const {xaxis, yaxis} = document.querySelector('#latent_map-widget .plot')._fullLayout;
      const words = document.querySelector('#latent_map-widget .where').textContent;
      const [x, y] = (words.match(/-?[0-9.]+(?=,|$)/g) ?? []).map(Number);
      const [across, down] = [xaxis.d2p(x) / xaxis._length, yaxis.d2p(y) / yaxis._length];
      return Math.abs(across - 0.25) < 0.03 && Math.abs(down - 0.75) < 0.03;
    }"""
    page.wait_for_function(where)


def test_a_plot_is_laid_out_for_the_type_that_a_projector_shows(page):
    present(page, "latent_map", 1280, 720)
    wait_until_empty(page, CUT_OFF, None)
    size = "() => getComputedStyle(document.querySelector('#latent_map-widget .legendtext')).fontSize"
    shows(page, size, "13.5px")
    page.locator("[data-page=present]").click()
    shows(page, size, "12px")
    wait_until_empty(page, CUT_OFF, None)
    page.locator("[data-page=present]").click()
    shows(page, size, "13.5px")
    wait_until_empty(page, CUT_OFF, None)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "view"), MAIN_OF_VIEWS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_further_view_needs_no_scrolling(page, photograph, name, view, width, height):
    present(page, name, width, height, view)
    photograph(page, f"{name}-{view}-present-{width}")


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_tab_fills_a_projector_and_needs_no_scrolling(page, photograph, name, width, height):
    present(page, name, width, height)
    if width == 1920:
        wait_until_empty(page, SMALL, 20)
    photograph(page, f"{name}-present-{width}")


WALKED = {"gan", "diffusion", "scoreboard"}  # tabs whose further views are looked at as well
# what of a tab sticks out of the window, where nothing scrolls sideways to it, or is cut off by what holds it
STICKS_OUT = """(name) => {
  const widget = document.querySelector(`#${name}-widget`), found = [];
  const scrolls = (one) => {
    for (let holder = one.parentElement; holder !== widget; holder = holder.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(holder).overflowX)) return true;
    return false;
  };
  for (const one of widget.querySelectorAll('*')) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest('svg')) continue;
    const {left, right, width} = one.getBoundingClientRect();
    const isOut = width > 1 && (right > innerWidth + 1 || left < -1) && !scrolls(one);
    const isCut = one.matches('button, label, h3, h4, figcaption, output, p') && one.clientWidth > 0
      && getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    if (isOut || isCut) found.push(one.outerHTML.slice(0, 120));
  }
  return found;
}"""


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "view"), [place for place in PLACES if place.values[0] in WALKED and place.values[1]])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1920, 1080)])
def test_no_view_is_cut_off_on_a_phone_or_a_projector(page, photograph, name, view, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_tab(page, name, view=view, **({"present": 1} if width == 1920 else {}))
    settle(page)
    wait_until_empty(page, STICKS_OUT, name)
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    photograph(page, f"{name}-{view}-{width}")
