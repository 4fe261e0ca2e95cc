"""How long from a slider's input to changed pixels: four tabs, each against gr.Slider + gr.Image on the same decoder.

python -m tests.bench.sliders [--moves 40] [--delay 80] [--device]

Both pages run in the same Chromium, in turn, so that both meet any load of the machine. A move sets the slider and
fires its `input` event; the time is from there until the picture's pixels are other ones. `--delay` adds that many
milliseconds to every answer that the page gets from the server, as a hosted Space does. `--device`: the browser may
compute with models meanwhile, as it does once the page is touched.
"""

import argparse
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.bench.browser import load, opened, p95, served, slow_down, until_changed, verdict
from tests.helpers.chromium import chromium

MEDIAN, P95 = 5, 16  # milliseconds, goals
TIMES = {0: 10, 1: 50}  # as fast as Gradio's own, without and with delay: goals

# a page of Gradio's own parts, as short as it can be
PLAIN = """
import gradio as gr, torch, sys
from core import load_model
from core.checkpoint import load_codes
{prepare}
def paint(value):
    with torch.inference_mode():
        x = model.decode({code})[0, 0]
    return (x * 255).byte().numpy()
with gr.Blocks() as demo:
    slider, picture = gr.Slider({low}, {high}, {low}, step={step}), gr.Image(height=280)
    slider.input(paint, slider, picture, trigger_mode="always_last", show_progress="hidden")
    demo.load(paint, slider, picture)
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""
PLAIN_SLIDER, PLAIN_PICTURE = "input[type=range]", ".image-container img, .image-frame img"

# far apart, and never twice the same in a row
MOVE = """(k) => {{
  const range = document.querySelector('{slider}');
  const [low, high, step] = [range.min, range.max, range.step].map(Number);
  const value = low + Math.round(((k * 37) % 97) / 97 * (high - low) / step) * step;
  if (Math.abs(range.value - value) < (high - low) / 20) return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(range, value);
  range.dispatchEvent(new Event('input', {{bubbles: true}}));
}}"""


@dataclass(frozen=True)
class Drag:
    """A slider of the app, and the same decoder behind Gradio's."""

    link: str
    slider: str
    picture: str
    prepare: str  # lines of Python that make `model` and what `code` is made of
    code: str  # an expression of `value`
    range: tuple[float, float, float]  # low, high, step


DRAGS = {
    "Interpolate, alpha": Drag(
        "tab=interpolate&model=cae-27&a=100&b=905",
        "#interpolate-widget [data-alpha]",
        "#interpolate-widget canvas.now",
        'model, codes = load_model("cae-27"), load_codes("cae-27")',
        "(codes[100] + value * (codes[905] - codes[100]))[None]",
        (0, 1, 0.01),
    ),
    "Auto-decoder, magnitude": Drag(
        "tab=autodecoder&view=magnitude&image=900",
        "#autodecoder-widget .auto-stretch input",
        "#autodecoder-widget .auto-five figure:nth-child(2) canvas",
        'model, codes = load_model("ad"), load_codes("ad")',
        "value * codes[900][None]",
        (0, 2, 0.05),
    ),
    # Gradio would have to walk the path to that time; its page takes a single step from other noise instead
    "Diffusion, time": Drag(
        "tab=diffusion&steps=20",
        "#diffusion-widget .paths-player input",
        "#diffusion-widget .films canvas",
        'model, codes = load_model("flow"), torch.randn(21, 784)',
        "codes[int(value)][None], steps=1",
        (0, 20, 1),
    ),
    # Gradio would have to load the weights of every moment; its page walks through one set of weights instead
    "GAN, moment of training": Drag(
        "tab=gan&view=training&moment=5&tile=12",
        "#gan-widget .training-player input",
        "#gan-widget canvas.film",
        'model, codes = load_model("dcgan"), torch.randn(26, 90)',
        "codes[int(value)][None]",
        (0, 25, 1),
    ),
}


def compare(name: str, drag: Drag, pages: tuple[Page, Page], moves: int, delay: int) -> None:
    """Both pages in turn, a quarter of the moves at a time."""
    times: tuple[list[float], list[float]] = ([], [])
    selectors = ((drag.slider, drag.picture), (PLAIN_SLIDER, PLAIN_PICTURE))
    for page in pages:
        slow_down(page, delay)
    for _ in range(4):
        for page, (slider, picture), page_times in zip(pages, selectors, times, strict=True):
            page_times += until_changed(page, MOVE.format(slider=slider), picture, max(5, moves // 4))
    print(f"{name}, {delay} ms of delay added, {load()}")
    (ours, theirs), slow = (statistics.median(page_times) for page_times in times), p95(times[0])
    print(f"  the app            {ours:8.2f} / {slow:8.2f} ms   {verdict(ours, MEDIAN)}; {verdict(slow, P95)}")
    print(f"  Gradio's own parts {theirs:8.2f} / {p95(times[1]):8.2f} ms   (median / 95th percentile)")
    print(f"  ratio {theirs / ours:.0f} to 1   {verdict(theirs / ours, TIMES[delay > 0], more=True)}")


def run(name: str, drag: Drag, browser: Browser, address: str, moves: int, delay: int, is_local: bool) -> None:
    """One slider, without and with delay."""
    low, high, step = drag.range
    code = PLAIN.format(prepare=drag.prepare, code=drag.code, low=low, high=high, step=step)
    with served("-c", code) as plain:
        tab = drag.link.split("&")[0].removeprefix("tab=")
        ours = opened(browser, f"{address}/?{drag.link}", f"#{tab}-widget [data-ready]", computes=is_local)
        ours.keyboard.press("Shift")  # a touch
        theirs = opened(browser, plain, PLAIN_PICTURE)
        time.sleep(3)
        for added in (0, delay):
            compare(name, drag, (ours, theirs), moves, added)
        ours.close()
        theirs.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--delay", type=int, default=80, help="milliseconds added in the second round")
    parser.add_argument("--device", action="store_true", help="the browser computes")
    args = parser.parse_args()
    with ExitStack() as stack:
        address, browser = stack.enter_context(served("app.py", "--port")), stack.enter_context(chromium())
        for name, drag in DRAGS.items():
            run(name, drag, browser, address, args.moves, args.delay, args.device)


if __name__ == "__main__":
    main()
