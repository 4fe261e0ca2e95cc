"""The scripts, styles and example photos of demos/ under addresses that change with their content."""

import hashlib
import re
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DEMOS = Path(__file__).resolve().parents[2]
TYPES = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json",
    ".webp": "image/webp",
}  # fmt: skip
FOREVER = "public, max-age=31536000, immutable"
IMPORT = re.compile(r"""^(?:import|export)\b(?:[^"';]*?from)?\s*["'](\.[^"']+)["']""", re.MULTILINE)
# a classic script that a module loads
SCRIPT = re.compile(r"""new URL\(["'](\.[^"']+\.js)["'],\s*import\.meta\.url\)""")


@cache
def web_files() -> dict[str, bytes]:
    """Contents by path below demos/, such as "classify/widget.js"."""
    paths = sorted(path for path in DEMOS.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(DEMOS).as_posix(): path.read_bytes() for path in paths}


@cache
def prefix() -> str:
    """Start of every file's address, relative to the page: "web/HASH/"."""
    digest = hashlib.sha256(Path(__file__).with_name("bundles.py").read_bytes())  # which joins them
    for path, content in web_files().items():
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return f"web/{digest.hexdigest()[:12]}/"


def address(path: str) -> str:
    """Address of a file, relative to the page.

    Raises:
        ValueError: If there is no such file below demos/.
    """
    if path not in web_files():
        raise ValueError(f"there is no file {path} below demos/")
    return prefix() + path


@cache
def imports(path: str) -> tuple[str, ...]:
    """The module itself and every module that it imports, directly or not, each once."""
    found: dict[str, None] = {}
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += named(IMPORT, module)
    return tuple(found)


@cache
def scripts(path: str) -> tuple[str, ...]:
    """The classic scripts, such as plotly, that a module or one that it imports loads."""
    return tuple(dict.fromkeys(script for module in imports(path) for script in named(SCRIPT, module)))


@cache
def all_scripts() -> tuple[str, ...]:
    """The classic scripts that any module may load."""
    modules = [path for path in web_files() if path.endswith(".js") and "/vendor/" not in path]
    return tuple(dict.fromkeys(script for module in modules for script in named(SCRIPT, module)))


def routes() -> list[Route]:
    """For the app: GET /web/HASH/PATH."""
    return [Route("/web/{version}/{path:path}", _serve)]


async def _serve(request: Request) -> Response:
    content = web_files().get(request.path_params["path"])
    if content is None or f"web/{request.path_params['version']}/" != prefix():
        return Response("There is nothing at this address.", 404)
    kind = TYPES[PurePosixPath(request.path_params["path"]).suffix]
    return Response(content, headers={"content-type": kind, "cache-control": FOREVER})


def named(pattern: re.Pattern[str], module: str) -> list[str]:
    """Files that a module names by a pattern, as paths below demos/.

    Raises:
        ValueError: If one of them is not there.
    """
    folder = PurePosixPath(module).parent
    names = pattern.findall(web_files()[module].decode("utf-8"))
    paths = [normpath(f"{folder}/{name}") for name in names]
    for path in paths:
        if path not in web_files():
            raise ValueError(f"{module} imports {path}, which is not there")
    return paths
