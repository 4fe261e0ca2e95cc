"""Every control of every tab is used once: no console error, failed request or other host (the page fixture sees)."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import PLACES, settle
from tests.helpers.driving import READY, open_tab

# Uses one visible control after another that was not used yet; of the tiles of a gallery, a few will do. It is found
# and used within one call: an answer that arrives between two calls may draw its part of the page anew. A field gets,
# as from a visitor, a value at either end and one in between; what listens to keys is focused, and its name given back.
USE_NEXT = """name => {
  const used = (window.used ??= new Map()), widget = document.querySelector(`#${name}-widget`);
  const groups = '.tiles, .maps, .gan-strip, .strip, .rows, .auto-sheet, .diffusion-strip, .diffusion-returns, '
    + 'tbody, .chips';
  const group = (one) => one.closest(groups) ?? one;
  const controls = 'button, select, input:not([type=file]), canvas[tabindex], [role=slider]';
  const isNew = (one) => one.checkVisibility() && !one.disabled && !one.dataset.used
    && (used.get(group(one)) ?? 0) < 2;
  const send = (one, type) => one.dispatchEvent(new Event(type, {bubbles: true}));
  const {set} = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  const one = [...widget.querySelectorAll(controls)].find(isNew);
  if (!one) return null;
  one.dataset.used = '';
  used.set(group(one), (used.get(group(one)) ?? 0) + 1);
  if (one.matches('[type=range], [type=number]')) {
    const [low, high] = [one.min, one.max].map(Number);
    for (const share of [0, 1, 0.4]) {
      set.call(one, low + share * (high - low));
      send(one, 'input');
    }
    send(one, 'change');
  } else if (one.matches('select')) {
    one.selectedIndex = (one.selectedIndex + 1) % one.options.length;
    send(one, 'input');
    send(one, 'change');
  } else if (one.matches('button, [type=checkbox], [type=radio]')) one.click();
  else {
    one.focus();
    return 'keys';
  }
  return 'used';
}"""


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "view"), PLACES)
def test_every_control_can_be_used(page, name, view):
    open_tab(page, name, **({"view": view} if view else {}))
    settle(page)
    used = 0
    while used < 120 and (how := page.evaluate(USE_NEXT, name)):
        for key in ("ArrowRight", "ArrowDown", "Enter") if how == "keys" else ():
            page.keyboard.press(key)
        page.wait_for_timeout(25)
        used += 1
    assert used > 8
    page.wait_for_timeout(500)
    expect(page.locator(f"#{name}-widget .loom-notice:visible").filter(has_text="server")).to_have_count(0)
    open_tab(page, name)  # and the page lives on
    page.wait_for_selector(f"#{name}-widget {READY}")
