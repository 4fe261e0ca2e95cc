"""Every control of every tab is used once: no console error, failed request or other host (the page fixture sees)."""

import pytest

from tests.browser.test_accessibility import PLACES, settle
from tests.helpers.driving import READY, open_tab

# marks one visible control after another that was not used yet; of the tiles of a gallery, a few will do
NEXT = """name => {
  const used = (window.used ??= new Map()), widget = document.querySelector(`#${name}-widget`);
  const groups = '.tiles, .maps, .gan-strip, .strip, .rows, .auto-sheet, .diffusion-strip, .diffusion-returns, '
    + 'tbody, .chips';
  const group = (one) => one.closest(groups) ?? one;
  const controls = 'button, select, input:not([type=file]), canvas[tabindex], [role=slider]';
  for (const one of widget.querySelectorAll(controls)) {
    if (!one.checkVisibility() || one.disabled || one.dataset.used || (used.get(group(one)) ?? 0) >= 2) continue;
    one.dataset.used = '';
    used.set(group(one), (used.get(group(one)) ?? 0) + 1);
    document.querySelector('[data-now]')?.removeAttribute('data-now');
    one.dataset.now = '';
    return one.matches('input') ? one.type : one.tagName.toLowerCase();
  }
  return null;
}"""
# as a visitor would, a value at either end and one in between
SLIDE = """one => {
  const {set} = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  const [low, high] = [one.min, one.max].map(Number);
  for (const share of [0, 1, 0.4]) {
    set.call(one, low + share * (high - low));
    one.dispatchEvent(new Event('input', {bubbles: true}));
  }
  one.dispatchEvent(new Event('change', {bubbles: true}));
}"""


def use(page, kind):
    control = page.locator("[data-now]")
    if kind in ("range", "number"):
        control.evaluate(SLIDE)
    elif kind == "select":
        control.select_option(index=control.evaluate("one => (one.selectedIndex + 1) % one.options.length"))
    elif kind in ("button", "checkbox", "radio"):
        control.evaluate("one => one.click()")
    else:
        control.focus()
        for key in ("ArrowRight", "ArrowDown", "Enter"):
            page.keyboard.press(key)


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "view"), PLACES)
def test_every_control_can_be_used(page, name, view):
    open_tab(page, name, **({"view": view} if view else {}))
    settle(page)
    used = 0
    while used < 120 and (kind := page.evaluate(NEXT, name)):
        use(page, kind)
        page.wait_for_timeout(25)
        used += 1
    assert used > 8
    page.wait_for_timeout(500)
    told = page.locator(f"#{name}-widget .loom-notice:visible").all_inner_texts()
    assert not [words for words in told if "server" in words]
    open_tab(page, name)  # and the page lives on
    page.wait_for_selector(f"#{name}-widget {READY}")
