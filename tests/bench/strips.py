"""How long from choosing another A until the way to B can be scrubbed, and what the strip of its pictures weighs.

python -m tests.bench.strips [--changes 20]

A change is a click on an image of the gallery; the time is until the filmstrip's middle picture is another one. The
ratio is of the bytes of the frames as PNG files of their own, one a request, to the strip's.
"""

import argparse
import statistics

import numpy as np

from core.data.images import encode
from demos.interpolate import handlers as interpolate
from demos.interpolate.handlers import decoder_names
from tests.bench.browser import load, opened, p95, served, until_changed, verdict
from tests.helpers.chromium import chromium
from tests.helpers.handlers import SERVICES, ask

GOALS = {"clothes": 250, "faces": 600}  # milliseconds, 95th percentile
HEAVIEST = 600  # kB
MIDDLE = "#interpolate-widget .strip button:nth-child(5) canvas"
TAKE = """(k) => {
  const seen = [...document.querySelectorAll('#interpolate-widget .tiles button')]
    .filter((tile) => tile.checkVisibility());
  seen[(7 * k + 3) % seen.length].click();
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=20)
    changes = parser.parse_args().changes
    print("weight of the heaviest strip")
    for name in decoder_names(SERVICES.models):
        for beyond in (False, True):
            strip, single = weigh(name, beyond)
            words = f"{name}{' beyond the ends' if beyond else ''}"
            lighter = f"{single / strip:.1f} times lighter than single files"
            print(f"  {words:32} {strip:7.0f} kB   {verdict(strip, HEAVIEST)}; {lighter}")
    with served("app.py", "--port") as address, chromium() as browser:
        for kind, name in (("clothes", "cae-27"), ("clothes", "vad-gaussian"), ("faces", "vae-faces")):
            page = opened(browser, f"{address}/?tab=interpolate&model={name}", "#interpolate-widget [data-ready]")
            page.wait_for_timeout(3000)
            times = until_changed(page, TAKE, MIDDLE, changes, rest=1500)
            page.close()
            print(f"a change of A until the way can be scrubbed, {name}, {load()}")
            median, slow = statistics.median(times), p95(times)
            print(f"  {median:.0f} / {slow:.0f} ms   95th percentile, {verdict(slow, GOALS[kind])}")


if __name__ == "__main__":
    main()
