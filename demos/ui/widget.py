"""A tab's widget: HTML, style and script from its folder, and the functions that it calls on the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from demos.server.web_files import address
from demos.ui.handlers import ServerFunction

DEMOS = Path(__file__).resolve().parent.parent
WEB = DEMOS / "web"
# npm's plotly.js-gl3d-dist-min as it is: flat and solid scatters, ready in half the time of the whole library
PLOTLY = "web/vendor/plotly-gl3d-3.7.0.min.js"
MOUNT = "export function mount("  # in a widget's script that is a module
LEGACY = "web/lib/legacy.js"  # what one that is not yet calls
NOT_LOADED = '<p class="loom-notice" role="alert">This tab has not loaded yet: trying again…</p>'
LOAD_AGAIN = 2000  # milliseconds until a script that did not load is asked for again

# Paul Tol's "muted" scheme, which the common kinds of colour blindness keep apart, and a grey; one per class
CLASS_COLORS = (
    "#CC6677", "#4477CC", "#B8A33A", "#117733", "#66BBE0", "#882255", "#44AA99", "#8A8F2B", "#AA4499", "#8A8F98",
)  # fmt: skip


@contextmanager
def tab_page(title: str) -> Iterator[gr.Blocks]:
    """A page for a tab that runs alone; within the app, the app's own page: one more takes 100 ms to make."""
    if Context.root_block is not None:
        yield Context.root_block
        return
    with gr.Blocks(title=title) as page:
        yield page


def widget(name: str, *functions: ServerFunction, **settings: Any) -> gr.HTML:
    """The component drawn by NAME/widget.html and NAME/widget.js, whose mount() gets `{element, props, server}`.

    Args:
        functions: Called in the script as `server.<name>(request)`.
        settings: Constants for the script, found there as `props.<key>`.
    """
    return gr.HTML(
        html_template=(DEMOS / name / "widget.html").read_text("utf-8"),
        js_on_load=_script(name),
        server_functions=list(functions),
        elem_id=f"{name}-widget",
        elem_classes="loom-widget",
        container=False,
        apply_default_css=False,
        **settings,
    )


def explanation(name: str) -> None:
    """The two-minute explanation under a tab, NAME/about.md, folded; `$...$` is set as mathematics."""
    with gr.Accordion("What am I looking at? (two minutes)", open=False, elem_classes="loom-explanation"):
        gr.Markdown(
            (DEMOS / name / "about.md").read_text("utf-8"),
            latex_delimiters=[
                {"left": "$$", "right": "$$", "display": True},
                {"left": "$", "right": "$", "display": False},
            ],
        )


def plotly_address() -> str:
    """Address of plotly's script on this server, relative to the page."""
    return address(PLOTLY)


def entries() -> dict[str, str]:
    """By tab, the module that its widget starts with."""
    return {path.parent.name: _entry(path.parent.name) for path in sorted(DEMOS.glob("*/widget.js"))}


def style_sheets() -> list[Path]:
    """The style every tab has, then what each tab adds."""
    return [WEB / "loom.css", *sorted((WEB / "components").glob("*.css")), *sorted(DEMOS.glob("*/widget.css"))]


def _script(name: str) -> str:
    """What Gradio runs once a widget is on the page: import its module, again until that works, and mount it."""
    code = (DEMOS / name / "widget.js").read_text("utf-8")
    # a script that is no module yet runs as it is
    use = "(widget) => widget.mount({element, props, server})" if MOUNT in code else f"async () => {{\n{code}\n}}"
    return f"""
const address = document.documentElement.dataset.loomFiles + "{_entry(name)}", page = element.innerHTML;
const load = (attempt) => import(address + (attempt ? "?attempt=" + attempt : "")).then(
  (module) => {{ if (attempt) element.innerHTML = page; return module; }},
  () => {{
    element.innerHTML = {NOT_LOADED!r};
    return new Promise((next) => setTimeout(next, {LOAD_AGAIN})).then(() => load(attempt + 1));
  }});
load(0).then({use});"""


def _entry(name: str) -> str:
    path = f"{name}/widget.js"
    return path if MOUNT in (DEMOS / path).read_text("utf-8") else LEGACY
