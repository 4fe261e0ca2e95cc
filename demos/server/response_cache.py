"""Answers that are the same for everyone, the page and its scripts: compressed once, then sent from memory."""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from urllib.parse import parse_qs

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serving.limits import CACHED_ANSWERS
from demos.server.page_files.gradio_files import gradio_links

# what a browser may accept, best first; over plain HTTP, from any host but its own, it does not accept the first
PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=6),
    b"gzip": lambda body: gzip.compress(body, compresslevel=6),
}
TEXTS = (b"text/", b"application/javascript", b"application/json", b"image/svg")  # types worth compressing
# Gradio puts what launch() was given for the head there once its own scripts run, half a second late
EARLY = """<script>
  document.head.append(document.createRange().createContextualFragment(window.gradio_config.head ?? ""));
  window.gradio_config.head = null;
</script>"""
COMPONENTS = ("html", "tabs", "tabitem")  # all that the page has of Gradio's
PLACE = (b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server")  # that addresses follow


@dataclass(frozen=True)
class CachedResponse:
    """An answer with status 200."""

    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        """Answer with it."""
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class ResponseCache:
    """Answers by what they depend on, those asked for longest ago forgotten first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, CachedResponse] = OrderedDict()
        self._making: dict[Hashable, asyncio.Lock] = {}  # thirty visitors at once wait for one answer, not for thirty

    async def answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for which depends_on() gives something."""
        key = depends_on(scope)
        if key not in self._answers:
            async with self._making.setdefault(key, asyncio.Lock()):
                if key not in self._answers:
                    await self._make(key, app, scope, receive)
            self._making.pop(key, None)
        if response := self._answers.get(key):
            self._answers.move_to_end(key)
            await response.send(send)
        else:  # errors are not cached
            await app(scope, receive, send)

    async def _make(self, key: Hashable, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        sent: list[Message] = []

        async def note(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, note)
        if not sent or sent[0].get("status") != 200:
            return
        body = b"".join(message.get("body", b"") for message in sent[1:])
        if scope["path"] == "/":
            body = body.replace(b"</head>", f"{gradio_links(COMPONENTS)}{EARLY}</head>".encode(), 1)
        headers = [(k, v) for k, v in sent[0]["headers"] if k not in (b"content-length", b"accept-ranges")]
        if dict(headers).get(b"content-type", b"").startswith(TEXTS):
            encoding = _encoding(scope)
            body = await asyncio.to_thread(PACKED[encoding], body)
            headers += [(b"content-encoding", encoding), (b"vary", b"accept-encoding")]
        if "/assets/" in scope["path"]:  # their names change with their content
            headers.append((b"cache-control", b"public, max-age=31536000, immutable"))
        self._answers[key] = CachedResponse([*headers, (b"content-length", str(len(body)).encode())], body)
        while len(self._answers) > CACHED_ANSWERS:
            self._answers.popitem(last=False)


def depends_on(scope: Scope) -> Hashable | None:
    """All that the answer to a request depends on, if it is one to keep."""
    headers, path, encoding = dict(scope["headers"]), scope["path"], _encoding(scope)
    if scope["method"] != "GET" or encoding is None or b"range" in headers:
        return None
    if path == "/":
        query = parse_qs(scope["query_string"].decode("latin-1"))
        place = tuple(headers.get(name) for name in PLACE)
        return None if {"page", "deep_link"} & set(query) else (encoding, place)
    return (encoding, path) if path.startswith(("/assets/", "/static/", "/web/")) else None


def _encoding(scope: Scope) -> bytes | None:
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
    return next((encoding for encoding in PACKED if encoding in accepted), None)
