"""The page itself: the tabs' HTML in one file, with the style of the app and what demos/web/site/site.js reads."""

import html
import json
from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from demos.server.middleware import POLICY
from demos.server.page_files.bundles import bundled, page_data
from demos.server.page_files.web_files import prefix
from demos.site.pages import Component, Page
from demos.ui.theme import page_head, theme
from demos.ui.widget import LESSONS, WEB, entries, page_header

START = "web/site/site.js"
ALWAYS = (LESSONS, START)  # modules of the page, whatever its tab
Answers = Mapping[str, Mapping[str, str]]  # by widget and question, the files


def start_modules(pages: Sequence[Page]) -> list[str]:
    """Every module that the page starts with."""
    return [*(entries()[page.name] for page in pages), *ALWAYS]


def page_html(
    pages: Sequence[Page],
    shared: Page,
    answers: Answers,
    lessons: dict[str, list[str]],
    elsewhere: Mapping[str, str],
    offline: str,
) -> str:
    """The whole page.

    Args:
        pages: The tabs.
        shared: What stands beside them.
        answers: As write_answers() gives them.
        lessons: By name, the state of every step.
        elsewhere: Titles of the tabs that are not there, by name.
        offline: Address of the service worker.
    """
    site = {
        "tabs": [{"name": p.name, "title": p.title, "widgets": _widgets(p, answers)} for p in pages],
        "always": _widgets(shared, answers),
        "elsewhere": elsewhere,
        "offline": offline,
    }
    return Template((WEB / "site" / "page.html").read_text("utf-8")).substitute(
        policy="; ".join(rule for rule in POLICY.split("; ") if not rule.startswith("frame-ancestors")),
        style=f"{theme()._get_theme_css()}\n{(WEB / 'site' / 'site.css').read_text('utf-8')}",
        config=_json(_config(pages)),
        head=page_head(page_data({page.name: entries()[page.name] for page in pages}, ALWAYS, lessons)),
        site=_json(site),
        scripts="\n".join(f'<script type="module" src="{prefix()}{path}"></script>' for path in bundled([START])),
        header=page_header(has_rooms=False),
        always=_drawn(shared),
        buttons="\n".join(map(_button, pages)),
        panels="\n".join(map(_panel, pages)),
    )


def _config(pages: Sequence[Page]) -> dict[str, Any]:
    """What web/page.js and web/lib/address.js read of Gradio's configuration."""
    tabs = [{"type": "tabitem", "props": {"id": page.name, "label": page.title}} for page in pages]
    return {"components": [{"type": "tabs", "props": {}}, *tabs]}


def _widgets(page: Page, answers: Answers) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id, "entry": one.entry, "props": one.props, "answers": answers[one.id], "needs": one.needs,
            "isFolded": one.is_folded,
        }
        for one in page.components if one.entry
    ]  # fmt: skip


def _button(page: Page) -> str:
    return (
        f'<button type="button" role="tab" id="{page.name}-tab-button" data-tab-id="{page.name}"'
        f' aria-controls="{page.name}-tab" aria-selected="false">{html.escape(page.title)}</button>'
    )


def _panel(page: Page) -> str:
    return (
        f'<div role="tabpanel" id="{page.name}-tab" aria-labelledby="{page.name}-tab-button" hidden>'
        f'<div class="column">{_drawn(page)}</div></div>'
    )


def _drawn(page: Page) -> str:
    """The components of a page, each in two elements as Gradio has them."""
    return "\n".join(map(_element, page.components))


def _element(one: Component) -> str:
    place = f'id="{one.id}" ' if one.id else ""
    return f'<div {place}class="block {one.classes}"><div class="{one.classes}">{one.html}</div></div>'


def _json(value: Any) -> str:
    """JSON that a script element may hold."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
