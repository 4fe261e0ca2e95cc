import pytest

from core.serving.batcher import Busy
from core.serving.scheduler import Scheduler


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def scheduler(clock):
    return Scheduler(together=2, turn=60, most=5, clock=clock)


def positions(scheduler, names):
    return [scheduler.position(name) for name in names]


def test_two_compute_and_the_others_know_their_position(scheduler):
    for name in "abcd":
        scheduler.enqueue(name)
    assert positions(scheduler, "abcdx") == [0, 0, 1, 2, None]
    assert len(scheduler) == 2


def test_whoever_leaves_makes_room(scheduler):
    for name in "abcd":
        scheduler.enqueue(name)
    scheduler.remove("c")
    scheduler.remove("a")
    assert positions(scheduler, "abcd") == [None, 0, None, 0]
    scheduler.remove("nobody")
    assert len(scheduler) == 0


def test_nobody_computes_beyond_a_turn_while_others_wait(scheduler, clock):
    for name in "abc":
        scheduler.enqueue(name)
    clock.now = 59
    scheduler.rotate()
    assert positions(scheduler, "abc") == [0, 0, 1]
    clock.now = 60
    scheduler.rotate()
    assert positions(scheduler, "abc") == [1, 0, 0]  # one goes for one who waited
    clock.now = 61
    scheduler.rotate()
    assert positions(scheduler, "abc") == [0, 1, 0]  # b's turn was over too


def test_a_turn_goes_on_while_nobody_waits(scheduler, clock):
    scheduler.enqueue("a")
    clock.now = 1000
    scheduler.rotate()
    assert scheduler.position("a") == 0


def test_joining_twice_changes_nothing_and_a_full_line_refuses(scheduler):
    for name in "abcde":
        scheduler.enqueue(name)
    scheduler.enqueue("d")
    assert positions(scheduler, "cde") == [1, 2, 3]
    with pytest.raises(Busy, match="5 others"):
        scheduler.enqueue("f")
