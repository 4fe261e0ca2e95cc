"""What the benchmarks of the page share: the app and Chromium, a delay, and how long until pixels are other ones."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.conftest import ROOT
from tests.helpers.chromium import NO_WORKER

# `act(move)` is called again and again; milliseconds from each call until the picture's pixels are other ones, looked
# for after every task of the browser. A call that gives false is a move that would change nothing.
MEASURE = """async ({act, picture, moves, rest}) => {
  const small = document.createElement('canvas'), times = [];
  small.width = small.height = 28;
  const context = small.getContext('2d', {willReadFrequently: true}), move = eval(act);
  const look = () => {
    const shown = document.querySelector(picture);
    if (shown.tagName === 'IMG' && !(shown.complete && shown.naturalWidth)) return null;
    context.drawImage(shown, 0, 0, 28, 28);
    return context.getImageData(0, 0, 28, 28).data.join();
  };
  const task = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  });
  for (let k = 0; times.length < moves; k++) {
    const before = look(), start = performance.now();
    if (move(k) === false) continue;
    for (;;) {
      const now = look();
      if (now !== null && now !== before) break;
      if (performance.now() - start > 20000) throw new Error('the picture never changed');
      await task();
    }
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, rest));
  }
  return times;
}"""


@contextmanager
def served(*words: str) -> Iterator[str]:
    """The address of a program that takes a port as its last word."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    process = subprocess.Popen(
        [sys.executable, *words, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, env=environment
    )
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 180
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(address, timeout=10).read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError(f"{words[0]} did not start")
        yield address
    finally:
        process.terminate()
        process.wait()


def opened(browser: Browser, address: str, selector: str, computes: bool = False) -> Page:
    """A page, once it shows something.

    Args:
        computes: Whether the browser may compute with models; else the server answers everything.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    if not computes:
        page.add_init_script(NO_WORKER)
    page.set_default_timeout(180_000)
    page.goto(address)
    page.wait_for_selector(selector)
    return page


def slow_down(page: Page, delay: int) -> None:
    """Add milliseconds to every answer of the server, by Chromium's own emulation."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", limits)


def open_ready(browser: Browser, address: str, link: str, selector: str, *models: str, delay: int = 0) -> Page:
    """A page whose models have come, or one for which the server answers everything if none are named.

    Args:
        delay: Milliseconds by which answers are late while the models come; a far server makes large ones come.
    """
    page = opened(browser, f"{address}/?{link}", selector, computes=bool(models))
    if delay:
        slow_down(page, delay)
    page.keyboard.press("Shift")  # a touch
    for number in (9, 4) if delay else ():  # the second question knows how late the answer to the first one was
        page.locator(".tiles button:visible").nth(number).click()
        page.wait_for_timeout(5 * delay)
    for name in models:
        page.wait_for_selector(f"html[data-loom-models~={name}]", state="attached")
    page.wait_for_timeout(3000)
    return page


def until_changed(page: Page, act: str, picture: str, moves: int, rest: int = 100) -> list[float]:
    """Milliseconds from each of so many moves to other pixels of a picture.

    Args:
        act: JavaScript, a function of the move's number.
        rest: Milliseconds between two moves.
    """
    return page.evaluate(MEASURE, {"act": f"({act})", "picture": picture, "moves": moves, "rest": rest})


def p95(times: list[float]) -> float:
    """The 95th percentile of at least two values."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def verdict(value: float, goal: float, more: bool = False) -> str:
    """The goal, and whether it is met: at most, or if `more` at least."""
    return f"goal {goal:g}: {'met' if (value >= goal if more else value <= goal) else 'missed'}"


def load() -> str:
    """How busy the machine is, to be printed beside times."""
    return f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
