"""Train live, from Play to a finished model, and what two runs cost everybody else.

python -m tests.bench.live [--seconds 15] [--calls 60]

Runs are started as the tab starts them, warm and at low priority, one after the other. Then a page's calls of
*Interpolate*, *Latent map* and *Classify* are timed with no run, with two, and with none again, so that any load of the
machine shows in the first and the last alike. Measure on a quiet machine.
"""

import argparse
import base64
import statistics
import tempfile
import time
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from core.data.fashion_mnist import load_fashion_sample
from core.serving.workers import Message, WorkerPool
from tests.bench.browser import load, opened, served
from tests.helpers.chromium import chromium
from train.live import MODULE

FIRST, RATE, RECOGNISABLE, WITHIN, ACCURACY, BY = 1.5, 5.0, 0.025, 10.0, 0.85, 15.0  # the goals
P95 = 60.0  # milliseconds
# calls of the page's own server functions, through the component they belong to
CALL = """async ({widget, name, requests}) => {
  const id = window.gradio_config.components.find(({props}) => props.elem_id === widget).id, times = [];
  for (const data of requests) {
    const start = performance.now();
    const body = JSON.stringify({data, component_id: id, fn_name: name, session_hash: "bench"});
    const headers = {"Content-Type": "application/json"};
    const answer = await fetch("gradio_api/component_server/", {method: "POST", headers, body});
    await answer.json();
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 40));
  }
  return times;
}"""


def learn(
    worker_pool: WorkerPool, model: str, seconds: float, enough: Callable[[Message], bool]
) -> tuple[float, float, float | None]:
    """Seconds from Play to the first loss, frames a second afterwards, and seconds until it was good enough."""
    with tempfile.TemporaryDirectory() as folder:
        started, first, good, frames = time.monotonic(), None, None, 0
        channel = worker_pool.start()
        channel.send({"model": model, "values": {}, "folder": folder})
        channel.send({"do": "play"})
        for message in channel:
            now = time.monotonic() - started
            if message["kind"] == "frame" and message["losses"]:
                first = first or now
                frames += 1
                good = good or (now if message["metrics"] and enough(message["metrics"]) else None)
            if first and now > seconds:
                break
        channel.close()
    return first, frames / max(now - first, 1e-9), good


def training(seconds: float) -> None:
    """What a visitor waits for."""
    worker_pool = WorkerPool(MODULE)
    started = time.monotonic()
    learn(worker_pool, "cae", 0, bool)
    print(f"first visit to the tab: ready to fork after {time.monotonic() - started:.1f} s")
    for model, what, enough, goal in (
        ("cae", f"held-out MSE {RECOGNISABLE}", lambda f: f["validation_mse"] <= RECOGNISABLE, WITHIN),
        ("vae", f"held-out MSE {RECOGNISABLE}", lambda f: f["validation_mse"] <= RECOGNISABLE, WITHIN),
        ("classifier", f"held-out accuracy {ACCURACY:.0%}", lambda f: f["validation_accuracy"] >= ACCURACY, BY),
    ):
        first, rate, good = learn(worker_pool, model, seconds, enough)
        reached = "not reached" if good is None else f"{good:.1f} s"
        print(
            f"  {model:11} first point {first:.2f} s (goal {FIRST})   {rate:.1f} frames a second (goal {RATE})   "
            f"{what}: {reached} (goal {goal:.0f} s)"
        )
    worker_pool.close()


def calls(page: Page, count: int) -> dict[str, list[float]]:
    """Milliseconds of calls that other visitors make."""
    points = [{"x": float(x), "y": float(y)} for x, y in np.random.default_rng(0).normal(size=(count, 2))]
    picture = base64.b64encode(load_fashion_sample().images[0].numpy().tobytes()).decode()
    asked = {
        "Latent map": ("latent_map-widget", "decode", points),
        "Classify": ("classify-widget", "classify", [{"pixels": picture}] * count),
    }  # fmt: skip
    return {
        name: page.evaluate(CALL, {"widget": widget, "name": function, "requests": requests})
        for name, (widget, function, requests) in asked.items()
    }


def others(count: int) -> None:
    """Calls of the other tabs without runs, with two, and without again."""
    with served("app.py", "--port") as address, chromium() as browser:
        page = opened(browser, f"{address}/?tab=latent_map", "#latent_map-widget .loom-bar.best")
        calls(page, 5)
        times = {"no run": calls(page, count)}
        trainers = [browser.new_page() for _ in range(2)]
        for model, trainer in zip(("cae", "classifier"), trainers, strict=True):
            trainer.goto(f"{address}/?tab=live&model={model}&epochs=200&play=1")
            trainer.wait_for_function(
                "document.querySelector('#live-widget .live-status')?.textContent.includes('batch')", timeout=120_000
            )
        times["two runs"] = calls(page, count)
        for trainer in trainers:
            trainer.close()
        time.sleep(2)
        times["no run again"] = calls(page, count)
    for name in times["no run"]:
        print(f"server calls of {name}, median / p95, in milliseconds:")
        for when, found in times.items():
            p95 = statistics.quantiles(found[name], n=20)[-1]
            print(f"  {when:13} {statistics.median(found[name]):6.1f} / {p95:6.1f}   (goal {P95:.0f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="of each run")
    parser.add_argument("--calls", type=int, default=60, help="of each kind, each time")
    args = parser.parse_args()
    print(load())
    training(args.seconds)
    others(args.calls)


if __name__ == "__main__":
    main()
