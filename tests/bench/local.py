"""How fast the browser answers by itself, beside the server, without and with a delay of the network.

python -m tests.bench.local [--moves 20] [--delays 0 300] [--inputs 1000]

A stroke is a move of the pen until the bars of all networks are others; a click is one on an empty place of the map of
`cae-27` until the exact picture is there; another A is a picture of the gallery until the path's middle picture is
another one, and until all 101 are. A walk, a noise and another image of the other tabs are there when nothing waits for
them any more. At last the browser's pictures and classes are compared with those of the server, of the same codes and
images.
"""

import argparse
import base64
import statistics
from contextlib import contextmanager

import numpy as np
import torch
from playwright.sync_api import Browser, Page

from core import load_model
from core.checkpoint import load_codes
from core.data.images import to_bytes, to_tensor
from core.noise.grid import ONE_NOISE
from core.noise.kinds import KINDS as KINDS_OF_NOISE
from core.noise.kinds import corrupt
from demos.autodecoder.compute import MODELS as AUTODECODERS
from demos.server.models import fashion_sample
from tests.bench.browser import load, open_ready, opened, p95, served, slow_down, until_changed, verdict
from tests.bench.maps import KINDS, MOVE, PICTURES
from tests.bench.strips import MEASURE as CHANGES
from tests.helpers.chromium import chromium

DECODERS = (
    "cae-2", "cae-4", "cae-6", "cae-27", "vae-fashion", "ad", "vad-gaussian", "vad-exponential", "vad-uniform",
    "vae-faces",
)  # fmt: skip
NETWORKS = ("classifier-resnet", "classifier-fashionnet", "classifier-photos")
DENOISING = ("denoiser-unet", "denoiser-cae", *ONE_NOISE)
# by what is done: link, what is clicked, what waits for the answer, and the models that give it
ACTIONS = {
    "GAN: another walk": (
        "tab=gan&view=walk", "#gan-widget [data-do=anew]", "#gan-widget .gan-ring[data-pending]",
        ("dcgan", "classifier-resnet"),
    ),
    "Denoise: another noise, all levels": (
        "tab=denoise", "#denoise-widget [data-do=noise]", "#denoise-widget [data-answer][data-pending]",
        ("denoiser-unet", "denoiser-cae", "cae-27"),
    ),
    "Auto-decoder: another image": (
        "tab=autodecoder&view=magnitude", "#autodecoder-widget .tiles button",
        "#autodecoder-widget .auto-charts[data-pending]", AUTODECODERS,
    ),
}  # fmt: skip
SETTLE = """async ({click, pending, moves, rest}) => {
  const times = [];
  const task = () => new Promise((done) => setTimeout(done, 1));
  for (let k = 0; k < moves; k++) {
    const buttons = document.querySelectorAll(click), start = performance.now();
    buttons[(k + 1) % buttons.length].click();
    while (document.querySelector(pending)) await task();
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, rest));
  }
  return times;
}"""
GOALS = {
    "stroke": 30,
    "click": 15,
    "cae-27": (40, 150),
    "vad-gaussian": (150, 600),
    "vae-faces": (150, 700),
}  # milliseconds, 95th percentile
REST = 150  # milliseconds between two moves of the pen
# milliseconds from each move of the pen over the pad until the bars are others: the list grows
WATCH = """() => {
  const [pad, bars] = ['.pad canvas', '.bars'].map((part) => document.querySelector('#classify-widget ' + part));
  let start = null;
  window.strokes = [];
  window.isWaiting = () => start !== null;
  new MutationObserver(() => {
    if (start !== null) window.strokes.push(performance.now() - start);
    start = null;
  }).observe(bars, {attributes: true, attributeFilter: ['style'], subtree: true});
  pad.addEventListener('pointermove', ({buttons}) => { if (buttons) start ??= performance.now(); }, {capture: true});
}"""
RUN = """async ({name, part, input, data, dims, output}) => {
  const {pageModels} = await import(document.documentElement.dataset.loomFiles + 'web/lib/local/inference.js');
  const models = pageModels();
  await new Promise((done) => models.expect(name, done));
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const given = await models.run(name, part, {[input]: {data: new Float32Array(bytes.buffer), dims}}, [output]);
  const values = new Uint8Array(given[output].data.buffer);
  let text = '';
  for (let i = 0; i < values.length; i += 8192) text += String.fromCharCode(...values.subarray(i, i + 8192));
  return btoa(text);
}"""


