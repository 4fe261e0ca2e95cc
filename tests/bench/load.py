"""A classroom of thirty on one machine, beside the plain Gradio recipe of the same models.

python -m tests.bench.load [--clients 30] [--seconds 8] [--soak MINUTES]

Every visitor asks for the picture of a code and what the classifier calls it: of our app as the latent map's sliders
do, of the plain recipe (a queue with its default limit of 1, gr.Image and gr.Label) as its page does. Visitors are
bytes on sockets in a process of their own, which takes part of the machine. Cold pages are fetched with all that a
real Chromium fetched when it opened the tab, six connections a visitor.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.clients import Connection, Tally, run_clients
from tests.bench.startup import resident
from tests.conftest import ROOT, free_port, running_app, wait_for
from tests.helpers.chromium import chromium

SERVER = "/gradio_api/component_server"
PLAIN = """
import sys, gradio as gr, torch
from core import load_model
from core.data.fashion_mnist import FASHION_CLASSES
decoder, classifier = load_model("cae-27"), load_model("classifier-fashionnet")
def paint(first, second):
    with torch.inference_mode():
        z = torch.zeros(1, 27)
        z[0, 0], z[0, 1] = first, second
        x = decoder.decode(z)
        probs = classifier(x).softmax(1)[0].tolist()
    return (x[0, 0] * 255).byte().numpy(), dict(zip(FASHION_CLASSES, probs))
with gr.Blocks() as demo:
    sliders = [gr.Slider(-2, 2), gr.Slider(-2, 2)]
    gr.on([s.change for s in sliders], paint, sliders, [gr.Image(), gr.Label()])
demo.launch(server_port=int(sys.argv[1]), quiet=True)
"""


@contextmanager
def plain_app() -> Iterator[str]:
    """The plain recipe in a process of its own; its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", PLAIN, str(port)], cwd=ROOT)
    try:
        yield wait_for(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(20)


def ours(address: str, widget: int, seed: int) -> Callable[[], Awaitable[None]]:
    """A visitor of the latent map."""
    connection, rng = Connection(address), random.Random(seed)

    async def send() -> None:
        code = [rng.uniform(-2, 2), rng.uniform(-2, 2), *[0.0] * 25]
        data = {"checkpoint": "cae-27", "map": "PCA", "code": code}
        request = {"data": data, "component_id": widget, "fn_name": "decode_code", "session_hash": f"load{seed}"}
        answer = await connection.request("POST", SERVER, json.dumps(request).encode())
        if b'"error"' in answer:
            raise RuntimeError(answer[:200].decode())

    return send


def plain(address: str, seed: int) -> Callable[[], Awaitable[None]]:
    """A visitor of the plain recipe: the event, its end from the stream, and the picture that it names."""
    connection, rng = Connection(address), random.Random(seed)

    async def send() -> None:
        session = f"load{seed}x{rng.random()}"
        data = [rng.uniform(-2, 2), rng.uniform(-2, 2)]
        await connection.ask("/gradio_api/queue/join", {"data": data, "fn_index": 0, "session_hash": session})
        listening = Connection(address)
        try:
            path = f"/gradio_api/queue/data?session_hash={session}"
            async for part in listening.stream("GET", path, encodings="identity"):
                for line in part.decode().splitlines():
                    event = json.loads(line[5:]) if line.startswith("data:") else {}
                    if event.get("msg") == "process_completed":
                        await connection.request("GET", "/gradio_api/file=" + event["output"]["data"][0]["path"])
                        return
        finally:
            listening.close()
        raise RuntimeError("the stream ended without a picture")

    return send


def widgets(address: str) -> dict[str, int]:
    """Ids of the app's widgets by name."""

    async def config() -> bytes:
        return b"".join([part async for part in Connection(address).stream("GET", "/config", encodings="identity")])

    components = json.loads(asyncio.run(config()))["components"]
    return {c["props"]["elem_id"]: c["id"] for c in components if c["props"].get("server_fns")}


def recorded(address: str) -> list[tuple[str, str, bytes]]:
    """Method, path and body of all that a fresh Chromium asks for until the page can be used; streams left out."""
    asked: list[tuple[str, str, bytes]] = []

    def note(request) -> None:
        path = request.url.removeprefix(address.rstrip("/"))
        if path.startswith("/") and "heartbeat" not in path and "queue/" not in path:
            asked.append((request.method, path, request.post_data_buffer or b""))

    with chromium() as browser:
        page = browser.new_page()
        page.on("request", note)
        page.goto(address)
        page.wait_for_selector(":is(.loom-bar.best, [data-ready])", timeout=90_000)
        page.wait_for_timeout(1000)
    return asked


async def open_page(address: str, asked: list[tuple[str, str, bytes]]) -> None:
    """The same once more: the page first, then the rest over six connections."""
    connections = [Connection(address) for _ in range(6)]
    (method, path, body), *rest = asked
    await connections[0].request(method, path, body)
    left = iter(rest)

    async def fetch(connection: Connection) -> None:
        for method, path, body in left:
            await connection.request(method, path, body)

    await asyncio.gather(*map(fetch, connections))
    for connection in connections:
        connection.close()


async def cold_pages(address: str, asked: list[tuple[str, str, bytes]], clients: int) -> Tally:
    """So many visitors who open the page at the same moment."""
    tally = Tally()

    async def client() -> None:
        start = time.perf_counter()
        await open_page(address, asked)
        tally.times.append(time.perf_counter() - start)

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    tally.seconds = time.perf_counter() - start
    return tally


async def soak(senders: list, pid: int, folder: Path, minutes: float, rate: float) -> None:
    """Thirty visitors for long: errors, memory after five minutes and at the end, bytes of temporary files."""
    share = min(5.0, minutes / 6)
    first = await run_clients(senders, 60 * share, rate / len(senders))
    settled = resident(pid)
    second = await run_clients(senders, 60 * (minutes - share), rate / len(senders), seed=1)
    grown = (resident(pid) - settled) / 1e6
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    errors = first.errors + second.errors
    row(
        f"soak, {minutes:g} min at {rate:g}/s", second, f"{len(errors)} errors, {grown:+.0f} MB, {size:.1f} MB of files"
    )
    for error in errors[:3]:
        print(f"    {error}")


def row(name: str, tally: Tally, note: str = "") -> None:
    """A line of the table."""
    p50, p95 = tally.percentile(0.5), tally.percentile(0.95)
    errors = f"{len(tally.errors)} errors: {tally.errors[0]}" if tally.errors else ""
    print(f"{name:38s} {tally.rate():7.1f}/s  p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  {note} {errors}", flush=True)


def verdict(met: bool, goal: str) -> str:
    """Whether a goal was reached."""
    return f"goal {goal}: {'met' if met else 'missed'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=8, help="of each measurement")
    parser.add_argument(
        "--soak", type=float, default=0, metavar="MINUTES", help="at 54 requests a second; 30 for the goal"
    )
    args = parser.parse_args()
    everyone = range(args.clients)
    with plain_app() as address:
        asyncio.run(run_clients([plain(address, i) for i in range(2)], 1))  # nothing is measured cold
        theirs = asyncio.run(run_clients([plain(address, i) for i in everyone], args.seconds))
        row(f"plain recipe, {args.clients} flat out", theirs)
        row("plain recipe, 2/s each", asyncio.run(run_clients([plain(address, i) for i in everyone], args.seconds, 2)))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(environment={"GRADIO_TEMP_DIR": folder}) as address,
    ):
        compare(address, args, theirs)
        if args.soak:
            widget = widgets(address)["latent_map-widget"]
            senders = [ours(address, widget, i) for i in everyone]
            asyncio.run(soak(senders, address.pid, Path(folder), args.soak, 54))


