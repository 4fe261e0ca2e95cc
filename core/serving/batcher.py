"""One thread computes for every visitor, a batch at a time.

Requests that wait while a forward pass runs are drained into the next one, so thirty visitors cost little more than
one, and torch's threads never fight each other. Handlers await; the event loop stays free. What is decoded ahead lets
what somebody waits for now go first.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.serving.limits import BATCH, OVERTAKING, WAITING

Forward = Callable[[Tensor], Sequence[Any]]  # (B, ...) -> B results


class Busy(RuntimeError):
    """Too many requests wait already."""


@dataclass(order=True)
class _Request:
    place: int  # requests are run in this order
    forward: Forward = field(compare=False)
    x: Tensor = field(compare=False)
    future: Future = field(default_factory=Future, compare=False)


class Batcher:
    """A micro-batcher: requests for the same function are run together.

    Args:
        max_batch: Most requests in one forward pass.
        max_waiting: Requests that may wait; one more is refused.
    """

    def __init__(self, max_batch: int = BATCH, max_waiting: int = WAITING) -> None:
        self.max_batch = max_batch
        self._requests: queue.PriorityQueue[_Request] = queue.PriorityQueue(max_waiting)
        self._count = 0  # of requests so far
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    async def run(self, forward: Forward, x: Tensor, is_ahead: bool = False) -> Any:
        """What `forward` gives for one example.

        Args:
            forward: Takes a batch (B, ...) and gives a sequence of B results; the same function (or bound method) is
                batched with itself.
            x: One example, without the batch dimension.
            is_ahead: Whether the next few requests may go first, because nobody waits for this one yet.

        Raises:
            Busy: If too many requests wait.
            Exception: Whatever `forward` raised, to each request of its batch.
        """
        return await asyncio.wrap_future(self.submit(forward, x, is_ahead))

    def submit(self, forward: Forward, x: Tensor, is_ahead: bool = False) -> Future:
        """The same for callers without an event loop: a future of the result."""
        self._count += 1
        request = _Request(self._count + (OVERTAKING if is_ahead else 0), forward, x)
        try:
            self._requests.put_nowait(request)
        except queue.Full:
            raise Busy("The machine is busy with other visitors; try again in a moment.") from None
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="compute", daemon=True)
                self._thread.start()
        return request.future

    def _work(self) -> None:
        deferred: list[_Request] = []
        while True:
            waiting = deferred or [self._requests.get()]
            while len(waiting) < self.max_batch and not self._requests.empty():
                waiting.append(self._requests.get())
            waiting.sort()
            batch = [r for r in waiting if _same(r, waiting[0])]
            deferred = [r for r in waiting if not _same(r, waiting[0])]
            _answer([r for r in batch if r.future.set_running_or_notify_cancel()])


def _same(a: _Request, b: _Request) -> bool:
    return a.forward == b.forward and a.x.shape == b.x.shape


def _answer(batch: list[_Request]) -> None:
    if not batch:
        return
    try:
        with torch.inference_mode():
            results = batch[0].forward(torch.stack([request.x for request in batch]))
    except Exception as error:  # the thread must outlive any request; each caller gets the error
        for request in batch:
            request.future.set_exception(error)
        return
    for request, result in zip(batch, results, strict=True):
        request.future.set_result(result)
