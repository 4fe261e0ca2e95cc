"""How long until each tab first shows something, and how many bytes a page load moves before plotly is needed.

python -m tests.bench.loading [--visitors 3] [--trace] [--tabs NAME ...]

The app is up and warm, as after a first visitor; each time is of a fresh browser context with an empty cache, from the
request of the link until the frame that shows the tab ready, by the page's own clock. The ratio is to a page of Gradio
with one button, loaded in turn. A trace says when what came: milliseconds at which each kind of request began and
ended, and the tab's place was there.
"""

import argparse
import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from demos import tab_id, tabs
from tests.bench.browser import load, served, verdict
from tests.helpers.chromium import chromium

SECONDS, MEGABYTES, RATIO = 1.5, 1.5, 1.6  # goals
KINDS = {  # of requests, by what stands in their address
    "page": "?tab=", "plotly": "plotly", "Gradio's scripts": "/assets/", "first answers": "/first/",
    "our scripts": "/web/", "questions": "component_server", "Gradio's own": "gradio_api",
}  # fmt: skip
# what is waited for, and then the next frame, milliseconds after the request
WATCH = """(selector) => {
  window.seen = {};
  const note = (name) => { window.seen[name] ??= performance.now(); };
  const watcher = new MutationObserver(() => {
    if (document.querySelector("[id$=-widget]")) note("the tab's place");
    if (!document.querySelector(selector)) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => note("ready")));
  });
  watcher.observe(document, {subtree: true, childList: true, attributes: true});
}"""
TRACE = """() => performance.getEntries().filter(({entryType}) => ["resource", "navigation"].includes(entryType)).map(
  ({name, startTime, responseEnd, transferSize}) => [name, startTime, responseEnd, transferSize])"""
EMPTY = """
import gradio as gr, sys
with gr.Blocks() as demo:
    gr.Button("a button")
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""


@contextmanager
def loaded(browser: Browser, link: str, selector: str) -> Iterator[tuple[Page, dict[str, float]]]:
    """A page of somebody new, once it shows the selector, and what was seen when."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(f"({WATCH})({json.dumps(selector)})")
    page.goto(link)
    page.wait_for_function("window.seen.ready", timeout=90_000)
    yield page, page.evaluate("window.seen")
    page.close()


def seconds(browser: Browser, link: str, selector: str) -> float:
    """From the request of a link until its page shows the selector."""
    with loaded(browser, link, selector) as (_, seen):
        return seen["ready"] / 1000


def megabytes(browser: Browser, link: str, selector: str) -> tuple[float, float]:
    """What a page moves until half a second after it shows the selector, without and with plotly."""
    with loaded(browser, link, selector) as (page, _):
        page.wait_for_timeout(500)
        sizes = [(address, size / 1e6) for address, _, _, size in page.evaluate(TRACE)]
    every = sum(size for _, size in sizes)
    return every - sum(size for address, size in sizes if "plotly" in address), every


def trace(browser: Browser, link: str, selector: str) -> dict[str, str]:
    """When each kind of request began and ended, their number and size, and when the tab was there, in words."""
    with loaded(browser, link, selector) as (page, seen):
        entries = page.evaluate(TRACE)
    ready, parts = seen["ready"], {}
    for kind, words in KINDS.items():
        some = [entry for entry in entries if words in entry[0] and entry[1] < ready]
        entries = [entry for entry in entries if entry not in some]
        if some:
            begin, end = min(e[1] for e in some), max(e[2] for e in some)
            parts[kind] = f"{begin:.0f}-{end:.0f} ms ({len(some)}, {sum(e[3] for e in some) / 1000:.0f} kB)"
    return parts | {name: f"{time:.0f} ms" for name, time in seen.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=3)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--tabs", nargs="+", metavar="NAME", default=[tab_id(tab) for tab in tabs()])
    options = parser.parse_args()
    visitors = options.visitors
    with served("app.py", "--port") as app, served("-c", EMPTY) as empty, chromium() as browser:
        print(f"{'':14} {'first':>8} {'later':>8} {'times an':>12} {'MB without':>11} {'MB with':>8}")
        print(f"{'tab':14} {'visit':>8} {'visits':>8} {'empty page':>12} {'plotly':>11} {'plotly':>8}   {load()}")
        for name in options.tabs:
            link, ready = f"{app}/?tab={name}", f"#{name}-widget :is(.loom-bar.best, [data-ready])"
            first = seconds(browser, link, ready)
            light, whole = megabytes(browser, link, ready)
            pairs = [(seconds(browser, link, ready), seconds(browser, empty, "button")) for _ in range(visitors)]
            later, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
            summary = f"{verdict(first, SECONDS)} s; {verdict(later / bare, RATIO)} x; {verdict(light, MEGABYTES)} MB"
            print(
                f"{name:14} {first:6.2f} s {later:6.2f} s {later / bare:12.1f} {light:11.2f} {whole:8.2f}   {summary}",
                flush=True,
            )
            if options.trace:
                print("".join(f"    {kind}: {words}\n" for kind, words in trace(browser, link, ready).items()), end="")


if __name__ == "__main__":
    main()
