"""A tab's widget: HTML, style and script from its folder, and the functions that it calls on the server."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from demos.server.page_files.bundles import LOADER, SHARED
from demos.ui.handlers import ServerFunction
from demos.ui.markup import document_to_html

DEMOS = Path(__file__).resolve().parent.parent
WEB = DEMOS / "web"
START = WEB / "components" / "start.html"
HEADER = """
<header class="loom-header">
  <h1>Latent Loom</h1><p>touch the classic image models</p>
  <nav>{buttons}</nav>
</header>
"""
BUTTONS = {
    "lessons": ("Lessons", "be led through the tabs, step by step"),
    "room": ("Room", "let a class follow one page, or join a class"),
    "present": ("Present", "big type, no explanations"),
    "theme": ("Light / dark", "light or dark"),
}
NOT_LOADED = '<p class="loom-notice" role="alert">This tab\'s script did not load yet: trying again…</p>'
FIRST_ANSWERS = "web/lib/server/first_answers.js"
LESSONS = "web/lessons/strip.js"
ROOM = "web/room/room.js"
ALWAYS = (LESSONS, ROOM, FIRST_ANSWERS)  # modules of every page
MACHINE = "web/machine/fold.js"
MACHINE_FOLD = "<details><summary>The machine in one picture</summary><div class='machine-place'></div></details>"
LOAD_AGAIN = 2000  # milliseconds until a script that did not load is asked for again; at once where the network is back

# Paul Tol's "muted" scheme, which the common kinds of colour blindness keep apart, and a grey; one per class
CLASS_COLORS = (
    "#CC6677", "#4477CC", "#B8A33A", "#117733", "#66BBE0", "#882255", "#44AA99", "#8A8F2B", "#AA4499", "#8A8F98",
)  # fmt: skip


def page_header(*, has_rooms: bool = True) -> str:
    """The head of every page, with its buttons."""
    shown = {name: words for name, words in BUTTONS.items() if has_rooms or name != "room"}
    buttons = [
        f'<button type="button" data-page="{name}" title="{title}">{words}</button>'
        for name, (words, title) in shown.items()
    ]
    return HEADER.format(buttons="\n".join(buttons))


@contextmanager
def tab_page(title: str) -> Iterator[gr.Blocks]:
    """A page for a tab that runs alone; within the app, the app's own page: one more takes 100 ms to make."""
    if Context.root_block is not None:
        yield Context.root_block
        return
    with gr.Blocks(title=title) as page:
        yield page


def widget(
    name: str,
    *functions: ServerFunction,
    first_step: str,
    first: dict[str, dict[str, Any]] | None = None,
    **settings: Any,
) -> gr.HTML:
    """The component drawn by NAME/widget.html and NAME/widget.js, whose mount() gets `{element, props, server}`.

    Above it stand what to do first and a row for the tab's examples.

    Args:
        functions: Called in the script as `server.<name>(request)`.
        first_step: One line for somebody who sees the tab for the first time.
        first: By function, what the script asks first where nothing else is chosen; all visitors get the same answer.
        settings: Constants for the script, found there as `props.<key>`.
    """
    return gr.HTML(
        html_template=_start(first_step) + (DEMOS / name / "widget.html").read_text("utf-8"),
        js_on_load=_script(_entry(name), tab=name),
        server_functions=list(functions),
        elem_id=f"{name}-widget",
        elem_classes="loom-widget",
        container=False,
        apply_default_css=False,
        first=first or {},
        **settings,
    )


def lesson_strip(*functions: ServerFunction) -> gr.HTML:
    """The strip that leads through a lesson, beside every tab; empty until a lesson is opened.

    Args:
        functions: Give the lessons, and the QR pictures of one.
    """
    return gr.HTML(
        html_template='<div class="loom-lessons"></div>',
        js_on_load=_script(LESSONS),
        server_functions=list(functions),
        elem_id="lessons",
        container=False,
        apply_default_css=False,
    )


def room_bar(**settings: Any) -> gr.HTML:
    """The bar of a room, above the tabs; empty until a page opens or enters one.

    Args:
        settings: Constants for the script.
    """
    return gr.HTML(
        html_template='<div class="loom-room"></div>',
        js_on_load=_script(ROOM),
        elem_id="room",
        container=False,
        apply_default_css=False,
        **settings,
    )


def machine_fold(name: str, function: ServerFunction, models: Sequence[str]) -> gr.HTML:
    """The models of a tab, drawn as their layers, behind a fold; its script is fetched when that is opened.

    Args:
        function: Gives the layers of a model.
        models: That the tab uses, the one it opens with first.
    """
    return gr.HTML(
        html_template=MACHINE_FOLD,
        js_on_load=f"""
element.querySelector("details").addEventListener("toggle", () => {{ {_script(MACHINE)} }}, {{once: true}});""",
        server_functions=[function],
        elem_id=f"{name}-machine",
        elem_classes="loom-widget loom-machine",
        container=False,
        apply_default_css=False,
        tab=name,
        models=list(models),
    )


def explanation(name: str) -> None:
    """The two-minute explanation under a tab, NAME/about.md, folded; `$...$` is set as mathematics.

    Not a gr.Markdown: that fetches a typesetter of 260 kB and its fonts.
    """
    text = document_to_html((DEMOS / name / "about.md").read_text("utf-8"))
    fold = f"<details class='loom-explanation'><summary>What am I looking at? (two minutes)</summary>{text}</details>"
    gr.HTML(fold, container=False, apply_default_css=False)


def entries() -> dict[str, str]:
    """By tab, the module that its widget starts with."""
    return {path.parent.name: _entry(path.parent.name) for path in sorted(DEMOS.glob("*/widget.js"))}


def starts() -> list[str]:
    """Every module that a page starts with."""
    return [*entries().values(), *ALWAYS]


def style_sheets() -> list[Path]:
    """The style every tab has, then what each tab adds, then what a projector changes of both."""
    shared = [
        path
        for folder in ("components", "lessons", "machine", "room")
        for path in sorted((WEB / folder).rglob("*.css"))
    ]
    return [WEB / "loom.css", *shared, *sorted(DEMOS.glob("*/widget.css")), WEB / "present.css"]


def _start(first_step: str) -> str:
    return START.read_text("utf-8").format(first_step=html.escape(first_step))


def _script(entry: str, tab: str = "") -> str:
    """What Gradio runs once a widget is on the page: import its module, again until that works, and mount it.

    Args:
        tab: Whose first answers lie on the server.
    """
    return f"""
const files = document.documentElement.dataset.loomFiles, page = element.innerHTML;
const load = (attempt) => {{
  const file = (path) => import(files + path + (attempt ? "?attempt=" + attempt : ""));
  return file("{LOADER}").then(() => file("bundle/{SHARED}")).then(() =>
    Promise.all(["{entry}", "{FIRST_ANSWERS}"].map((path) => file("bundle/" + path)))).then(
      (modules) => {{ if (attempt) element.innerHTML = page; return modules; }},
      () => {{
        element.innerHTML = {NOT_LOADED!r};
        return new Promise((next) => {{
          window.addEventListener("online", next, {{once: true}});
          setTimeout(next, {LOAD_AGAIN});
        }}).then(() => load(attempt + 1));
      }});
}};
load(0).then(([widget, {{firstAnswers}}]) =>
  widget.mount({{element, props, server: firstAnswers(files + "first/{tab}/", props.first, server)}}));"""


def _entry(name: str) -> str:
    return f"{name}/widget.js"
