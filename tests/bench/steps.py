"""Lessons: how long from a step's key to the view it asks for, with its tab open before or opened for it.

python -m tests.bench.steps [--lesson NAME ...] [--limit N]

Every lesson is walked through once in Chromium, so that each view is a new one, and each step is a row. A view counts
as shown when the parts that the step points at look as they do in the end; beside it stands when the whole tab is at
rest, nothing being pending or asked of the server. While a class reads, the page asks for what the next step shows;
the next key comes once that is there, or after ten seconds. What plays by itself (a training run, the search
for a code, t-SNE frame by frame) is marked and not counted.
"""

import argparse
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from demos.lessons.format.lesson import Lesson
from demos.lessons.format.library import Library
from tests.bench.browser import load, p95, verdict
from tests.conftest import running_app
from tests.helpers.chromium import chromium
from tests.helpers.driving import READY

GOALS = {"open": 300, "opened": 1500}  # milliseconds, by what the step finds of its tab
LONGEST = 20_000  # milliseconds until a step counts as one that plays on
QUIET = 300  # milliseconds without a change and without a request
READING = 10_000  # milliseconds that a class looks at a step, at most
# counts what is asked of the server and not answered yet
COUNTING = """(() => {
  const real = window.fetch;
  window.asking = 0;
  window.fetch = async (...words) => {
    if (!String(words[0]?.url ?? words[0]).includes('component_server')) return real(...words);
    window.asking += 1;
    try { return await real(...words); } finally { window.asking -= 1; }
  };
})()"""
# milliseconds from the key until the ringed parts look as they do in the end, the same of the tab, and its requests
STEP = """async ([tab, ready, quiet, longest]) => {
  const from = performance.now(), asked = [], last = {ringed: from, tab: from};
  const small = new OffscreenCanvas(64, 64).getContext('2d', {willReadFrequently: true});
  const look = () => {
    small.clearRect(0, 0, 64, 64);
    const parts = [...document.querySelectorAll('[data-ringed]')];
    const canvases = parts.flatMap((part) => [...part.querySelectorAll('canvas')]).filter(({width}) => width > 0);
    canvases.forEach((one, k) => small.drawImage(one, 8 * (k % 8), 8 * (Math.floor(k / 8) % 8), 8, 8));
    return parts.map((part) => part.outerHTML).join() + small.getImageData(0, 0, 64, 64).data.join();
  };
  const changes = new MutationObserver((all) => {
    if (all.some(({target}) => target.parentElement?.closest(`#${tab}-widget`))) last.tab = performance.now();
  });
  changes.observe(document.body, {childList: true, subtree: true, attributes: true, characterData: true});
  const calls = new PerformanceObserver((list) => {
    for (const {name, startTime, responseEnd} of list.getEntries())
      if (name.includes('component_server') && startTime >= from) asked.push(Math.round(responseEnd - startTime));
  });
  calls.observe({type: 'resource'});
  document.dispatchEvent(new KeyboardEvent('keydown', {key: 'PageDown', bubbles: true}));
  const widget = () => document.getElementById(`${tab}-widget`);
  const pending = '[data-pending], [aria-busy=true], .loom-wait:not([hidden])';
  const isPending = () => !widget()?.querySelector(ready) || window.asking > 0
    || [...widget().querySelectorAll(pending)].some((part) => part.offsetParent);
  let seen = '', now = from;
  do {
    await new Promise((done) => setTimeout(done, 20));
    now = performance.now();
    const looks = look();
    if (looks !== seen) last.ringed = now;
    seen = looks;
  } while (now - from < longest && (isPending() || now - Math.max(last.ringed, last.tab) < quiet));
  changes.disconnect();
  calls.disconnect();
  return [last.ringed - from, last.tab - from, asked, now - from < longest];
}"""


# until nothing has been asked for a second
READ = """async (longest) => {
  const from = performance.now();
  for (let quiet = 0; quiet < 20 && performance.now() - from < longest; quiet = window.asking ? 0 : quiet + 1)
    await new Promise((done) => setTimeout(done, 50));
}"""


def tab_of(lesson: Lesson, k: int) -> str:
    """The tab of a step."""
    return lesson.steps[k].link.split("tab=")[1].split("&")[0]


def plays(tab: str, link: str) -> bool:
    """Whether a view is a film, which goes on changing."""
    return tab == "live" or (tab == "features" and "t-SNE" in link) or "view=fit" in link


def walk(page: Page, lesson: Lesson) -> Iterator[tuple[str, float]]:
    """Whether a step's tab was open, and its milliseconds; of each step after the first, which is printed."""
    page.goto(f"/?lesson={lesson.name}&step=1")
    page.wait_for_selector(f"#{tab_of(lesson, 0)}-widget {READY}", state="attached")
    page.wait_for_timeout(3 * QUIET)
    opened = {tab_of(lesson, 0)}
    for k in range(1, len(lesson.steps)):
        tab = tab_of(lesson, k)
        kind = "open" if tab in opened else "opened"
        opened.add(tab)
        page.evaluate(READ, READING)
        shown, whole, asked, is_at_rest = page.evaluate(STEP, [tab, READY, QUIET, LONGEST])
        words = f"{shown:6.0f} ms, all of the tab {whole:.0f} ms; requests {asked} ms"
        is_film = not is_at_rest or plays(tab, lesson.steps[k].link)
        print(f"  {lesson.name}.{k + 1:<2} {tab:12} {kind:7}{words}{'; plays' if is_film else ''}", flush=True)
        if not is_film:
            yield kind, shown


def measure(browser: Browser, address: str, lessons: list[Lesson]) -> None:
    """Print a row for every step, then one for steps in an open tab and one for tabs that are opened."""
    times: dict[str, list[float]] = {kind: [] for kind in GOALS}
    for lesson in lessons:
        page = browser.new_page(viewport={"width": 1280, "height": 720}, base_url=address)
        page.set_default_timeout(60_000)
        page.add_init_script(COUNTING)
        for kind, time in walk(page, lesson):
            times[kind].append(time)
        page.close()
    for kind, goal in GOALS.items():
        found = times[kind]
        if len(found) > 1:
            print(
                f"tab {kind}, step to shown view: p95 {p95(found):.0f} ms of {len(found)}  {verdict(p95(found), goal)}"
            )
    print(load())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", nargs="*", default=[], metavar="NAME", help="these alone")
    parser.add_argument("--limit", type=int, metavar="N", help="so many lessons at most")
    args = parser.parse_args()
    found = [lesson for lesson in Library().lessons()[0] if not args.lesson or lesson.name in args.lesson]
    with running_app() as address, chromium() as browser:
        measure(browser, address, found[: args.limit])


if __name__ == "__main__":
    main()
