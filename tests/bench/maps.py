"""How long from pointing at the latent map to a picture, and from a click to the exact one.

python -m tests.bench.maps [--moves 60] [--device]

The ratio is of a click, which asks the server, to a hover, which does not; both are timed until pixels are other ones.
`--device`: the browser computes what a click asks for, once its models are there.
"""

import argparse
import statistics

from tests.bench.browser import load, open_ready, p95, served, until_changed, verdict
from tests.helpers.chromium import chromium

HOVER, CLICK = 16, 60  # milliseconds, 95th percentile, goals

# a place of the map that no other is near, as the pointer's coordinates; between the points the grid is shown
MOVE = """(k) => {
  const area = document.querySelector('#latent_map-widget .nsewdrag'), box = area.getBoundingClientRect();
  const across = 0.1 + 0.8 * ((k * 37) % 97) / 97, down = 0.1 + 0.8 * ((k * 61) % 89) / 89;
  const at = {clientX: box.left + box.width * across, clientY: box.top + box.height * down};
  const event = (kind) => new PointerEvent(kind, {...at, bubbles: true, cancelable: true, isPrimary: true});
  for (const kind of KINDS) area.dispatchEvent(event(kind));
}"""
PICTURES = {"move": "#latent_map-widget canvas.left", "click": "#latent_map-widget canvas.right"}
KINDS = {"move": ["pointermove"], "click": ["pointerdown", "pointerup"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--device", action="store_true", help="the browser computes")
    options = parser.parse_args()
    with served("app.py", "--port") as address, chromium() as browser:
        models = ("cae-27", "classifier-fashionnet") if options.device else ()
        link, selector = "tab=latent_map&model=cae-27", "#latent_map-widget .loom-bar.best"
        page = open_ready(browser, address, link, selector, *models)
        times = {kind: [] for kind in PICTURES}
        for _ in range(4):
            for kind, picture in PICTURES.items():
                times[kind] += until_changed(
                    page, MOVE.replace("KINDS", str(KINDS[kind])), picture, max(5, options.moves // 4), rest=250
                )
    print(f"latent map of cae-27, median / 95th percentile, {load()}")
    for kind, goal in (("move", HOVER), ("click", CLICK)):
        median, slow = statistics.median(times[kind]), p95(times[kind])
        print(f"  {kind:10} {median:8.2f} / {slow:8.2f} ms   95th percentile, {verdict(slow, goal)}")
    print(f"  ratio {statistics.median(times['click']) / statistics.median(times['move']):.0f} to 1")


if __name__ == "__main__":
    main()
