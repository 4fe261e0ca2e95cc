"""A tab's widget: HTML, style and script from its folder, and the functions that it calls on the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from demos.ui.handlers import ServerFunction

DEMOS = Path(__file__).resolve().parent.parent
WEB = DEMOS / "web"
# npm's plotly.js-gl3d-dist-min as it is: flat and solid scatters, ready in half the time of the whole library
PLOTLY = WEB / "vendor" / "plotly-gl3d-3.7.0.min.js"

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
    """The component drawn by NAME/widget.html and NAME/widget.js, which calls the functions as `server.<name>`.

    Args:
        settings: Constants for the script, found there as `props.<key>`.
    """
    return gr.HTML(
        html_template=(DEMOS / name / "widget.html").read_text("utf-8"),
        js_on_load=(DEMOS / name / "widget.js").read_text("utf-8"),
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
    """Address of plotly's script on this server, for the tabs that draw with it."""
    gr.set_static_paths([PLOTLY])  # the file alone: a folder would be opened whole
    return f"gradio_api/file={PLOTLY}"


def scripts() -> list[Path]:
    """Every script but the widgets' own, on every page: the library first, the page's own last."""
    library, page = WEB / "lib" / "loom.js", WEB / "lib" / "page.js"
    rest = {*(WEB / "lib").glob("*.js"), *(WEB / "components").glob("*.js"), *DEMOS.glob("*/*.js")}
    rest = {path for path in rest if path.name != "widget.js"} - {library, page}
    return [library, *sorted(rest), page]


def style_sheets() -> list[Path]:
    """The style every tab has, then what each tab adds."""
    return [WEB / "loom.css", *sorted(DEMOS.glob("*/widget.css"))]
