"""The network is cut at a random moment of many visits over all tabs: what recovers by itself, and when.

python -m tests.bench.outages [VISITS]        # 50 without a number

A visit opens a tab, does what people do there, and goes to a second tab, during or after an outage of 1, 6 or 20
seconds. Afterwards it must be as if nothing had happened: each tab shows something, no run has ended, and a question
asked anew is answered.
"""

import random
import statistics
import sys
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as Late

from demos import tab_id, tabs
from tests.bench.browser import load, served, verdict
from tests.helpers.chromium import chromium
from tests.helpers.driving import READY

OUTAGES = (1, 6, 20)  # seconds
GOAL = 3.0  # seconds until a tab works again, once the network is back
PATIENCE = 20.0  # seconds after which a tab counts as dead
MOMENTS = 4.0  # seconds from the start of a visit within which the network is cut
STALE = "document.querySelectorAll('#{tab}-widget [data-pending]').length === 0"


@dataclass
class Visit:
    """What became of one."""

    outage: int
    tabs: tuple[str, str]
    dead: int = 0
    runs_ended: int = 0
    pending: int = 0  # tabs that still wait for an answer
    recovered: float = 0.0  # seconds


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    rng = random.Random(0)
    names = [tab_id(tab) for tab in tabs()]
    with served("app.py", "--port") as address, chromium() as browser:
        visits = [visit(browser, address, rng, names, k) for k in range(count)]
    print(f"{count} visits, {load()}")
    print("outage  visits  tabs dead  runs ended  still waiting  seconds to recover: median, worst")
    for outage in OUTAGES:
        some = [one for one in visits if one.outage == outage]
        if some:
            times = [one.recovered for one in some]
            figures = (sum(one.dead for one in some), sum(one.runs_ended for one in some), sum(v.pending for v in some))
            print(
                f"{outage:4d} s  {len(some):6d}  {figures[0]:9d}  {figures[1]:10d}  {figures[2]:13d}  "
                f"{statistics.median(times):.1f}, {max(times):.1f} ({verdict(max(times), GOAL)})"
            )


def visit(browser: Browser, address: str, rng: random.Random, names: list[str], k: int) -> Visit:
    """One visit: two tabs, the network cut at a random moment; every tab is first or second in turn."""
    first, second = names[k % len(names)], rng.choice(names)
    one = Visit(OUTAGES[k % len(OUTAGES)], (first, second))
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"/?tab={first}" + ("&play=1&epochs=200&images=500" if first == "live" else ""))
    page.wait_for_selector(f"#{first}-widget {READY}")
    page.wait_for_timeout(1000 * rng.uniform(0, MOMENTS))
    context.set_offline(True)
    act(page, first)
    page.wait_for_timeout(500)
    page.locator(f"#{second}-tab-button").click()
    page.wait_for_timeout(1000 * one.outage - 500)
    context.set_offline(False)
    started = time.monotonic()
    for tab in dict.fromkeys((second, first)):
        look_at(page, tab, one)
    one.recovered = time.monotonic() - started
    context.close()
    if one.dead or one.runs_ended or one.pending or one.recovered > GOAL:
        print(one, flush=True)
    return one


def act(page: Page, tab: str) -> None:
    """Something that asks the server: the first slider of a tab, else its first button."""
    slider = page.locator(f"#{tab}-widget input[type=range]:visible:enabled").first
    if slider.count():
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    else:
        page.locator(f"#{tab}-widget button:visible:enabled").first.click()


def look_at(page: Page, tab: str, one: Visit) -> None:
    """Note what a tab shows after the outage."""
    page.locator(f"#{tab}-tab-button").click()
    try:
        page.wait_for_selector(f"#{tab}-widget {READY}", timeout=1000 * PATIENCE)
        page.wait_for_function("document.querySelector('.loom-connection').textContent === ''", timeout=1000 * PATIENCE)
    except Late:
        one.dead += 1
        return
    try:
        page.wait_for_function(STALE.replace("{tab}", tab), timeout=5000)
    except Late:
        one.pending += 1
    if tab == "live" and one.tabs[0] == "live":
        one.runs_ended += page.locator("#live-widget [data-state]").first.get_attribute("data-state") == "ended"


if __name__ == "__main__":
    main()
