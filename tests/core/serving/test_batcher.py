import asyncio
import threading

import pytest
import torch

from core.serving.batcher import Batcher, Busy
from core.serving.limits import OVERTAKING


def double(x):
    return 2 * x


def test_each_caller_gets_its_own_row():
    batcher = Batcher()

    async def ask():
        return await asyncio.gather(*(batcher.run(double, torch.tensor([float(i)])) for i in range(50)))

    assert [row.item() for row in asyncio.run(ask())] == [2.0 * i for i in range(50)]


def test_requests_that_wait_are_run_together():
    batcher, sizes, gate = Batcher(max_batch=16), [], threading.Event()

    def forward(x):
        gate.wait(5)
        sizes.append(len(x))
        return x

    futures = [batcher.submit(forward, torch.zeros(1)) for _ in range(33)]
    gate.set()
    for future in futures:
        future.result(5)
    assert max(sizes) == 16
    assert sum(sizes) == 33
    assert len(sizes) <= 5


def test_different_functions_and_shapes_are_not_mixed():
    batcher, gate = Batcher(), threading.Event()
    first = batcher.submit(lambda x: [gate.wait(5)] * len(x), torch.zeros(1))
    futures = [batcher.submit(double, torch.ones(n)) for n in (1, 2, 1, 2)]
    other = batcher.submit(lambda x: -x, torch.ones(1))
    gate.set()
    assert first.result(5)
    assert [tuple(f.result(5).shape) for f in futures] == [(1,), (2,), (1,), (2,)]
    assert other.result(5).item() == -1


def test_an_error_reaches_its_caller_and_the_service_goes_on():
    batcher = Batcher()

    def fail(x):
        raise ZeroDivisionError("no")

    with pytest.raises(ZeroDivisionError):
        asyncio.run(batcher.run(fail, torch.zeros(1)))
    assert asyncio.run(batcher.run(double, torch.ones(1))).item() == 2


def test_too_many_waiting_is_refused():
    batcher, gate = Batcher(max_batch=1, max_waiting=2), threading.Event()
    started = threading.Event()

    def forward(x):
        started.set()
        gate.wait(5)
        return x

    batcher.submit(forward, torch.zeros(1))
    started.wait(5)
    waiting = [batcher.submit(forward, torch.zeros(1)) for _ in range(2)]
    with pytest.raises(Busy, match="busy"):
        batcher.submit(forward, torch.zeros(1))
    gate.set()
    assert all(future.result(5) is not None for future in waiting)


def test_a_caller_that_left_costs_nothing():
    batcher, gate, seen = Batcher(max_batch=4), threading.Event(), []
    batcher.submit(lambda x: [gate.wait(5)] * len(x), torch.zeros(1))

    def forward(x):
        seen.append(len(x))
        return x

    futures = [batcher.submit(forward, torch.zeros(1)) for _ in range(3)]
    assert futures[1].cancel()
    gate.set()
    futures[2].result(5)
    assert seen == [2]


def test_what_is_decoded_ahead_lets_others_pass_but_not_for_ever():
    batcher, gate, started, order = Batcher(max_batch=1, max_waiting=200), threading.Event(), threading.Event(), []

    def forward(x):
        started.set()
        gate.wait(5)
        order.extend(x.flatten().tolist())
        return x

    batcher.submit(forward, torch.tensor([-1.0]))
    started.wait(5)
    ahead = [batcher.submit(forward, torch.tensor([float(n)]), is_ahead=True) for n in (100, 200)]
    for n in range(2 * OVERTAKING):
        last = batcher.submit(forward, torch.tensor([float(n)]))
    gate.set()
    last.result(5)
    assert all(future.done() for future in ahead)
    assert order[1 : OVERTAKING - 2] == list(range(OVERTAKING - 3))
    assert OVERTAKING - 2 < order.index(100) < order.index(200) < OVERTAKING + 4
