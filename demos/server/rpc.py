"""Widgets' questions answered at once, without the framework's own route for them.

That takes several times as long as the answer, and builds a copy of the whole page for every new session.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import gradio as gr
import orjson
from fastapi import Request

Function = Callable[[Any, Request], Awaitable[Any]]  # of what the page sent, and of the request it came with
Functions = Mapping[tuple[int, str], Function]  # by a component's id and their own name


def server_functions(page: gr.Blocks) -> Functions:
    """What the widgets of a page may ask."""
    return {
        (block._id, function.__name__): _of_both(function)
        for block in page.blocks.values()
        for function in getattr(block, "server_fns", ())
    }


async def answer(functions: Functions, component: Any, name: Any, data: Any, request: Request) -> bytes | None:
    """The answer of the function that a request names, as JSON; None if there is no such function.

    Args:
        component: Id of the widget.
        name: Of its function.
        data: For it.
        request: They came with.
    """
    if not isinstance(component, int) or not isinstance(name, str) or (component, name) not in functions:
        return None
    return orjson.dumps(await functions[component, name](data, request), option=orjson.OPT_SERIALIZE_NUMPY)


def _of_both(function: Callable[..., Awaitable[Any]]) -> Function:
    """The function itself where it has a second parameter, which is a gr.Request as with Gradio."""
    if len(inspect.signature(function).parameters) > 1:
        return lambda data, request: function(data, gr.Request(request))
    return lambda data, request: function(data)
