"""The photos that ship, as the page sends them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "web" / "examples"


def example_files() -> dict[str, str]:
    """Contents in base64, by name, such as "hat/1.webp"."""
    listed = json.loads((FOLDER / "index.json").read_text("utf-8"))
    return {one["file"]: base64.b64encode((FOLDER / one["file"]).read_bytes()).decode() for one in listed}


def example_questions() -> Iterator[tuple[str, dict[str, str]]]:
    """What a page asks of the server when they are chosen, one after the other: a function's name and its request."""
    yield from (("read_upload", {"file": content}) for content in example_files().values())
