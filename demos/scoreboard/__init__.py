"""Scoreboard: every shipped model, what it measured, what was wanted, how to make it again; from its card alone."""

import gradio as gr

from demos.scoreboard import handlers
from demos.scoreboard.python_lines import python_lines
from demos.server.services import Services
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Scoreboard"
ORDER = 10


def build(services: Services) -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "scoreboard", *rpc_handlers(services, handlers.load_cards, python_lines),
            first_step="Click a model: its curve shows how it learned.",
            first={"load_cards": {}},
        )  # fmt: skip
        machine(services, "scoreboard", [card.name for card in services.models.cards])
        explanation("scoreboard")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    endpoint(services, handlers.scoreboard, [], gr.JSON(visible=False, label="models"), "scoreboard")
