"""Sessions: they start at little cost, and pages whose connection broke."""

import time

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from demos.server.sessions import LostSessions, make_sessions_lean


def test_a_session_starts_without_a_copy_of_the_page(monkeypatch):
    with gr.Blocks() as page:
        for _ in range(20):
            gr.Number()
    monkeypatch.setattr(gr.Number, "get_config", lambda *_: pytest.fail("described for a session"))
    for name in ("__init__", "_update_value_in_config"):
        monkeypatch.setattr(SessionState, name, getattr(SessionState, name))  # put back afterwards
    make_sessions_lean()
    session = SessionState(page)
    session._update_value_in_config(next(iter(page.blocks)), 3)  # as after a call
    assert session.config_values == {}
    assert session.blocks_config.blocks == page.blocks


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
