"""How long until each tab first shows something, and how many bytes a page load moves before plotly is needed.

python -m tests.bench.loading [--visitors 3] [--trace] [--tabs NAME ...]

The app is up and warm, as after a first visitor; each time is of a fresh browser context with an empty cache, from the
request of the link until the tab is ready. The ratio is to a page of Gradio with one button, loaded in turn. A trace
says when what came: milliseconds at which each kind of request began and ended, and the tab's place was there.
"""

import argparse
import statistics
import time

from playwright.sync_api import Browser

from demos import tab_id, tabs
from tests.bench.browser import load, served, verdict
from tests.helpers.chromium import chromium

SECONDS, MEGABYTES, RATIO = 1.5, 1.5, 1.6  # goals
KINDS = {  # of requests, by what stands in their address
    "page": "?tab=", "plotly": "plotly", "Gradio's scripts": "/assets/", "first answers": "/first/",
    "our scripts": "/web/", "questions": "component_server", "Gradio's own": "gradio_api",
}  # fmt: skip
WATCH = """(() => {
  window.seen = {};
  const note = (name) => { window.seen[name] ??= performance.now(); };
  new MutationObserver(() => {
    if (document.querySelector("[id$=-widget]")) note("the tab's place");
    if (document.querySelector("[id$=-widget] :is([data-ready], .loom-bar.best), [id$=-widget][data-ready]"))
      note("ready");
  }).observe(document, {subtree: true, childList: true, attributes: true});
})()"""
TRACE = """() => performance.getEntries().filter(({entryType}) => ["resource", "navigation"].includes(entryType)).map(
  ({name, startTime, responseEnd, transferSize}) => [name, startTime, responseEnd, transferSize])"""
EMPTY = """
import gradio as gr, sys
with gr.Blocks() as demo:
    gr.Button("a button")
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""


def load_page(browser: Browser, link: str, selector: str) -> tuple[float, float, float]:
    """Seconds until the selector, and megabytes over the wire without and with plotly."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, sizes, urls = context.new_page(), {}, {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    start = time.perf_counter()
    page.goto(link)
    page.wait_for_selector(selector, timeout=90_000)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(500)
    every = sum(sizes.values()) / 1e6
    plotly = sum(size for key, size in sizes.items() if "plotly" in urls.get(key, "")) / 1e6
    context.close()
    return seconds, every - plotly, every


def trace(browser: Browser, link: str, selector: str) -> dict[str, str]:
    """When each kind of request began and ended, their number and size, and when the tab was there, in words."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(WATCH)
    page.goto(link)
    page.wait_for_selector(selector, timeout=90_000)
    entries, seen = page.evaluate(TRACE), page.evaluate("window.seen")
    page.close()
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
            first, light, heavy = load_page(browser, link, ready)
            pairs = [
                (load_page(browser, link, ready)[0], load_page(browser, empty, "button")[0]) for _ in range(visitors)
            ]
            later, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
            summary = f"{verdict(first, SECONDS)} s; {verdict(later / bare, RATIO)} x; {verdict(light, MEGABYTES)} MB"
            print(
                f"{name:14} {first:6.2f} s {later:6.2f} s {later / bare:12.1f} {light:11.2f} {heavy:8.2f}   {summary}",
                flush=True,
            )
            if options.trace:
                print("".join(f"    {kind}: {words}\n" for kind, words in trace(browser, link, ready).items()), end="")


if __name__ == "__main__":
    main()
