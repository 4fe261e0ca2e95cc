"""Answers of widgets' functions, written as files: what is finite and small needs no server."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demos.server.rpc import answer
from demos.site.errors import SiteError
from demos.site.files import PACKED
from demos.site.pages import Component, Page

FOLDER = "answers"
DIGITS = 16  # of the hash that stands for a question, and of that which names a file
LONGEST = 200  # letters of a question that a message quotes


async def write_answers(folder: Path, pages: Sequence[Page]) -> dict[str, dict[str, str]]:
    """Ask what the pages' scripts ask, and write each answer once.

    Returns:
        By widget, the files' addresses below the folder by key_of().

    Raises:
        SiteError: If a question has no answer.
    """
    (folder / FOLDER).mkdir()
    written: dict[str, dict[str, str]] = {}
    for page in pages:
        for one in page.components:
            written[one.id] = {key_of(*asked): _write(folder, await _ask(page, one, *asked)) for asked in one.questions}
    return written


def key_of(name: str, request: dict[str, Any]) -> str:
    """What a request is filed under; the page's own is keyOf() in demos/web/site/filed_server.js.

    Args:
        name: Of the function.
        request: Of texts, whole numbers and lists of them: those are written alike in JSON everywhere.
    """
    return _digest(_words(name, request).encode())


def _words(name: str, request: dict[str, Any]) -> str:
    return f"{name} {json.dumps(request, sort_keys=True, separators=(',', ':'), ensure_ascii=False)}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


async def _ask(page: Page, component: Component, name: str, request: dict[str, Any]) -> bytes:
    body = await answer(page.functions, component.number, name, request, None) or b"{}"
    given = json.loads(body)
    if not given or "error" in given:
        asked, problem = _words(name, request)[:LONGEST], given.get("error", "it gave no answer")
        raise SiteError(f"{page.title or 'The page'} could not be written: {asked}: {problem}")
    return body


def _write(folder: Path, body: bytes) -> str:
    """Its address. Packed, it is three quarters of the size; under a name that no host unpacks by itself."""
    address = f"{FOLDER}/{_digest(body)}{PACKED}"
    (folder / address).write_bytes(gzip.compress(body, mtime=0))
    return address
