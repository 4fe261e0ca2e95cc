"""What a lesson may name: tabs, parameters of their links, and parts that can be pointed at."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DEMOS = Path(__file__).resolve().parents[2]
START = DEMOS / "web" / "components" / "start.html"  # above every tab
PART = re.compile(r'data-part="([^"]+)"')
SCHEMA = re.compile(r"urlState\(\{.*?\bfields: \{", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
NAME = re.compile(r"\s*(\w+)\s*(:|$)")


@cache
def tab_names() -> tuple[str, ...]:
    """Every tab, as `?tab=` names it."""
    return tuple(sorted(path.parent.name for path in DEMOS.glob("*/widget.html")))


@cache
def parts_of(tab: str) -> tuple[str, ...]:
    """Parts of a tab that a lesson may point at or cover: the `data-part` of its page and of what stands above it."""
    pages = ((DEMOS / tab / "widget.html"), START)
    return tuple(dict.fromkeys(name for page in pages for name in PART.findall(page.read_text("utf-8"))))


@cache
def parameters_of(tab: str) -> tuple[str, ...] | None:
    """Parameters of a tab's links, from the one schema that reads and writes them; None if some are made elsewhere."""
    names: dict[str, None] = {}
    for path in sorted((DEMOS / tab).glob("*.js")):
        text = path.read_text("utf-8")
        for schema in SCHEMA.finditer(text):
            for entry in _entries(COMMENT.sub("", text[schema.end() :])):
                if entry.strip().startswith("..."):
                    return None
                if found := NAME.match(entry):
                    names[found[1]] = None
    return tuple(names)


def _entries(text: str) -> Iterator[str]:
    """The entries of an object literal, from behind its opening brace on."""
    depth, start = 0, 0
    for k, letter in enumerate(text):
        if letter in "{[(":
            depth += 1
        elif letter in "}])":
            depth -= 1
        if depth < 0 or (depth == 0 and letter == ","):
            yield text[start:k]
            start = k + 1
        if depth < 0:
            return
