"""Modules of demos/ joined to bundles: a tab's first view asks for three files instead of seventy.

A bundle is a module that holds others as functions. It understands the syntax that our linter leaves: named and
namespace imports, exports of functions, classes and constants, each at the start of a line; modules may not import one
another in a circle. The modules that two tabs or more use come in one bundle for all, which a page loads before the
others, and before it LOADER.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import PurePosixPath
from posixpath import normpath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demos.server.page_files.web_files import FOREVER, TYPES, all_scripts, imports, named, prefix, scripts, web_files

SHARED = "shared.js"  # the address of what several starts use; no file
VENDOR = "web/vendor/"  # minified: these modules stay what they are
LOADER = "web/lib/modules.js"
HEAD = "const {define: __define, load: __load, loadLater: __later, loadFile: __file} = globalThis.loomModules;\n"
EXPORT = re.compile(r"^export (async function|function|class|const) (\w+)", re.MULTILINE)
STATEMENT = re.compile(r"""^import\s+(?:(\{[^}]*\}|\* as \w+)\s+from\s+)?["'](\.[^"']+)["'];""", re.MULTILINE)
LATER = re.compile(r"""\bimport\(["'](\.[^"']+\.js)["']\)""")


def bundled(starts: Sequence[str]) -> list[str]:
    """Where the files lie, below the prefix, that a page which starts with these modules fetches."""
    return [LOADER, *[f"bundle/{path}" for path in (SHARED, *starts)]]


def bundle_routes(starts: Sequence[str]) -> list[Route]:
    """For the app: GET /web/HASH/bundle/PATH.

    Args:
        starts: Every module that a page starts with.
    """

    async def serve(request: Request) -> Response:
        path = request.path_params["path"]
        is_module = path == SHARED or (path in web_files() and path.endswith(".js") and not path.startswith(VENDOR))
        if not is_module or f"web/{request.path_params['version']}/" != prefix():
            return Response("There is nothing at this address.", 404)
        headers = {"content-type": TYPES[".js"], "cache-control": FOREVER}
        return Response(bundle(path, tuple(starts)), headers=headers)

    return [Route("/web/{version}/bundle/{path:path}", serve)]


def page_data(entries: dict[str, str], always: Sequence[str], lessons: dict[str, list[str]] | None = None) -> str:
    """What web/page.js needs to open a tab early, as JSON that a script element may hold.

    Args:
        entries: By tab, the module that its widget starts with.
        always: Modules that every page starts with, whatever its tab.
        lessons: By name, the state of every step.
    """
    preload = {tab: {"modules": bundled([path, *always]), "scripts": scripts(path)} for tab, path in entries.items()}
    data = {"prefix": prefix(), "preload": preload, "later": all_scripts(), "lessons": lessons or {}}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def later_modules(starts: Sequence[str]) -> list[str]:
    """What the modules that a page starts with load later, and what those load: each in a bundle of its own."""
    found: dict[str, None] = {}
    waiting = [*starts]
    while waiting:
        names = {later: None for module in imports(waiting.pop()) for later in named(LATER, module)}
        new = [path for path in names if path not in found and path not in starts]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


@cache
def bundle(path: str, starts: tuple[str, ...]) -> str:
    """The text of a bundle.

    Args:
        path: Of the module that it exports, or SHARED.
        starts: Every module that a page starts with.

    Raises:
        ValueError: If a module exports in a way that this does not understand.
    """
    shared = _shared(starts)
    if path == SHARED:
        return HEAD + "".join(map(_defined, shared))
    own = sorted(set(imports(path)) - set(shared))
    names = ", ".join(name for _, name in EXPORT.findall(_text(path)))
    return f'{HEAD}{"".join(map(_defined, own))}export const {{{names}}} = __load("{path}");\n'


@cache
def _shared(starts: tuple[str, ...]) -> list[str]:
    """The modules that two starts or more import."""
    counts = Counter(module for start in starts for module in imports(start))
    return sorted(module for module, count in counts.items() if count > 1)


def _text(path: str) -> str:
    return web_files()[path].decode("utf-8")


def _defined(path: str) -> str:
    """A module as a function that fills its exports."""
    if path.startswith(VENDOR):
        name = re.sub(r"\W", "_", path)
        define = f'__define("{path}", (__exports) => Object.assign(__exports, {name}));'
        return f'const {name} = await __file("{path}");\n{define}\n'
    text, folder = _text(path), PurePosixPath(path).parent

    def place(name: str) -> str:
        return normpath(f"{folder}/{name}")

    def imported(found: re.Match[str]) -> str:
        names, name = found.groups()
        loaded = f'__load("{place(name)}");'
        lines = "\n" * found[0].count("\n")  # line numbers stay
        if not names:
            return loaded + lines
        if names.startswith("*"):
            return f"const {names.removeprefix('* as ')} = {loaded}"
        return f"const {re.sub(r' as ', ': ', ' '.join(names.split()))} = {loaded}{lines}"

    names = [name for _, name in EXPORT.findall(text)]
    body = STATEMENT.sub(imported, EXPORT.sub(r"\1 \2", text))
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{path} imports or exports in a way that bundles do not understand")
    body = LATER.sub(lambda found: f'__later("{place(found[1])}")', body).replace("import.meta", "__meta")
    exports = f"Object.assign(__exports, {{{', '.join(names)}}});"
    return f'__define("{path}", (__exports, __meta) => {{\n{body}\n{exports}\n}});\n'
