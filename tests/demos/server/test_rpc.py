"""Functions of widgets, answered without Gradio's route."""

import asyncio
import json

import gradio as gr
import numpy as np
import pytest
from fastapi import Request

from demos.server.rpc import answer, server_functions


async def double(request: dict) -> dict:
    return {"twice": 2 * request["x"], "array": np.arange(3), "nothing": float("nan")}


async def whose(request: dict, page: gr.Request) -> dict:
    return {"session": (await page.json())["session_hash"]}


@pytest.fixture(scope="module")
def functions():
    with gr.Blocks() as page:
        gr.Button("no widget")
        widget = gr.HTML(server_functions=[double, whose])
    found = server_functions(page)
    assert set(found) == {(widget._id, "double"), (widget._id, "whose")}
    return {"functions": found, "id": widget._id}


def ask(functions, component_id, fn_name, data, **more):
    asked = {"component_id": component_id, "fn_name": fn_name, "data": data} | more

    async def given():
        return {"type": "http.request", "body": json.dumps(asked).encode(), "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": [], "path": "/", "query_string": b""}, given)
    body = asyncio.run(answer(functions, component_id, fn_name, data, request))
    return None if body is None else json.loads(body)


def test_the_named_function_answers(functions):
    got = ask(functions["functions"], component_id=functions["id"], fn_name="double", data={"x": 4})
    assert got == {"twice": 8, "array": [0, 1, 2], "nothing": None}


def test_a_function_may_see_the_request(functions):
    got = ask(functions["functions"], component_id=functions["id"], fn_name="whose", data={}, session_hash="abc")
    assert got == {"session": "abc"}


@pytest.mark.parametrize(
    ("component", "name"),
    [(-1, "double"), (None, "double"), ([], "double"), (1e9, "double"), ("", None), (True, "__init__")],
)
def test_there_is_nothing_else_to_ask(functions, component, name):
    assert ask(functions["functions"], component_id=component, fn_name=name, data={}) is None
    assert ask(functions["functions"], component_id=functions["id"], fn_name="get_config", data={}) is None
