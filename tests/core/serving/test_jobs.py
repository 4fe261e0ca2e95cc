import asyncio
import threading
import time

import pytest

from core.serving.batcher import Busy
from core.serving.jobs import Runs


def count(n):
    for i in range(n):
        time.sleep(0.005)
        yield i


def test_items_are_read_while_the_run_goes_on():
    runs = Runs()

    async def read():
        first = await runs.wait(count, 50)
        early = len(first.items)
        return early, await runs.last(count, 50)

    early, last = asyncio.run(read())
    assert 1 <= early < 50
    assert last == 49


def test_the_same_computation_runs_once_for_all():
    runs, started = Runs(), []

    def once(name):
        started.append(name)
        yield from count(5)

    async def thirty():
        return await asyncio.gather(*(runs.last(once, "a") for _ in range(30)))

    assert asyncio.run(thirty()) == [4] * 30
    assert asyncio.run(runs.last(once, "a")) == 4
    assert started == ["a"]


def test_the_event_loop_is_free_meanwhile():
    runs = Runs()

    async def other():
        task = asyncio.create_task(runs.last(count, 60))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.005)
            ticks += 1
        return ticks

    assert asyncio.run(other()) > 10


def test_one_too_many_is_refused_with_a_sentence():
    runs, gate = Runs(workers=1, waiting=2), threading.Event()

    def held(_):
        gate.wait(10)
        yield 0

    for i in range(3):
        runs.ask(held, i)
    with pytest.raises(Busy, match="try again in a few seconds"):
        runs.ask(held, 3)
    runs.ask(held, 1)  # known already
    gate.set()
    assert asyncio.run(runs.last(held, 2)) == 0


def test_an_error_is_told_and_the_next_one_tries_again():
    runs, tries = Runs(), []

    def fails_once():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not today")
        yield "fine"

    with pytest.raises(ValueError, match="not today"):
        asyncio.run(runs.wait(fails_once))
    assert asyncio.run(runs.last(fails_once)) == "fine"


def test_what_nobody_asks_about_is_broken_off():
    runs, seen = Runs(workers=1, patience=0.05), []

    def endless():
        while True:
            seen.append(1)
            time.sleep(0.01)
            yield 0

    run = runs.ask(endless)
    deadline = time.monotonic() + 10
    while not run.done and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run.done
    assert isinstance(run.error, Busy)


def test_old_runs_are_forgotten():
    runs, started = Runs(kept=2), []

    def once(name):
        started.append(name)
        yield name

    for name in "abcda":
        assert asyncio.run(runs.last(once, name)) == name
    assert started.count("a") == 2
