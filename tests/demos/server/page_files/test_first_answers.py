"""What a tab asks first, answered ahead."""

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.server.page_files.first_answers import ask_nothing_ahead, first_answer_routes
from demos.server.rpc import server_functions


@pytest.fixture
def client():
    async def square(request):
        return {"square": request["side"] ** 2}

    async def fail(request):
        return {"error": "there is none"}

    with gr.Blocks() as page:
        gr.HTML(
            elem_id="gan-widget", server_functions=[square, fail], first={"square": {"side": 5}, "fail": {}}
        )  # fmt: skip
        gr.HTML(elem_id="denoise-widget", server_functions=[square])
    return TestClient(Starlette(routes=first_answer_routes(page, server_functions(page))))


def test_the_first_request_is_answered_at_an_address(client):
    answer = client.get("/web/0/first/gan/square")
    assert answer.json() == {"square": 25}
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_that_asks_nothing_ahead_has_no_addresses_for_it():
    with gr.Blocks() as page:
        part = gr.HTML(elem_id="gan-widget", first={"square": {"side": 5}})
    ask_nothing_ahead(page)
    assert part.props["first"] == {}
    assert first_answer_routes(page, {}) == []


def test_a_failure_is_no_answer(client):
    assert client.get("/web/0/first/gan/fail").status_code == 503


@pytest.mark.parametrize("path", ["gan/cube", "denoise/square", "features/square"])
def test_nothing_else_is_answered(client, path):
    assert client.get(f"/web/0/first/{path}").status_code == 404