def compare(address: str, args: argparse.Namespace, theirs: Tally) -> None:
    """The rows of our app."""
    asked = recorded(address)
    ids = widgets(address)

    def senders() -> list[Callable[[], Awaitable[None]]]:
        return [ours(address, ids["latent_map-widget"], i) for i in range(args.clients)]

    asyncio.run(run_clients(senders()[:2], 1))
    flat = asyncio.run(run_clients(senders(), args.seconds))
    ratio = flat.rate() / theirs.rate()
    goal = verdict(ratio >= 6 and flat.percentile(0.95) <= 100, "6 x, p95 100 ms")
    row(f"ours, {args.clients} flat out", flat, f"{ratio:.1f} x the plain rate; {goal}")
    human = asyncio.run(run_clients(senders(), 2 * args.seconds, 2))
    row("ours, 2/s each", human, verdict(human.percentile(0.95) <= 40, "p95 40 ms"))
    if "live-widget" in ids:
        asyncio.run(live(address, ids["live-widget"], "start", {"model": "cae", "values": {}, "do": "play"}))
        trained = asyncio.run(run_clients(senders(), 2 * args.seconds, 2))
        asyncio.run(live(address, ids["live-widget"], "end", {}))
        row("ours, 2/s each, a live run training", trained, verdict(trained.percentile(0.95) <= 40, "p95 40 ms"))
    pages = asyncio.run(cold_pages(address, asked, args.clients))
    row(
        f"ours, {args.clients} cold pages", pages, f"all in {pages.seconds:.1f} s; {verdict(pages.seconds <= 4, '4 s')}"
    )


async def live(address: str, widget: int, name: str, data: dict) -> None:
    """Start or end a live run.

    Raises:
        RuntimeError: If the app refuses.
    """
    request = {"data": data, "component_id": widget, "fn_name": name, "session_hash": "load"}
    answer = await Connection(address).ask(SERVER, request)
    if "error" in answer:
        raise RuntimeError(answer["error"])


if __name__ == "__main__":
    main()
