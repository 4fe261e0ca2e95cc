"""Every tab for those who see or point differently: axe-core finds nothing serious, and Tab reaches every control."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_page import NAMES
from tests.helpers.driving import open_tab, shows

# views of a tab beyond its first, as its links name them
VIEWS = {
    "classify": ["evidence", "confusion", "training"],
    "autodecoder": ["magnitude", "four", "learned", "fit", "map", "path"],
    "diffusion": ["picture", "hole", "walk", "others", "training"],
    "gan": ["walk", "score"],
    "scoreboard": ["all"],
}
PLACES = [pytest.param(name, None, id=name) for name in NAMES] + [
    pytest.param(name, view, id=f"{name}-{view}", marks=pytest.mark.thorough) for name in VIEWS for view in VIEWS[name]
]

# visible controls of the open tab that Tab should stop at
CONTROLS = """name => [...document.querySelectorAll(`#${name}-widget :is(button, input, select, a, [tabindex])`)]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0)"""
# controls that Tab passes over, though no other of their group is stopped at in their place
PASSED_OVER = """name => [...document.querySelectorAll(`#${name}-widget :is(button, input, select)`)]
  .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex < 0)
  .filter((one) => !one.closest('[role=radiogroup], table, [role=group]')?.querySelector('[tabindex="0"]'))
  .map((one) => one.outerHTML.slice(0, 90))"""
MISSED = (
    f"""name => ({CONTROLS})(name).filter((one) => !window.stops.has(one)).map((one) => one.outerHTML.slice(0, 90))"""
)

# note each control that Tab stops at, and those that do not show it: neither they nor their label get a ring
WATCH = """() => {
  window.stops = new Set([document.activeElement]);
  window.ringless = [];
  const isRinged = (part) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(part);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  };
  document.addEventListener('focusin', ({target}) => {
    window.stops.add(target);
    const parts = [target, target.closest('label, .loom-button')].filter(Boolean);
    if (target.closest('.loom-widget') && !parts.some(isRinged)) window.ringless.push(target.outerHTML.slice(0, 90));
  });
}"""


# whether all that fades has faded; what turns for ever is no fade
FADED = """() => document.getAnimations().every((one) =>
  one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity)"""


def settle(page):
    page.wait_for_timeout(700)  # what was asked for arrives
    pending = ".loom-stale, .loom-wait:not([hidden]), .loom-widget [data-pending]"
    page.wait_for_function(f"![...document.querySelectorAll('{pending}')].some((part) => part.checkVisibility())")
    page.wait_for_function(FADED)


def serious(page, **options):
    return {
        violation["id"]: [node["html"][:90] for node in violation["nodes"][:3]]
        for violation in Axe().run(page, options=options).response["violations"]
        if violation["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize(("name", "view"), PLACES)
def test_axe_finds_nothing_serious_and_tab_stops_at_every_control(page, name, view):
    open_tab(page, name, __theme="light", **({"view": view} if view else {}))
    settle(page)
    assert serious(page) == {}
    page.click("[data-page=theme]")
    page.wait_for_selector("body.dark")
    settle(page)
    assert serious(page, runOnly=["color-contrast"]) == {}  # all that a theme changes

    shows(page, PASSED_OVER, [], name)
    count = page.evaluate(f"(name) => ({CONTROLS})(name).length", name)
    assert count > 5
    page.evaluate(f"(name) => ({CONTROLS})(name)[0].focus()", name)
    page.evaluate(WATCH)
    for _ in range(count + 2):
        page.keyboard.press("Tab")
    shows(page, MISSED, [], name)
    shows(page, "window.ringless", [])
