"""The page packed on its way: its scripts, styles and layout are 0.6 MB of text, and Gradio sends them as they are."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEVEL = 5  # of gzip: a hundredth of a second for the page


class PackedPage:
    """ASGI middleware that packs the page alone: other answers are short, or packed already, or pictures."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.packed = app, GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.packed if _is_page(scope) else self.app)(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"].rstrip("/") == scope.get("root_path", "").rstrip("/")
