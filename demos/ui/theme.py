"""The look of every tab: theme, style sheets and the page's script, as launch() wants them."""

from typing import Any

import gradio as gr

from demos.server.page_files.bundles import page_data
from demos.ui.widget import ALWAYS, WEB, entries, style_sheets


def launch_options(lessons: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """Keyword arguments for launch(); the scripts that they name are served by demos.server.page_files.

    Args:
        lessons: By name, the state of every step.
    """
    return {
        "theme": theme(),
        # not as css=: Gradio moves those rules below its container, where the body's classes do not reach
        "head": page_head(page_data(entries(), ALWAYS, lessons)),
        "footer_links": ["api"],
    }


def page_head(data: str) -> str:
    """Style and script of a page, for its head.

    Args:
        data: What web/page.js needs, of page_data().
    """
    script = (WEB / "page.js").read_text("utf-8")
    style = "\n".join(path.read_text("utf-8") for path in style_sheets())
    files = f'<script type="application/json" id="loom-files">{data}</script>'
    return f"<style>\n{style}\n</style>\n{files}\n<script>\n{script}\n</script>"


def theme() -> gr.themes.Base:
    """Colours, sizes and fonts, of which none is fetched."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=["Inter", "Segoe UI", "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(
        body_background_fill="#f7f5f1",
        body_background_fill_dark="#14161b",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1d2027",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1d2027",
        border_color_primary="#ddd8ce",
        border_color_primary_dark="#343944",
        body_text_color="#22252b",
        body_text_color_dark="#e9e7e2",
        body_text_color_subdued="#5d6069",
        body_text_color_subdued_dark="#a9adb8",
    )
