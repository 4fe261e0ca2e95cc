"""How long from a slider's input to changed pixels: the Interpolate tab against gr.Slider + gr.Image on one decoder.

python -m tests.bench.interpolate [--moves 40] [--delay 80]

Both pages run in the same Chromium, in turn, so that both meet any load of the machine. A move sets the slider and
fires its `input` event; the time is from there until the picture's pixels are other ones. `--delay` adds that many
milliseconds to every answer that the page gets from the server, as a hosted Space does.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, NAMES
from tests.conftest import ROOT

GOAL = 5.0  # milliseconds, median, of ours
MODEL, A, B = "cae-27", 100, 905
PLAIN = f"""
import gradio as gr, torch, sys
from core import load_model
from core.checkpoint import load_codes
model, codes = load_model("{MODEL}"), load_codes("{MODEL}")
def paint(alpha):
    with torch.inference_mode():
        x = model.decode((codes[{A}] + alpha * (codes[{B}] - codes[{A}]))[None])[0, 0]
    return (x * 255).byte().numpy()
with gr.Blocks() as demo:
    slider, picture = gr.Slider(0, 1, 0.5, step=0.01), gr.Image(height=280)
    slider.input(paint, slider, picture, trigger_mode="always_last", show_progress="hidden")
    demo.load(paint, slider, picture)
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""

# milliseconds from each input event to other pixels, looked for after every task of the browser
MEASURE = """async ({slider, picture, moves}) => {
  const range = document.querySelector(slider), small = document.createElement('canvas'), times = [];
  small.width = small.height = 28;
  const context = small.getContext('2d', {willReadFrequently: true}), setter =
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
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
  for (let move = 0; move < moves; move++) {
    const before = look(), value = ((move * 37) % 97) / 100;  // far apart, never twice the same in a row
    if (Math.abs(range.value - value) < 0.05) continue;
    const start = performance.now();
    setter.call(range, value);
    range.dispatchEvent(new Event('input', {bubbles: true}));
    for (;;) {
      const now = look();
      if (now !== null && now !== before) break;
      if (performance.now() - start > 20000) throw new Error('the picture never changed');
      await task();
    }
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 150));
  }
  return times;
}"""
OURS = {"slider": "#interpolate-widget [data-alpha]", "picture": "#interpolate-widget canvas.now"}
THEIRS = {"slider": "input[type=range]", "picture": ".image-container img, .image-frame img"}


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


def slow_down(page: Page, delay: int) -> None:
    """Add milliseconds to every answer of the server, by Chromium's own emulation."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", limits)


def report(name: str, times: list[float]) -> float:
    """Print median and 95th percentile; returns the median."""
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"  {name:28} {median:8.1f} / {p95:8.1f} ms   ({len(times)} moves)")
    return median


def compare(pages: dict[str, Page], moves: int, delay: int) -> None:
    """Both pages in turn, a quarter of the moves at a time."""
    times = {name: [] for name in pages}
    for page in pages.values():
        slow_down(page, delay)
    for _ in range(4):
        for name, page in pages.items():
            place = OURS if name == "Interpolate" else THEIRS
            times[name] += page.evaluate(MEASURE, {**place, "moves": max(5, moves // 4)})
    print(f"input to other pixels, median / p95, {delay} ms of delay added:")
    ours, theirs = (report(name, times[name]) for name in pages)
    print(f"  ratio {theirs / ours:.0f} to 1   goal {GOAL:.0f} ms: {'met' if ours <= GOAL else 'missed'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--delay", type=int, default=80, help="milliseconds added in the second round")
    args = parser.parse_args()
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(served(*w)) for w in (("app.py", "--port"), ("-c", PLAIN)))
        path = next(filter(None, map(shutil.which, NAMES)), None)
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=path, args=FLAGS)
        pages = {"Interpolate": browser.new_page(), "gr.Slider and gr.Image": browser.new_page()}
        for page in pages.values():
            page.set_default_timeout(180_000)
        pages["Interpolate"].goto(f"{ours}/?tab=interpolate&model={MODEL}&a={A}&b={B}")
        pages["Interpolate"].wait_for_selector("#interpolate-widget [data-ready]")
        pages["gr.Slider and gr.Image"].goto(theirs)
        pages["gr.Slider and gr.Image"].wait_for_selector(THEIRS["picture"])
        time.sleep(3)
        for delay in (0, args.delay):
            compare(pages, args.moves, delay)
        browser.close()


if __name__ == "__main__":
    main()
