"""Thirty programs that call the endpoints which give pictures, all with the same arguments at once.

python -m tests.bench.callers [--callers 30] [--calls 20] [--endpoints sample ...]

The first table counts what came back: a whole picture, nothing, a part of one, or no answer within the time limit. The
second compares rates with plain Gradio giving the picture of the same decoder, in turn: callers that keep a session,
and callers that name none, for whom Gradio makes one with every call. Callers are bytes on sockets in this process.
"""

import argparse
import asyncio
import io
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image

from tests.bench.browser import verdict
from tests.bench.clients import Connection
from tests.conftest import ROOT, free_port, running_app, wait_for

ROUNDS = 3
PATIENCE = 20.0  # seconds until an answer counts as hanging
PICTURE = "picture"  # a file that is sent once, before the calls
ENDPOINTS: dict[str, list[Any]] = {  # all that answer with a picture file
    "interpolate": ["cae-27", 0, 900, 0.5, "linear"],
    "magnitude": ["ad", 600, 1.5],
    "decode_point": [1.0, 0.5, "PCA", "cae-27"],
    "denoise": [PICTURE, "gaussian", 0.3, 0, "denoiser-unet", None],
    "sample": ["dcgan", 16, 0],
    "diffuse": [4, 2, 0, None, 0, "euler"],
    "fit_code": [PICTURE, "ad", 20],
}
PLAIN = """
import sys, gradio as gr, torch
from core import load_model
from core.checkpoint import load_codes
decoder, codes = load_model("cae-27"), load_codes("cae-27")
def interpolate(a, b, alpha):
    with torch.inference_mode():
        x = decoder.decode(torch.lerp(codes[int(a)], codes[int(b)], alpha)[None])
    return (x[0, 0] * 255).byte().numpy()
numbers, picture = [gr.Number(), gr.Number(), gr.Number()], gr.Image(format="png")
demo = gr.Interface(interpolate, numbers, picture, api_name="interpolate")
demo.queue(default_concurrency_limit=None).launch(server_port=int(sys.argv[1]), quiet=True)
"""


@contextmanager
def plain_app() -> Iterator[str]:
    """Plain Gradio with one endpoint, in a process of its own; its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", PLAIN, str(port)], cwd=ROOT,
        stderr=subprocess.DEVNULL,  # hundreds of tracebacks: it rewrites files that are being read
    )  # fmt: skip
    try:
        yield wait_for(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(20)


class Caller:
    """A program that calls endpoints over two connections: one asks, one listens and fetches.

    Args:
        address: Of the app.
        session: Its name for the server; without one it gets a new session with every call.
    """

    def __init__(self, address: str, session: str | None = None) -> None:
        self.asking, self.fetching, self.session = Connection(address), Connection(address), session

    async def call(self, name: str, data: list[Any]) -> str:
        """What came: "whole", "empty", "partial", "hanging" or the words of an error."""
        try:
            return await asyncio.wait_for(self._call(name, data), PATIENCE)
        except asyncio.TimeoutError:
            self._start_over()
            return "hanging"
        except (OSError, RuntimeError, ValueError, EOFError) as error:
            self._start_over()
            return repr(error)[:90]

    async def _call(self, name: str, data: list[Any]) -> str:
        asked = {"data": data} | ({"session_hash": self.session} if self.session else {})
        event = (await self.asking.ask(f"/gradio_api/call/{name}", asked))["event_id"]
        answer = None
        async for part in self.fetching.stream("GET", f"/gradio_api/call/{name}/{event}", encodings="identity"):
            for block in part.decode().split("\n\n"):
                if block.startswith("event: complete"):
                    answer = json.loads(block.split("data: ", 1)[1])
                elif block.startswith("event: error"):
                    raise RuntimeError(block)
        if answer is None:
            raise RuntimeError("the stream ended without an answer")
        states = [await self._download(part["path"]) for part in answer if isinstance(part, dict) and "path" in part]
        return next((state for state in states if state != "whole"), "whole" if states else "no picture")

    async def _download(self, path: str) -> str:
        parts = self.fetching.stream("GET", f"/gradio_api/file={path}", encodings="identity")
        return _download_state(b"".join([part async for part in parts]))

    def _start_over(self) -> None:
        self.asking.close()
        self.fetching.close()


def _download_state(content: bytes) -> str:
    if not content:
        return "empty"
    try:
        Image.open(io.BytesIO(content)).load()
    except (OSError, SyntaxError):
        return "partial"
    return "whole"


async def send_picture(address: str) -> dict[str, Any]:
    """Send a picture file; what names it in a call."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((28, 28)).save(content, "PNG")
    head = b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n'
    body = head + content.getvalue() + b"\r\n--x--\r\n"
    sending = Connection(address).stream(
        "POST", "/gradio_api/upload", body, "multipart/form-data; boundary=x", encodings="identity"
    )
    (path,) = json.loads(b"".join([part async for part in sending]))
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


