"""Pages whose connection broke."""

import time

from demos.server.sessions import LostSessions


def test_a_lost_session_ends_unless_it_is_heard_of():
    ended = []
    lost = LostSessions(ended.append, grace=1.5)
    lost.hear("c")  # never lost
    lost.add("a")
    lost.add("b")
    deadline = time.monotonic() + 60
    while not ended and time.monotonic() < deadline:
        lost.hear("b")
        time.sleep(0.05)
    assert ended == ["a"]
    while len(ended) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended == ["a", "b"]
    lost.add("a")
    while len(ended) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended == ["a", "b", "a"]
