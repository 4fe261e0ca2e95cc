"""The page as a whole: every tab renders, in both themes, on a phone and on a projector."""

import re

import pytest
from playwright.sync_api import expect

from demos import tab_id, tabs
from tests.helpers.driving import READY, open_tab, shows, shows_other

# by function, what a tab asks first
FIRST = """(tab) => Object.keys(window.gradio_config.components.find(({props}) => props.elem_id === `${tab}-widget`)
  .props.props.first)"""
# notes whose first answers a tab takes
TAKEN = """window.taken = [];
const asItWas = window.fetch;
window.fetch = (input, init) => {
  if (String(input).includes("/first/")) window.taken.push(String(input).split("/").pop());
  return asItWas(input, init);
};"""
NAMES = [tab_id(tab) for tab in tabs()]


def opens(page, photograph, name, theme):
    fetched = []
    page.add_init_script(TAKEN)
    page.on("request", lambda r: fetched.append(r.url.rsplit("/", 1)[1]) if "/first/" in r.url else None)
    open_tab(page, name, __theme=theme)
    first = sorted(page.evaluate(FIRST, name))
    shows(page, "window.taken.sort()", first)  # the tab asks all that was answered ahead
    assert sorted(fetched) == first  # and takes what was fetched early
    shows(page, "document.body.classList.contains('dark')", theme == "dark")
    expect(page.locator(".loom-notice:visible")).to_have_count(0)
    photograph(page, f"{name}-{theme}")


@pytest.mark.parametrize("name", NAMES)
def test_every_tab_opens_from_its_link_and_presenting_enlarges_type_and_hides_explanations(page, photograph, name):
    opens(page, photograph, name, "light")
    size = f"parseFloat(getComputedStyle(document.querySelector('#{name}-widget')).fontSize)"
    before = page.evaluate(size)
    expect(page.locator(".loom-explanation:visible")).to_have_count(1)
    open_tab(page, name, present=1)
    shows(page, f"{size} > {before}", True)
    expect(page.locator(".loom-explanation:visible")).to_have_count(0)
    photograph(page, f"{name}-present")


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_every_tab_opens_in_the_dark(page, photograph, name):
    opens(page, photograph, name, "dark")


def test_all_that_gradio_asks_for_is_named_in_the_page(page):
    named = set(re.findall(r"assets/([\w.-]+)", page.request.get("/").text()))
    asked = []
    page.on("request", lambda r: asked.append(r.url.rsplit("/", 1)[1]) if "/assets/" in r.url else None)
    open_tab(page, "scoreboard")
    shows(page, "document.querySelector('.loom-header').getBoundingClientRect().top < 24", True)  # no row of pages
    assert asked
    assert set(asked) - named == set()
    assert len(set(asked)) == len(asked)  # what is fetched early is not fetched again


def test_the_foot_of_the_page_leads_to_what_programs_can_call(unwatched):
    page = unwatched  # Gradio's list also asks for what is not served here
    names = page.request.get("/gradio_api/info").json()["named_endpoints"]
    assert len(names) == 11
    open_tab(page, "scoreboard")
    page.get_by_role("link", name="Use via API").click()
    page.get_by_role("link", name="Back to the tabs").click()
    expect(page.locator("#classify-widget")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Use via API").click()
    for name in names:
        expect(page.locator(".api-docs")).to_contain_text(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_tab_fits_a_phone(page, photograph, name):
    page.set_viewport_size({"width": 360, "height": 740})
    open_tab(page, name)
    shows(page, "document.documentElement.scrollWidth <= 360", True)
    ends = page.eval_on_selector_all(
        ".loom-header button", "all => all.map((one) => one.getBoundingClientRect().right)"
    )
    assert max(ends) <= 360
    photograph(page, f"{name}-360")


def test_the_tabs_can_be_walked_through(page):
    page.goto("/")
    for tab in tabs():
        page.get_by_role("tab", name=tab.TITLE).click()
        page.wait_for_selector(f"#{tab_id(tab)}-widget {READY}", timeout=90_000)
        expect(page.locator(f"#{tab_id(tab)}-widget .loom-first-step")).to_be_visible()
        expect(page.locator(f"#{tab_id(tab)}-widget .loom-examples button").nth(2)).to_be_visible()


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_an_example_that_is_pressed_is_marked(page, name):
    open_tab(page, name)
    for example in page.locator(f"#{name}-widget .loom-examples button").all():
        example.click()
        expect(example).to_have_attribute("aria-pressed", "true")
        expect(page.locator(f"#{name}-widget .loom-examples [aria-pressed=true]")).to_have_count(1)


def test_the_theme_is_remembered(page):
    page.goto("/")
    page.wait_for_selector("#classify-widget")
    dark = "document.body.classList.contains('dark')"
    before = page.evaluate(dark)
    page.get_by_role("button", name="Light / dark").click()
    shows_other(page, dark, before)
    page.reload()
    page.wait_for_selector("#classify-widget")
    shows_other(page, dark, before)


def test_an_explanation_sets_its_equations(page):
    open_tab(page, "classify")
    page.get_by_text("What am I looking at?").click()
    expect(page.locator(".loom-explanation math[display=block]").first).to_be_visible()


def test_an_unknown_tab_opens_the_first(page):
    page.goto("/?tab=nonsense")
    page.wait_for_selector(f"#{NAMES[0]}-widget {READY}", timeout=60_000)