async def run_clients(calls: list[Callable[[], Awaitable[str]]], times: int) -> tuple[Counter, float]:
    """What came of so many calls of each caller, one after another, and how many came whole a second."""
    found: Counter = Counter()

    async def work(call: Callable[[], Awaitable[str]]) -> None:
        for _ in range(times):
            found[await call()] += 1

    start = time.perf_counter()
    await asyncio.gather(*map(work, calls))
    return found, found["whole"] / (time.perf_counter() - start)


def client_calls(
    address: str, callers: int, name: str, data: list[Any], keep: bool
) -> list[Callable[[], Awaitable[str]]]:
    """Callers of one endpoint, each with a session of its own or with none."""
    everyone = [Caller(address, f"caller{i}" if keep else None) for i in range(callers)]
    return [lambda caller=caller: caller.call(name, data) for caller in everyone]


async def count_downloads(address: str, args: argparse.Namespace, name: str) -> tuple[Counter, float]:
    """What came of the calls of an endpoint, by callers without a session, and how many came whole a second."""
    sent = await send_picture(address)
    data = [sent if value == PICTURE else value for value in ENDPOINTS[name]]
    return await run_clients(client_calls(address, args.callers, name, data, False), args.calls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=30)
    parser.add_argument("--calls", type=int, default=20, help="of each caller")
    parser.add_argument("--endpoints", nargs="*", choices=ENDPOINTS, default=[*ENDPOINTS], help="of the first table")
    args = parser.parse_args()
    with plain_app() as plain, running_app() as address:
        wrong = 0
        for name in args.endpoints:
            found, rate = asyncio.run(count_downloads(address, args, name))
            wrong += found.total() - found["whole"]
            rest = ", ".join(f"{count} {kind}" for kind, count in found.items() if kind != "whole")
            print(f"/{name:14s} {found['whole']:5d} whole  {rate:6.1f}/s  {rest}", flush=True)
        calls = args.callers * args.calls * len(args.endpoints)
        print(f"wrong: {wrong} of {calls}; goal 0: {'met' if not wrong else 'missed'}")
        for kind, goal, keep in (("one session each", 1.2, True), ("a session a call", 1.0, False)):
            ours, theirs = [], []
            for _ in range(ROUNDS):  # in turn: Gradio grows slower with every call
                theirs.append(_rate(plain, args, "interpolate", [0, 900, 0.5], keep))
                ours.append(_rate(address, args, "interpolate", ENDPOINTS["interpolate"], keep))
            ratio = statistics.median(mine / plain for mine, plain in zip(ours, theirs, strict=True))
            rates = [" ".join(f"{rate:.0f}" for rate in each) for each in (ours, theirs)]
            said = f"{ratio:.2f} x; {verdict(ratio, goal, more=True)}"
            print(f"{kind:18s} ours {rates[0]}/s  plain {rates[1]}/s  {said}", flush=True)


def _rate(address: str, args: argparse.Namespace, name: str, data: list[Any], keep: bool) -> float:
    calls = client_calls(address, args.callers, name, data, keep)
    asyncio.run(run_clients(calls[:2], 2))  # nothing is measured cold
    return asyncio.run(run_clients(client_calls(address, args.callers, name, data, keep), args.calls))[1]


if __name__ == "__main__":
    main()
