import pytest

from core.serving.batcher import Busy
from core.serving.scheduler import Turns


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def turns(clock):
    return Turns(together=2, turn=60, most=5, clock=clock)


def places(turns, names):
    return [turns.place(name) for name in names]


def test_two_compute_and_the_others_know_their_place(turns):
    for name in "abcd":
        turns.join(name)
    assert places(turns, "abcdx") == [0, 0, 1, 2, None]
    assert len(turns) == 2


def test_whoever_leaves_makes_room(turns):
    for name in "abcd":
        turns.join(name)
    turns.leave("c")
    turns.leave("a")
    assert places(turns, "abcd") == [None, 0, None, 0]
    turns.leave("nobody")
    assert len(turns) == 0


def test_nobody_computes_beyond_a_turn_while_others_wait(turns, clock):
    for name in "abc":
        turns.join(name)
    clock.now = 59
    turns.rotate()
    assert places(turns, "abc") == [0, 0, 1]
    clock.now = 60
    turns.rotate()
    assert places(turns, "abc") == [1, 0, 0]  # one goes for one who waited
    clock.now = 61
    turns.rotate()
    assert places(turns, "abc") == [0, 1, 0]  # b's turn was over too


def test_a_turn_goes_on_while_nobody_waits(turns, clock):
    turns.join("a")
    clock.now = 1000
    turns.rotate()
    assert turns.place("a") == 0


def test_joining_twice_changes_nothing_and_a_full_line_refuses(turns):
    for name in "abcde":
        turns.join(name)
    turns.join("d")
    assert places(turns, "cde") == [1, 2, 3]
    with pytest.raises(Busy, match="5 others"):
        turns.join("f")
