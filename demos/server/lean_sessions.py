"""Sessions that hold no copy of the page.

Gradio describes every component of the page anew for each session, so that it could store the session behind a link:
70 ms of our page for each API caller who names no session, who gets a new one with every call. This app has links of
its own, in which nothing is stored, and no component whose value belongs to a session.
"""

from copy import copy
from typing import Any

from gradio import state_holder
from gradio.blocks import Blocks


def make_sessions_lean() -> None:
    """Have every session start without the descriptions; Gradio makes that of a component when its value changes."""
    state_holder.SessionState.__init__ = _start


def _start(session: Any, blocks: Blocks) -> None:
    """What SessionState.__init__ of Gradio 6.31 does, but for the descriptions."""
    session.blocks_config = copy(blocks.default_config)
    session.config_values = {}
    session.state_data = {}
    session._state_ttl = {}
    session.is_closed = False
    session.STATE_TTL_WHEN_CLOSED = 3600
