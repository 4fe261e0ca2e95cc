import asyncio
import threading
import time

import pytest

from core.serving.batcher import Busy
from core.serving.jobs import JobPool


def count(n):
    for i in range(n):
        time.sleep(0.005)
        yield i


def test_items_are_read_while_the_run_goes_on():
    pool = JobPool()

    async def read():
        first = await pool.wait(count, 50)
        early = len(first.items)
        return early, await pool.result(count, 50)

    early, last = asyncio.run(read())
    assert 1 <= early < 50
    assert last == 49


def test_the_same_computation_runs_once_for_all():
    pool, started = JobPool(), []

    def once(name):
        started.append(name)
        yield from count(5)

    async def thirty():
        return await asyncio.gather(*(pool.result(once, "a") for _ in range(30)))

    assert asyncio.run(thirty()) == [4] * 30
    assert asyncio.run(pool.result(once, "a")) == 4
    assert started == ["a"]


def test_the_event_loop_is_free_meanwhile():
    pool = JobPool()

    async def other():
        task = asyncio.create_task(pool.result(count, 60))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.005)
            ticks += 1
        return ticks

    assert asyncio.run(other()) > 10


def test_one_too_many_is_refused_with_a_sentence():
    pool, gate = JobPool(workers=1, waiting=2), threading.Event()

    def held(_):
        gate.wait(10)
        yield 0

    for i in range(3):
        pool.submit(held, i)
    with pytest.raises(Busy, match="try again in a few seconds"):
        pool.submit(held, 3)
    pool.submit(held, 1)  # known already
    gate.set()
    assert asyncio.run(pool.result(held, 2)) == 0


def test_an_error_is_reported_and_the_next_request_tries_again():
    pool, tries = JobPool(), []

    def fails_once():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not today")
        yield "fine"

    with pytest.raises(ValueError, match="not today"):
        asyncio.run(pool.wait(fails_once))
    assert asyncio.run(pool.result(fails_once)) == "fine"


def test_what_nobody_asks_about_is_broken_off():
    pool, seen = JobPool(workers=1, patience=0.05), []

    def endless():
        while True:
            seen.append(1)
            time.sleep(0.01)
            yield 0

    job = pool.submit(endless)
    deadline = time.monotonic() + 10
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.01)
    assert job.done
    assert isinstance(job.error, Busy)


def test_what_is_waited_for_is_not_broken_off_however_busy_the_machine_is():
    pool = JobPool(workers=1, patience=0.05)

    def slow():
        for k in range(20):
            time.sleep(0.02)
            yield k

    async def looked_at_late():
        task = asyncio.create_task(pool.result(slow))
        await asyncio.sleep(0.01)
        time.sleep(0.3)  # nothing else runs meanwhile
        return await task

    assert asyncio.run(looked_at_late()) == 19


def test_old_runs_are_forgotten():
    pool, started = JobPool(cached=2), []

    def once(name):
        started.append(name)
        yield name

    for name in "abcda":
        assert asyncio.run(pool.result(once, name)) == name
    assert started.count("a") == 2
