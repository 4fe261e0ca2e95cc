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
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.serving.batcher import Busy

_POLL = 0.02  # seconds between two looks at a job


@dataclass(eq=False)
class Job:
    """What a computation has given so far."""

    items: list[Any] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None
    asked: float = field(default_factory=time.monotonic)  # when somebody last wanted it
    waiting: int = 0  # who wait for it now


class JobPool:
    """Computations by name and arguments, the newest cached.

    Args:
        workers: Threads, that is, computations at a time.
        waiting: Computations that may wait for a thread; one more is refused.
        cached: Finished ones remembered, the ones asked for longest ago forgotten first.
        patience: Seconds after which an unfinished one that nobody asks about is broken off.
    """

    def __init__(self, workers: int = 2, waiting: int = 16, cached: int = 48, patience: float = 10.0) -> None:
        self.limit, self.cached, self.patience = workers + waiting, cached, patience
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="jobs")

    def submit(self, function: Callable[..., Iterator[Any]], *args: Hashable) -> Job:
        """The job of that generator, started unless it was before.

        Raises:
            Busy: If too many wait already.
        """
        key = (function, *args)
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.error:
                if sum(not other.done for other in self._jobs.values()) >= self.limit:
                    raise Busy("The machine is computing for other visitors at the moment; try again in a few seconds.")
                job = self._jobs[key] = Job()
                self._threads.submit(self._work, key, job)
            job.asked = time.monotonic()
            self._jobs.move_to_end(key)
            finished = [old for old, other in self._jobs.items() if other.done]
            for old in finished[: max(0, len(finished) - self.cached)]:
                del self._jobs[old]
        return job

    async def wait(self, function: Callable[..., Iterator[Any]], *args: Hashable, beyond: int = 0) -> Job:
        """The same, once it has given more than `beyond` items or has ended.

        Raises:
            Busy: If too many wait already.
            Exception: Whatever the computation raised.
        """
        job = self.submit(function, *args)
        with self._awaited(job):
            while len(job.items) <= beyond and not job.done:
                await asyncio.sleep(_POLL)
        if job.error:
            raise job.error
        return job

    async def result(self, function: Callable[..., Iterator[Any]], *args: Hashable) -> Any:
        """The last item of the finished computation."""
        job = await self.wait(function, *args, beyond=1 << 30)
        return job.items[-1]

    @contextmanager
    def _awaited(self, job: Job) -> Iterator[None]:
        """While it lasts the job is not broken off, however late a busy machine looks at it."""
        with self._lock:
            job.waiting += 1
        try:
            yield
        finally:
            with self._lock:
                job.waiting -= 1
                job.asked = time.monotonic()

    def _work(self, key: Hashable, job: Job) -> None:
        function, *args = key
        try:
            if self._abandoned(key, job):
                return
            for item in function(*args):
                job.items.append(item)
                if self._abandoned(key, job):
                    return
        except Exception as error:  # raised by wait() for everyone who waits; the thread lives on
            job.error = error
        finally:
            job.done = True

    def _abandoned(self, key: Hashable, job: Job) -> bool:
        with self._lock:
            if job.waiting or time.monotonic() - job.asked <= self.patience:
                return False
            job.error = Busy("The computation was stopped, since nobody asked for it any more; ask again.")
            del self._jobs[key]
            return True
