"""A room: how long from the teacher's drag to 60 pupils, and what another visitor feels meanwhile.

python -m tests.bench.room [--pupils 60] [--seconds 12]

A teacher's page in Chromium drags the slider of Interpolate, one pupil's page in Chromium follows it with its pixels,
and the other pupils are bytes on sockets, which listen and say that they are there as pages do. All of them and the app
share the machine. Visitors outside the room click into the latent map, twice a second each, before and during the
drag, which begins once the pupil's page has all that it loads by itself. The app's own seconds of the processor are
what does not depend on how busy the machine is.
"""

import argparse
import asyncio
import json
import os
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.bench.browser import load, p95, verdict
from tests.bench.clients import Connection, Tally, run_clients
from tests.bench.load import ours, row, widgets
from tests.conftest import Address, running_app
from tests.helpers.chromium import chromium

DRAG, CLICK = 250, 60  # milliseconds, goals
STEP = 180  # milliseconds between two moves of the drag
VISITORS = 5  # outside the room
REST = 2  # seconds without a request until a page has all that it loads by itself
TAB = "interpolate"
READY = f"#{TAB}-widget [data-ready]"

# the slider moves; the moment of each move by its alpha, milliseconds since 1970
MOVE = """async ([seconds, step]) => {
  const range = document.querySelector('#interpolate-widget [data-alpha]'), moved = {};
  const end = Date.now() + 1000 * seconds;
  for (let k = 0; Date.now() < end; k++) {
    range.value = 0.02 + 0.04 * ((k * 7) % 24);
    moved[Number(range.value)] = [...(moved[Number(range.value)] ?? []), Date.now()];
    range.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise((done) => setTimeout(done, step));
  }
  return moved;
}"""
# when the pupil's picture has other pixels, and the alpha that the page shows then
WATCH = """() => {
  const picture = document.querySelector('#interpolate-widget canvas.now'), small = document.createElement('canvas');
  const range = document.querySelector('#interpolate-widget [data-alpha]');
  small.width = small.height = 28;
  const context = small.getContext('2d', {willReadFrequently: true});
  window.seenByPupil = [];
  let before = '';
  const look = () => {
    context.drawImage(picture, 0, 0, 28, 28);
    const now = context.getImageData(0, 0, 28, 28).data.join();
    if (now !== before) window.seenByPupil.push([Number(range.value), Date.now()]);
    before = now;
    requestAnimationFrame(look);
  };
  look();
}"""


async def say(address: str, code: str, action: str, page: str) -> None:
    """On a connection of its own: the server ends one that rests for as long as a page is silent."""
    connection = Connection(address)
    await connection.ask(f"/room/{code}/{action}", {"page": page})
    connection.close()


async def pupil(address: str, code: str, k: int, arrivals: list[tuple[float, float]]) -> None:
    """One who enters, listens until the room closes, and notes alpha and moment of every view."""
    page, listening = f"bench-pupil-{k:08}", Connection(address)
    await say(address, code, "enter", page)
    async for part in listening.stream("GET", f"/room/{code}/events?page={page}", encodings="identity"):
        if part.startswith(b"event: beat"):
            await say(address, code, "here", page)
        elif part.startswith(b"data: "):
            seen = json.loads(part[6:])
            if "alpha=" in seen["view"]:
                arrivals.append((float(seen["view"].split("alpha=")[1].split("&")[0]), 1000 * time.time()))


def since(moved: dict[str, list[float]], seen: list[tuple[float, float]]) -> list[float]:
    """Milliseconds from the last move to an alpha until it was seen, once for each sight."""
    moments = {float(alpha): times for alpha, times in moved.items()}
    before = [(at, [t for t in moments.get(alpha, []) if t <= at]) for alpha, at in seen]
    return [at - times[-1] for at, times in before if times and at - times[-1] < 20 * DRAG]


def clicks(address: str, widget: int, seconds: float) -> Tally:
    """What visitors outside the room wait for."""
    return asyncio.run(run_clients([ours(address, widget, k) for k in range(VISITORS)], seconds, 2))


def processor_seconds(pid: int) -> float:
    """That a process has used so far, all its threads together."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def wait_for_rest(page: Page) -> None:
    """Until a page asks for nothing of its own any more."""
    asked = [time.monotonic()]
    page.on("request", lambda r: asked.append(time.monotonic()) if "component_server" in r.url else None)
    while time.monotonic() - asked[-1] < REST:
        page.wait_for_timeout(200)


def open_room(browser: Browser, address: str) -> tuple[Page, Page, str]:
    """The teacher's page, the pupil's and the room's code."""
    teacher, follower = (browser.new_context(base_url=address).new_page() for _ in range(2))
    for page in (teacher, follower):
        page.set_default_timeout(120_000)
    teacher.goto(f"/?tab={TAB}")
    teacher.wait_for_selector(READY)
    teacher.locator("[data-page=room]").click()
    teacher.locator(".room-dialog [data-room=open]").click()
    code = teacher.locator(".room-letters").inner_text()
    teacher.locator("[data-room=dismiss]").click()
    follower.goto(f"/?room={code}&tab={TAB}")
    follower.wait_for_selector(READY)
    return teacher, follower, code


def measure(address: Address, pupils: int, seconds: float) -> None:
    """Print the rows."""
    widget = widgets(address)["latent_map-widget"]
    clicks(address, widget, 1)  # nothing is measured cold
    row("clicks before the room", clicks(address, widget, seconds), load())
    arrivals: list[tuple[float, float]] = []
    with chromium() as browser:
        teacher, follower, code = open_room(browser, address)

        async def listen() -> None:
            await asyncio.gather(*(pupil(address, code, k, arrivals) for k in range(pupils)))

        listening = threading.Thread(target=asyncio.run, args=[listen()])
        listening.start()
        teacher.wait_for_function(
            "count => document.querySelector('.room-says').textContent.startsWith(String(count))", arg=pupils + 1
        )
        wait_for_rest(follower)
        follower.evaluate(WATCH)
        during: list[Tally] = []
        used = processor_seconds(address.pid)
        clicking = threading.Thread(target=lambda: during.append(clicks(address, widget, seconds)))
        clicking.start()
        moved = teacher.evaluate(MOVE, [seconds, STEP])
        busy = load()
        clicking.join()
        used = processor_seconds(address.pid) - used
        seen = follower.evaluate("window.seenByPupil")
        teacher.locator("[data-room=end]").click()
        listening.join()
    moves = sum(map(len, moved.values()))
    heard, painted = since(moved, arrivals), since(moved, seen)
    rate = len(arrivals) / pupils / seconds
    print(f"{moves} moves in {seconds:g} s, {rate:.1f} views a second for each of {pupils} pupils; {busy}")
    for whom, times in (("listening pupils", heard), ("a pupil's pixels", painted)):
        print(f"  drag to {whom}: p95 {p95(times):.0f} ms of {len(times)}  {verdict(p95(times), DRAG)}")
    print(f"  the app used {used:.1f} s of a processor in {seconds:g} s")
    row("clicks during the drag", during[0], verdict(during[0].percentile(0.95), CLICK))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=12, help="of the drag")
    args = parser.parse_args()
    with running_app() as address:
        measure(address, args.pupils, args.seconds)


if __name__ == "__main__":
    main()
