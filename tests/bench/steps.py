"""Lessons: how long from a step's key to the view it asks for, with its tab open before.

python -m tests.bench.steps [--lesson NAME ...]

Every lesson is walked through twice in Chromium, and the second walk is timed: its tabs are open by then. A view counts
as shown when its tab changed for the last time, with nothing pending and nothing asked of the server. Steps that train
a network are left out: what they show changes for as long as it trains.
"""

import argparse

from playwright.sync_api import Page

from demos.lessons.format.lesson import Lesson
from demos.lessons.format.library import Library
from tests.bench.browser import load, p95, verdict
from tests.conftest import running_app
from tests.helpers.chromium import chromium
from tests.helpers.driving import READY

GOAL = 300  # milliseconds
# milliseconds from the key to the last change of the tab, and what was asked of the server meanwhile
STEP = """async ([tab, quiet]) => {
  const widget = document.querySelector(`#${tab}-widget`), from = performance.now();
  let last = from;
  const changes = new MutationObserver(() => { last = performance.now(); });
  changes.observe(widget, {childList: true, subtree: true, attributes: true, characterData: true});
  const asked = [];
  const calls = new PerformanceObserver((list) => {
    for (const {name, startTime, responseEnd} of list.getEntries())
      if (name.includes('component_server') && startTime >= from) asked.push(Math.round(responseEnd - startTime));
  });
  calls.observe({type: 'resource'});
  document.dispatchEvent(new KeyboardEvent('keydown', {key: 'PageDown', bubbles: true}));
  const isPending = () => [...widget.querySelectorAll('[data-pending], [aria-busy=true]')].some((p) => p.offsetParent);
  while (performance.now() - last < quiet || isPending()) await new Promise((done) => setTimeout(done, 20));
  changes.disconnect();
  calls.disconnect();
  return [last - from, asked];
}"""
QUIET = 700  # milliseconds without a change


def tab_of(lesson: Lesson, k: int) -> str:
    """The tab of a step."""
    return lesson.steps[k].link.split("tab=")[1].split("&")[0]


def walk(page: Page, lesson: Lesson) -> list[tuple[float, str]]:
    """Milliseconds of each step after the first, and which it is."""
    times = []
    for k in range(1, len(lesson.steps)):
        if "play=1" in lesson.steps[k].link:
            page.keyboard.press("PageDown")
            page.wait_for_timeout(QUIET)
            continue
        page.wait_for_function(f"document.querySelector('.lesson-place').textContent.startsWith('{k} ')")
        if page.query_selector(f"#{tab_of(lesson, k)}-widget {READY}") is None:
            page.keyboard.press("PageDown")
            page.wait_for_selector(f"#{tab_of(lesson, k)}-widget {READY}", state="attached")
            page.wait_for_timeout(2 * QUIET)
            continue
        time, asked = page.evaluate(STEP, [tab_of(lesson, k), QUIET])
        times.append((time, f"{lesson.name}, step {k + 1}: {time:.0f} ms; {len(asked)} requests of {asked} ms"))
    return times


def main() -> None:
    """Print the row, and the slowest steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", nargs="*", default=[], metavar="NAME")
    wanted = parser.parse_args().lesson
    lessons = [lesson for lesson in Library().lessons()[0] if not wanted or lesson.name in wanted]
    times = []
    with running_app() as address, chromium() as browser:
        for lesson in lessons:
            page = browser.new_page(viewport={"width": 1280, "height": 720}, base_url=address)
            page.set_default_timeout(60_000)
            page.goto(f"/?lesson={lesson.name}&step=1")
            page.wait_for_selector(f"#{tab_of(lesson, 0)}-widget {READY}", state="attached")
            page.wait_for_timeout(2 * QUIET)
            walk(page, lesson)
            page.locator(".lesson-dots [data-step='0']").click()
            page.wait_for_timeout(2 * QUIET)
            times += walk(page, lesson)
            page.close()
    shown = [time for time, _ in times]
    print(f"step to shown view: p95 {p95(shown):.0f} ms of {len(shown)}  {verdict(p95(shown), GOAL)}; {load()}")
    for _, words in sorted(times, reverse=True)[:12]:
        print(f"  {words}")


if __name__ == "__main__":
    main()
