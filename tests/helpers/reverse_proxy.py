"""A small reverse proxy, as nginx would show the app below a prefix; of its host there is no more than an icon."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.conftest import free_port

HOP = {"connection", "keep-alive", "transfer-encoding", "host"}  # headers of one connection
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


@contextmanager
def behind_proxy(app: str, prefix: str) -> Iterator[str]:
    """The address of a host that shows an app below a prefix such as "/loom"."""
    client = httpx.AsyncClient(base_url=app, timeout=None)

    async def forward(request: Request) -> Response:
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP]
        headers.append(("host", request.headers["host"]))
        url = request.url.path.removeprefix(prefix) + (f"?{request.url.query}" if request.url.query else "")
        sent = client.build_request(request.method, url, headers=headers, content=await request.body())
        answer = await client.send(sent, stream=True)
        kept = {name: value for name, value in answer.headers.items() if name not in HOP}
        return StreamingResponse(answer.aiter_raw(), answer.status_code, kept, background=BackgroundTask(answer.aclose))

    port = free_port()
    icon = Route(
        "/favicon.ico", lambda request: Response(status_code=204)
    )  # a browser asks for it before it reads a page
    proxy = Starlette(routes=[Route(f"{prefix}/{{path:path}}", forward, methods=METHODS), icon])
    server = uvicorn.Server(uvicorn.Config(proxy, port=port, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
