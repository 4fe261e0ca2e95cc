"""What every request passes before Gradio sees it: known routes, sizes and loads; and the headers of every answer."""

import asyncio
import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serving.limits import BODY, BYTES_AT_ONCE, OPEN_REQUESTS, PICTURE_BODY, READING, SESSION_NAME, STRUCTURE
from demos.server.errors import DISK, origin
from demos.server.response_cache import ResponseCache, depends_on
from demos.server.rpc import Functions, answer

LOG = logging.getLogger("loom")
# all that pages and API callers post; Gradio's other routes edit code, take recordings, keep histories
POSTED = re.compile(
    r"/(gradio_api/(component_server|upload|cancel|reset|queue/join|((call(/v2)?|run|api)/\w+)|mcp(/\w+)*)|room/\w+/\w+|login)/?$"
)
# Gradio fetches other hosts for whoever asks, and draws the icon in any size, which stops it for a minute: not this app
UNSERVED = re.compile(
    r"/gradio_api/(proxy=|file=\w{2,}:/|stream/|custom_component/|deep_link|runs|run-history|dev/|vibe)|/monitoring|/pwa_icon"
)
API_CALL = re.compile(r"/gradio_api/(queue/join|call/|run/|api/)")

# Gradio draws components from text in the page's configuration, hence 'unsafe-inline' and 'unsafe-eval'; what computes
# in a worker of its own (web/lib/local/) needs the two words about WebAssembly and workers
SPACE = " https://huggingface.co https://*.hf.space" if "SPACE_ID" in os.environ else ""  # which frames its Spaces
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:; worker-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    f"frame-ancestors 'self'{SPACE}"
)
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"  # a file runs nothing
HEADERS = {
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}  # fmt: skip

WRONG = "The page makes no such request, or it came incomplete. Reload the page and try again."
STOPPING = "The server is being stopped or started again; try again in a moment."
BUSY = "The machine is busy with other visitors; try again in a moment."


class Envelope(BaseModel):
    """What every request for a function contains besides its data."""

    model_config = ConfigDict(extra="ignore")
    # Gradio keeps something for every session, under the name that a request gives it
    session_hash: str | None = Field(None, max_length=SESSION_NAME, strict=True)
    component_id: Any = None
    fn_name: Any = None
    data: Any = None


class Refused(Exception):
    """A request is not answered; carries the status and a sentence for the visitor."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Guard:
    """ASGI middleware around Gradio's app.

    Args:
        app: Gradio's.
        full: Whether no more files can be taken.
        functions: Of widgets, answered here, as is what all visitors get alike. None for an app with accounts: Gradio
            knows who is in.
    """

    def __init__(
        self, app: ASGIApp, full: Callable[[], bool] = lambda: False, functions: Functions | None = None
    ) -> None:
        self.app, self.full, self.functions = app, full, functions or {}
        self._cache = ResponseCache()
        self._open = 0  # requests
        self._bytes = 0  # of their bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        reply = _Reply(scope, send)
        self._open += 1
        held: list[bytes] = []
        try:
            if self._open > OPEN_REQUESTS:
                raise Refused(503, BUSY)
            _check_route(scope)
            if _route(scope) == "upload" and await asyncio.to_thread(self.full):
                raise Refused(503, BUSY)
            if scope["method"] == "POST":
                asked, receive = await self._read(scope, receive, held)
                if _route(scope) == "component_server" and self.functions:
                    response = await self._answer(asked, Request(scope, receive))
                    await response(scope, receive, reply.send)
                    return None
            if self.functions and depends_on(scope) is not None:
                await self._cache.answer(self.app, scope, receive, reply.send)
            else:
                await self.app(scope, receive, reply.send)
        except asyncio.CancelledError:  # the server stops, and waits no longer
            if reply.is_cut_short:
                raise
            await reply.refuse(503, STOPPING)
        except Refused as refused:
            await reply.refuse(refused.status, refused.reason)
        except Exception as error:  # the visitor gets a sentence, the operator where it happened, nobody what was sent
            LOG.error("%s %s failed: %s", scope["method"], _route(scope), origin(error))
            if reply.is_cut_short:
                raise  # so that the server closes the connection: the rest of the answer would be waited for
            if isinstance(error, OSError) and _route(scope) == "upload":
                await reply.refuse(507, DISK)
            else:
                await reply.refuse(400 if scope["method"] == "POST" else 500, WRONG)
        finally:
            self._open -= 1
            self._bytes -= sum(map(len, held))
        return None

    async def _answer(self, asked: Envelope, request: Request) -> Response:
        body = await answer(self.functions, asked.component_id, asked.fn_name, asked.data, request)
        if body is None:
            raise Refused(404, "There is no such function. Reload the page and try again.")
        return Response(body, media_type="application/json")

    async def _read(self, scope: Scope, receive: Receive, held: list[bytes]) -> tuple[Envelope | None, Receive]:
        """The parsed body, if its route is served, and a receive function that replays the body for the app."""
        try:
            body = await asyncio.wait_for(self._collect(receive, _limit(scope), held), READING)
        except asyncio.TimeoutError:
            raise Refused(408, f"The request took more than {READING:.0f} seconds to arrive. Try again.") from None
        asked = _checked(scope, body)
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replay() -> Message:
            return next(given, None) or await receive()

        return asked, replay

    async def _collect(self, receive: Receive, limit: int, held: list[bytes]) -> bytes:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise Refused(400, "The request was cut short. Try again.")
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            self._bytes += len(part)
            held.append(part)
            if size > limit:
                raise Refused(413, f"The request is too large: at most {limit / 1e6:.1f} MB are taken.")
            if self._bytes > BYTES_AT_ONCE:
                raise Refused(503, BUSY)
        return b"".join(held)


class _Reply:
    """Sends an answer with our headers, or a refusal if none has begun."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self._begun, self._sized = scope, send, False, True
        policy = FILE_POLICY if "/gradio_api/file=" in scope["path"] else POLICY
        self._headers = HEADERS | {"content-security-policy": policy}

    @property
    def is_cut_short(self) -> bool:
        """Whether an answer has begun that said how long it would be."""
        return self._begun and self._sized

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            self._sized = "content-length" in headers
            headers.update(self._headers)
            message = message | {"headers": headers.raw}
        await self._send(message)

    async def refuse(self, status: int, reason: str) -> None:
        if self._begun:
            if not self._sized:  # a stream, which ends here
                await self._send({"type": "http.response.body", "body": b""})
            return
        headers = {"retry-after": "2"} if status == 503 else None
        await JSONResponse({"error": reason, "detail": reason}, status, headers)(self._scope, None, self.send)