@contextmanager
def delayed(page: Page, delay: int):
    """The page, every answer to which is late by so many milliseconds."""
    slow_down(page, delay)
    yield page
    page.close()


def strokes(browser: Browser, address: str, is_local: bool, delay: int, moves: int) -> list[float]:
    """From moves of the pen to the bars."""
    models = NETWORKS if is_local else ()
    page = open_ready(browser, address, "tab=classify", "#classify-widget .loom-bar.best", *models)
    with delayed(page, delay):
        page.evaluate(WATCH)
        box = page.locator("#classify-widget .pad canvas").bounding_box()
        places = [(0.1 + 0.8 * ((k * 37) % 97) / 97, 0.1 + 0.8 * ((k * 61) % 89) / 89) for k in range(moves)]
        for k, (across, down) in enumerate(places):
            if k % 5 == 0:
                page.mouse.up()
                page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
                page.mouse.down()
                page.wait_for_timeout(REST + 2 * delay)  # the dot that it makes has its own answer
            page.mouse.move(box["x"] + across * box["width"] + 9, box["y"] + down * box["height"] + 9)
            page.wait_for_function("!window.isWaiting()")
            page.wait_for_timeout(REST)
        return page.evaluate("window.strokes")


def clicks(browser: Browser, address: str, is_local: bool, delay: int, moves: int) -> list[float]:
    """From clicks on the map to exact pictures."""
    models = ("cae-27", NETWORKS[1]) if is_local else ()
    page = open_ready(browser, address, "tab=latent_map&model=cae-27", "#latent_map-widget .loom-bar.best", *models)
    with delayed(page, delay):
        return until_changed(page, MOVE.replace("KINDS", str(KINDS["click"])), PICTURES["click"], moves, rest=250)


def changes(browser: Browser, address: str, name: str, is_local: bool, delay: int, moves: int) -> np.ndarray:
    """From another A to a path that can be scrubbed and to all its frames, (moves, 2)."""
    models = ((name,) if name == "vae-faces" else (name, NETWORKS[1])) if is_local else ()
    link, selector, late = f"tab=interpolate&model={name}", "#interpolate-widget [data-ready]", 0
    if is_local and name != "cae-27":  # large: the browser takes it over from a far server, and a near one keeps it
        models, late = (models, delay) if delay else ((), 0)
    page = open_ready(browser, address, link, selector, *models, delay=late)
    with delayed(page, delay):
        return np.array(page.evaluate(CHANGES, {"changes": moves, "rest": 1500}))


def actions(browser: Browser, address: str, what: str, is_local: bool, delay: int, moves: int) -> list[float]:
    """From a click to an answer for which nothing waits any more."""
    link, click, pending, models = ACTIONS[what]
    page = open_ready(browser, address, link, click, *(models if is_local else ()))
    with delayed(page, delay):
        return page.evaluate(SETTLE, {"click": click, "pending": pending, "moves": moves, "rest": 1000})


def show(what: str, times: list[float], goal: float | None) -> None:
    """One line of the table."""
    words = verdict(p95(times), goal) if goal else ""
    print(f"  {what:34} {statistics.median(times):6.0f} / {p95(times):6.0f} ms   {words}", flush=True)


