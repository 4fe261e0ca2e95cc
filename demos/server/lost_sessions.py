"""Pages whose connection broke: what is theirs waits for them for a while."""

import threading
import time
from collections.abc import Callable

from core.serving.limits import SILENCE

_TICK = 0.5  # seconds between two looks at them all


class LostSessions:
    """Ends each session that is not heard of in time.

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
