"""Who may compute: a few at a time, the others in line, and nobody for longer than a turn while others wait."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from core.serving.batcher import Busy


class Scheduler:
    """A line of those who want to compute, and the few at its head who may.

    Args:
        together: How many may compute at a time.
        turn: Seconds after which one of them goes to the line's end, if somebody waits.
        most: How many may be in line, the computing ones included; one more is refused.
        clock: Seconds, ever increasing.
    """

    def __init__(
        self, together: int = 2, turn: float = 60.0, most: int = 64, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.together, self.turn, self.most, self.clock = together, turn, most, clock
        self._line: list[Hashable] = []  # those who wait, the next one first
        self._computing: OrderedDict[Hashable, float] = OrderedDict()  # since when
        self._lock = threading.RLock()

    def enqueue(self, who: Hashable) -> None:
        """Get in line, unless in it already.

        Raises:
            Busy: If the line is full.
        """
        with self._lock:
            if who in self._computing or who in self._line:
                return
            if len(self._line) + len(self._computing) >= self.most:
                raise Busy(f"{self.most} others are training or waiting already; try again in a few minutes.")
            self._line.append(who)
            self.rotate()

    def remove(self, who: Hashable) -> None:
        """Make room for the next one."""
        with self._lock:
            self._computing.pop(who, None)
            if who in self._line:
                self._line.remove(who)
            self.rotate()

    def rotate(self) -> None:
        """Let the next ones compute, and send those whose turn is over to the line's end as far as others wait."""
        with self._lock:
            now = self.clock()
            while self._line and len(self._computing) < self.together:
                self._computing[self._line.pop(0)] = now
            over = [who for who, since in self._computing.items() if now - since >= self.turn]
            for who in over[: len(self._line)]:
                del self._computing[who]
                self._computing[self._line.pop(0)] = now
                self._line.append(who)

    def position(self, who: Hashable) -> int | None:
        """0 for one who may compute, else the position in line, from 1; None for one who does not want to."""
        with self._lock:
            if who in self._computing:
                return 0
            return self._line.index(who) + 1 if who in self._line else None

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)
