"""Gradio's scripts and styles that a page needs, found before its browser is told of them, a few at a time."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import gradio as gr

FOLDER = Path(gr.__file__).parent / "templates" / "frontend"
ENTRY = re.compile(r'src="\./assets/([\w.-]+\.js)"')
STATIC = re.compile(r'(?:from|import)\s*[`"\']\./([\w.-]+\.js)[`"\']')
# a module that is imported later, and which of DEPENDENCIES come with it
LATER = re.compile(r'import\([`"\']\./([\w.-]+\.js)[`"\']\)(?:[^_]{0,80}?__vite__mapDeps\(\[([\d,]*)\]\))?')
DEPENDENCIES = re.compile(r"__vite__mapDeps=\(i,m=__vite__mapDeps,d=\(m\.f\|\|\(m\.f=\[([^\]]*)\]")
# what every page imports later, as names begin: who imports, and what
STARTS = {"index": ("Index", "core"), "Index": ("Blocks",)}
OF_COMPONENT = r"[{,]%s:\{((?:[^{}]|\{[^{}]*\})*)\}"  # in the list of components, the modules of one


def gradio_links(components: Sequence[str]) -> str:
    """HTML for the head of a page: `<link>`s that fetch all at once what Gradio's scripts ask for in four waves.

    Where Gradio is built in another way than expected, there are fewer of them, and the page starts later.

    Args:
        components: Types of the components on the page, such as "html".
    """
    return "\n".join(_link(name) for name in _files(tuple(components)))


def _link(name: str) -> str:
    kind = 'rel="preload" as="style"' if name.endswith(".css") else 'rel="modulepreload"'
    return f'<link {kind} crossorigin href="./assets/{name}">'


@cache
def _files(components: tuple[str, ...]) -> tuple[str, ...]:
    """Names in Gradio's folder of assets, each once, without those that its page names itself."""
    index = FOLDER / "index.html"
    entries = ENTRY.findall(index.read_text("utf-8")) if index.exists() else []
    found, waiting = dict.fromkeys(entries), [*entries]
    while waiting:
        path = FOLDER / "assets" / waiting.pop()
        if path.suffix == ".js" and path.exists():
            new = [name for name in _needs(path, components) if name not in found]
            found |= dict.fromkeys(new)
            waiting += new
    return tuple(name for name in found if _begin(name) != "index")


def _needs(path: Path, components: tuple[str, ...]) -> Iterator[str]:
    """Files that a script imports at once, or later on a page with these components."""
    script = path.read_text("utf-8")
    yield from STATIC.findall(script)
    listed = DEPENDENCIES.search(script)
    dependencies = re.findall(r'\./([\w.-]+)["\']', listed[1]) if listed else []
    later = [found for found in LATER.findall(script) if _begin(found[0]) in STARTS.get(_begin(path.name), ())]
    for name in components:
        if of_component := re.search(OF_COMPONENT % name, script):
            later += LATER.findall(of_component[1])
    for name, numbers in later:
        yield name
        yield from (dependencies[int(number)] for number in numbers.split(",") if number)


def _begin(name: str) -> str:
    """What stands before the hash."""
    return name.partition("-")[0]
