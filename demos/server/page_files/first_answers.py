"""What a tab asks first when it opens as it is: the page fetches it while Gradio still starts, and it is made once."""

import json
from functools import partial
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demos.server.rpc import Functions, answer

# answers follow the weights, whose change the address does not show: no browser keeps them
HEADERS = {"cache-control": "no-store"}


def first_answer_routes(page: gr.Blocks, functions: Functions) -> list[Route]:
    """For the app: GET /web/HASH/first/TAB/FUNCTION, the answer to a request of a widget's `first`."""
    asked = _first_requests(page)
    serve = partial(_serve, asked=asked, functions=functions)
    return [Route("/web/{version}/first/{tab}/{function}", serve)] if asked else []


def ask_nothing_ahead(page: gr.Blocks) -> None:
    """For an app with accounts, whose answers Gradio gives to those who are in: its tabs ask as always."""
    for block in _widgets(page):
        block.props["first"] = {}


async def _serve(request: Request, asked: dict[tuple[str, str], tuple[int, Any]], functions: Functions) -> Response:
    tab, name = request.path_params["tab"], request.path_params["function"]
    if (tab, name) not in asked:
        return Response("There is nothing at this address.", 404)
    component, data = asked[tab, name]
    body = await answer(functions, component, name, data, request) or b"{}"
    if not _is_answer(body):  # the page asks again in its usual way, and is told why
        return Response("There is no answer now.", 503, HEADERS)
    return Response(body, media_type="application/json", headers=HEADERS)


def _is_answer(body: bytes) -> bool:
    value = json.loads(body)
    return bool(value) and "error" not in value


def _first_requests(page: gr.Blocks) -> dict[tuple[str, str], tuple[int, Any]]:
    """By tab and function: the widget's id and the request."""
    return {
        (block.elem_id.removesuffix("-widget"), name): (block._id, data)
        for block in _widgets(page)
        for name, data in block.props["first"].items()
    }


def _widgets(page: gr.Blocks) -> list[gr.HTML]:
    """Those that ask something first."""
    return [block for block in page.blocks.values() if isinstance(block, gr.HTML) and block.props.get("first")]