def measure(browser: Browser, address: str, is_local: bool, delay: int, moves: int) -> None:
    """All of the table, of the browser or of the server."""
    print(f"{'this device' if is_local else 'the server'}, {delay} ms of delay, median / 95th percentile, {load()}")
    goals = GOALS if is_local else {}
    show("stroke to all probabilities", strokes(browser, address, is_local, delay, moves), goals.get("stroke"))
    show("click to the exact picture", clicks(browser, address, is_local, delay, moves), goals.get("click"))
    for name in ("cae-27", "vad-gaussian", "vae-faces"):
        first, whole = goals.get(name, (None, None))
        times = changes(browser, address, name, is_local, delay, moves).T.tolist()
        show(f"another A, {name}: first frames", times[0], first)
        show(f"another A, {name}: all frames", times[1], whole)
    for what in ACTIONS:
        if not (is_local and "Auto" in what):  # a server that answers within a second is sooner, and keeps them
            show(what, actions(browser, address, what, is_local, delay, moves), None)


def in_browser(page: Page, name: str, part: str, given: dict[str, torch.Tensor], output: str) -> np.ndarray:
    """What the browser computes of one input, a hundred at a time, (n, values)."""
    ((key, values),) = given.items()
    rows = []
    for some in values.split(100):
        data = base64.b64encode(some.numpy().astype("<f4").tobytes()).decode()
        request = {"name": name, "part": part, "input": key, "data": data, "dims": list(some.shape), "output": output}
        rows.append(np.frombuffer(base64.b64decode(page.evaluate(RUN, request)), "<f4").reshape(len(some), -1))
    return np.concatenate(rows)


@torch.no_grad()
def compare(page: Page, count: int) -> None:
    """The largest difference of a picture, and the share of the same classes."""
    images = fashion_sample().images[:count]
    x = to_tensor(images[:, 0].numpy())
    print(f"the browser against the server, {len(x)} inputs")
    for name in NETWORKS:
        probs = in_browser(page, name, "activations", {"x": x}, "probs")
        same = float((probs.argmax(1) == load_model(name)(x).argmax(1).numpy()).mean())
        print(f"  {name:24} same class {same:.2%}   {verdict(same, 0.999, more=True)}")
    for name in DECODERS:
        model = load_model(name)
        z = load_codes(name)[:count]
        here = in_browser(page, name, "decode", {"z": z}, "image")
        show_difference(name, here, model.decode(z))
    gan = load_model("dcgan")
    z = gan.noise(count, torch.Generator().manual_seed(0))
    show_difference("dcgan", in_browser(page, "dcgan", "decode", {"z": z}, "image"), gan.decode(z))
    show_difference("dcgan, D", in_browser(page, "dcgan", "discriminate", {"x": x}, "probability"), gan.discriminate(x))
    noisy = corrupt(x, "both", KINDS_OF_NOISE["both"].start, 0)
    for name in DENOISING:
        here = in_browser(page, name, "denoise", {"x": noisy}, "image")
        show_difference(name, here, load_model(name)(noisy))


def show_difference(name: str, here: np.ndarray, there: torch.Tensor) -> None:
    """One line: how far the browser's numbers, (n, values) in [0, 1], lie from the server's as bytes."""
    off = int(np.abs(np.round(255 * here) - to_bytes(there).reshape(len(there), -1).astype(int)).max())
    print(f"  {name:24} off by {off} of 255 at most   {verdict(off, 1)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--delays", type=int, nargs="+", default=[0, 300], help="milliseconds")
    parser.add_argument("--inputs", type=int, default=1000)
    options = parser.parse_args()
    with served("app.py", "--port") as address, chromium() as browser:
        for delay in options.delays:
            for is_local in (False, True):
                measure(browser, address, is_local, delay, options.moves)
        page = opened(browser, f"{address}/?tab=scoreboard", "#scoreboard-widget [data-ready]", computes=True)
        compare(page, options.inputs)


if __name__ == "__main__":
    main()
