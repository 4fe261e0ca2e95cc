"""What a server function or an endpoint is asked, checked; and what people are told when it fails."""

import math
from collections.abc import Awaitable, Callable
from functools import wraps
from reprlib import repr as shown
from typing import Any

import gradio as gr

from core.serving.limits import CALLS
from demos.server.errors import told

ServerFunction = Callable[..., Awaitable[dict]]


def answered(function: ServerFunction) -> ServerFunction:
    """Make an async function of one request a server function: a failure becomes {"error": message}.

    The page would otherwise get nothing at all, and show nothing.
    """

    @wraps(function)
    async def answer(request: dict, *page: gr.Request) -> dict:  # the page too, for those that name it
        if not isinstance(request, dict):
            return {"error": f"expected an object of named values, got {type(request).__name__}"}
        try:
            return await function(request, *page)
        except Exception as error:  # a fault of ours must not leave a tab blank
            return {"error": told(function, error)}

    return answer


def explained(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same for the handler of an API endpoint: a failure becomes a gr.Error."""

    @wraps(function)
    async def handler(*args: Any, **kwargs: Any) -> Any:
        try:
            return await function(*args, **kwargs)
        except Exception as error:
            raise gr.Error(told(function, error), print_exception=False) from error

    return handler


def endpoint(
    function: Callable[..., Awaitable[Any]], inputs: list[gr.components.Component], output: Any, name: str
) -> None:
    """Offer a handler to API callers as `/name`; the page itself calls the widgets' server functions."""
    trigger = gr.Button(visible=False)
    handler = explained(function)
    trigger.click(
        handler, inputs, output, api_name=name, show_progress="hidden", concurrency_id="calls", concurrency_limit=CALLS
    )


def number(name: str, value: Any, low: float, high: float) -> float:
    """A finite number between two bounds that the page or an API caller sent.

    Raises:
        ValueError: If it is anything else.
    """
    if not _is_number(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {_short(low)} to {_short(high)}, got {shown(value)}")
    return float(value)


def whole(name: str, value: Any, low: int, high: int) -> int:
    """The same for a whole number; 3.0 is one.

    Raises:
        ValueError: If it is anything else.
    """
    if not _is_number(value) or value != int(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {shown(value)}")
    return int(value)


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) < 2**63 if isinstance(value, int) else math.isfinite(value)  # an int may be too large for a float


def _short(bound: float) -> str:
    return f"{bound:.1f}".removesuffix(".0")
