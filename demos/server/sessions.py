"""Sessions of the app: they start without a copy of the page, and outlive a broken connection for a while."""

import threading
import time
from collections.abc import Callable
from copy import copy
from typing import Any

from gradio import state_holder
from gradio.blocks import Blocks

from core.serving.limits import SILENCE

_TICK = 0.5  # seconds between two looks at them all


def make_sessions_lean() -> None:
    """Have sessions do without descriptions of the page's components.

    Gradio describes all of them anew for each session, and those of an endpoint when it is called, so that it could
    store the session behind a link: 70 ms for each API caller who names no session, who gets a new one with every call.
    This app has links of its own, in which nothing is stored, and no component whose value belongs to a session.
    """
    state_holder.SessionState.__init__ = _start
    state_holder.SessionState._update_value_in_config = _forget


def _start(session: Any, blocks: Blocks) -> None:
    """What SessionState.__init__ of Gradio 6.31 does, but for the descriptions."""
    session.blocks_config = copy(blocks.default_config)
    session.config_values = {}
    session.state_data = {}
    session._state_ttl = {}
    session.is_closed = False
    session.STATE_TTL_WHEN_CLOSED = 3600


def _forget(session: Any, key: int, value: Any) -> None:
    """The value of a component, which Gradio would note in its description."""


class LostSessions:
    """Ends each session whose connection broke and that is not heard of in time.

    Args:
        end: Frees what belongs to a session.
        grace: Seconds without a word, counted anew from every word.
    """

    def __init__(self, end: Callable[[str], None], grace: float = SILENCE) -> None:
        self.end, self.grace = end, grace
        self._heard: dict[str, float] = {}  # when, by session
        self._lock = threading.Lock()
        self._monitor: threading.Thread | None = None

    def add(self, session: str) -> None:
        """A session's connection broke."""
        with self._lock:
            self._heard[session] = time.monotonic()
            if self._monitor is None:
                self._monitor = threading.Thread(target=self._watch, name="lost-sessions", daemon=True)
                self._monitor.start()

    def hear(self, session: str) -> None:
        """A session's page was heard of. It stays among the lost, since no connection will say when it goes."""
        with self._lock:
            if session in self._heard:
                self._heard[session] = time.monotonic()

    def _watch(self) -> None:
        """End those whose time is over, as long as there are any."""
        while True:
            time.sleep(_TICK)
            with self._lock:
                over = [name for name, heard in self._heard.items() if time.monotonic() - heard > self.grace]
                for session in over:
                    del self._heard[session]
                if not self._heard:
                    self._monitor = None
            for session in over:
                self.end(session)
            if self._monitor is not threading.current_thread():
                return