def _check_route(scope: Scope) -> None:
    path, method = scope["path"], scope["method"]
    if (method == "POST" and not POSTED.search(path)) or UNSERVED.search(path):
        raise Refused(404, "There is nothing at this address.")
    if method not in ("GET", "HEAD", "POST", "OPTIONS") and "/gradio_api/mcp" not in path:
        raise Refused(405, f"{method} is not answered here.")
    if "\0" in path:
        raise Refused(400, "This is not an address.")


def _limit(scope: Scope) -> int:
    """Bytes that the body of a request may have, by what its route is for."""
    return PICTURE_BODY if _route(scope) in ("component_server", "upload") else BODY


def _checked(scope: Scope, body: bytes) -> Envelope | None:
    """The parsed body, where it is JSON.

    Raises:
        Refused: If its route does not accept such a body.
    """
    server = _route(scope) == "component_server"
    if server and not Headers(scope=scope).get("content-type", "").startswith("application/json"):
        raise Refused(415, "Send JSON.")
    if server and len(body) > BODY and sum(map(body.count, (b",", b"[", b"{"))) > STRUCTURE:
        raise Refused(413, "The request is too large: only a picture may have so many bytes.")
    api_call = API_CALL.search(scope["path"])
    if not server and not api_call:
        return None
    asked = _parsed(body)
    if not isinstance(asked, dict):
        raise Refused(400, "The request is not a JSON object.")
    if api_call and _names_address(asked):
        what = "An address was given for a picture; this app contacts no other host. Send the file itself."
        raise Refused(400, what)
    try:
        return Envelope.model_validate(asked)
    except ValidationError:
        raise Refused(400, f"The session's name must be a text of at most {SESSION_NAME} characters.") from None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except (ValueError, RecursionError):
        raise Refused(400, "The request is not JSON.") from None


def _names_address(value: Any) -> bool:
    """Whether a file stands somewhere in it that is to be fetched from another host."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            path = one.get("path")
            if isinstance(path, str) and re.match(r"\s*\w{2,}:/", path):
                return True
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return False


def _route(scope: Scope) -> str:
    """The first word after the prefix of Gradio's routes: a kind of request, nothing that a visitor chose."""
    found = re.search(r"/gradio_api/(\w+)", scope["path"])
    return found[1] if found and POSTED.search(scope["path"]) else "page"
