"""Long computations in the background: a few at a time, shared by whoever asks for the same one.

A computation is a generator function and its arguments. What it has yielded so far can be read while it goes on, so a
page shows the first results at once. One that nobody asks about any more is broken off.
"""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core.serving.batcher import Busy

_LOOK = 0.02  # seconds between two looks at a run


@dataclass(eq=False)
class Run:
    """What a computation has given so far."""

    items: list[Any] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None
    asked: float = field(default_factory=time.monotonic)  # when somebody last wanted it


class Runs:
    """Computations by name and arguments, the newest kept.

    Args:
        workers: Threads, that is, computations at a time.
        waiting: Computations that may wait for a thread; one more is refused.
        kept: Finished ones remembered, the ones asked for longest ago forgotten first.
        patience: Seconds after which an unfinished one that nobody asks about is broken off.
    """

    def __init__(self, workers: int = 2, waiting: int = 16, kept: int = 48, patience: float = 10.0) -> None:
        self.limit, self.kept, self.patience = workers + waiting, kept, patience
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="runs")

    def ask(self, function: Callable[..., Iterator[Any]], *args: Hashable) -> Run:
        """The run of that generator, started unless it was before.

        Raises:
            Busy: If too many wait already.
        """
        key = (function, *args)
        with self._lock:
            run = self._runs.get(key)
            if run is None or run.error:
                if sum(not other.done for other in self._runs.values()) >= self.limit:
                    raise Busy("The machine computes for other visitors at the moment; try again in a few seconds.")
                run = self._runs[key] = Run()
                self._threads.submit(self._work, key, run)
            run.asked = time.monotonic()
            self._runs.move_to_end(key)
            finished = [old for old, other in self._runs.items() if other.done]
            for old in finished[: max(0, len(finished) - self.kept)]:
                del self._runs[old]
        return run

    async def wait(self, function: Callable[..., Iterator[Any]], *args: Hashable, beyond: int = 0) -> Run:
        """The same, once it has given more than `beyond` items or has ended.

        Raises:
            Busy: If too many wait already.
            Exception: Whatever the computation raised.
        """
        run = self.ask(function, *args)
        while len(run.items) <= beyond and not run.done:
            await asyncio.sleep(_LOOK)
            run.asked = time.monotonic()
        if run.error:
            raise run.error
        return run

    async def last(self, function: Callable[..., Iterator[Any]], *args: Hashable) -> Any:
        """The last item of the finished computation."""
        run = await self.wait(function, *args, beyond=1 << 30)
        return run.items[-1]

    def _work(self, key: Hashable, run: Run) -> None:
        function, *args = key
        try:
            if self._abandoned(key, run):
                return
            for item in function(*args):
                run.items.append(item)
                if self._abandoned(key, run):
                    return
        except Exception as error:  # told to everyone who waits; the thread lives on
            run.error = error
        finally:
            run.done = True

    def _abandoned(self, key: Hashable, run: Run) -> bool:
        with self._lock:
            if time.monotonic() - run.asked <= self.patience:
                return False
            run.error = Busy("The computation was broken off, since nobody asked for it any more; ask again.")
            del self._runs[key]
            return True
