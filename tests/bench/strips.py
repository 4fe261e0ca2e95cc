"""How long from choosing another A until the path to B can be scrubbed, and what the strip of its pictures weighs.

python -m tests.bench.strips [--changes 20] [--device]

A change is a click on an image of the gallery. The first time is until the filmstrip's middle picture is another one,
and the path can be scrubbed with every tenth frame; the second is until all its frames are here. The ratio is of the
bytes of the frames as PNG files of their own, one a request, to the strip's. `--device`: the browser computes, large
decoders beside a server that is 300 ms away, for a near one keeps them.
"""

import argparse
import statistics

import numpy as np

from core.data.images import encode
from demos.interpolate import handlers as interpolate
from demos.interpolate.handlers import decoder_names
from tests.bench.browser import load, open_ready, p95, served, verdict
from tests.helpers.chromium import chromium
from tests.helpers.handlers import SERVICES, ask

GOALS = {"clothes": (120, 300), "faces": (250, 700)}  # milliseconds until the first and all frames, 95th percentile
HEAVIEST = 600  # kB
FAR = 300  # milliseconds
MEASURE = """async ({changes, rest}) => {
  const find = (selector) => document.querySelector('#interpolate-widget ' + selector);
  const tiles = [...document.querySelectorAll('#interpolate-widget .tiles button')]
    .filter((tile) => tile.checkVisibility());
  const middle = () => find('.strip button:nth-child(5) canvas').toDataURL();
  const until = async (isSo) => {
    const start = performance.now();
    while (!isSo()) {
      if (performance.now() - start > 20000) throw new Error('the path never came');
      await new Promise((done) => setTimeout(done, 1));
    }
  };
  const times = [];
  for (let k = 0; times.length < changes; k++) {
    const before = middle(), start = performance.now();
    tiles[(7 * k + 3) % tiles.length].click();
    await until(() => !find('.strip').hasAttribute('data-pending') && middle() !== before);
    const first = performance.now() - start;
    await until(() => !find('.band').hasAttribute('data-pending'));
    times.push([first, performance.now() - start]);
    await new Promise((done) => setTimeout(done, rest));
  }
  return times;
}"""


def weigh(checkpoint: str, beyond: bool) -> tuple[float, float]:
    """Kilobytes of a strip, the heaviest of a few, and of its frames as single files."""
    heaviest, single = 0.0, 0.0
    for a, b in ((0, 1), (2, 9), (5, 14)):
        request = {"checkpoint": checkpoint, "a": {"i": a}, "b": {"i": b}, "method": "linear", "beyond": beyond}
        answer = ask(interpolate.path, **request)
        alphas = np.linspace(-0.5, 1.5, 201) if beyond else np.linspace(0, 1, 101)
        decoder = SERVICES.models[checkpoint]
        ends = decoder.codes[[a, b]]
        pictures = decoder.decode_all(ends[0] + ends.new_tensor(alphas)[:, None] * (ends[1] - ends[0]))
        heaviest = max(heaviest, len(answer["sprite"]) / 1000)
        single = max(single, sum(len(encode(frame, "PNG")) for frame in pictures) / 1000)
    return heaviest, single


def weigh_all() -> None:
    """Print the weight of every decoder's strips."""
    print("weight of the heaviest strip")
    for name in decoder_names(SERVICES.models):
        for beyond in (False, True):
            strip, single = weigh(name, beyond)
            words = f"{name}{' beyond the ends' if beyond else ''}"
            lighter = f"{single / strip:.1f} times lighter than single files"
            print(f"  {words:32} {strip:7.0f} kB   {verdict(strip, HEAVIEST)}; {lighter}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--weigh", action=argparse.BooleanOptionalAction, default=True, help="the strips as well")
    parser.add_argument("--device", action="store_true", help="the browser computes")
    options = parser.parse_args()
    changes = options.changes
    if options.weigh:
        weigh_all()
    with served("app.py", "--port") as address, chromium() as browser:
        for kind, name in (("clothes", "cae-27"), ("clothes", "vad-gaussian"), ("faces", "vae-faces")):
            models = [name, *(["classifier-fashionnet"] if kind == "clothes" else [])] if options.device else []
            delay = FAR if models and name != "cae-27" else 0
            link, selector = f"tab=interpolate&model={name}", "#interpolate-widget [data-ready]"
            page = open_ready(browser, address, link, selector, *models, delay=delay)
            times = page.evaluate(MEASURE, {"changes": changes, "rest": 1500})
            page.close()
            print(f"a change of A, {name}, {delay} ms of delay, {load()}")
            for what, series, goal in zip(("first", "all frames"), np.transpose(times), GOALS[kind], strict=True):
                slow = p95(series.tolist())
                print(f"  {what:10} {statistics.median(series):.0f} / {slow:.0f} ms   {verdict(slow, goal)}")


if __name__ == "__main__":
    main()
