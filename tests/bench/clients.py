"""Visitors of a page without its browser: the bytes that it sends and reads, at little cost of their own."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ENCODINGS = "gzip, deflate, br"  # as browsers ask for


class Connection:
    """One HTTP connection that is kept open.

    Args:
        address: Of the app, `http://HOST:PORT`.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname, parts.port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """The body of an answer, compressed as it came.

        Raises:
            RuntimeError: If the status is not 200.
        """
        parts = [part async for part in self.stream(method, path, body, kind)]
        return b"".join(parts)

    async def ask(self, path: str, value: object) -> dict:
        """The answer, parsed, to an object sent by POST."""
        return json.loads(await self._plain("POST", path, json.dumps(value).encode()))

    async def stream(self, method: str, path: str, body: bytes = b"", kind: str = "application/json",
                     encodings: str = ENCODINGS) -> AsyncIterator[bytes]:  # fmt: skip
        """The parts of an answer as they come."""
        if self._writer is None or self._reader.at_eof():  # the server ended it at rest
            self.close()
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=2**22)
        head = f"{method} {path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\naccept-encoding: {encodings}\r\n"
        if method == "POST":
            head += f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + body)
        status, headers = await self._head()
        if "chunked" in headers.get("transfer-encoding", ""):
            while size := int(await self._reader.readline(), 16):
                yield await self._reader.readexactly(size)
                await self._reader.readexactly(2)
            await self._reader.readexactly(2)
        else:
            yield await self._reader.readexactly(int(headers.get("content-length", 0)))
        if status != 200:
            raise RuntimeError(f"{method} {path}: status {status}")

    def close(self) -> None:
        """End the connection, also within an answer."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _plain(self, method: str, path: str, body: bytes) -> bytes:
        return b"".join([part async for part in self.stream(method, path, body, encodings="identity")])

    async def _head(self) -> tuple[int, dict[str, str]]:
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines if line)
        return int(first.split()[1]), {name.lower(): value.strip() for name, value in pairs}


@dataclass
class Tally:
    """What a crowd of visitors met."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)  # seconds of each answer
    errors: list[str] = field(default_factory=list)

    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which such a share of the answers came."""
        ordered = sorted(self.times) or [float("nan")]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def run_clients(
    senders: list[Callable[[], Awaitable[None]]], seconds: float, pace: float | None = None, seed: int = 0
) -> Tally:
    """Visitors who all ask again and again.

    Args:
        visits: Of each visitor, one thing asked for and answered.
        seconds: How long they ask.
        pace: Requests a second of each, at random moments; None: the next at once.
    """
    tally, rng, end = Tally(), random.Random(seed), time.perf_counter() + seconds
    begun = time.perf_counter()

    async def client(send: Callable[[], Awaitable[None]]) -> None:
        due = time.perf_counter() + (rng.random() / pace if pace else 0)
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            start = time.perf_counter()
            try:
                await send()
            except (OSError, RuntimeError, ValueError, EOFError) as error:
                tally.errors.append(repr(error)[:200])
            else:
                tally.times.append(time.perf_counter() - start)
            now = time.perf_counter()
            due = max(now, due + rng.expovariate(pace)) if pace else now

    await asyncio.gather(*map(client, senders))
    tally.seconds = time.perf_counter() - begun
    return tally
